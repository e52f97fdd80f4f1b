"""ZIP that could be read in two ways is not read at all."""

import io
import struct
import warnings
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.evidence.container import write_container
from notices.verifying.zip_reader import (
    MEDIA_TYPE,
    MalformedContainer,
    is_container,
    read_container,
)

GOOD = {"mimetype": MEDIA_TYPE, "a.txt": b"A" * 300, "d/b.txt": b"bytes \x00\xff"}


def zipped(*members, **options):
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w", **options) as archive:
        warnings.simplefilter("ignore")
        archive.writestr(info("mimetype", 0), MEDIA_TYPE)
        for name, content in members:
            archive.writestr(info(name, 8), content)
    return buffer.getvalue()


def info(name, method):
    made = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    made.compress_type = method
    return made


def test_what_is_written_is_read():
    assert read_container(write_container(GOOD)) == GOOD


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True),
        st.binary(max_size=99),
        max_size=5,
    )
)
def test_any_members_survive(members):
    names = set(members)
    members = {"mimetype": MEDIA_TYPE} | {
        n: c for n, c in members.items() if n != "mimetype"
    }
    assert read_container(write_container(members)) == members
    assert names | {"mimetype"} == set(members)


def bomb():
    return zipped(("a.txt", b"\0" * (1 << 20)))


def lying_size(data, by=-1):
    """Both headers say that a member is shorter than it inflates to."""
    size = struct.pack("<L", 300)
    assert data.count(size) == 2
    return data.replace(size, struct.pack("<L", 300 + by))


WHOLE = write_container(GOOD)


def directory(place, octet):
    """The first line of the central directory with one byte changed."""
    start = WHOLE.index(b"PK\x01\x02") + place
    assert WHOLE[start] != octet
    return WHOLE[:start] + bytes([octet]) + WHOLE[start + 1 :]


CASES = {
    "cut": WHOLE[:-5],
    "empty": b"",
    "bytes before": b"MZ" + WHOLE,
    "bytes after": WHOLE + b"x",
    "comment": WHOLE[:-2] + b"\x01\x00x",
    "duplicate member": zipped(("a.txt", b"1"), ("a.txt", b"2")),
    "names that differ in case": zipped(("a.txt", b"1"), ("A.txt", b"2")),
    "traversal": zipped(("../a.txt", b"1")),
    "traversal within": zipped(("d/../../a", b"1")),
    "absolute": zipped(("/etc/passwd", b"1")),
    "drive": zipped(("C:/a", b"1")),
    "backslash": zipped(("d\\a", b"1")),
    "folder": zipped(("d/", b"")),
    "Unicode name": zipped(("ａ.txt", b"1")),
    "hidden file": zipped((".profile", b"1")),
    "bomb": bomb(),
    "shorter than it says": lying_size(WHOLE, 1),
    "longer than it says": lying_size(WHOLE, -1),
    "local name differs": WHOLE.replace(b"a.txt", b"z.txt", 1),
    "central name differs": WHOLE[::-1].replace(b"txt.a", b"txt.z", 1)[::-1],
    "other CRC": WHOLE.replace(struct.pack("<L", zlib.crc32(b"A" * 300)), b"abcd"),
    "local CRC differs": WHOLE.replace(
        struct.pack("<L", zlib.crc32(b"A" * 300)), b"abcd", 1
    ),
    "mimetype not first": write_container({"a.txt": b"1"})[38 + 31 :],
    "other media type": WHOLE.replace(b"asic-e", b"asic-s"),
    "encrypted flag": WHOLE.replace(
        b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"
    ),
    # a mutant found these: nobody's content, and so a place for anybody's
    "made by another version": directory(4, 59),
    "made by another system": directory(5, 0),
    "internal attributes": directory(36, 1),
    "a link": directory(41, 0xA1),
    "executable": directory(40, 0xED),
    "a DOS attribute": directory(38, 1),
    "many members": zipped(*((f"f{number}", b"") for number in range(500))),
}


@pytest.mark.parametrize("data", CASES.values(), ids=CASES.keys())
def test_odd_containers_are_refused(data):
    with pytest.raises(MalformedContainer):
        read_container(data)


def test_a_gap_between_members_is_refused():
    """The place where some readers find other members than others."""
    start = WHOLE.index(b"PK\x03\x04", 4)
    gap = WHOLE[:start] + b"hidden" + WHOLE[start:]
    end = len(gap) - 22
    offset = struct.unpack_from("<L", gap, end + 16)[0] + 6
    gap = gap[: end + 16] + struct.pack("<L", offset) + gap[end + 20 :]
    with pytest.raises(MalformedContainer):
        read_container(gap)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_no_byte_can_be_changed_and_other_members_be_read(place, by):
    data = bytearray(WHOLE)
    data[place] ^= by
    try:
        found = read_container(bytes(data))
    except MalformedContainer:
        return
    assert found == GOOD


@given(st.binary(max_size=200))
def test_anything_else_is_refused_without_another_exception(data):
    with pytest.raises(MalformedContainer):
        read_container(data)


def test_word_files_are_no_containers_of_ours():
    assert not is_container(zipped(("[Content_Types].xml", b""))[69 + 0 :])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
    assert not is_container(buffer.getvalue())
    assert is_container(WHOLE)
