"""The page names what the program has: events, facts, members, states."""

import json
import re

from notices.codec import load_schema
from notices.delivery import LEGAL
from notices.ledger import EventKind, leaf
from tests.vectors.places import PAGE, V1, V2

TEXT = PAGE.read_text("utf-8")
LEAVES = [
    json.loads(line) for line in (V1 / "ledger/leaves.jsonl").read_bytes().splitlines()
]
OF_VERSION_2 = [
    json.loads(line) for line in (V2 / "export.jsonl").read_bytes().splitlines()
]
ALWAYS = {"at", "event", "number", "seq", "v"}


def section(number):
    """The text of a section, to the next heading."""
    start = re.search(rf"^#+ {re.escape(number)}[ .]", TEXT, re.MULTILINE).end()
    end = re.search(r"^##", TEXT[start:], re.MULTILINE)
    return TEXT[start : start + end.start() if end else None]


def rows(number):
    """Each event of a table to the words in backquotes of its row."""
    found = {}
    for line in re.findall(
        r"^\| `.*$", section(number).split("Legal:")[0], re.MULTILINE
    ):
        first, *rest = line.split(" | ")
        for event in re.findall(r"`([a-z_]+)`", first):
            found[event] = set(re.findall(r"`([^`]+)`", " ".join(rest)))
    return found


def test_every_event_of_version_1_and_each_of_its_facts():
    told = rows("3.1")
    since = {
        EventKind.VERSION_BEGAN,
        EventKind.EXPORTED,
        EventKind.DRAFTED,
        EventKind.APPROVED,
        EventKind.REJECTED,
        EventKind.POLICY_CHANGED,
        EventKind.PERSON_ENROLLED,
        EventKind.PERSON_REVOKED,
        EventKind.PEOPLE_RECOVERED,
    }
    assert set(told) == set(EventKind) - since
    for entry in LEAVES:
        for name in set(entry) - ALWAYS:
            generic = re.sub("^commitment:.*", "commitment:NAME", name)
            assert generic in told[entry["event"]] | told_of_alike(
                told, entry["event"]
            ), name


def told_of_alike(told, event):
    return told["armed"] | told["attempted"] if event == "armed" else set()


def test_every_event_of_version_2_and_each_of_its_facts():
    told = {**rows("6.1"), **rows("6.2"), **rows("6.3")}
    assert told["queued"] == {"approver"}
    common = {"at", "by", "clock_behind_ms", "required", "valid_business_days"}
    for entry in OF_VERSION_2:
        if "v" not in entry:
            continue
        known = told[entry["event"]] | common
        documents = {name for name in entry["beside"] if name.startswith("document/")}
        assert set(entry["facts"]) | (set(entry["beside"]) - documents) <= known, entry


def test_no_event_of_version_1_is_lost_in_version_2():
    assert set(EventKind) <= {**rows("6.1"), **rows("6.2"), **rows("6.3")}.keys()


def test_every_member_of_notice_json():
    for name, sections in (("notice-1", ("3.2",)), ("notice", ("3.2", "8"))):
        schema = json.loads(load_schema(name))
        text = " ".join(map(section, sections))
        names = set(schema["properties"])
        for part in schema["$defs"].values():
            names |= set(part.get("properties", ()))
        assert names <= set(re.findall(r"`([^`]+)`", text))


def test_the_legal_steps_are_those_of_the_program():
    table = {
        line.split("`")[1]: set(re.findall(r"`([a-z_]+)`", line.split(" | ")[1]))
        for line in re.findall(
            r"^\| `.*$", section("6.2").split("Legal:")[1], re.MULTILINE
        )
    }
    assert table == {str(state): set(map(str, to)) for state, to in LEGAL.items() if to}


def test_the_reasons_and_limits_are_those_of_the_program():
    named = set(re.findall(r"`([a-z_-]+)`", section("4.6")))
    assert {*leaf.Reason} <= named
    assert "chains of a leaf | 64 each" in section("10")
    for told in ("4.1", "4.3"):
        assert f"at most {leaf.MAX_MEMBERS}" in section(told)
    for limit in (leaf.MAX_LEAF, leaf.MAX_OF_ANY, leaf.MAX_MEMBERS):
        assert f"{limit:,}" in section("10")
