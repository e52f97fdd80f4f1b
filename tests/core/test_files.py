"""A file is written whole or not at all, and never over what is not ours.

Judged from outside: other processes race for the name, are killed, have no room.
"""

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from notices.errors import InputError, RefusedError
from notices.files import place, read_limited, require_free, safe_write
from notices.files.system_words import SYSTEM_WORDS

OLD, NEW = b"old " * 5000, b"new " * 200_000


def left(folder):
    return sorted(each.name for each in folder.iterdir())


def test_a_new_file_is_written_with_its_permissions(tmp_path):
    safe_write(tmp_path / "key", b"secret", mode=0o600)
    assert (tmp_path / "key").read_bytes() == b"secret"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key").stat().st_nlink == 1
    assert left(tmp_path) == ["key"]


@pytest.mark.parametrize("replaces", [None, lambda _: False])
def test_what_is_there_stays(tmp_path, replaces):
    (tmp_path / "mine").write_bytes(OLD)
    for call in (require_free, lambda path, told: safe_write(path, NEW, replaces=told)):
        with pytest.raises(RefusedError, match="left as it is"):
            call(tmp_path / "mine", replaces)
    assert (tmp_path / "mine").read_bytes() == OLD
    assert left(tmp_path) == ["mine"]


def test_what_is_recognised_is_replaced(tmp_path):
    (tmp_path / "mine").write_bytes(OLD)
    safe_write(tmp_path / "mine", NEW, replaces=OLD.__eq__)
    assert (tmp_path / "mine").read_bytes() == NEW
    assert left(tmp_path) == ["mine"]


def make_fifo(path):
    os.mkfifo(path)


def make_link(path):
    (path.parent / "target").write_bytes(OLD)
    path.symlink_to("target")


def make_dangling(path):
    path.symlink_to("nowhere")


def make_socket(path):
    import socket  # noqa: PLC0415

    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (Path.mkdir, "a folder"),
        (make_link, "a link"),
        (make_dangling, "a link"),
        (make_fifo, "a pipe"),
        (make_socket, "a socket"),
    ],
)
def test_what_is_no_file_is_refused_with_its_kind(tmp_path, make, words):
    """A pipe must not hang, and a link must not lead the output elsewhere."""
    path = tmp_path / "x"
    make(path)
    before = left(tmp_path)
    for replaces in (None, lambda _: True):
        with pytest.raises(RefusedError, match=words):
            safe_write(path, NEW, replaces=replaces)
    assert left(tmp_path) == before
    if make is make_link:
        assert (tmp_path / "target").read_bytes() == OLD


def test_a_device_is_refused_and_dev_null_swallows():
    null = os.lstat("/dev/null")
    safe_write(Path("/dev/null"), NEW)
    assert os.lstat("/dev/null") == null, "root would have replaced the device"
    with pytest.raises(RefusedError, match="a device"):
        safe_write(Path("/dev/zero"), NEW)


def test_standard_output_is_written_to_and_not_replaced(tmp_path):
    """Behind a redirection, in its order, whatever the shell opened there."""
    words = (
        "from pathlib import Path; from notices.files import safe_write;"
        "print('before'); safe_write(Path('/dev/stdout'), b'content\\n');"
        "print('after')"
    )
    with (tmp_path / "out").open("wb") as out:
        subprocess.run([sys.executable, "-c", words], stdout=out, check=True)
    assert (tmp_path / "out").read_text() == "before\ncontent\nafter\n"
    piped = subprocess.run(
        [sys.executable, "-c", words], stdout=subprocess.PIPE, check=True
    )
    assert piped.stdout == b"before\ncontent\nafter\n"


def test_a_folder_that_is_not_there_is_bad_input(tmp_path):
    with pytest.raises(InputError, match="cannot be written: No such file"):
        safe_write(tmp_path / "nowhere" / "x", NEW)


def test_of_many_writers_one_wins_and_the_others_are_told(tmp_path):
    """Between a check and a rename(2) somebody else's file would be lost."""
    won, refused = [], []
    start = threading.Barrier(8)

    def write(index):
        start.wait()
        try:
            safe_write(tmp_path / "x", bytes([index]) * 100_000)
            won.append(index)
        except RefusedError:
            refused.append(index)

    for _ in range(20):
        writers = [threading.Thread(target=write, args=[each]) for each in range(8)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert (tmp_path / "x").read_bytes() == bytes([won.pop()]) * 100_000
        assert (won, len(refused)) == ([], 7)
        refused.clear()
        assert left(tmp_path) == ["x"]
        (tmp_path / "x").unlink()


def test_a_file_that_came_after_the_check_stays(tmp_path):
    (tmp_path / "part").write_bytes(NEW)
    require_free(tmp_path / "x")
    (tmp_path / "x").write_bytes(OLD)
    with pytest.raises(RefusedError, match="there already"):
        place(tmp_path / "part", tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == OLD


def test_a_file_that_was_changed_after_it_was_recognised_stays(tmp_path):
    """An editor saves over the report while the new one is made."""
    path = tmp_path / "x"
    path.write_bytes(OLD)

    def recognise(content):
        (tmp_path / "edited").write_bytes(b"edited")
        (tmp_path / "edited").rename(path)
        return content == OLD

    with pytest.raises(RefusedError, match="changed meanwhile"):
        safe_write(path, NEW, replaces=recognise)
    assert left(tmp_path) == ["x"]
    assert path.read_bytes() == b"edited"


@pytest.mark.parametrize("old", [None, OLD])
def test_without_room_the_old_file_stays_and_nothing_is_left(tmp_path, old):
    """A limit of the system on the size of files: write(2) fails halfway."""
    path = tmp_path / "x"
    if old:
        path.write_bytes(old)

    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))

    words = (
        "import sys; from pathlib import Path; from notices.files import safe_write\n"
        "from notices.errors import TryLater\n"
        "try: safe_write(Path(sys.argv[1]), bytes(100_000), replaces=lambda _: True)\n"
        "except TryLater as error: print(error.message)"
    )
    done = subprocess.run(
        [sys.executable, "-c", words, path],
        preexec_fn=limited,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written: File too large" in done.stdout
    assert left(tmp_path) == (["x"] if old else [])
    if old:
        assert path.read_bytes() == old


LEAST_KILLS = 12


def test_killed_at_any_moment_it_is_the_old_file_or_the_new(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(OLD)
    words = (
        "import sys; from pathlib import Path; from notices.files import safe_write\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "  for content in (b'old ' * 5000, b'new ' * 200_000):\n"
        "    safe_write(Path(sys.argv[1]), content, replaces=lambda _: True)"
    )
    seen, both = set(), {len(OLD), len(NEW)}
    for index in range(100):
        if index >= LEAST_KILLS and seen == both:
            break  # a slow disk needs more of them, each with more time
        with subprocess.Popen(
            [sys.executable, "-c", words, path], stdout=subprocess.PIPE
        ) as writer:
            writer.stdout.readline()
            time.sleep(0.003 * index)
            writer.kill()
        content = path.read_bytes()
        assert content in (OLD, NEW)
        seen.add(len(content))
    assert seen == both, "the writer was never at work"


def test_reading_has_its_limit(tmp_path):
    (tmp_path / "x").write_bytes(bytes(11))
    assert read_limited(tmp_path / "x", 11) == bytes(11)
    with pytest.raises(InputError, match="larger than"):
        read_limited(tmp_path / "x", 10)
    with pytest.raises(InputError, match="cannot be read"):
        read_limited(tmp_path / "y")


def test_the_words_of_the_system_are_those_of_its_own():
    """Said in other words, a translator's entry would be found by nobody."""
    said = {os.strerror(number) for number in errno.errorcode}
    assert set(SYSTEM_WORDS) <= said
