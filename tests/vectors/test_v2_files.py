"""What version 2 wrote keeps its bytes and its verdict, for ever; the page agrees."""

import json
from datetime import datetime

import pytest

from tests.vectors import second_verifier
from tests.vectors import specification as page
from tests.vectors.judging import judge, sums
from tests.vectors.places import V2

FILES = V2 / "files"
CASES = json.loads((FILES / "expected.json").read_bytes())
KEY = (FILES / "ledger/log.pub").read_text("ascii")
BUNDLES = sorted(
    path for path in (FILES / "bundles").iterdir() if path.stem != "renewed"
)


def test_no_vector_was_changed():
    """A verdict that changed is mended in the program, never in the vector."""
    assert sums(FILES) == (FILES / "SHA256SUMS").read_text("ascii")


@pytest.mark.parametrize(
    "case",
    CASES,
    ids=lambda case: " ".join(str(case[key]) for key in case if key != "expected"),
)
def test_the_verdict_is_the_one_of_then(case):
    """Checks may be added since; those of then end as they did."""
    told, wanted = judge(FILES, case), dict(case["expected"])
    checks = dict(one.split(":") for one in wanted.pop("checks").split())
    now = dict(one.split(":") for one in told.pop("checks").split())
    assert told == wanted
    assert {name: now[name] for name in checks} == checks


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.stem)
def test_the_second_verifier_passes_it(bundle):
    """The page, the standard library and the openssl command."""
    [moment] = {
        case["at"]
        for case in CASES
        if case["file"] == f"bundles/{bundle.name}"
        and case["expected"]["verdict"] == "TOTAL-PASSED"
    }
    at = int(datetime.fromisoformat(moment).timestamp())
    roots = FILES / "roots.pem"
    assert second_verifier.judge(bundle.read_bytes(), roots, KEY, at) == "passed"


def test_the_ledger_is_whole_and_its_checkpoint_has_the_root():
    hashes = page.read_export((FILES / "ledger/leaves.jsonl").read_bytes())
    note = (FILES / "ledger/late.txt").read_text("utf-8")
    _, size, root = page.open_note(note, KEY)
    assert (size, root) == (len(hashes), page.tree_hash(hashes))
