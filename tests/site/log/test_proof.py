"""`notices verify prove.json`: what the log's key vouches for, and what is forged."""

import copy
import json
from base64 import b64decode, b64encode

import pytest

from notices import read_judgment
from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.log.conftest import grow_site, watch
from tests.site.log.test_witnesses import found
from tests.verifier_js.agreement import both


@pytest.fixture
def proven(desk, tmp_path):
    desk.run("send", CASE_1)
    desk.run("send", CASE_2_ABROAD)
    grow_site(desk.home, 300)
    path = tmp_path / "prove.json"
    assert desk.run("ledger", "prove", CASE_1, "--out", str(path))[0] == 0
    return desk, json.loads(path.read_text("utf-8"))


def judged(desk, document, **more):
    options = {
        "trust": [],
        "at": Site.open(desk.home).clock(),
        "log_keys": [(desk.home / "ledger.pub").read_text()],
    }
    octets = json.dumps(document, ensure_ascii=False).encode()
    return both(octets, **(options | more))


def failing(report):
    return [
        one.id
        for one in report.findings
        if one.status.value not in ("passed", "skipped")
    ]


def test_a_genuine_one_passes(proven):
    desk, document = proven
    report = judged(desk, document)
    assert report.verdict.value == "TOTAL-PASSED", failing(report)
    assert report.kind == "proof"
    assert (report.notice.number, report.notice.case_id) == ("R8-1-000001", CASE_1)
    assert report.notice.recipient
    assert report.delivery == "deferred"
    assert found(report, "L07") == "passed"
    assert next(line.source for line in report.story).startswith("ledger entry")


def test_without_the_key_nobody_vouches(proven):
    desk, document = proven
    root = [desk.root.read_bytes()]
    report = judged(desk, document, log_keys=[], trust=root)
    assert (report.verdict.value, failing(report)) == ("INDETERMINATE", ["L02"])


def test_texts_without_salts_are_told(proven):
    desk, document = proven
    for event in document["records"][0]["events"]:
        event.pop("salts", None)
    report = judged(desk, document)
    assert report.verdict.value == "TOTAL-PASSED"
    [texts] = [one for one in report.findings if one.id == "L07"]
    assert texts.status.value == "skipped"
    assert "mailbox" in texts.detail


def a_state_told_otherwise(document):
    document["records"][0]["events"][-1]["leaf"]["state"] = "sent"


def another_recipient(document):
    record = document["records"][0]
    record["notice"]["recipient"] = "Somebody else"


def another_text(document):
    for event in document["records"][0]["events"]:
        if "mailbox" in event["leaf"]:
            event["leaf"]["mailbox"] = "other@board.example.jp"


def an_event_left_out(document):
    del document["records"][0]["events"][2]


def two_in_another_order(document):
    events = document["records"][0]["events"]
    events[1], events[2] = events[2], events[1]


def an_event_twice(document):
    events = document["records"][0]["events"]
    events.insert(1, events[1])


def another_leaf(document):
    event = document["records"][0]["events"][1]
    octets = b64decode(event["leaf_bytes"]).replace(b"form1", b"form2")
    event["leaf_bytes"] = b64encode(octets).decode()


def a_proof_from_elsewhere(document):
    events = document["records"][0]["events"]
    events[0]["inclusion_proof"] = events[1]["inclusion_proof"]


def another_root(document):
    document["records"][0]["ledger"]["root"] = b64encode(b"\1" * 32).decode()


def another_checkpoint(document):
    document["checkpoint"] = document["checkpoint"].replace("notices\n3", "notices\n4")


def another_number(document):
    document["records"][0]["notice"]["number"] = "R8-1-000009"


def no_record(document):
    document["records"] = []


def a_member_more(document):
    document["note"] = "believe me"


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (a_state_told_otherwise, "L06"),
        (another_recipient, "L08"),
        (another_text, "L06"),
        (an_event_left_out, "L09"),
        (two_in_another_order, "L06"),
        (an_event_twice, "L06"),
        (another_leaf, "L06"),
        (a_proof_from_elsewhere, "L06"),
        (another_root, "L06"),
        (another_checkpoint, "L03"),
        (another_number, "L06"),
        (no_record, "L01"),
        (a_member_more, "L01"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_a_forged_one_is_refused(proven, change, check):
    desk, document = proven
    forged = copy.deepcopy(document)
    change(forged)
    assert forged != document
    report = judged(desk, forged)
    assert check in failing(report)
    assert report.verdict.value != "TOTAL-PASSED"
    assert report.notice is None or check in {"L08", "L09"}


def test_junk_is_judged_and_not_a_fault(proven):
    desk, document = proven
    octets = json.dumps(document).encode()
    options = {"trust": [], "at": Site.open(desk.home).clock()}
    options["log_keys"] = [(desk.home / "ledger.pub").read_text()]
    for end in range(20, len(octets), len(octets) // 40):
        report = both(octets[:end], **options)
        assert report.verdict.value == "TOTAL-FAILED"


def test_statistics_rest_on_what_was_cosigned(desk, witness, tmp_path):
    watch(desk, witness)
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    with Site.open(desk.home) as site:
        cosigned = site.parts.store.ledger.newest_issued()
    grow_site(desk.home, 50)
    words = ("statistics", "2026", "--format", "json")
    note = tmp_path / "note.txt"
    code, out, said = desk.run(*words, "--note", str(note))
    assert code == 0, said
    assert json.loads(out)["ledger"] == {
        "size": cosigned.size,
        "root": cosigned.root.hex(),
    }
    assert f"— {witness.name} " in note.read_text()
    # the export ends with a cosigned checkpoint, and is counted with it alone
    export = tmp_path / "log.jsonl"
    assert desk.run("ledger", "export", str(export))[0] == 0
    beside = tmp_path / "log.jsonl.checkpoint"
    counted = (
        *words,
        "--from",
        str(export),
        "--log-key",
        str(desk.home / "ledger.pub"),
        "--checkpoint",
        str(beside),
    )
    code, out, said = desk.run(*counted, "--witness-key", witness.key)
    assert code == 0, said
    assert json.loads(out)["ledger"]["size"] == cosigned.size + 50
    bare = beside.read_text().partition("— witness")[0]
    beside.write_text(bare)
    code, _, said = desk.run(*counted, "--witness-key", witness.key)
    assert code == 65
    assert "cosignatures of nobody" in said


def test_without_witnesses_nothing_changes(desk, tmp_path):
    desk.run("send", CASE_1)
    with Site.open(desk.home) as site:
        size = site.parts.store.ledger.size()
    out = desk.run("statistics", "2026", "--format", "json")[1]
    assert json.loads(out)["ledger"]["size"] == size
    assert desk.run("ledger", "export", str(tmp_path / "log.jsonl"))[0] == 0
    assert not (tmp_path / "log.jsonl.checkpoint").exists()
    code, _, said = desk.run("statistics", "2026", "--note", str(tmp_path / "n.txt"))
    assert code == 69
    assert "no cosigned checkpoint" in said


def places(value, path=()):
    """Paths of everything within a JSON value."""
    yield path
    if isinstance(value, dict | list):
        rows = value.items() if isinstance(value, dict) else enumerate(value)
        for name, each in rows:
            yield from places(each, (*path, name))


def others(value):
    """Values that are not this one, of its kind and of others."""
    match value:
        case bool():
            return [not value, int(value), None]
        case int():
            return [value + 1, -1, float(value), bool(value), str(value), None]
        case str():
            return [f"{value}x", "", None, 5, [value], f"\u202e{value}"]
        case dict():
            return [{}, None, [], {**value, "note": "believe me"}]
        case list():
            return [[], None, [*value, *value[-1:]], {}, [*value, None]]
    return ["x", 0]


def changed(document, path, value):
    forged = copy.deepcopy(document)
    place = forged
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return forged


def test_no_value_can_be_told_otherwise(proven):
    """Each value of the file, one after the other, is made another one."""
    desk, document = proven
    only_told = {("notice", name) for name in ("date", "envid", "message_sha256")}
    less = {("salts",), ("artifacts",), ("events",)}
    passed = []
    for path in places(document):
        for value in others(value_at(document, path)) if path else []:
            is_less = not value and path[-1:] in less | {("salts",)}
            is_no_change = json.dumps(value) == json.dumps(value_at(document, path))
            if path[2:4] in only_told or is_less or is_no_change:
                continue
            report = judged(desk, changed(document, path, value))
            if report.verdict.value == "TOTAL-PASSED":
                passed.append((path, value))
    assert passed == []


def value_at(document, path):
    for name in path:
        document = document[name]
    return document


def test_what_is_only_told_is_named(proven):
    desk, document = proven
    [line] = [one for one in judged(desk, document).findings if one.id == "L08"]
    assert line.status.value == "passed"
    assert line.detail == (
        "R8-1-000001; only told, and not proven: artifacts, date, envid, message_sha256"
    )


def test_a_notice_that_nobody_signed_is_proven_too(desk, tmp_path):
    """Drafted, as the service leaves it: there is no mail and no signature yet."""
    desk.run("doctor")
    with Site.open(desk.home, by="token:cms") as site:
        text = (desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
        judgment = read_judgment(text)
        drafted = site.rooms.preparing.preparer.prepare(judgment, as_draft=True)
        assert drafted.state.value == "drafted"
    path = tmp_path / "prove.json"
    assert desk.run("ledger", "prove", CASE_1, "--out", str(path))[0] == 0
    document = json.loads(path.read_text("utf-8"))
    report = judged(desk, document)
    assert report.verdict.value == "TOTAL-PASSED", failing(report)
    assert report.delivery == "drafted"
    for name, value in [("state", "sent"), ("test", True), ("form", "form2")]:
        forged = changed(document, ("records", 0, "notice", name), value)
        assert failing(judged(desk, forged)) == ["L08"], name
