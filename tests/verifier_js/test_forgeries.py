"""Every forged mail and letter of the tests, and genuine ones, judged by both."""

from dataclasses import replace

import pytest

from notices.verifying import verify
from tests.verifier_js.agreement import deciding, disagreement, left_out
from tests.verifying.forge import letters, mails
from tests.verifying.genuine import Mail, genuine_letter, notice_json, stamp_with
from tests.verifying.pki import JUDGED_AT, issue, new_ec, new_rsa, world
from tests.verifying.test_genuine import JOURNEYS

FORGED = [*mails(), *letters()]
SEEN_ELSEWHERE = {
    "followed by blanks": "P01",
    "Contents: a string end inside": "P01",
}
"""Forgeries that the second verifier refuses already at another check, as it reads one
shape of PDF alone."""


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("forgery", FORGED, ids=lambda one: one.name)
def test_a_forgery_is_refused_by_both_for_the_same_reason(second, forgery):
    made = world()
    data = forgery.build(made)
    given = {
        "trust": [made.root.pem],
        "at": forgery.at,
        "signers": forgery.signers,
        "evidence": forgery.evidence(made),
    }
    told = second.judge(data, **given)
    assert told["verdict"] != "TOTAL-PASSED"
    assert not disagreement(verify(data, **given), told)
    if not left_out(told):
        wanted = SEEN_ELSEWHERE.get(forgery.name, forgery.refused_by)
        assert deciding(told) == wanted, told["checks"]


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
def test_hardly_any_forgery_is_beyond_the_second_verifier(second):
    """What is left out by name does not hide what it should judge."""
    made = world()
    beyond = [
        one.name
        for one in FORGED
        if left_out(
            second.judge(
                one.build(made),
                trust=[made.root.pem],
                at=one.at,
                evidence=one.evidence(made),
            )
        )
    ]
    assert len(beyond) <= 12, beyond


def genuine():
    made = world()
    for level in ("B-B", "B-T", "B-LT", "B-LTA"):
        yield level, genuine_letter(made, made.signer, notice_json(), level)
    for name, journey in JOURNEYS.items():
        yield name, journey(Mail(made).build())
    stamp = stamp_with(made.tsa)
    yield "stamped", Mail(made, cms=lambda cms: replace(cms, stamp=stamp)).build()
    keys = {"EC": new_ec, "RSA": new_rsa, "RSA 3072": lambda: new_rsa(3072)}
    for name, make in keys.items():
        signer = issue(made.ca, "Made", make())
        yield name, Mail(made, signer=signer).build()


def test_what_is_genuine_passes_both(second):
    made = world()
    for name, data in genuine():
        given = {"trust": [made.root.pem], "at": JUDGED_AT, "evidence": made.crls}
        told = second.judge(data, **given)
        assert told["verdict"] == "TOTAL-PASSED", (name, deciding(told))
        assert verify(data, **given).verdict == "TOTAL-PASSED", name
