"""A notice that began under version 1 of the ledger, and goes on under version 2."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from alembic import command
from alembic.config import Config

from notices.delivery import State
from notices.ledger import (
    COMMITMENT_PREFIX,
    Event,
    EventKind,
    commitment,
    document_salt,
    leaf_hash,
)
from notices.report import Verdict
from notices.store.database import migrate
from notices.store.database.engine import make_engine, writing
from tests.evidence.conftest import Centre, members_of

CASE = "IHC-2026-004219"
SECRET = bytes(range(32))
COPIED = ("numbers", "notices", "artifacts", "deliveries")


def as_version_1(path, number, now):
    """The same database as a program of before would have made it."""
    old = path.with_name("old.sqlite")
    engine = make_engine(f"sqlite:///{old}", busy_timeout=5)
    config = Config()
    config.set_main_option("script_location", str(migrate._SCRIPTS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
    engine.dispose()
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("ATTACH ? AS new", (str(path),))
        for table in COPIED:
            connection.execute(
                f"INSERT INTO {table} SELECT * FROM new.{table}"  # noqa: S608
            )
        connection.execute("DROP TRIGGER notices_update")
        connection.execute("UPDATE notices SET salt = ?", (SECRET.hex(),))
        for seq, leaf in enumerate(leaves(connection, number)):
            payload = Event(seq=seq, at=now, number=number, **leaf).payload()
            connection.execute(
                "INSERT INTO events (seq, number, kind, at, payload, leaf) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (
                    seq,
                    number,
                    str(leaf["kind"]),
                    json.loads(payload)["at"],
                    payload.decode(),
                    leaf_hash(payload),
                ),
            )
    old.replace(path)


def leaves(connection, number):
    """`numbered` and `prepared` as version 1 wrote them."""
    row = connection.execute(
        "SELECT n.case_id, n.rung, n.kind, n.ordinal, n.form, n.judgment, "
        "n.signer_certificate_sha256, d.forward_path, d.message_id "
        "FROM notices n JOIN deliveries d USING (number) WHERE number = ?",
        (number,),
    ).fetchone()
    key = dict(zip(("case_id", "rung", "kind", "ordinal"), row, strict=False))
    documents = dict(
        connection.execute(
            "SELECT name, content FROM artifacts WHERE number = ?", (number,)
        ).fetchall()
    )
    documents["judgment.json"] = row[5].encode()
    yield {
        "kind": EventKind.NUMBERED,
        "facts": {**key, "series": "", "year": 2026, "serial": 1},
    }
    yield {
        "kind": EventKind.PREPARED,
        "facts": {
            **key,
            "form": row[4],
            "recipient": row[7],
            "message_id": row[8],
            "signer_certificate_sha256": row[6],
            "again_reason": "",
            "rung_reason": "",
            "channel": "smtp",
            "test": False,
            **{
                f"{COMMITMENT_PREFIX}{name}": commitment(
                    document_salt(SECRET, name), octets
                )
                for name, octets in documents.items()
            },
        },
    }


@pytest.fixture
def moved_on(centre, tmp_path):
    """A centre with one notice that a program of before prepared."""
    home = tmp_path / "site"
    shutil.copytree(centre.home, home)
    for name in ("outbox.sqlite", "high-water.mark", "ledger.checkpoint"):
        (home / name).unlink(missing_ok=True)
    moved = Centre(home=home, authority=centre.authority, roots=centre.roots)
    with moved.site() as site:
        number = site.prepare(site.read_case(CASE)).number
    as_version_1(home / "outbox.sqlite", number, centre.now)
    for name in ("high-water.mark", "ledger.checkpoint"):
        (home / name).unlink(missing_ok=True)
    return moved, number


@pytest.mark.parametrize("redact", [False, True])
def test_a_bundle_over_both_versions_is_good(moved_on, redact):
    centre, number = moved_on
    with centre.site() as site:
        store = site.parts.store
        own = [leaf for leaf in store.ledger.events() if number.encode() in leaf]
        assert own
        assert not any(b'"v":2' in leaf for leaf in own)
        centre.send(site, number)
        assert store.get(number).state is State.SENT
        (made,) = site.rooms.exporter.export(CASE, redact=redact)
        key = str(site.rooms.log.ledger.log_key.public())
        shown = site.show(CASE)
    assert [event["leaf"]["event"] for event in shown[0]["events"]][:2] == [
        "numbered",
        "prepared",
    ]
    record = json.loads(members_of(made.content)["ledger/record.json"])
    # one of them is `requested`: since the upgrade there is a case to tell
    assert len(record["notice"]) == 8
    report = centre.judge(made.content, log_keys=[key])
    assert report.verdict is Verdict.TOTAL_PASSED, [
        one for one in report.findings if one.status in ("failed", "indeterminate")
    ]
    assert report.notice.number == number
