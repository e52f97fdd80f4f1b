"""A worker that goes on, its log and its figures."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

PATIENCE = 60
"""Seconds; what comes within them comes."""


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def watching_worker(desk, port):
    """`notices work --watch` with figures on that port; gives the lines of its log."""
    desk.set("metrics", f'"127.0.0.1:{port}"')
    desk.set("log", '"json"')
    worker = subprocess.Popen(
        [sys.executable, "-m", "notices", "work", "--watch", "--site", str(desk.home)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield (json.loads(line) for line in worker.stdout)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=PATIENCE)
    assert worker.returncode == 0


def require_figure(port, figure):
    """The page of figures comes to say it."""
    end = time.monotonic() + PATIENCE
    while figure not in (page := metrics(port)):
        assert time.monotonic() < end, page
        time.sleep(0.1)


def metrics(port):
    address = f"http://127.0.0.1:{port}/metrics"
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()
