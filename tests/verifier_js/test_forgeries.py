"""Every forged mail and letter of the tests, and genuine ones, judged by both."""

from dataclasses import replace
from functools import cache

import pytest
from cryptography.x509.ocsp import OCSPCertStatus

from notices.verifying import verify
from tests.verifier_js.agreement import deciding, disagreement, left_out
from tests.verifying.forge import letters, mails
from tests.verifying.genuine import Mail, genuine_letter, notice_json, stamp_with
from tests.verifying.pki import (
    DAY,
    JUDGED_AT,
    SIGNED_AT,
    issue,
    new_ec,
    new_rsa,
    ocsp,
    world,
)
from tests.verifying.test_genuine import JOURNEYS

FORGED = [*mails(), *letters()]
SEEN_ELSEWHERE = {
    "followed by blanks": "P01",
    "Contents: a string end inside": "P01",
    "words in /Contents of a stamp's field": "P03",
}
"""Forgeries that the second verifier refuses already at another check, as it reads one
shape of PDF alone."""


@cache
def judged(at, second):
    """The forgery of that place, all that is given beside it, and the second verdict."""
    forgery, made = FORGED[at], world()
    data = forgery.build(made)
    given = {
        "trust": [made.root.pem],
        "at": forgery.at,
        "signers": forgery.signers,
        "evidence": forgery.evidence(made),
    }
    return data, given, second.judge(data, **given)


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("at", range(len(FORGED)), ids=[one.name for one in FORGED])
def test_a_forgery_is_refused_by_both_for_the_same_reason(second, at):
    forgery = FORGED[at]
    data, given, told = judged(at, second)
    assert told["verdict"] != "TOTAL-PASSED"
    assert not disagreement(verify(data, **given), told)
    if not left_out(told):
        wanted = SEEN_ELSEWHERE.get(forgery.name, forgery.refused_by)
        assert deciding(told) == wanted, told["checks"]


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
def test_hardly_any_forgery_is_beyond_the_second_verifier(second):
    """What is left out by name does not hide what it should judge."""
    judged_here = ((one.name, judged(at, second)) for at, one in enumerate(FORGED))
    beyond = [name for name, (_, _, told) in judged_here if left_out(told)]
    assert len(beyond) <= 12, beyond


ANSWERS = {
    "good": lambda w: ocsp(w.answered),
    "revoked": lambda w: ocsp(w.answered, OCSPCertStatus.REVOKED),
    "unknown": lambda w: ocsp(w.answered, OCSPCertStatus.UNKNOWN),
    "about another": lambda w: ocsp(w.other),
    "by a stranger": lambda w: ocsp(w.answered, by=w.evil_ca),
    "stale": lambda w: ocsp(w.answered, this_update=SIGNED_AT - 9 * DAY),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_ocsp_answer_says_the_same_to_both(second, name):
    made = world()
    mail = Mail(made, signer=made.answered, crls=(made.root.crl(),))
    answer = ANSWERS[name](made)
    data = mail.but(cms=lambda cms: replace(cms, ocsps=(answer,))).build()
    given = {"trust": [made.root.pem], "at": JUDGED_AT}
    told = second.judge(data, **given)
    report = verify(data, **given)
    assert not disagreement(report, told)
    assert (told["verdict"] == "TOTAL-PASSED") == (name == "good")
    if name != "by a stranger":  # said by name: whose it is cannot be told here
        assert told["sub_indication"] == report.sub_indication


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
        assert len(told["conditions"]) == 1
        assert verify(data, **given).verdict == "TOTAL-PASSED", name
