"""A letter's security store: what is in it says the same to both verifiers.

No path is made of the certificates in it, by either.

One verifier took an intermediate from there and passed a letter that the other refused,
and refused a letter for a certificate that nobody needed and that could not be read.
"""

import pikepdf
import pytest

from notices.report import Report, Verdict
from tests.verifier_js.agreement import both
from tests.verifying.genuine import blank_pdf, notice_json, sign_pdf
from tests.verifying.odd_der import changed, twice
from tests.verifying.pki import JUDGED_AT, Party, world

ALONE = Party(world().signer.key, world().signer.certificate)
"""Whose signature carries its own certificate alone."""


def letter(party: Party, stored: bytes, kind: str = "Certs") -> bytes:
    def edit(document: pikepdf.Pdf) -> None:
        streams = pikepdf.Array([document.make_stream(stored)])
        store = pikepdf.Dictionary({f"/{kind}": streams})
        document.Root.DSS = document.make_indirect(store)

    return sign_pdf(blank_pdf(notice_json(), edit=edit), world(), party)


def judged(data: bytes) -> Report:
    evidence = list(world().crls)
    return both(data, trust=[world().root.pem], at=JUDGED_AT, evidence=evidence)


def test_an_intermediate_that_stands_only_there_makes_no_path() -> None:
    report = judged(letter(ALONE, world().ca.der))
    assert report.verdict is Verdict.INDETERMINATE
    assert {one.id for one in report.findings if one.sub_indication} == {"P13"}


def test_one_that_cannot_be_read_is_no_matter() -> None:
    report = judged(letter(world().signer, b"no certificate"))
    assert report.verdict is Verdict.TOTAL_PASSED


BROKEN = {
    "a list that is none": ("CRLs", b"no list"),
    "a list with a field too many": (
        "CRLs",
        changed(world().root.crl(), 2, change=twice),
    ),
    "an answer that is none": ("OCSPs", b"no answer"),
    "a refusal of a responder": ("OCSPs", b"\x30\x03\x0a\x01\x03"),
}


@pytest.mark.parametrize("why", BROKEN)
def test_an_answer_that_cannot_be_read_is_told_with_the_signature(why: str) -> None:
    """One verifier refused it, the other passed over it and asked for answers."""
    kind, stored = BROKEN[why]
    report = judged(letter(world().signer, stored, kind))
    assert report.verdict is Verdict.TOTAL_FAILED
    assert [one.id for one in report.findings if one.sub_indication] == ["P05"]
