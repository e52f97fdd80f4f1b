"""`ledger prove` of what two persons had to look at: it shows what it was judged by."""

import copy
import json

import pytest

from tests.site.approval.people import approve
from tests.site.conftest import CASE_1
from tests.site.log.test_proof import failing
from tests.verifier_js.agreement import both

NUMBER = "R8-1-000001"


@pytest.fixture
def drafted(wanting, opened):
    """A notice that waits for its approval."""
    assert wanting.run("prepare", CASE_1)[0] in (0, 75)
    return wanting


def proof_of(desk):
    code, out, said = desk.run("ledger", "prove", CASE_1)
    assert code == 0, said
    return json.loads(out)


def judged(document, watch):
    octets = json.dumps(document, ensure_ascii=False).encode()
    return both(octets, trust=[], at=watch(), log_keys=[document["log_key"]])


def test_a_draft_and_an_approved_one_are_complete(drafted, opened, cards, watch):
    waiting = judged(proof_of(drafted), watch)
    assert waiting.verdict.value == "TOTAL-PASSED", failing(waiting)
    assert waiting.delivery == "drafted"
    with opened() as site:
        approve(site, NUMBER, cards["reiji-t"])
    document = proof_of(drafted)
    report = judged(document, watch)
    assert report.verdict.value == "TOTAL-PASSED", failing(report)
    # the rule that was in force, and who the approver was
    assert len(document["records"][0]["others"]) == 2


def test_what_it_was_judged_by_cannot_be_left_out_or_changed(
    drafted, opened, cards, watch
):
    with opened() as site:
        approve(site, NUMBER, cards["reiji-t"])
    document = proof_of(drafted)
    bare = copy.deepcopy(document)
    del bare["records"][0]["others"]
    assert failing(judged(bare, watch)) == ["L10"]
    [record] = document["records"]
    for change in (
        {"leaf_bytes": record["events"][0]["leaf_bytes"]},
        {"inclusion_proof": record["others"][1]["inclusion_proof"]},
        {"leaf": {"section": "approval", "required": "none"}},
        {name: record["events"][0][name] for name in ("leaf_bytes", "inclusion_proof")},
    ):
        forged = copy.deepcopy(document)
        forged["records"][0]["others"][0] |= change
        assert judged(forged, watch).verdict.value == "TOTAL-FAILED"
