"""After disposal nothing that was said is left, and everything that is counted."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from notices.errors import TryLater
from notices.files import safe_write
from notices.site import Site
from notices.site.disposal.persons import second_person
from notices.site.signer.asked_bundles import make_asked
from notices.store.disposal import Decided
from tests.site.casework.test_case_commands import judged, record, state
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.disposal.conftest import CLOSED_FOR, NEVER_SAID, lived

__all__ = ["record"]

TOMORROW = str(datetime.now(UTC).date() + timedelta(days=2))
ALL = ("--before", TOMORROW, "--yes")


def files_of(home):
    """Every byte of every file of a site, by name."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and "inbox/" not in str(path) and "templates" not in str(path)
    }


def database_of(home):
    return b"".join(
        path.read_bytes() for path in home.glob("outbox.sqlite*") if path.is_file()
    )


def exported(desk):
    path = desk.home.parent / "statistics-of.jsonl"
    path.unlink(missing_ok=True)
    assert desk.run("ledger", "export", str(path))[0] == 0
    return path


def test_no_byte_of_what_was_said_is_left(life):
    desk = life.desk
    desk.run("preview", CASE_1, "--png")
    for words in ((), ("--redact",)):
        assert desk.run("export", CASE_1, "--out", str(desk.home), *words)[0] == 0
    number = f"{desk.json('show', CASE_1)[1][0]['notice']['number']}"
    with Site.open(desk.home) as site:
        bundles = site.rooms.access.bundles
        bundles.ask(CASE_1, redact=False, now=site.clock())
        [made] = make_asked(bundles, site.rooms.exporter, site.clock)
        assert made.files == (f"{number}.asice",)
    before = life.found(database_of(desk.home))
    assert len(before) > len(life.octets) * 0.7, "the search finds what is there"
    tables = desk.json("statistics", "2026", "--format", "json")
    assert desk.run("dispose", *ALL)[0] == 0
    assert life.found(database_of(desk.home)) == []
    with Site.open(desk.home) as site:
        assert site.rooms.access.bundles.of(CASE_1, now=site.clock()) == ()
    left = files_of(desk.home)
    # the directory of providers, and other cases, are no texts of this one
    others = {
        "recipients.toml",
        *(f"cases/{path.name}" for path in (desk.home / "cases").iterdir()),
    }
    found = {name: life.found(left[name]) for name in left.keys() - others}
    assert {name for name, texts in found.items() if texts} == set()
    assert f"cases/{CASE_1}.json" not in left
    assert [name for name in left if name.startswith("preview/")] == []
    assert f"{number}.redacted.asice" in left
    assert f"{number}.asice" not in left
    assert f"cases/{CASE_2_ABROAD}.json" in left
    assert desk.json("statistics", "2026", "--format", "json")[0] == tables[0]


def test_the_file_is_searched_while_another_connection_is_open(life):
    """The write-ahead log is emptied too, not only the file."""
    desk = life.desk
    with Site.open(desk.home) as site:
        site.parts.store.list()
        site.rooms.disposer.dispose(before=datetime.now(UTC).date() + timedelta(days=2))
        names = [path.name for path in desk.home.glob("outbox.sqlite*")]
        assert "outbox.sqlite-wal" in names
        assert life.found(database_of(desk.home)) == []


def test_what_is_counted_stays_and_verifies(life, tmp_path):
    desk = life.desk
    asked = (
        "statistics",
        "2026",
        "--as-of",
        str(datetime.now(UTC).date() - timedelta(1)),
    )
    size = str(desk.json("show", CASE_1)[1][0]["ledger"]["size"])
    pair = (*asked, "--size", size, "--format", "json")
    before = desk.run(*pair)[1]
    bundle = tmp_path / "early.asice"
    assert desk.run("export", CASE_1, "--out", str(bundle))[0] == 0
    assert desk.run("dispose", *ALL)[0] == 0
    assert desk.run(*pair)[1] == before
    assert desk.run("ledger", "verify")[0] == 0
    exported(desk)
    trust = ("--trust", str(desk.root))
    from notices.cli import run  # noqa: PLC0415 - `verify` opens no site

    assert run(["verify", str(bundle), *trust]) == 0
    late = tmp_path / "late.asice"
    assert desk.run("export", CASE_1, "--out", str(late))[0] == 69
    assert desk.run("export", CASE_1, "--redact", "--out", str(late))[0] == 0
    assert run(["verify", str(late), *trust]) == 0


def test_the_record_says_what_was_disposed_of(life):
    desk = life.desk
    assert desk.run("dispose", *ALL)[0] == 0
    code, [shown] = desk.json("show", CASE_1)
    assert code == 0
    [disposed] = shown["disposed"]
    assert disposed["rule"] == f"before {TOMORROW}"
    assert (shown["notice"]["mailbox"], shown["artifacts"]) == ("", {})
    _, out, _ = desk.run("show", CASE_1)
    assert "disposed of" in out
    _, [certificate] = desk.json("disposals")
    statement = certificate["statement"]
    assert statement["cases"] == [CASE_1]
    assert certificate["statement_sha256"] == disposed["statement_sha256"]
    assert certificate["cleared_at"]
    assert disposed["rows"] == sum(
        rows for table, rows in certificate["removed"].items() if table != "case_facts"
    )
    places = {each["place"] for each in certificate["outside"]}
    assert {"archive", "inbox", "backups", "disk", "case_system"} <= places
    facts = desk.json("case", CASE_1)[1]["facts"]
    assert facts[-1]["fact"] == "disposed"
    assert not any(CLOSED_FOR in str(fact) for fact in facts)
    assert desk.json("list")[0] == 0
    assert desk.json("due")[0] == 0


def test_nothing_goes_out_or_comes_back_afterwards(life, record):
    desk = life.desk
    text = (desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
    assert desk.run("dispose", *ALL)[0] == 0
    (desk.home / "cases" / f"{CASE_1}.json").write_text(text, "utf-8")
    assert desk.run("send", CASE_1, "--again", "又残っている")[0] == 69
    for words in (
        ("look", CASE_1, "--outcome", "removed"),
        ("reopen", CASE_1, "--reason", "x"),
        ("keep", CASE_1, "--reason", "x"),
        ("escalate", CASE_1),
    ):
        assert desk.run(*words)[0] == 69
    code, _, err = record(judged(CASE_1, ago=1))
    assert (code, "disposed of" in err) == (65, True)
    code, _, err = record(
        json.dumps(
            {
                "fact": "disposed",
                "case_id": CASE_2_ABROAD,
                "at": "2026-11-01T00:00:00Z",
                "by": "x",
                "rule": "again",
                "rows": 1,
                "statement_sha256": "ab" * 32,
            }
        )
    )
    assert (code, "notices dispose" in err) == (65, True)
    assert life.found(database_of(desk.home)) == []


def test_a_mail_that_comes_late_is_disposed_of_too(life, inbox):
    desk = life.desk
    assert desk.run("dispose", *ALL)[0] == 0
    reply = next(desk.home.glob("inbox/*/*")).read_bytes().replace(b"a1@", b"a2@")
    (inbox / "2.host").write_bytes(reply)
    assert desk.run("inbox")[0] == 0
    assert life.found(database_of(desk.home)) != []
    plan = desk.json("dispose", "--dry-run")[1]
    assert plan["rules"] == {"again": 1}
    assert desk.run("dispose", "--yes")[0] == 0
    assert life.found(database_of(desk.home)) == []
    assert len(desk.json("show", CASE_1)[1][0]["disposed"]) == 2
    # the same mail, read once more, is known and brings nothing back
    assert desk.run("inbox")[0] == 0
    assert life.found(database_of(desk.home)) == []


def test_what_is_kept_or_not_settled_stays(desk, received):
    lived(desk)
    assert desk.run("keep", CASE_1, "--reason", "訴訟")[0] == 0
    assert desk.run("keep", CASE_1, "--reason", "訴訟")[0] == 69
    desk.set("port", "9")
    held = desk.case(CASE_2_ABROAD, case_id="IHC-2026-000777")
    assert desk.run("send", held)[0] == 75
    assert desk.run("close", held, "--reason", "x")[0] == 0
    code, plan = desk.json("dispose", "--dry-run", "--before", TOMORROW)
    assert (code, plan["cases"]) == (0, [])
    reasons = {each["case_id"]: each["reason"] for each in plan["passed_over"]}
    assert reasons.keys() == {CASE_1, held}
    assert desk.run("dispose", *ALL)[0] == 0
    assert desk.json("disposals") == (0, [])
    assert desk.run("withdraw", held, "--reason", "x")[0] == 0
    assert desk.run("dispose", *ALL)[0] == 0
    assert state(desk, held) == "disposed"
    assert state(desk) == "closed"


@pytest.mark.parametrize(
    ("before", "goes"), [("2020-01-01", False), ("2099-01-01", True)]
)
def test_a_day_also_one_to_come(desk, received, before, goes):
    lived(desk)
    plan = desk.json("dispose", "--dry-run", "--before", before)[1]
    assert bool(plan["cases"]) is goes
    assert desk.run("dispose", "--before", "gestern")[0] == 2


def test_the_time_of_a_group_is_counted_from_the_close(desk, received, record):
    """One second before midnight in Japan it stays, after it it goes."""
    lived(desk)
    desk.set("illegal", "{ requested = 30, not_requested = 10 }", section="retention")
    closed = desk.json("case", CASE_1)[1]["facts"][-1]["at"]
    day = datetime.fromisoformat(closed).astimezone(UTC) + timedelta(hours=9)
    over = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(
        days=30, hours=-9
    )
    for now, wanted in (
        (over - timedelta(seconds=1), {}),
        (over, {CASE_1: "retention illegal_requested 30"}),
    ):
        with Site.open(desk.home, clock=lambda now=now: now) as site:
            assert dict(site.rooms.disposer.plan().cases) == wanted


def test_each_change_of_the_policy_is_an_event(desk, received):
    lived(desk)

    def policies():
        lines = exported(desk).read_text("utf-8").splitlines()
        return [
            leaf["facts"]
            for leaf in map(json.loads, lines)
            if leaf["event"] == "policy_changed"
        ]

    assert desk.run("dispose", "--yes")[0] == 0
    assert policies() == [], "the defaults of the configuration need no event"
    desk.set("suicide", "{ requested = 400, not_requested = 0 }", section="retention")
    desk.set("backups_days", "35", section="retention")
    assert desk.run("dispose", "--dry-run")[0] == 0
    assert policies() == []
    for _ in range(2):
        assert desk.run("dispose", "--yes")[0] == 0
        [told] = policies()
        assert (told["section"], told["suicide_requested"]) == ("retention", 400)
    assert desk.run("dispose", *ALL)[0] == 0
    [certificate] = desk.json("disposals")[1]
    until = datetime.now(UTC) + timedelta(hours=9, days=35)
    assert certificate["statement"]["backups_until"] == str(until.date())
    desk.set("backups_days", "-1", section="retention")
    code, _, err = desk.run("dispose", "--dry-run")
    assert (code, "backups_days" in err) == (78, True)


def test_a_restored_backup_disposes_again(life):
    desk = life.desk
    saved = desk.home.parent / "saved.db"
    assert desk.run("backup", str(saved))[0] == 0
    assert desk.run("dispose", *ALL)[0] == 0
    for path in desk.home.glob("outbox.sqlite-*"):
        if path.is_file():
            path.unlink()
    (desk.home / "outbox.sqlite").write_bytes(saved.read_bytes())
    assert life.found(database_of(desk.home)) != []
    assert desk.run("dispose", *ALL)[0] == 69, "on hold"
    code, told = desk.json("reconcile", "--reason", "the disk broke")
    assert (code, told["disposed"]) == (0, [CASE_1])
    assert life.found(database_of(desk.home)) == []
    [certificate] = desk.json("disposals")[1]
    assert certificate["again"] is True
    assert state(desk) == "disposed"
    assert desk.run("ledger", "verify")[0] == 0


def test_a_record_that_is_broken_is_told(life):
    desk = life.desk
    path = desk.home / "disposals.jsonl"
    assert desk.run("dispose", *ALL)[0] == 0
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"confirmation":{},"sta')
    assert desk.run("dispose", "--yes")[0] == 0, "a line that was cut is none"
    path.write_bytes(whole.replace(b'"before":', b'"Before":'))
    code, _, err = desk.run("dispose", "--yes")
    assert (code, "disposals.jsonl" in err) == (78, True)


def test_a_folder_in_the_place_of_the_record_stops_it(life):
    desk = life.desk
    (desk.home / "disposals.jsonl").mkdir()
    assert desk.run("dispose", *ALL)[0] != 0
    assert state(desk) == "closed"
    assert life.found(database_of(desk.home)) != []


def test_what_happens_meanwhile_stops_it(life):
    desk = life.desk
    with Site.open(desk.home) as site:
        disposer = site.rooms.disposer
        ended = disposer.disposals.ended()
        statement = disposer._statement("before 2099-01-01", (CASE_1,), None)
        desk.run("keep", CASE_1, "--reason", "訴訟")
        with pytest.raises(TryLater):
            disposer._decide(Decided(statement=statement, cases=(CASE_1,)), ended, None)
    assert not (desk.home / "disposals.jsonl").exists()
    assert state(desk) == "closed"


def test_while_somebody_reads_the_file_it_is_told_and_done_later(life):
    desk = life.desk
    with closing(sqlite3.connect(desk.home / "outbox.sqlite")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        code, _, err = desk.run("dispose", *ALL)
        assert (code, "warning" in err) == (75, True)
    assert desk.json("disposals")[1][0]["cleared_at"] is None
    assert desk.run("dispose", "--yes")[0] == 0
    assert desk.json("disposals")[1][0]["cleared_at"]
    assert life.found(database_of(desk.home)) == []


def test_files_of_others_are_named_and_stay(life):
    desk = life.desk
    safe_write(desk.home / "memo.txt", f"{CASE_1} を電話で確認".encode())
    number = desk.json("show", CASE_1)[1][0]["notice"]["number"]
    assert (
        desk.run("ledger", "prove", CASE_1, "--out", str(desk.home / "p.json"))[0] == 0
    )
    assert desk.run("dispose", *ALL)[0] == 0
    [certificate] = desk.json("disposals")[1]
    assert certificate["files"]["left"] == ["memo.txt"]
    assert not (desk.home / "p.json").exists()
    assert number


# ruff: noqa: S608
def ways_of_removing(number):
    """What the database refuses of somebody who has it, before and after."""
    yield f"DELETE FROM artifacts WHERE number = '{number}'"
    yield f"UPDATE notices SET judgment = '' WHERE number = '{number}'"
    yield f"UPDATE deliveries SET forward_path = 'x' WHERE number = '{number}'"
    yield f"UPDATE attempts SET note = '', reply_text = 'other' WHERE number = '{number}'"
    yield f"UPDATE case_facts SET line = '' WHERE case_id = '{CASE_2_ABROAD}'"
    yield f"DELETE FROM case_facts WHERE case_id = '{CASE_2_ABROAD}'"
    yield f"DELETE FROM beside WHERE seq IN (SELECT seq FROM events WHERE number = '{number}')"
    yield "UPDATE reports SET content = NULL, facts = '{}', reason = '', mailbox = ''"
    yield "DELETE FROM beside WHERE seq IN (SELECT seq FROM events WHERE kind = 'disposed')"
    yield "DELETE FROM disposals"
    yield "UPDATE disposals SET statement = '{}'"


def test_the_triggers_let_exactly_this_through(life):
    desk = life.desk
    before = desk.json("list")[1]
    numbers = {row["case_id"]: row["number"] for row in before}
    for round_, number in (
        ("before", numbers[CASE_1]),
        ("after", numbers[CASE_2_ABROAD]),
    ):
        with closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection:
            connection.execute("PRAGMA recursive_triggers = ON")
            for statement in ways_of_removing(number):
                with connection:
                    try:
                        done = connection.execute(statement).rowcount
                    except sqlite3.IntegrityError:
                        done = 0
                    assert done == 0 or "reports" in statement, (round_, statement)
                    connection.rollback()
        if round_ == "before":
            assert desk.run("dispose", *ALL)[0] == 0


# two persons


def test_without_people_nobody_else_is_asked_for():
    assert second_person("user:tanaka", "", {}, {}) == ()


def test_a_test_is_disposed_of_by_its_own_time(desk, received):
    desk.set("address", '"test@hotline.example.jp"', section="test")
    desk.set("tests", "3", section="retention")
    assert desk.run("send", CASE_1)[0] == 0
    with Site.open(desk.home) as site:
        number = site.parts.store.find(CASE_1)[0].number
    assert desk.json("dispose", "--dry-run")[1]["cases"] == []
    later = datetime.now(UTC) + timedelta(days=4)
    with Site.open(desk.home, clock=lambda: later) as site:
        assert dict(site.rooms.disposer.plan().cases) == {CASE_1: "retention tests 3"}
        site.rooms.disposer.dispose()
        assert site.parts.store.judgment(number) == ""
    assert NEVER_SAID.encode() not in database_of(desk.home)


def test_a_text_that_is_gone_without_disposal_is_a_fault(life):
    """Somebody removed the triggers and a row; the full check of the ledger says so."""
    desk = life.desk
    assert desk.run("ledger", "verify")[0] == 0
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        connection,
    ):
        connection.execute("DROP TRIGGER beside_delete")
        connection.execute(
            "DELETE FROM beside WHERE rowid = (SELECT min(rowid) FROM beside WHERE name = 'mailbox')"
        )
    code, out, _ = desk.run("ledger", "verify")
    assert (code, "no disposal says so" in out) == (1, True)
    assert desk.run("dispose", *ALL)[0] == 0
