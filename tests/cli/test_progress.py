"""Progress is for terminals: on standard error, and nowhere else."""

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.site.conftest import CASE_1, CASE_2_ABROAD

ROOT = Path(__file__).parents[2]


def on_terminal(desk, *words):
    """Run with standard error on a terminal; gives what each of the two showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "notices", *words, "--site", str(desk.home)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    out, shown = b"", b""
    while select.select([ours], [], [], 60)[0]:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux: the other end was closed
            break
        if not part:
            break
        shown += part
    os.close(ours)
    out = process.stdout.read()
    process.stdout.close()
    assert process.wait(30) == 0, (out, shown)
    return out.decode(), shown.decode()


def test_many_cases_show_a_bar_and_the_data_stays_clean(desk, received):
    out, shown = on_terminal(desk, "send", CASE_1, CASE_2_ABROAD)
    assert [line.split()[0] for line in out.splitlines()] == [CASE_1, CASE_2_ABROAD]
    assert "\x1b" not in out
    assert "2/2" in shown


@pytest.mark.torture
def test_one_case_needs_no_bar(desk, received):
    out, shown = on_terminal(desk, "send", CASE_1)
    assert out.startswith(CASE_1)
    assert shown == ""


def test_without_a_terminal_nothing_is_drawn(desk, received):
    code, _, err = desk.run("send", CASE_1, CASE_2_ABROAD)
    assert (code, err) == (0, "")
