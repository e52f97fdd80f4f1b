"""What relays did to the outside, and what was answered: both verifiers say the same."""

from dataclasses import replace

import pytest

from notices.verifying import verify
from tests.verifier_js.agreement import disagreement, left_out
from tests.verifying.genuine import Mail
from tests.verifying.pki import JUDGED_AT, world
from tests.verifying.test_answers_further import VECTORS, lost
from tests.verifying.test_outside import GENUINE, HARMLESS, MISLEADING, UNKNOWN, above

CHANGES = {
    **{name: change for name, (change, _) in HARMLESS.items()},
    **MISLEADING,
    **{f"unknown {line.decode()}": above(line) for line in UNKNOWN},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_outside_is_harmless_to_both_or_to_none(second, name):
    mail = CHANGES[name](GENUINE)
    given = {"trust": [world().root.pem], "at": JUDGED_AT}
    told, report = second.judge(mail, **given), verify(mail, **given)
    assert (told["verdict"], told["sub_indication"]) == (
        report.verdict,
        report.sub_indication,
    )
    (shown,) = (one["detail"] for one in told["checks"] if one["id"] == "M23")
    if name not in MISLEADING:
        (wanted,) = (one.detail for one in report.findings if one.id == "M23")
        assert shown == str(wanted)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one.number} {one.why}")
def test_an_answer_proves_no_more_to_the_second_than_to_the_first(second, vector):
    made, pki = world(), lost()
    evidence = list(vector.build(pki))
    if vector.root_list:
        evidence.append(pki.root.crl())
    mail = Mail(made, signer=pki.signer, letter_signer=made.signer)
    extra = tuple(one for one in vector.along(pki) if one is not pki.ca)
    data = mail.but(cms=lambda cms: replace(cms, extra_certificates=extra)).build()
    given = {
        "trust": [made.root.pem, pki.root.pem, pki.other_root.pem],
        "at": JUDGED_AT,
        "evidence": evidence,
    }
    told, report = second.judge(data, **given), verify(data, **given)
    assert not disagreement(report, told)
    assert (report.verdict == "TOTAL-PASSED") == (vector.said == "")
    if vector.said == "":
        assert told["verdict"] == "TOTAL-PASSED" or left_out(told)
