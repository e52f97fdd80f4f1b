"""What lies in the folder besides: broken, hidden, linked, large, or a copy of a judgment."""

import io
import zipfile

import pytest

from notices.files import safe_write
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.disposal.conftest import desk, life, received
from tests.site.disposal.test_disposal import ALL

__all__ = ["desk", "life", "received"]

SECRET = b"what stands on the page"


def archive_of(name, content, *, encrypted=False):
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    data = bytearray(octets.getvalue())
    if encrypted:
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


NAMED = CASE_1.encode()
WHOLE = archive_of("a.xml", NAMED * 50)
BROKEN = {
    "no-container.zip": b"PK\x03\x04 " + NAMED,
    "cut.docx": WHOLE[:60] + b" " + NAMED,
    "encrypted.docx": archive_of("a.xml", NAMED, encrypted=True) + b" " + NAMED,
    "damaged.xlsx": WHOLE.replace(WHOLE[40:44], b"\xff\xff\xff\xff", 1) + NAMED,
    "strange.zip": archive_of("a.json", b"x").replace(b"\x08\x00", b"\x63\x00") + NAMED,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_container_stops_nothing_and_is_named(life, name):
    (life.desk.home / name).write_bytes(BROKEN[name])
    assert life.desk.run("dispose", *ALL)[0] == 0
    [certificate] = life.desk.json("disposals")[1]
    assert certificate["cleared_at"]
    assert name in certificate["files"]["left"]


COPIES = (
    f"cases/{CASE_1}.json.bak",
    f"cases/{CASE_1}.json~",
    f"cases/.{CASE_1}.json.swp",
    f"cases/old/{CASE_1}.json",
    f"cases/{CASE_1}-old.json",
    "cases/notes.txt",
    ".looks.csv.swp",
)


def test_copies_beside_the_judgment_are_named(life):
    home = life.desk.home
    (home / "cases/old").mkdir()
    for name in COPIES:
        (home / name).write_bytes(NAMED + b" " + SECRET)
    others = home / "cases" / f"{CASE_2_ABROAD}.json"
    before = others.read_bytes()
    assert life.desk.run("dispose", *ALL)[0] == 0
    [certificate] = life.desk.json("disposals")[1]
    assert set(COPIES) <= set(certificate["files"]["left"])
    assert not (home / "cases" / f"{CASE_1}.json").exists()
    assert others.read_bytes() == before


def test_what_a_killed_write_left_goes_with_the_rest(life):
    desk = life.desk
    assert desk.run("preview", CASE_1)[0] == 0
    made = desk.home / "preview" / f"{CASE_1}.txt"
    left = desk.home / "preview" / ".0123456789abcdef.part"
    safe_write(left, made.read_bytes())
    assert desk.run("dispose", *ALL)[0] == 0
    assert not left.exists()
    assert not made.exists()


def test_links_are_named_and_their_targets_stay(life, tmp_path):
    home = life.desk.home
    target = tmp_path / "elsewhere.txt"
    target.write_bytes(NAMED + SECRET)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / f"{CASE_1}.pdf").write_bytes(b"%PDF-")
    (home / "link.txt").symlink_to(target)
    (home / "letters").symlink_to(folder)
    (home / "dead").symlink_to(tmp_path / "nowhere")
    assert life.desk.run("dispose", *ALL)[0] == 0
    left = set(life.desk.json("disposals")[1][0]["files"]["left"])
    assert {"letters"} <= left
    assert "dead" not in left
    assert target.read_bytes() == NAMED + SECRET
    assert (folder / f"{CASE_1}.pdf").exists()


@pytest.mark.parametrize("place", [0, 70_000_000])
def test_a_file_too_large_to_read_is_looked_through(life, place):
    with (life.desk.home / "backup.raw").open("wb") as file:
        file.seek(place)
        file.write(b" " + NAMED + b" " + SECRET)
        file.truncate(80_000_000)
    assert life.desk.run("dispose", *ALL)[0] == 0
    assert "backup.raw" in life.desk.json("disposals")[1][0]["files"]["left"]
