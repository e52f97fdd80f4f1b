"""`notices work --watch` as a process: signals, log lines, metrics, service manager."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices import Site
from notices.cli import run
from notices.delivery import State
from notices.site.service.systemd import ServiceManager
from tests.programs import require_module, require_program
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.smtp.servers import LaterFaultyServer

# long: `.ci/run` runs all of it, `make test` leaves it out
pytestmark = pytest.mark.torture

ROOT = Path(__file__).parents[3]
UNIT = ROOT / "etc" / "notices.service"


class HoldingServer(LaterFaultyServer):
    """Takes half a body, then waits until it is let go."""

    def __post_init__(self):
        super().__post_init__()
        self.has_half = threading.Event()
        self.release = threading.Event()

    async def _take(self, reader, writer):
        first = await reader.readexactly(1)
        self.has_half.set()
        await asyncio.to_thread(self.release.wait, 20)
        reader._buffer[:0] = first
        await super()._take(reader, writer)


@contextmanager
def serving(server):
    """Runs a server of asyncio in a thread."""
    ready, done = threading.Event(), threading.Event()

    async def main():
        async with server.running():
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(main(),), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        server.release.set()
        done.set()
        thread.join(10)


@pytest.fixture
def holding(desk):
    """The site's relay holds every mail half-way."""
    pki = desk.home / "certs" / "example"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki / "tls-cert.pem", pki / "tls-key.pem")
    with serving(HoldingServer(tls=context, extensions=(b"DSN",))) as server:
        desk.set("port", str(server.port))
        yield server


def queue(desk, *cases):
    with Site.open(desk.home) as site:
        numbers = [site.prepare(site.read_case(case)).number for case in cases]
        for number in numbers:
            site.parts.store.queue(number, now=datetime.now(UTC))
    return numbers


def state(desk, number):
    with Site.open(desk.home) as site:
        return site.parts.store.get(number).state


@contextmanager
def worker(desk, **environment):
    process = subprocess.Popen(
        [sys.executable, "-m", "notices", "work", "--watch", "--site", str(desk.home)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=desk.home,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(process, event):
    """Read JSON log lines up to this event; gives them."""
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1]["event"] == event:
            return lines
    pytest.fail(f"no {event}: {lines} {process.stderr.read()}")


def test_sigterm_in_mid_body_finishes_the_mail_and_ends_with_0(desk, holding):
    desk.set("log", '"json"')
    desk.set("concurrency", "1")
    first, second = queue(desk, CASE_1, CASE_2_ABROAD)
    with worker(desk) as process:
        assert holding.has_half.wait(30)
        process.send_signal(signal.SIGTERM)
        lines = until(process, "worker.stopping")
        assert state(desk, first) is State.SENDING
        holding.release.set()
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    lines += [json.loads(line) for line in out.splitlines()]
    assert [line["event"] for line in lines] == [
        "worker.started",
        "delivery.attempt",
        "worker.stopping",
        "delivery.sent",
        "worker.stopped",
    ]
    assert state(desk, first) is State.SENT
    assert state(desk, second) is State.QUEUED
    assert len(holding.accepted) == 1


def test_a_second_signal_stops_at_once_and_the_truth_is_told_later(desk, holding):
    """Half a body was sent: nobody may say that it was not."""
    desk.set("log", '"json"')
    [number] = queue(desk, CASE_1)
    with worker(desk) as process:
        assert holding.has_half.wait(30)
        process.send_signal(signal.SIGINT)
        until(process, "worker.stopping")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 75
    assert "stopped at once" in err
    assert state(desk, number) is State.SENDING
    code, [row] = desk.json("work")
    assert (code, row["state"], row["number"]) == (75, "in_doubt", number)
    assert holding.accepted == []


def test_log_lines_tell_the_event_and_nothing_of_the_content(desk, received):
    desk.set("log", '"json"')
    [number] = queue(desk, CASE_1)
    with worker(desk) as process:
        line = until(process, "delivery.sent")[-1]
        process.terminate()
        process.communicate(timeout=30)
    assert line["number"] == number
    assert line["case_id"] == CASE_1
    assert line["reply"].startswith("250 2.0.0 Ok")
    assert (line["stage"], line["state"], line["level"]) == (
        "end_of_data",
        "sent",
        "info",
    )
    assert 0 <= line["seconds"] < 20
    assert datetime.fromisoformat(line["time"]).tzinfo
    assert set(line) == {
        *("time", "level", "event", "number", "case_id"),
        *("state", "stage", "reply", "seconds"),
    }


def test_text_lines_are_one_per_event(desk, received):
    [number] = queue(desk, CASE_1)
    with worker(desk) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "delivery.sent" in line:
                break
        process.terminate()
        process.communicate(timeout=30)
    assert re.fullmatch(r"\S+  worker\.started\n", lines[0])
    assert f"{CASE_1}  {number}  at end_of_data  250" in lines[-1]


def free_port():
    with socket.socket() as link:
        link.bind(("127.0.0.1", 0))
        return link.getsockname()[1]


def test_metrics_are_served_on_loopback_while_the_worker_works(desk, received):
    require_module("prometheus_client")
    port = free_port()
    desk.set("metrics", f'"127.0.0.1:{port}"')
    desk.set("log", '"json"')
    queue(desk, CASE_1, CASE_2_ABROAD)
    with worker(desk) as process:
        until(process, "delivery.sent")
        until(process, "delivery.sent")
        address = f"http://127.0.0.1:{port}/metrics"
        with urllib.request.urlopen(address, timeout=10) as answer:
            text = answer.read().decode()
        process.terminate()
        process.communicate(timeout=30)
    found = dict(re.findall(r"^(notices_\S+) (\S+)$", text, re.MULTILINE))
    assert float(found['notices_attempts_total{result="sent"}']) == 2
    assert float(found['notices_attempts_total{result="in_doubt"}']) == 0
    assert float(found['notices_deliveries{state="sent"}']) == 2
    assert float(found['notices_deliveries{state="queued"}']) == 0
    assert float(found["notices_attempt_seconds_count"]) == 2
    assert float(found["notices_oldest_waiting_seconds"]) == 0
    with Site.open(desk.home) as site:
        end = site.parts.desk.key(datetime.now(UTC)).certificate.not_valid_after_utc
    left = (end - datetime.now(UTC)).total_seconds()
    assert abs(float(found["notices_certificate_expiry_seconds"]) - left) < 60


def test_metrics_on_an_address_that_is_taken_are_a_fault_of_configuration(
    desk, received
):
    require_module("prometheus_client")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        desk.set("metrics", f'"127.0.0.1:{taken.getsockname()[1]}"')
        code, _, err = desk.run("work", "--watch")
    assert code == 78
    assert "no metrics on 127.0.0.1" in err


def test_without_the_library_the_line_to_type_is_named(desk, received, monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    desk.set("metrics", '"127.0.0.1:9464"')
    code, _, err = desk.run("work", "--watch")
    assert code == 78
    assert "pip install 'notices[metrics]'" in err


def test_the_service_manager_hears_when_it_is_ready_alive_and_stopping(
    desk, received, tmp_path
):
    desk.set("log", '"json"')
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(address))
        manager.settimeout(20)
        with worker(desk, NOTIFY_SOCKET=str(address)) as process:
            until(process, "worker.started")
            heard = [manager.recv(1000).decode() for _ in range(2)]
            process.terminate()
            process.communicate(timeout=30)
            heard.append(manager.recv(1000).decode())
    assert [text.split("\n")[0] for text in heard] == [
        "READY=1",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_a_name_in_the_abstract_namespace_is_heard_and_silence_is_no_error():
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        name = f"notices-test-{os.getpid()}-{time.monotonic_ns()}"
        manager.bind(f"\0{name}")
        manager.settimeout(5)
        ServiceManager.of({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert manager.recv(1000).startswith(b"READY=1\n")
    ServiceManager.of({"NOTIFY_SOCKET": f"@{name}"}).ready()
    ServiceManager.of({}).ready()


def test_watch_excludes_what_makes_no_sense_with_it(desk):
    for words in (("--now",), ("--json",)):
        code, _, err = desk.run("work", "--watch", *words)
        assert code == 2
        assert "--watch excludes" in err


def test_business_days_past_the_last_known_year_are_refused_with_78(desk, received):
    desk.set("business_days", "true")
    queue(desk, CASE_1)
    late = datetime(2028, 1, 5, tzinfo=UTC)
    with (
        Site.open(desk.home, clock=lambda: late) as site,
        pytest.raises(Exception, match="2006 to 2027") as wrong,
    ):
        site.work()
    assert wrong.value.exit_code == 78


def test_the_unit_is_one_that_systemd_takes(tmp_path):
    program = require_program("systemd-analyze")
    unit = tmp_path / "notices.service"
    text = UNIT.read_text("utf-8")
    command = re.search(r"^ExecStart=(\S+) (.*)$", text, re.MULTILINE)
    unit.write_text(text.replace(command[1], shutil.which("true")), "utf-8")
    done = subprocess.run(
        [program, "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    # what it starts is a command of ours, with options that exist
    assert run([*command[2].split()[:1], "--help"]) == 0
    assert command[2].startswith("work --watch --site ")
