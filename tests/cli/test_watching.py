"""`preview --watch`: a preview is made again when something that it is made of changes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from notices.cli.watching import each_change, state_of
from notices.site.starting import start_site


def test_every_change_is_seen_once(tmp_path: Path) -> None:
    """A file that comes, changes, goes; a folder means all below it."""
    folder = tmp_path / "templates"
    (folder / "form1").mkdir(parents=True)
    letter = folder / "form1" / "letter.ja.j2"
    steps = iter(
        [
            lambda: letter.write_text("一", encoding="utf-8"),
            lambda: None,
            lambda: letter.write_text("一二", encoding="utf-8"),
            lambda: None,
            letter.unlink,
        ]
    )
    asleep = []

    def sleep(seconds: float) -> None:
        asleep.append(seconds)
        next(steps)()

    changes = each_change((folder, tmp_path / "none.toml"), sleep=sleep)
    seen = [len(asleep) for _, _ in zip(range(4), changes, strict=False)]
    assert seen == [0, 1, 3, 5]


def test_the_state_names_files_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_text("x", encoding="utf-8")
    assert list(state_of((tmp_path,))) == [str(tmp_path / "a" / "b")]


def test_a_template_that_is_edited_is_shown_and_a_broken_one_told(
    tmp_path: Path,
) -> None:
    home = tmp_path / "site"
    start_site(home)
    letter = home / "templates" / "form1" / "letter.ja.j2"
    whole = letter.read_text(encoding="utf-8")
    command = [sys.executable, "-m", "notices", "preview", "form1", "--watch"]
    log = tmp_path / "log"
    with log.open("wb") as out:
        running = subprocess.Popen(
            [*command, "--site", str(home)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    try:
        text = home / "preview" / "form1.txt"
        wait_for(text.exists, log)
        letter.write_text(whole.replace("{{ 理由 }}", "理由"), encoding="utf-8")
        wait_for(lambda: "理由" in so_far(log), log)
        letter.write_text(whole.replace("（注）", "（備考）"), encoding="utf-8")
        wait_for(lambda: "（備考）" in so_far(text), log)
        assert running.poll() is None, so_far(log)
    finally:
        ended = interrupt(running, log)
    assert ended in {0, 1, 130, -signal.SIGINT}, so_far(log)


def interrupt(running: "subprocess.Popen[bytes]", log: Path) -> int:
    """End it as a person does, who types Ctrl-C once more if nothing happens.

    Python drops an interrupt that comes while it finalises an object.
    """

    def is_over() -> bool:
        running.send_signal(signal.SIGINT)
        try:
            running.wait(5)
        except subprocess.TimeoutExpired:
            return False
        return True

    try:
        wait_for(is_over, log)
    finally:
        running.kill()
    return running.wait()


def so_far(path: Path) -> str:
    """What was written; the last letter may be there by half, the file be replaced."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def wait_for(condition, log: Path) -> None:
    end = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < end, so_far(log)
        time.sleep(0.2)
