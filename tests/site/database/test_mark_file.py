"""The mark's file is whole at every moment, and on the disk before anybody believes it."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notices.ledger import parse_mark
from notices.site import Site
from tests.programs import require_program
from tests.site.conftest import CASE_1

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from notices.site import Site
with Site.open(sys.argv[1]) as site:
    print("ready", flush=True)
    for _ in range(int(sys.argv[2])):
        site.high_water.renew(site.store)
"""


def start_writer(desk, *prefix, times=100_000):
    words = [*prefix, sys.executable, "-c", WRITER, str(desk.home), str(times)]
    return subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE)


def test_killed_at_any_moment_the_file_is_whole(desk, received):
    assert desk.run("send", CASE_1)[0] == 0
    path = desk.home / "high-water.mark"
    whole = parse_mark(path.read_text("utf-8"))
    for round_ in range(12):
        process = start_writer(desk)
        assert process.stdout.readline() == b"ready\n"
        time.sleep(round_ / 230)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert parse_mark(path.read_text("utf-8")) == whole
    assert desk.run("work")[0] == 0


def test_two_who_write_at_once_leave_it_whole(desk, received):
    assert desk.run("send", CASE_1)[0] == 0
    running = [start_writer(desk, times=300) for _ in range(3)]
    while any(each.poll() is None for each in running):
        parse_mark((desk.home / "high-water.mark").read_text("utf-8"))
    assert [each.communicate() and each.returncode for each in running] == [0, 0, 0]


def test_file_and_folder_are_synced_in_this_order(desk, received, tmp_path):
    """A power cut after the rename must not leave an empty file; the kernel tells."""
    assert desk.run("send", CASE_1)[0] == 0
    log = tmp_path / "calls"
    calls = "trace=openat,fsync,rename"
    process = start_writer(
        desk, require_program("strace"), "-f", "-y", "-o", log, "-e", calls, times=1
    )
    process.communicate()
    told = re.findall(r"(fsync|rename)\(.*?(\.\w+\.part|/site>)", log.read_text())
    assert [(call, name[-5:]) for call, name in told][-3:] == [
        ("fsync", ".part"),
        ("rename", ".part"),
        ("fsync", "site>"),
    ]


@pytest.mark.parametrize("behind", [1, 3, 6])
def test_a_mark_that_lags_behind_is_in_order(desk, received, behind):
    """Killed between an outcome and the mark: the database is ahead, nothing more."""
    assert desk.run("send", CASE_1)[0] == 0
    path = desk.home / "high-water.mark"
    newest = parse_mark(path.read_text("utf-8"))
    with Site.open(desk.home) as site:
        store = site.store
        shown = store.identity.standing(None, store.identity.counted())
        blank = type(newest)(identity=newest.identity)
        older = blank.grown(
            store.ledger.leaves()[: shown.size - behind], {}, identity="x"
        )
        older = older.grown([], {}, identity=newest.identity)
        path.write_text(older.text(), encoding="utf-8")
        site.high_water.keep()
    assert parse_mark(path.read_text("utf-8")) == newest
