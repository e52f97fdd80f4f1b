"""The mark's file is whole at every moment, and on the disk before anybody believes it."""

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from notices.ledger import ArmedAttempt, parse_mark
from notices.site import Site
from notices.site.database.mark_file import MarkFile
from tests.programs import require_program
from tests.site.conftest import CASE_1

ROOT = Path(__file__).parents[3]
WRITER = """
import sys
from notices.site import Site
from notices.site.database.mark_file import MarkFile
with Site.open(sys.argv[1]) as site:
    print("ready", flush=True)
    for _ in range(int(sys.argv[2])):
        site.parts.high_water.renew(site.parts.store)
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
        store = site.parts.store
        shown = store.identity.standing(None, store.identity.counted())
        blank = type(newest)(identity=newest.identity)
        older = blank.grown(
            store.ledger.leaves()[: shown.size - behind], {}, identity="x"
        )
        older = older.grown([], {}, identity=newest.identity)
        path.write_text(older.text(), encoding="utf-8")
        site.parts.high_water.keep()
    assert parse_mark(path.read_text("utf-8")) == newest


NOTER = """
import sys
from pathlib import Path
from notices.ledger import ArmedAttempt
from notices.site.database.mark_file import MarkFile
file = MarkFile(Path(sys.argv[1]))
for index in range(150):
    attempt = ArmedAttempt(
        number=f"{sys.argv[2]}-{index}", attempt=1, message_sha256="ab" * 32
    )
    with file.alone():
        if index % 10 == int(sys.argv[2]):
            file.replace(file.read())  # as another process makes the file anew
        file.add([attempt])
"""


def test_no_line_is_lost_while_others_replace_the_file(desk, received):
    """Whoever adds to a file that is being replaced would add to one that is gone."""
    assert desk.run("send", CASE_1)[0] == 0
    path = desk.home / "high-water.mark"
    words = [sys.executable, "-c", NOTER, str(path)]
    running = [subprocess.Popen([*words, str(name)], cwd=ROOT) for name in range(3)]
    assert [each.wait() for each in running] == [0, 0, 0]
    numbers = [each.number for each in parse_mark(path.read_text("utf-8")).armed]
    assert sorted(numbers) == sorted(f"{n}-{i}" for n in range(3) for i in range(150))


def test_a_torn_line_is_cut_off_before_the_next_one(desk, received):
    """The power went while it was written: nobody believed it."""
    assert desk.run("send", CASE_1)[0] == 0
    path = desk.home / "high-water.mark"
    with path.open("a") as file:
        file.write('{"armed": "R8-1-00')
    attempt = ArmedAttempt(number="R8-1-000009", attempt=2, message_sha256="ab" * 32)
    MarkFile(path).add([attempt])
    assert parse_mark(path.read_text("utf-8")).armed == (attempt,)


def test_a_line_is_synced_before_anybody_believes_it(desk, received, tmp_path):
    """The kernel tells: written, then synced, on the file that has the name."""
    assert desk.run("send", CASE_1)[0] == 0
    log = tmp_path / "calls"
    words = [require_program("strace"), "-f", "-y", "-o", log]
    words += ["-e", "trace=pwrite64,fdatasync", sys.executable, "-c", NOTER]
    subprocess.run([*words, desk.home / "high-water.mark", "7"], cwd=ROOT, check=True)
    told = re.findall(r"(pwrite64|fdatasync)\(\d+<[^>]*mark>", log.read_text())
    assert told == ["pwrite64", "fdatasync"] * 150
