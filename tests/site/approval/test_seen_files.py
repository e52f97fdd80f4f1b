"""What is remembered of files is what they hold: every change of them is seen."""

import os
import time
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.site.approval.seen_files import SeenFiles

LATER = 10**11


class Shelf:
    """Two files, the first of which may stand in two places; counts the readings."""

    def __init__(self, folder, ahead=LATER):
        self.own, self.shipped, self.other = (
            folder / name for name in ("own", "shipped", "other")
        )
        self.shipped.write_bytes(b"shipped")
        self.other.write_bytes(b"other")
        self.seen = SeenFiles(now=lambda: time.time_ns() + ahead)
        self.readings = 0

    def really(self):
        first = self.own if self.own.exists() else self.shipped
        return first.read_bytes() + b"|" + self.other.read_bytes()

    def _read(self):
        self.readings += 1
        return self.really()

    def look(self):
        places = [[self.own, self.shipped], [self.other]]
        return self.seen.read(lambda: places, self._read)


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path)


def test_what_did_not_change_is_read_once(shelf):
    assert {shelf.look() for _ in range(5)} == {b"shipped|other"}
    assert shelf.readings == 1


def test_what_was_changed_just_now_is_read_again(tmp_path):
    """Two changes within one tick of the file system have the same times."""
    shelf = Shelf(tmp_path, ahead=0)
    shelf.look()
    shelf.look()
    assert shelf.readings == 2


def test_a_change_of_the_same_length_whose_time_was_set_back_is_seen(shelf):
    shelf.look()
    before = shelf.other.stat()
    _until_the_clock_of_files_moves(shelf.other)
    shelf.other.write_bytes(b"OTHER")
    os.utime(shelf.other, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shelf.look() == b"shipped|OTHER"


def test_another_file_in_its_place_is_seen(shelf, tmp_path):
    shelf.look()
    before = shelf.other.stat()
    made = tmp_path / "made"
    made.write_bytes(b"OTHER")
    os.utime(made, ns=(before.st_atime_ns, before.st_mtime_ns))
    made.replace(shelf.other)
    assert shelf.look() == b"shipped|OTHER"


def test_a_file_that_comes_before_it_is_seen_and_its_going_too(shelf):
    shelf.look()
    shelf.own.write_bytes(b"own")
    assert shelf.look() == b"own|other"
    shelf.own.unlink()
    assert shelf.look() == b"shipped|other"


def test_what_cannot_be_read_is_not_remembered(shelf):
    shelf.look()
    shelf.other.unlink()
    with pytest.raises(FileNotFoundError):
        shelf.look()
    shelf.other.write_bytes(b"back")
    assert shelf.look() == b"shipped|back"


def _until_the_clock_of_files_moves(path):
    """The kernel's clock for files goes in ticks of some milliseconds."""
    before = path.stat().st_ctime_ns
    until = time.monotonic() + 60
    while path.stat().st_ctime_ns == before and time.monotonic() < until:
        path.chmod(path.stat().st_mode)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["own", "shipped", "other"]),
        st.sampled_from([b"a", b"b", b"cc", None]),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=timedelta(seconds=20))
@given(steps=STEPS)
def test_it_says_what_the_files_say(tmp_path_factory, steps):
    """By a clock that is right, whatever is done to the files, however quickly."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"), ahead=0)
    shelf.look()
    for name, content in steps:
        path = getattr(shelf, name)
        if content is not None:
            path.write_bytes(content)
        elif name == "own":
            path.unlink(missing_ok=True)
        assert shelf.look() == shelf.really()
