"""Two histories of one log: a witness refuses the second, and `verify` tells of it.

Made by restoring a copy, by two workers with two databases, and by SQL by hand.
"""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest

from notices.ledger import leaf_hash
from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk
from tests.site.log.conftest import grow_site, watch
from tests.site.log.test_witnesses import checkpoint, found
from tests.verifier_js.agreement import both


def contents(home):
    """Every file of a site, to be put back in place, as a machine's snapshot is."""
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def put_back(home, kept):
    for path in home.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
    for path, octets in kept.items():
        with path.open("r+b" if path.exists() else "wb") as file:
            file.truncate()
            file.write(octets)


def alarm(desk):
    """The checkpoint is refused, both notes are told, and the site is on hold."""
    code, _, said = checkpoint(desk)
    assert code == 69, said
    assert "has seen another history of this log" in said
    code, _, held = desk.run("send", CASE_2_ABROAD)
    assert code == 69
    assert "has seen another history" in held
    return said


def keep(desk, tmp_path, name):
    """A cosigned note in a file, as an auditor keeps it."""
    path = tmp_path / name
    desk.run("ledger", "checkpoint", "--out", str(path))
    return path


@pytest.mark.parametrize("more", [2, 30])
def test_by_restoring_a_copy(desk, witness, tmp_path, more):
    """The copy is as it was, with mark, checkpoint and key, at its old place."""
    watch(desk, witness)
    grow_site(desk.home, 20)
    checkpoint(desk)
    kept = contents(desk.home)
    grow_site(desk.home, 9, "first")
    cosigned = keep(desk, tmp_path, "first.txt")
    assert f"— {witness.name} " in cosigned.read_text()
    put_back(desk.home, kept)
    grow_site(desk.home, more, "second")
    said = alarm(desk)
    # shorter than what was cosigned it is set back, longer it is another history
    assert ("409, it has cosigned a log of 30" if more == 2 else "422") in said
    assert witness.codes[-1] == (409 if more == 2 else 422)
    size = 21 + more
    assert f"of {size} entries" in said
    assert "of 21 entries" in said
    [told] = desk.json("ledger", "forks")[1]
    assert told["refused"].split("\n")[1] == str(size)
    assert told["cosigned"].split("\n")[1] == "21"
    assert f"— {witness.name} " in told["cosigned"]
    assert told["refused"] in desk.run("ledger", "forks")[1]
    code, out, _ = desk.run("ledger", "verify", "--checkpoint", str(cosigned))
    assert code == 1
    assert "FAULT" in out


def test_by_two_workers_with_two_databases(desk, witness, tmp_path, capsys):
    watch(desk, witness)
    grow_site(desk.home, 20)
    checkpoint(desk)
    other = Desk(tmp_path / "other", capsys)
    shutil.copytree(desk.home, other.home)
    assert other.run("reconcile", "--reason", "moved", "--skip", "0")[0] == 0
    with Site.open(other.home) as site:
        size = site.parts.store.ledger.size()
    grow_site(other.home, 5, "theirs")
    cosigned = keep(other, tmp_path, "theirs.txt")
    assert f"— {witness.name} " in cosigned.read_text()
    grow_site(desk.home, size + 5 - 21, "ours")
    said = alarm(desk)
    assert "409, it has another tree of this size" in said
    code, out, _ = desk.run("ledger", "verify", "--checkpoint", str(cosigned))
    assert (code, "FAULT" in out) == (1, True)
    # and without a site: equal sizes with other roots are a fork by themselves
    ours = tmp_path / "ours.txt"
    with Site.open(desk.home) as site:
        ours.write_text(site.parts.store.ledger.newest_issued().note)
    words = ("ledger", "consistency", str(ours), str(cosigned))
    for more in ((), ("--log-key", str(desk.home / "ledger.pub"))):
        code, out, _ = desk.run(*words, *more)
        assert (code, "the log is forked" in out) == (1, True)


def test_by_sql_by_hand(desk, witness, tmp_path):
    """Somebody with the file and the key rewrites an entry, and cleans up behind it."""
    watch(desk, witness)
    grow_site(desk.home, 600)
    cosigned = keep(desk, tmp_path, "honest.txt")
    with closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection:
        triggers = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for (name,) in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        [(payload,)] = connection.execute("SELECT payload FROM events WHERE seq = 77")
        changed = payload.replace('"attempt":76', '"attempt":99')
        assert changed != payload
        connection.execute(
            "UPDATE events SET payload = ?, leaf = ? WHERE seq = 77",
            (changed, leaf_hash(changed.encode())),
        )
        for table in ("subtrees", "checkpoints", "cosignatures", "identities"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608
        connection.commit()
    for name in ("high-water.mark", "ledger.checkpoint"):
        (desk.home / name).unlink(missing_ok=True)
    grow_site(desk.home, 10, "later")
    said = alarm(desk)
    assert "422, to a proof from 601 entries" in said
    assert witness.codes[-2:] == [409, 422]
    code, out, _ = desk.run("ledger", "verify", "--checkpoint", str(cosigned))
    assert code == 1
    assert "another root" in out


def test_a_rewritten_entry_alone_is_found_by_the_tree_that_is_kept(desk):
    grow_site(desk.home, 600)
    with closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection:
        connection.execute("DROP TRIGGER subtrees_update")
        connection.execute("UPDATE subtrees SET hash = zeroblob(32) WHERE place = 1")
        connection.commit()
    code, out, _ = desk.run("ledger", "verify")
    assert code == 1
    assert "the kept hash 1 of level 1" in out


def test_a_bundle_of_one_branch_and_the_note_of_the_other(
    desk, witness, tmp_path, capsys
):
    watch(desk, witness)
    desk.run("send", CASE_1)
    other = Desk(tmp_path / "other", capsys)
    shutil.copytree(desk.home, other.home)
    assert other.run("reconcile", "--reason", "moved", "--skip", "0")[0] == 0
    bundle, proof = tmp_path / "one.asice", tmp_path / "prove.json"
    assert desk.run("export", CASE_1, "--out", str(bundle), "--unproven")[0] in (0, 3)
    assert desk.run("ledger", "prove", CASE_1, "--out", str(proof))[0] == 0
    other.set("witnesses", "[]", section="ledger")
    with Site.open(desk.home) as site:
        wanted = site.parts.store.ledger.size()
    with Site.open(other.home) as site:
        have = site.parts.store.ledger.size()
    assert wanted >= have
    if wanted > have:
        grow_site(other.home, wanted - have)
    note = keep(other, tmp_path, "other.txt")
    options = {
        "trust": [desk.root.read_bytes()],
        "at": Site.open(desk.home).clock(),
        "log_keys": [(desk.home / "ledger.pub").read_text()],
    }
    for data, check in [(bundle.read_bytes(), "B30"), (proof.read_bytes(), "L05")]:
        report = both(data, **options, checkpoints=[note.read_text()])
        assert found(report, check) == "failed"
        assert report.verdict.value == "TOTAL-FAILED"
        own = desk.run("ledger", "checkpoint")[1]
        report = both(data, **options, checkpoints=[own])
        assert found(report, check) == "passed"
    words = ("verify", str(proof), "--log-key", str(desk.home / "ledger.pub"))
    assert other_run(desk, *words, "--checkpoint", str(note)) == 1
    assert other_run(desk, *words, "--witness-key", witness.key) == 0


def other_run(desk, *words):
    """`notices verify` has no --site."""
    from notices.cli import run  # noqa: PLC0415

    code = run([*words])
    desk.capsys.readouterr()
    return code


def test_the_hold_ends_when_somebody_compared_and_begins_a_new_log(
    desk, received, witness
):
    watch(desk, witness)
    grow_site(desk.home, 20)
    checkpoint(desk)
    witness.logs["hotline.example.jp/notices"].root = b"\7" * 32
    grow_site(desk.home, 2, "more")
    alarm(desk)
    assert desk.run("reconcile", "--reason", "compared with the auditor")[0] == 0
    assert desk.run("send", CASE_1)[0] == 0
    # the log is the same, so the next checkpoint is refused again
    code, _, said = checkpoint(desk)
    assert (code, "another history" in said) == (69, True)
    assert desk.run("reconcile", "--reason", "a new log begins")[0] == 0
    desk.set("origin", '"hotline.example.jp/second"', section="ledger")
    desk.set("signing_key", '"second.key"', section="ledger")
    (desk.home / "second.key").unlink(missing_ok=True)


def test_a_refusal_is_on_record_for_other_processes(desk, witness):
    watch(desk, witness)
    grow_site(desk.home, 20)
    checkpoint(desk)
    with Site.open(desk.home) as worker:
        assert worker.rooms.log.ledger.rollback.reasons() == ()
        witness.logs["hotline.example.jp/notices"].root = b"\7" * 32
        grow_site(desk.home, 2, "more")
        alarm(desk)
        [reason] = worker.parts.high_water.reasons()
        assert witness.name in reason
    code, listed = desk.json("doctor")
    assert code != 0
    assert "another history" in json.dumps(listed)
