"""Two sites that were one: numbers and cases used on both sides stop no reconciliation.

Both have the same key and write to the same archive, so each finds there what it does
not know. Before, `reconcile` ended with "the row is there already", and for ever.
"""

import shutil
import time
from datetime import UTC, datetime

import pytest

from notices.site import Site
from notices.site.database.given_numbers import place_of
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk
from tests.site.database.conftest import rows

REASON = ("--reason", "two sites were one")
THIRD = "IHC-2026-004230"


@pytest.fixture
def pair(desk, received, archive, tmp_path):
    """A site and its clone, both at work; nobody had noticed."""
    assert desk.run("send", desk.case(CASE_1, case_id="IHC-2026-004200"))[0] == 0
    clone = Desk(tmp_path / "clone", desk.capsys)
    shutil.copytree(desk.home, clone.home)
    shutil.rmtree(clone.home / "archive")
    (clone.home / "archive").symlink_to(archive)
    clone.set("url", '"maildir:archive"', section="inbox")
    assert clone.run("reconcile", *REASON)[0] == 0
    return desk, clone


def sent(desk, archive, case, *more):
    """Send; the copy is under way to the archive. Gives the number."""
    code, [row] = desk.json("send", case, *more)
    assert code == 0, row
    with Site.open(desk.home) as site:
        octets = site.parts.store.artifact(row["number"], "message.eml")
    (archive / "tmp" / f"{time.time_ns()}.{desk.home.name}").write_bytes(octets)
    return row["number"]


def arrive(archive):
    """What is under way arrives."""
    for path in (archive / "tmp").iterdir():
        path.rename(archive / "new" / path.name)


def reconciled(desk):
    """Lift the hold; it must be lifted, and stay so."""
    assert desk.run("work")[0] == 69
    code, told = desk.json("reconcile", *REASON)
    assert code == 0, told
    assert desk.run("work")[0] == 0
    return told


@pytest.mark.parametrize("cases", [(CASE_1, CASE_1), (CASE_1, CASE_2_ABROAD)])
def test_both_sides_gave_the_next_number(pair, archive, cases):
    """The same case or another one, of the same form or the other one."""
    first, second = pair
    a, b = sent(first, archive, cases[0]), sent(second, archive, cases[1])
    assert a[-6:] == b[-6:] == "000002"
    arrive(archive)
    for desk in (first, second):
        told = reconciled(desk)
        assert len(told["dismissed"]) == 1
    # neither asks again what the other one asked
    if cases[0] != cases[1]:
        assert first.run("send", cases[1])[0] == 69
    third = first.case(CASE_1, case_id=THIRD)
    assert sent(first, archive, third)[-6:] > "000002"


def test_a_third_one_knows_neither(pair, archive, set_back):
    """Both copies have one number; both cases were asked."""
    first, second = pair
    restore = set_back()
    a, b = sent(first, archive, CASE_1), sent(second, archive, CASE_2_ABROAD)
    arrive(archive)
    restore()
    told = reconciled(first)
    assert (len(told["lost"]), len(told["dismissed"])) == (1, 1), (a, b)
    for case in (CASE_1, CASE_2_ABROAD):
        code, [row] = first.json("send", case)
        assert (
            code,
            "before the database was restored" in row["error"]["message"],
        ) == (
            69,
            True,
        )


def test_both_asked_one_case_under_two_numbers(pair, archive, set_back):
    """Each was the first notice of its case, and stood in the other one's way."""
    first, second = pair
    restore = set_back()
    sent(second, archive, CASE_2_ABROAD)
    a, b = sent(first, archive, CASE_1), sent(second, archive, CASE_1)
    assert a != b
    arrive(archive)
    restore()
    told = reconciled(first)
    assert len(told["lost"]) + len(told["dismissed"]) == 3
    assert first.run("send", CASE_1)[0] == 69
    assert sent(first, archive, CASE_1, "--again", "no answer")


def test_again_and_again(pair, archive):
    """Every round finds more of the other one; nothing is given or asked twice."""
    first, second = pair
    given = []
    for turn in range(2):
        for desk in pair:
            case = desk.case(CASE_1, case_id=f"IHC-2026-0050{turn}{desk is first:d}")
            given.append(sent(desk, archive, case))
        arrive(archive)
        for desk in pair:
            reconciled(desk)
    assert first.run("ledger", "verify")[0] == 0
    assert second.run("ledger", "verify")[0] == 0
    for desk in pair:
        serials = rows(desk.home / "outbox.sqlite", "SELECT year, serial FROM numbers")
        assert len(set(serials)) == len(serials)


def test_over_the_turn_of_the_year(desk, received, archive, set_back):
    """A number of Reiwa 8 on a letter of Reiwa 9, as versions before made them."""
    restore = set_back()
    old, new = (
        datetime(2026, 12, 31, 12, tzinfo=UTC),
        datetime(2027, 1, 1, 2, tzinfo=UTC),
    )
    with Site.open(desk.home, clock=lambda: old) as site:
        copy = site.prepare(site.read_case(CASE_1)).number
        octets = site.parts.store.artifact(copy, "message.eml")
    assert copy.startswith("R8-")
    (archive / "new" / "1.old.host").write_bytes(octets)
    restore()
    with Site.open(desk.home, clock=lambda: new) as site:
        mode = site.parts.mode
        assert place_of("R8-1-000007", 2027, mode, is_test=False) == (2026, 7)
        assert place_of("R9-1-000007", 2027, mode, is_test=False) == (2027, 7)
        assert place_of("T-R8-2-000007", 2027, mode, is_test=True) == (2026, 7)
        done = site.rooms.reconciler.reconcile(reason="the turn of the year")
        assert [each.year for each in done.lost] == [2026]
        number = site.prepare(site.read_case(CASE_2_ABROAD)).number
    assert number == "R9-2-000001"
