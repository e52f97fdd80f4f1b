"""What version 1 wrote keeps its bytes and its verdict, for ever."""

import json

import pytest

from notices.evidence import check_record
from notices.ledger import check_events, parse_checkpoint, parse_note
from tests.vectors.judging import judge, sums
from tests.vectors.places import V1

CASES = json.loads((V1 / "expected.json").read_bytes())


def test_no_vector_was_changed():
    """A verdict that changed is mended in the program, never in the vector."""
    assert sums(V1) == (V1 / "SHA256SUMS").read_text("ascii")


def test_every_vector_is_judged():
    judged = {case["file"] for case in CASES}
    folders = ("notices", "mails", "letters", "bundles")
    there = {
        str(path.relative_to(V1)) for name in folders for path in (V1 / name).iterdir()
    }
    assert judged == there


@pytest.mark.parametrize(
    "case",
    CASES,
    ids=lambda case: " ".join(str(case[key]) for key in case if key != "expected"),
)
def test_the_verdict_is_the_one_of_then(case):
    """Checks may be added since; those of then end as they did."""
    told, wanted = judge(V1, case), dict(case["expected"])
    checks = dict(one.split(":") for one in wanted.pop("checks").split())
    now = dict(one.split(":") for one in told.pop("checks").split())
    assert told == wanted
    assert {name: now[name] for name in checks} == checks


def test_the_output_of_prove_is_still_read():
    proof = json.loads((V1 / "ledger/prove.json").read_bytes())
    found = parse_checkpoint(parse_note(proof["checkpoint"]).text)
    (record,) = proof["records"]
    assert check_record(record, trusted_root=found.root) == []
    number = record["notice"]["number"]
    assert record["events"]
    assert not check_events(
        record["events"], number=number, size=found.size, root=found.root
    )
