"""The package is what Python's zipfile writes, and each part is packed as tight."""

import io
import zipfile
import zlib

from notices.letters.packing import MOST_RATIO, package

PARTS = {
    "[Content_Types].xml": b"<Types/>",
    "word/document.xml": "違法情報".encode() * 40,
    "word/media/image1.png": bytes(range(256)) * 3,
    "word/empty.xml": b"",
    "word/tight.xml": b"one word " * 20_000,
}


def by_zipfile(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            tight = len(content) > MOST_RATIO * len(zlib.compress(content))
            member.compress_type = zipfile.ZIP_STORED if tight else zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return made.getvalue()


def test_it_is_what_zipfile_writes() -> None:
    assert package(PARTS) == by_zipfile(PARTS)
    assert package({}) == by_zipfile({})


def test_zipfile_reads_every_part_and_its_sum() -> None:
    with zipfile.ZipFile(io.BytesIO(package(PARTS))) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == PARTS
        stored = {one.filename for one in read.infolist() if not one.compress_type}
    assert stored == {"word/tight.xml"}
