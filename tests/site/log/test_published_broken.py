"""Publishing that was killed, damaged, or done twice at once; notes that do not fit."""

import json
import os
import shutil
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from notices.site import Site
from tests.site.log.conftest import grow_site
from tests.site.log.test_published import files, follow


@pytest.fixture
def published(desk, tmp_path):
    """A site whose log of 1,501 entries is in the folder."""
    desk.run("ledger", "key")
    grow_site(desk.home, 1500)
    folder = tmp_path / "log"
    assert desk.run("ledger", "publish", str(folder))[0] == 0
    return folder


def test_everybody_may_read_it_whatever_the_umask(desk, tmp_path):
    desk.run("ledger", "key")
    grow_site(desk.home, 600)
    folder = tmp_path / "log"
    before = os.umask(0o077)
    try:
        assert desk.run("ledger", "publish", str(folder))[0] == 0
    finally:
        os.umask(before)
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), path


def test_what_a_killed_publisher_left_is_swept_away(desk, published):
    whole = files(published)
    name = f".{'0f' * 8}.part"
    for path in (published, published / "tile/0", published / "tile/1"):
        (path / name).write_bytes(b"half a tile")
    mine = published / "tile/0" / ".htaccess.part"
    mine.write_text("of the server")
    assert desk.run("ledger", "publish", str(published))[0] == 0
    assert files(published) == sorted([*whole, "tile/0/.htaccess.part"])


def test_killed_at_any_moment_it_is_finished_later(desk, tmp_path):
    desk.run("ledger", "key")
    grow_site(desk.home, 9000)
    folder = tmp_path / "log"
    words = ["ledger", "publish", str(folder), "--site", str(desk.home)]
    for entries in (1, 9, 30):
        publisher = subprocess.Popen(
            [sys.executable, "-m", "notices", *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # as soon as so many files are there; it may be over before
        while publisher.poll() is None and len(list(folder.rglob("*"))) < entries:
            pass
        publisher.kill()
        publisher.wait()
        if (folder / "checkpoint").exists():
            assert follow(desk, folder)[0] == 0
    assert desk.run("ledger", "publish", str(folder))[0] == 0
    assert follow(desk, folder)[0] == 0
    assert not [name for name in files(folder) if name.endswith(".part")]


@pytest.mark.parametrize("octets", [None, b"", b"beginning"])
def test_a_tile_that_is_away_or_cut_short_is_written_again(desk, published, octets):
    path = published / "tile/0/002"
    whole = path.read_bytes()
    if octets is None:
        path.unlink()
    else:
        path.write_bytes(whole[: len(octets)])
    assert follow(desk, published)[0] != 0
    done = desk.json("ledger", "publish", str(published))[1]
    assert (done["tiles"], done["restored"]) == (1, 1)
    assert path.read_bytes() == whole
    assert follow(desk, published)[0] == 0


def test_a_tile_of_another_log_is_not_written_over(desk, published):
    path = published / "tile/0/002"
    path.write_bytes(b"\7" * 100)
    code, _, said = desk.run("ledger", "publish", str(published))
    assert code == 69
    assert "has other hashes" in said
    assert path.read_bytes() == b"\7" * 100


def test_many_at_once_issue_one_checkpoint(desk, tmp_path):
    """Two publishers, or one and `ledger checkpoint`, sign the same tree at once."""
    desk.run("ledger", "key")
    for count in range(4):
        grow_site(desk.home, 40, f"round-{count}")
        with ThreadPoolExecutor(4) as threads:
            notes = list(threads.map(_issued, [desk.home] * 4))
        assert len(set(notes)) == 1
    with Site.open(desk.home) as site:
        assert len(site.parts.store.ledger.issued()) == 4
    assert (desk.home / "ledger.checkpoint").read_text() == notes[0]


def _issued(home):
    with Site.open(home) as site:
        return site.rooms.log.ledger.checkpoint().note


def test_tiles_that_were_served_before_are_not_called_old(desk, published, tmp_path):
    """Only what begins the log may be withheld, not what begins the new part."""
    seen = tmp_path / "seen.txt"
    assert follow(desk, published, "--seen", str(seen))[0] == 0
    grow_site(desk.home, 2000)
    assert desk.run("ledger", "publish", str(published))[0] == 0
    # size 1501 ends within tile 5, which its proof needs; 6 it does not
    for name in ("006", "007"):
        (published / "tile/0" / name).unlink()
    code, out, _ = follow(desk, published, "--seen", str(seen))
    assert code == 3
    assert "tile/0/006 is not served" in out
    # all of the rest with it: the first new one is missed, too
    shutil.rmtree(published / "tile/0/005.p", ignore_errors=True)
    keep = {f"{place:03}" for place in range(5)} | {"005"}
    for path in (published / "tile/0").iterdir():
        if path.is_file() and path.name not in keep:
            path.unlink()
    assert follow(desk, published, "--seen", str(seen))[0] == 3


def test_a_newer_note_of_others_is_no_accusation(desk, published, tmp_path):
    grow_site(desk.home, 7)
    note = tmp_path / "note.txt"
    desk.run("ledger", "checkpoint", "--out", str(note))
    code, out, _ = follow(desk, published, "--checkpoint", str(note))
    assert code == 3
    assert "ask again when more are" in out
    # but what this reader himself saw published can not go back
    seen = tmp_path / "seen.txt"
    shutil.copy(note, seen)
    assert follow(desk, published, "--seen", str(seen))[0] == 1


@pytest.fixture
def two(desk, tmp_path):
    """Notes of 301 and 341 entries, the proof, and words that pin the key."""
    desk.run("ledger", "key")
    notes = []
    for count in (300, 40):
        grow_site(desk.home, count)
        notes.append(str(tmp_path / f"{count}.txt"))
        desk.run("ledger", "checkpoint", "--out", notes[-1])
    proof = tmp_path / "proof.json"
    words = ("ledger", "consistency")
    assert desk.run(*words, *notes, "--out", str(proof))[0] == 0
    return *notes, proof, ("--log-key", str(desk.home / "ledger.pub"))


def test_checkpoints_in_the_wrong_order_are_no_fork(desk, two):
    old, new, proof, pinned = two
    words = ("ledger", "consistency", new, old)
    for more in ((), pinned, (*pinned, "--proof", str(proof))):
        code, _, said = desk.run(*words, *more)
        assert code == 65
        assert "name the older one first" in said


def test_a_proof_of_other_trees_is_no_fork(desk, two, tmp_path):
    old, new, proof, pinned = two
    words = ("ledger", "consistency", old, new, *pinned, "--proof")
    assert desk.run(*words, str(proof))[0] == 0
    document = json.loads(proof.read_text())
    other = tmp_path / "other.json"
    for change in ({"old_size": 300}, {"new_size": 342}, {"new_size": "341"}):
        other.write_text(json.dumps(document | change))
        code, _, said = desk.run(*words, str(other))
        assert (code, "is the proof of" in said) == (65, True)
    document["consistency_proof"][0] = document["consistency_proof"][1]
    other.write_text(json.dumps(document))
    code, out, _ = desk.run(*words, str(other))
    assert (code, "NOT the beginning" in out) == (1, True)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "null",
        '{"consistency_proof": null}',
        '{"consistency_proof": "AAAA"}',
        '{"consistency_proof": [7]}',
        '{"consistency_proof": ["AAAA"]}',
        '{"consistency_proof": ["*"]}',
        "[" * 100_000,
        "not json",
    ],
)
def test_what_is_no_proof_is_told_in_our_words(desk, two, tmp_path, text):
    old, new, _, pinned = two
    other = tmp_path / "other.json"
    other.write_text(text)
    code, _, said = desk.run(
        "ledger", "consistency", old, new, *pinned, "--proof", str(other)
    )
    assert code == 65
    assert "is no consistency proof" in said
    assert "object" not in said


def test_what_was_found_is_told_as_json(desk, two):
    old, new, proof, pinned = two
    words = ("ledger", "consistency", old, new, *pinned)
    assert desk.json(*words, "--proof", str(proof))[1]["finding"] == "continues"
    code, told = desk.json(*words)
    assert (code, told["finding"]) == (3, "cannot_tell")


def test_a_note_that_does_not_fit_is_named(desk, published, tmp_path):
    for name, text in [("junk.txt", "junk"), ("empty.txt", "")]:
        path = tmp_path / name
        path.write_text(text)
        for option in ("--seen", "--checkpoint"):
            code, _, said = follow(desk, published, option, str(path))
            assert code == 65
            assert name in said
