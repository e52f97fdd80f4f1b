"""A signal while `work --watch` starts or closes: it ended with -15, -1 or 70."""

import os
import signal
import subprocess
import sys
import time

import pytest

from notices.delivery import State
from tests.site.conftest import CASE_1
from tests.site.service.test_service import ROOT, queue, state

SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
WITH_A_SIGNAL = """\
import os, sys
name, number = sys.argv.pop(1), int(sys.argv.pop(1))
seen = []
def hook(event, told):
    if event == "open" and str(told[0]).endswith(name) and not seen:
        seen.append(name)
        os.kill(os.getpid(), number)
sys.addaudithook(hook)
from notices.cli import main
main()
"""
"""`notices`, which gets the signal when it opens a file of that name."""


def start(desk, *words):
    return subprocess.Popen(
        [sys.executable, *words, "work", "--watch", "--site", str(desk.home)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=desk.home,
    )


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("name", ["notices.toml", "root.pem"])
def test_while_it_starts_nothing_was_begun(desk, name, number):
    [due] = queue(desk, CASE_1)
    process = start(desk, "-c", WITH_A_SIGNAL, name, str(int(number)))
    try:
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, "Traceback" in err) == (0, False), out + err
    assert state(desk, due) is State.QUEUED


@pytest.mark.parametrize("number", SIGNALS)
def test_while_it_closes_more_of_them_change_nothing(desk, number):
    process = start(desk, "-m", "notices")
    try:
        process.stdout.readline()  # it has started
        while process.poll() is None:
            process.send_signal(number)
            time.sleep(0.002)
        _, err = process.communicate()
    finally:
        process.kill()
    # the second one breaks off, where the first one is not done with: 75
    assert process.returncode in (0, 75), err
    assert "Traceback" not in err
