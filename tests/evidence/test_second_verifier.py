"""Two verifiers, one written from the page alone, judge bundles of version 2 alike."""

import base64
import json
import random

import pytest

from notices.report import CheckStatus, Verdict
from tests.evidence.conftest import members_of
from tests.evidence.test_bundle import leave_out, of_prepared
from tests.vectors import second_verifier
from tests.vectors.specification import canonical

RECORD = "ledger/record.json"
WORDS = {
    Verdict.TOTAL_PASSED: "passed",
    Verdict.TOTAL_FAILED: "failed",
    Verdict.INDETERMINATE: "not complete",
}


@pytest.fixture
def both(centre, tmp_path):
    """What each of them says, in one word."""
    roots = tmp_path / "roots.pem"
    roots.write_bytes(b"".join(centre.roots))

    def judge(bundle):
        at = int(centre.now.timestamp())
        second = second_verifier.judge(bundle, roots, centre.log_key, at)
        first = centre.judge(bundle)
        decided = [
            f"{one.id} {one.detail}"
            for one in first.findings
            if one.status in (CheckStatus.FAILED, CheckStatus.INDETERMINATE)
        ]
        return WORDS[first.verdict], second.split(":")[0], (decided, second)

    return judge


@pytest.mark.parametrize("which", ["bundle", "redacted"])
def test_a_genuine_bundle_passes_both(both, request, which):
    first, second, why = both(request.getfixturevalue(which))
    assert (first, second) == ("passed", "passed"), why


def changed_leaf(record, place, **facts):
    leaf = json.loads(base64.b64decode(record["notice"][place]["leaf"]))
    octets = canonical(leaf | {"facts": leaf["facts"] | facts})
    record["notice"][place]["leaf"] = base64.b64encode(octets).decode()


CHANGES = {
    **{f"without event {n}": lambda r, n=n: leave_out(r, n) for n in (0, 2, 3, 4, 5, 6)},
    "two left out": lambda r: (leave_out(r, 3), leave_out(r, 3)),
    "only the end": lambda r: r.update(notice=r["notice"][:-2]),
    "another state": lambda r: changed_leaf(r, 5, state="failed"),
    "a text not shown": lambda r: of_prepared(r).pop("recipient"),
    "another text": lambda r: of_prepared(r)["recipient"].update(text="別人"),
    "a salt of 31": lambda r: of_prepared(r)["document/letter.pdf"].update(salt="00" * 31),
    "an event twice": lambda r: r["notice"].insert(2, r["notice"][2]),
    "two changed places": lambda r: r["notice"].insert(3, r["notice"].pop(2)),
    "an event as another's policy": lambda r: r.update(others=r["notice"][:1]),
    "a member more": lambda r: r.update(more=1),
    "a redaction that is none": lambda r: r.update(redacted=["letter.pdf"]),
    "another number": lambda r: r.update(number="R8-1-999999"),
    "a smaller tree": lambda r: r.update(size=r["size"] - 1),
    "no events": lambda r: r.update(notice=[]),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_the_signer_changes_is_told_by_both_alike(both, bundle, reseal, name):
    record = json.loads(members_of(bundle)[RECORD])
    CHANGES[name](record)
    first, second, why = both(reseal(bundle, {RECORD: canonical(record)}))
    assert first != "passed", why
    if name in ("a redaction that is none", "an event as another's policy"):
        return  # the page leaves it to a reader what it makes of these
    assert first == second, why


def spoilt(value, chance):
    """One character of a string somewhere becomes another."""
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value))
        return value | {key: spoilt(value[key], chance)}
    if isinstance(value, list) and value:
        place = chance.randrange(len(value))
        return [*value[:place], spoilt(value[place], chance), *value[place + 1 :]]
    if isinstance(value, str) and value:
        place = chance.randrange(len(value))
        return value[:place] + chance.choice("0aZ/") + value[place + 1 :]
    return 7


def test_neither_passes_what_the_other_refuses(both, bundle, reseal):
    chance = random.Random(20261127)  # noqa: S311
    record = json.loads(members_of(bundle)[RECORD])
    for _ in range(40):
        odd = spoilt(record, chance)
        if odd == record:
            continue
        first, second, why = both(reseal(bundle, {RECORD: canonical(odd)}))
        assert (first == "passed") == (second == "passed"), why
