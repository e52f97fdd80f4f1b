"""The log as static files, read by Go's tlog and by `ledger verify --from`."""

import random
import shutil
from base64 import b64encode
from pathlib import Path

import pytest

from notices.ledger import leaf_hash
from notices.ledger.tiles import TileName, parse_tile_path
from notices.site import Site
from tests.site.conftest import CASE_1
from tests.site.log.conftest import grow, grow_site
from tests.store.test_version_2 import leaves_in

OLD_DATABASE = Path(__file__).parents[2] / "store" / "vectors" / "revision-0005.sqlite"


def key_of(desk) -> str:
    return (desk.home / "ledger.pub").read_text("ascii").strip()


def follow(desk, folder, *more):
    return desk.run(
        "ledger",
        "verify",
        "--from",
        str(folder),
        "--log-key",
        str(desk.home / "ledger.pub"),
        *more,
    )


def files(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )


def test_go_reads_what_was_published(desk, go_reader, tmp_path):
    desk.run("send", CASE_1)
    folder = tmp_path / "log"
    assert desk.run("ledger", "publish", str(folder))[0] == 0
    with Site.open(desk.home) as site:
        ledger = site.parts.store.ledger
        leaves = ledger.events()
        root = b64encode(ledger.tree().root()).decode()
    for place, octets in enumerate(leaves):
        told = go_reader.read(folder, key_of(desk), place, leaf_hash(octets))
        assert told == f"ok {len(leaves)} {root}"
    wrong = go_reader.read(folder, key_of(desk), 0, leaf_hash(b"another"))
    assert wrong.startswith("error")


def growths(desk, go_reader, folder, count, seed):
    """Grow, publish, let Go read back; gives the size that was reached."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    with Site.open(desk.home) as site:
        store, publisher = site.parts.store, site.rooms.log.publisher
        key = str(site.rooms.log.ledger.log_key.key().public)
        old, old_root = 0, b"\0" * 32
        for _ in range(count):
            grow(store, chance.choice((1, 2, 3, 7, 20, 255, 256)), now=site.clock())
            if chance.random() < 0.2:
                site.rooms.log.ledger.checkpoint()
                grow(store, chance.randrange(1, 9), now=site.clock())
            publisher.publish(folder)
            tree = store.ledger.tree()
            place = chance.randrange(len(tree))
            [octets] = store.ledger.at([place])
            told = go_reader.read(
                folder, key, place, leaf_hash(octets), old=old, old_root=old_root
            )
            root = tree.root()
            assert told == f"ok {len(tree)} {b64encode(root).decode()}", (seed, told)
            old, old_root = len(tree), root
        return old


def test_random_growths_are_read_back(desk, go_reader, tmp_path):
    size = growths(desk, go_reader, tmp_path / "log", 40, seed=19)
    assert size > 256
    assert follow(desk, tmp_path / "log")[0] == 0


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(100))
def test_ten_thousand_growths_are_read_back(desk, go_reader, tmp_path, seed):
    growths(desk, go_reader, tmp_path / "log", 100, seed=seed)
    assert follow(desk, tmp_path / "log")[0] == 0


def test_only_what_is_new_is_written(desk, tmp_path):
    folder = tmp_path / "log"
    desk.run("ledger", "key")
    grow_site(desk.home, 299)
    assert desk.json("ledger", "publish", str(folder))[1] == {
        "size": 300,
        "earlier_size": 0,
        "tiles": 3,
        "restored": 0,
        "withheld": 0,
        "cosigned_by": [],
    }
    assert files(folder) == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
    ]
    before = (folder / "tile/0/000").stat().st_mtime_ns
    grow_site(desk.home, 212)
    done = desk.json("ledger", "publish", str(folder))[1]
    assert (done["size"], done["earlier_size"], done["tiles"]) == (512, 300, 2)
    # the partial tile went when it was full; of level 1 the earlier one stays
    assert files(folder) == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/1/000.p/1",
        "tile/1/000.p/2",
    ]
    assert (folder / "tile/0/000").stat().st_mtime_ns == before
    assert desk.json("ledger", "publish", str(folder))[1]["tiles"] == 0


def test_every_checkpoint_that_left_the_house_has_its_tiles(desk, tmp_path):
    desk.run("ledger", "key")
    grow_site(desk.home, 9)
    desk.run("ledger", "checkpoint")
    grow_site(desk.home, 5)
    desk.run("ledger", "publish", str(tmp_path / "log"))
    assert files(tmp_path / "log") == [
        "checkpoint",
        "tile/0/000.p/10",
        "tile/0/000.p/15",
    ]


def test_what_ended_early_is_finished_the_next_time(desk, go_reader, tmp_path):
    folder = tmp_path / "log"
    desk.run("ledger", "key")
    grow_site(desk.home, 700)
    desk.run("ledger", "publish", str(folder))
    whole = files(folder)
    (folder / "checkpoint").unlink()
    (folder / "tile/0/001").unlink()
    (folder / ".0123.part").write_bytes(b"half")
    code, _, said = desk.run("ledger", "publish", str(folder))
    assert code == 0, said
    assert set(whole) <= set(files(folder))
    assert follow(desk, folder)[0] == 0


def test_a_folder_with_something_else_is_left_alone(desk, tmp_path):
    desk.run("send", CASE_1)
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "letter.txt").write_text("not yours")
    code, _, said = desk.run("ledger", "publish", str(folder))
    assert code == 69
    assert "holds something else" in said
    assert files(folder) == ["letter.txt"]
    (folder / "letter.txt").unlink()
    (folder / "checkpoint").write_text("not a note")
    assert desk.run("ledger", "publish", str(folder))[0] == 69


def test_it_is_followed_from_what_was_seen(desk, tmp_path):
    folder, seen = tmp_path / "log", tmp_path / "seen.txt"
    desk.run("ledger", "key")
    grow_site(desk.home, 600)
    desk.run("ledger", "publish", str(folder))
    code, _, _ = follow(desk, folder, "--seen", str(seen))
    assert code == 0
    assert seen.read_text() == (folder / "checkpoint").read_text()
    grow_site(desk.home, 1000)
    desk.run("ledger", "publish", str(folder))
    code, told = desk.json(
        "ledger",
        "verify",
        "--from",
        str(folder),
        "--log-key",
        str(desk.home / "ledger.pub"),
        "--seen",
        str(seen),
    )
    assert code == 0
    assert (told["seen_size"], told["size"]) == (601, 1601)
    # tiles 2 to 5 are new, and three partial ones at most
    assert told["tiles"] <= 8
    assert "1601" in seen.read_text()


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/002", "tile/1/000.p/4"])
def test_one_octet_of_a_tile_is_noticed(desk, go_reader, tmp_path, path):
    folder = tmp_path / "log"
    desk.run("ledger", "key")
    grow_site(desk.home, 1030)
    desk.run("ledger", "publish", str(folder))
    octets = bytearray((folder / path).read_bytes())
    octets[40] ^= 1
    (folder / path).write_bytes(octets)
    assert follow(desk, folder)[0] == 1
    (folder / path).write_bytes(octets[:-1])
    assert follow(desk, folder)[0] == 1
    (folder / path).unlink()
    # the first of level 0 might have leaves of version 1; it is told
    code, out, _ = follow(desk, folder)
    assert code == (0 if path == "tile/0/000" else 3)
    assert "not served" in out


def test_a_published_log_that_was_set_back_is_noticed(desk, tmp_path):
    folder, seen = tmp_path / "log", tmp_path / "seen.txt"
    desk.run("ledger", "key")
    grow_site(desk.home, 300)
    desk.run("ledger", "publish", str(folder))
    shutil.copytree(folder, tmp_path / "old")
    grow_site(desk.home, 300)
    desk.run("ledger", "publish", str(folder))
    assert follow(desk, folder, "--seen", str(seen))[0] == 0
    code, out, _ = follow(desk, tmp_path / "old", "--seen", str(seen))
    assert code == 1
    assert "set back" in out
    assert "601" in seen.read_text()


def test_consistency_is_judged_without_a_site(desk, tmp_path):
    folder, key = tmp_path / "log", str(desk.home / "ledger.pub")
    desk.run("ledger", "key")
    for count in (300, 40):
        grow_site(desk.home, count)
        desk.run("ledger", "checkpoint", "--out", str(tmp_path / f"{count}.txt"))
    desk.run("ledger", "publish", str(folder))
    old, new = str(tmp_path / "300.txt"), str(tmp_path / "40.txt")
    shutil.move(desk.home, tmp_path / "away")
    key = str(tmp_path / "away" / "ledger.pub")
    words = ("ledger", "consistency")
    assert desk.run(*words, old, new, "--log-key", key, "--from", str(folder))[0] == 0
    code, out, _ = desk.run(*words, old, new, "--log-key", key)
    assert code == 3
    assert "only a proof tells" in out
    assert desk.run(*words, old, old, "--log-key", key)[0] == 0
    assert desk.run(*words, old, new, "--from", str(folder))[0] == 2


def test_hashes_of_version_1_are_not_served(desk, tmp_path):
    desk.run("ledger", "key")
    shutil.copy(OLD_DATABASE, desk.home / "outbox.sqlite")
    for name in ("high-water.mark", "outbox.sqlite-wal", "outbox.sqlite-shm"):
        (desk.home / name).unlink(missing_ok=True)
    with Site.open(desk.home) as site:
        store = site.parts.store
        # to open it brings it up, which adds to it
        old = len(leaves_in(OLD_DATABASE))
        assert 0 < old < 256, old
        grow(store, 600, now=site.clock())
        assert store.ledger.first_of_version_2() == old
        done = site.rooms.log.publisher.publish(tmp_path / "log")
    assert done.withheld == 1
    names = [name for name in files(tmp_path / "log") if name != "checkpoint"]
    assert "tile/0/000" not in names
    assert "tile/0/001" in names
    assert follow(desk, tmp_path / "log")[0] == 0


def test_paths_of_tiles_have_one_form():
    for level, place, width in [(0, 0, 256), (1, 1234067, 17), (63, 999, 1)]:
        name = TileName(level, place, width)
        assert parse_tile_path(name.path) == name
    for path in [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/256",
        "tile/0/x000/001",
        "tile/0/000.p/0",
        "tile/entries/000",
    ]:
        assert parse_tile_path(path) is None
