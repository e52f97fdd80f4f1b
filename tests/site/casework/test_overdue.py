"""What is overdue: the worker tells the same as `notices due`, in its log and metrics."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta

from notices.judgment import JST
from notices.site import Site
from tests.programs import require_module
from tests.site.casework.test_case_commands import judged, record, sent
from tests.site.conftest import desk, received

__all__ = ["desk", "received", "record"]

PATIENCE = 60


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_the_worker_tells_what_due_tells(desk, received, record):
    require_module("prometheus_client")
    record(judged(), sent(), judged("IHC-2026-000002", ago=20))
    [late] = desk.json("due")[1]
    port = free_port()
    desk.set("metrics", f'"127.0.0.1:{port}"')
    desk.set("log", '"json"')
    worker = subprocess.Popen(
        [sys.executable, "-m", "notices", "work", "--watch", "--site", str(desk.home)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = (json.loads(line) for line in worker.stdout)
        told = next(line for line in lines if line["event"] == "worker.overdue")
        assert told["overdue"] == {late["kind"]: 1}
        assert told["level"] == "warning"
        figure = f'notices_overdue{{kind="{late["kind"]}"}} 1.0'
        end = time.monotonic() + PATIENCE
        while figure not in (page := metrics(port)):
            assert time.monotonic() < end, page
            time.sleep(0.1)
        assert 'notices_overdue{kind="reply"} 0.0' in page
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0


def metrics(port):
    address = f"http://127.0.0.1:{port}/metrics"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_what_is_due_today_is_not_overdue(desk, record):
    """A day is over only when it is over."""
    record(judged(), sent())
    day = datetime.fromisoformat(desk.json("due")[1][0]["on"])
    noon = day.replace(hour=12, tzinfo=JST)
    for later, expected in ((timedelta(0), 0), (timedelta(days=1), 1)):
        with Site.open(desk.home, clock=lambda at=noon + later: at) as site:
            overview = site.rooms.cases.overview
            assert [one.kind for one in overview.due()] == ["look"]
            assert overview.overdue()["look"] == expected
