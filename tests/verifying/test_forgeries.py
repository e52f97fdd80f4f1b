"""No forged mail and no forged letter is accepted, each is refused for its reason."""

import pytest

from notices.report import Verdict
from notices.verifying import verify
from tests.verifying.forge import letters, mails
from tests.verifying.forgery import Forgery
from tests.verifying.pki import world

MAILS, LETTERS = list(mails()), list(letters())


def refuse(forgery: Forgery) -> None:
    made = world()
    report = verify(
        forgery.build(made),
        trust=[made.root.pem],
        at=forgery.at,
        signers=forgery.signers,
        evidence=forgery.evidence(made),
    )
    refused = [one for one in report.findings if one.sub_indication]
    assert report.verdict is not Verdict.TOTAL_PASSED
    assert (refused[0].id, str(refused[0].sub_indication)) == (
        forgery.refused_by,
        forgery.why or "FORMAT_FAILURE",
    ), refused[0].detail


@pytest.mark.parametrize("forgery", MAILS, ids=lambda one: one.name)
def test_a_forged_mail_is_refused_by_the_check_that_should(forgery: Forgery) -> None:
    refuse(forgery)


@pytest.mark.filterwarnings("ignore::pikepdf.PageCopyWarning")
@pytest.mark.parametrize("forgery", LETTERS, ids=lambda one: one.name)
def test_a_forged_letter_is_refused_by_the_check_that_should(forgery: Forgery) -> None:
    refuse(forgery)


def test_the_catalogue_is_as_large_as_promised() -> None:
    assert len({one.name for one in MAILS}) == len(MAILS) >= 250
    assert len({one.name for one in LETTERS}) == len(LETTERS) >= 130
