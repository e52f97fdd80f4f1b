"""Every frozen vector is judged alike by the program and by the second verifier."""

import base64
import json
from datetime import datetime
from pathlib import Path

import pytest

from notices.verifying import verify
from tests.verifier_js.agreement import differences, left_out
from tests.verifier_js.node import statuses

VECTORS = Path(__file__).parents[1] / "vectors"
FOLDERS = (VECTORS / "v1", VECTORS / "v2" / "files")
CASES = [
    pytest.param(folder, case, id=f"{folder.name}-{case['file']}-{place}")
    for folder in FOLDERS
    for place, case in enumerate(json.loads((folder / "expected.json").read_text()))
]


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_a_vector_is_judged_alike(second, folder, case):
    data = bytearray((folder / case["file"]).read_bytes())
    if "flip" in case:
        data[case["flip"]] ^= 1
    given = {
        "trust": [(folder / "roots.pem").read_bytes()],
        "at": datetime.fromisoformat(case["at"]),
        "log_keys": [(folder / "ledger/log.pub").read_text("ascii").strip()],
    }
    report = verify(bytes(data), **given)
    told = second.judge(bytes(data), **given)
    assert list(statuses(told).items()) == list(statuses(report).items())
    assert left_out(told) == []
    assert told["verdict"] == report.verdict
    assert told["sub_indication"] == report.sub_indication
    assert told["notice"] == (
        report.notice
        and {
            "number": report.notice.number,
            "case_id": report.notice.case_id,
            "date": report.notice.date and report.notice.date.isoformat(),
            "recipient": report.notice.recipient,
            "form": report.notice.form,
            "kind": report.notice.kind,
        }
    )
    assert told["conditions"] == list(report.conditions)
    assert [(one["text"], one["source"]) for one in told["story"]] == [
        (one.text, one.source) for one in report.story
    ]


@pytest.mark.parametrize(("folder", "case"), CASES)
def test_the_words_are_the_same(second, folder, case):
    """Names and details, letter by letter, where all is well."""
    data = (folder / case["file"]).read_bytes()
    given = {
        "trust": [(folder / "roots.pem").read_bytes()],
        "at": datetime.fromisoformat(case["at"]),
        "log_keys": [(folder / "ledger/log.pub").read_text("ascii").strip()],
    }
    here = {one.id: (one.name, one.detail) for one in verify(data, **given).findings}
    told = second.judge(data, **given)
    there = {one["id"]: (one["name"], one["detail"]) for one in told["checks"]}
    assert there == here


def refused(second, octets: bytes) -> str:
    return second.ask({"leaf": base64.b64encode(octets).decode()})["refused"]


def test_leaves_are_read_and_refused_as_the_page_says(second):
    for one in json.loads((VECTORS / "v2/refused.json").read_text("utf-8")):
        assert refused(second, one["octets"].encode("latin-1")), one["why"]
    logs = [VECTORS / "v2/export.jsonl", *(f / "ledger/leaves.jsonl" for f in FOLDERS)]
    for log in logs:
        for line in log.read_bytes().splitlines():
            assert refused(second, line) == "", line


def test_leaf_hashes_and_commitments_are_those_of_the_page(second):
    values = json.loads((VECTORS / "v2/values.json").read_text("utf-8"))
    lines = (VECTORS / "v2/export.jsonl").read_bytes().splitlines()
    for place in (1, 2, 6, 7, 8):
        octets = base64.b64encode(lines[place]).decode()
        assert second.ask({"leaf": octets})["hash"] == values[f"hash of leaf {place}"]
    for one in json.loads((VECTORS / "v2/beside.json").read_text("utf-8")):
        if "value" not in one:
            continue
        leaf = json.loads(lines[one["seq"]])
        asked = {"salt": one["salt"], "name": one["name"], "text": one["value"]}
        assert second.ask(asked)["commitment"] == leaf["beside"][one["name"]]


def test_checkpoints_of_every_vector_are_opened(second):
    places = [VECTORS / "v2", *(folder / "ledger" for folder in FOLDERS)]
    for place in places:
        key = (place / "log.pub").read_text("ascii")
        for note in sorted(place.glob("*.txt")):
            told = second.ask({"note": note.read_text("utf-8"), "log_key": key})
            assert told["size"] > 0
            changed = note.read_text("utf-8").replace("\n", "\n1", 1)
            assert second.ask({"note": changed, "log_key": key})["refused"]


def example(name: str) -> bytes:
    return (VECTORS / "v2" / name).read_bytes()


def approval(second, octets: bytes, signature: bytes, *, is_passkey: bool = True):
    asked = {"is_passkey": is_passkey}
    for name, value in (("approval", octets), ("signature", signature)):
        asked[name] = base64.b64encode(value).decode()
    return second.ask(asked)


def test_the_example_of_an_approval_is_read_as_the_page_says(second):
    """formats.md, 5: its hashes are printed there, and made by no library."""
    told = approval(second, example("approval.json"), example("assertion.json"))
    page = (VECTORS.parents[1] / "docs/formats.md").read_text("utf-8")
    assert told["refused"] == ""
    assert told["sha256"] in page
    assert told["key"] in page
    assert told["told"] == ["EdDSA", f"challenge {told['sha256']}"]


def test_no_octet_of_the_example_may_be_another(second):
    octets, assertion = example("approval.json"), example("assertion.json")
    for at in range(0, len(octets), 7):
        changed = bytearray(octets)
        changed[at] ^= 1
        assert approval(second, bytes(changed), assertion)["refused"], at
    for name in ("authenticator_data", "client_data_json", "signature", "public_key"):
        value = json.loads(assertion)
        made = bytearray(base64.b64decode(value[name]))
        made[-1] ^= 1
        value[name] = base64.b64encode(made).decode()
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        assert approval(second, octets, text.encode())["refused"], name


def test_the_proof_of_version_1_says_the_same_to_both(second):
    data = (FOLDERS[0] / "ledger/prove.json").read_bytes()
    key = (FOLDERS[0] / "ledger/log.pub").read_text("ascii")
    late = (FOLDERS[0] / "ledger/late.txt").read_text("utf-8")
    at = datetime.fromisoformat("2026-11-23T03:00:00Z")
    for more in ({}, {"log_keys": [key]}, {"log_keys": [key], "checkpoints": [late]}):
        root = [(FOLDERS[0] / "roots.pem").read_bytes()]
        given = {"trust": root, "at": at, **more}
        report = verify(data, **given)
        assert differences(report, second.judge(data, **given)) == []
        assert (report.verdict == "TOTAL-PASSED") is ("log_keys" in more)
