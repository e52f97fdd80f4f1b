"""A line says one fact, in one way, or is refused with every fault."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.casework import canonical_line, fact_hash, known_faults, read_fact
from notices.casework.facts import CLASSES
from notices.casework.words import FactKind
from notices.errors import InputError
from tests.casework.conftest import ANALYSED, CASE, START, line

WHOLE = {
    "intake": {
        "month": "2026-11",
        "received": 7,
        "out_of_scope": 3,
        "source": "foreign_hotline",
        "hotline_country": "NL",
    },
    "analysed": {**ANALYSED[2], "edition": "2025-09-25", "urls": 2},
    "police_reported": {"reference": "生安 第123号"},
    "police_hold": {"reason": "証拠の保全"},
    "police_released": {"reason": "済み"},
    "gone": {"before": "police_report"},
    "not_requested": {"reason": "no_contact"},
    "requested": {
        "number": "R8-1-000001",
        "kind": "request",
        "rung": "server_administrator",
        "form": "form1",
        "provider": "example-board",
        "country": "US",
        "channel": "smtp",
        "imported": True,
    },
    "looked": {"outcome": "moved", "from": "JP", "how": "probe", "note": "301"},
    "answered": {"number": "R8-1-000001", "answer": "declined"},
    "returned": {"number": "R8-1-000001", "reason": "unknown_user"},
    "referred": {
        "direction": "out",
        "body": "hotline",
        "country": "UA",
        "reference": "UA-7",
        "category": "controlled-drug-advertising",
    },
    "closed": {"reason": "済み"},
    "reopened": {"reason": "再掲載"},
    "kept": {"reason": "訴訟"},
    "disposed": {
        "rule": "retention illegal_requested 1826",
        "rows": 7,
        "statement_sha256": "cd" * 32,
        "approver": "tanaka suzuki",
        "backups_until": "2027-01-31",
    },
    "retracted": {"of": "ab" * 32, "reason": "誤り"},
}


def test_every_kind_is_told_whole():
    assert set(WHOLE) == {kind.value for kind in FactKind} == set(map(str, CLASSES))


@pytest.mark.parametrize("kind", WHOLE)
def test_a_line_is_read_and_written_in_one_way(kind):
    text = line(kind, case_id="" if kind == "intake" else CASE, **WHOLE[kind])
    fact = read_fact(text)
    assert read_fact(canonical_line(fact)) == fact
    # the canonical line has nothing that was not told, and everything that was
    wanted = {**json.loads(text), "at": "2026-11-24T03:00:00.000000Z"}
    assert json.loads(canonical_line(fact)) == wanted


@given(zone=st.integers(-12, 14))
def test_the_same_moment_in_another_zone_is_the_same_fact(zone):
    here = read_fact(line("closed", START.isoformat()))
    sign, hours = ("-" if zone < 0 else "+"), abs(zone)
    there = START.replace(tzinfo=None)
    moment = there.fromtimestamp(START.timestamp() + zone * 3600, START.tzinfo)
    text = f"{moment:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:00"
    assert fact_hash(read_fact(line("closed", text))) == fact_hash(here)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", None),
        ("[1]", None),
        ("{", None),
        ('{"fact":"closed","fact":"closed"}', {"fact", "at", "by", "case_id"}),
        (line("seen"), {"fact"}),
        (line("closed", "2026-11-24T12:00:00"), {"at"}),
        (line("closed", by="田中", case_id="x"), {"by", "case_id"}),
        (line("closed", case_id=""), {"case_id"}),
        (line("closed", outcome="removed"), {"outcome"}),
        (line("looked", outcome="away", how="person"), {"outcome"}),
        (line("looked", **{"outcome": "moved", "from": "XX"}), {"from"}),
        (line("looked", outcome="moved", note="x" * 2001), {"note"}),
        (line("intake", month="2026-13", received=-1, out_of_scope="1"), None),
        (line("requested", number="a b", kind="ask", rung="x"), None),
        (line("retracted", of="AB"), {"of"}),
        (line(*ANALYSED[:2], **{**ANALYSED[2], "hotline_country": "NL"}), None),
    ],
)
def test_what_is_wrong_is_told_with_its_field(text, paths):
    with pytest.raises(InputError) as refused:
        read_fact(text)
    if paths is not None:
        assert {fault.path for fault in refused.value.faults} == paths


def test_all_faults_are_told_at_once():
    text = line(
        "intake", "2026", by="", month="13", received=-1, out_of_scope=-1, odd=1
    )
    with pytest.raises(InputError) as refused:
        read_fact(text)
    paths = {fault.path for fault in refused.value.faults}
    assert paths >= {"at", "by", "month", "received", "out_of_scope", "odd", "case_id"}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"category": "no-such"}, "category"),
        # recruiting was made a category on 29 September 2023
        ({"category": "crime-perpetrator-recruitment", "found_on": "2020-01-01"}, None),
        ({"found_on": "2026-11-26"}, "found_on"),
    ],
)
def test_a_category_must_be_one_of_that_day(changes, path, catalogue):
    fact = read_fact(line(*ANALYSED[:2], **{**ANALYSED[2], **changes}))
    found = [fault.path for fault in known_faults(fact, catalogue, START)]
    assert found == [path or "category"]


def test_nothing_happened_in_the_future(catalogue):
    fact = read_fact(line("closed", 1))
    assert [fault.path for fault in known_faults(fact, catalogue, START)] == ["at"]


@pytest.mark.parametrize(
    "at",
    [
        "9999-12-31T23:59:59-23:59",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+23:59",
        "0001-01-01T00:00:00Z",
    ],
)
def test_a_time_at_the_edge_of_the_years_is_told_with_its_field(at):
    with pytest.raises(InputError) as refused:
        read_fact(line("analysed", at, **ANALYSED[2]))
    assert [fault.path for fault in refused.value.faults] == ["at"]


@pytest.mark.parametrize(("month", "is_good"), [("2026-11", True), ("2026-12", False)])
def test_a_month_that_is_still_to_come_has_no_figures(catalogue, month, is_good):
    now = datetime(2026, 11, 30, 15, 0, tzinfo=UTC) - timedelta(microseconds=1)
    fields = {**WHOLE["intake"], "month": month}
    fact = read_fact(line("intake", "2026-11-01T00:00:00Z", case_id="", **fields))
    faults = [fault.path for fault in known_faults(fact, catalogue, now)]
    assert faults == ([] if is_good else ["month"])
