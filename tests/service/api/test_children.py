"""Several processes as one: they end together, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

PARENT = textwrap.dedent(
    """
    import signal, sys
    from notices.service.children import ChildProcess, run_together
    children = [
        ChildProcess(name=f"child {n}", words=(sys.executable, "-c", code))
        for n, code in enumerate(sys.argv[1:])
    ]
    sys.exit(run_together(children, signals=[signal.SIGTERM], tell=print))
    """
)
STAYS = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (open({folder!r} + "/" + str(os.getpid()), "w").close(), sys.exit(0)))
open({folder!r} + "/ready-" + str(os.getpid()), "w").close()
time.sleep(120)
"""


def ready(folder: Path, count: int) -> list[int]:
    end = time.monotonic() + 60
    while len(found := list(folder.glob("ready-*"))) < count:
        assert time.monotonic() < end
        time.sleep(0.05)
    return [int(path.name.removeprefix("ready-")) for path in found]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def parent(*codes: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PARENT, *codes], stdout=subprocess.PIPE, text=True
    )


def test_a_signal_ends_all_of_them_gracefully(tmp_path):
    stays = STAYS.format(folder=str(tmp_path))
    with parent(stays, stays) as process:
        pids = ready(tmp_path, 2)
        process.terminate()
        assert process.wait(60) == 0
    assert {path.name for path in tmp_path.glob("[0-9]*")} == {str(pid) for pid in pids}
    assert not any(map(is_there, pids))


@pytest.mark.parametrize(("code", "leads_to"), [(0, 70), (78, 78)])
def test_one_that_ends_by_itself_ends_the_others(code, leads_to, tmp_path):
    stays = STAYS.format(folder=str(tmp_path))
    ends = f"import pathlib, time\nwhile not list(pathlib.Path({str(tmp_path)!r}).glob('ready-*')): time.sleep(0.05)\nraise SystemExit({code})"
    with parent(stays, ends) as process:
        [pid] = ready(tmp_path, 1)
        assert process.wait(60) == leads_to
        assert "child 1 ended by itself" in process.stdout.read()
    assert not is_there(pid)


def test_one_that_is_killed_is_our_fault(tmp_path):
    """An exit code that the table has, and not 256 less the signal."""
    stays = STAYS.format(folder=str(tmp_path))
    with parent(stays, stays) as process:
        pids = ready(tmp_path, 2)
        os.kill(pids[0], signal.SIGKILL)
        assert process.wait(60) == 70
        assert "was killed by signal 9" in process.stdout.read()
    assert not any(map(is_there, pids))


def test_the_third_signal_kills_what_does_not_end(tmp_path):
    deaf = (
        STAYS.format(folder=str(tmp_path)).replace("sys.exit(0)", "None")
        + "\nwhile True: time.sleep(1)"
    )
    with parent(deaf) as process:
        [pid] = ready(tmp_path, 1)
        for _ in range(3):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        assert process.wait(60) == 70
    assert not is_there(pid)
