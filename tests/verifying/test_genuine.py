"""What we send is accepted, also as it looks after a journey through mail servers."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import (
    OCSPCertStatus,
    OCSPResponseBuilder,
    OCSPResponseStatus,
)

from notices.report import CheckStatus, Report, Verdict
from notices.verifying import verify
from tests.verifying.forged_besides import (
    URLS,
    packed,
    reports,
    sent_with,
    word,
    word_file,
    xarf_file,
)
from tests.verifying.genuine import (
    CASE,
    NUMBER,
    RECIPIENT,
    Mail,
    genuine_letter,
    notice_json,
    stamp_with,
)
from tests.verifying.pki import (
    DAY,
    FROM,
    JUDGED_AT,
    SIGNED_AT,
    Party,
    issue,
    new_ec,
    new_rsa,
    ocsp,
    world,
)


def judge(data: bytes, **more: object) -> Report:
    options = {"trust": [world().root.pem], "at": JUDGED_AT} | more
    return verify(data, **options)


def refusals(report: Report) -> list[str]:
    return [f"{one.id} {one.detail}" for one in report.findings if one.sub_indication]


@pytest.mark.parametrize("make_key", [new_ec, new_rsa, lambda: new_rsa(3072)])
def test_a_mail_by_each_kind_of_key_passes(make_key) -> None:
    signer = issue(world().ca, "Made", make_key())
    report = judge(Mail(world(), signer=signer).build())
    assert refusals(report) == []
    assert report.verdict is Verdict.TOTAL_PASSED


def test_a_report_names_notice_signer_and_times() -> None:
    stamp = stamp_with(world().tsa)
    report = judge(Mail(world(), cms=lambda made: replace(made, stamp=stamp)).build())
    assert report.kind == "mail"
    assert (report.notice.number, report.notice.case_id) == (NUMBER, CASE)
    assert (report.notice.recipient, report.notice.form) == (RECIPIENT, "form1")
    assert report.signer.mailbox == FROM
    assert report.signer.subject == "CN=Notices,O=Example Hotline,C=JP"
    assert int(report.signer.serial, 16) == world().signer.certificate.serial_number
    assert report.signing_time == report.best_signature_time == SIGNED_AT


def test_without_a_time_stamp_no_time_is_proven() -> None:
    report = judge(Mail(world()).build())
    assert report.signing_time == SIGNED_AT
    assert report.best_signature_time is None


def answered(*answers: bytes) -> bytes:
    """A mail with the root's list and OCSP answers, as RFC 5940 has them."""
    made = Mail(world(), signer=world().answered, crls=(world().root.crl(),))
    return made.but(cms=lambda cms: replace(cms, ocsps=answers)).build()


def test_a_mail_that_carries_ocsp_answers_passes() -> None:
    report = judge(answered(ocsp(world().answered)))
    assert refusals(report) == []


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (lambda w: ocsp(w.answered, OCSPCertStatus.REVOKED), "REVOKED_NO_POE"),
        (lambda w: ocsp(w.answered, OCSPCertStatus.UNKNOWN), "TRY_LATER"),
        (lambda w: ocsp(w.other), "TRY_LATER"),
        (lambda w: ocsp(w.answered, by=w.evil_ca), "TRY_LATER"),
        (lambda w: ocsp(w.answered, this_update=SIGNED_AT - 9 * DAY), "TRY_LATER"),
    ],
    ids=["revoked", "unknown", "another's", "by a stranger", "stale"],
)
def test_a_bad_ocsp_answer_is_none(answer, outcome: str) -> None:
    report = judge(answered(answer(world())))
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication == outcome


def test_a_list_that_says_revoked_counts_though_an_answer_was_good() -> None:
    ca = Party(world().ca.key, world().ca.certificate)
    ca.revoked = {world().answered.certificate.serial_number: SIGNED_AT}
    newer = ca.crl(this_update=SIGNED_AT + timedelta(hours=1))
    report = judge(answered(ocsp(world().answered)), evidence=[newer])
    assert report.sub_indication == "REVOKED_NO_POE"


def test_a_refusing_responder_has_said_nothing() -> None:
    refusal = OCSPResponseBuilder.build_unsuccessful(OCSPResponseStatus.TRY_LATER)
    report = judge(answered(refusal.public_bytes(Encoding.DER)))
    assert report.verdict is not Verdict.TOTAL_PASSED


@pytest.mark.parametrize("level", ["B-B", "B-T", "B-LT", "B-LTA"])
def test_a_letter_of_each_level_passes(level: str) -> None:
    letter = genuine_letter(world(), world().signer, notice_json(), level)
    report = judge(letter, evidence=world().crls)
    assert refusals(report) == []
    assert report.verdict is Verdict.TOTAL_PASSED
    assert report.notice.number == NUMBER
    assert (report.best_signature_time == SIGNED_AT) is (level != "B-B")


@pytest.mark.parametrize("level", ["B-LT", "B-LTA"])
def test_a_letter_with_validation_data_needs_nothing_but_the_root(level: str) -> None:
    letter = genuine_letter(world(), world().signer, notice_json(), level)
    assert judge(letter).verdict is Verdict.TOTAL_PASSED
    assert judge(Mail(world(), letter=letter).build()).verdict is Verdict.TOTAL_PASSED


def test_a_letter_without_answers_is_indeterminate() -> None:
    letter = genuine_letter(world(), world().signer, notice_json())
    report = judge(letter)
    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication == "TRY_LATER"


JOURNEYS = {
    "as sent": lambda m: m,
    "stored with LF": lambda m: m.replace(b"\r\n", b"\n"),
    "with trace fields": lambda m: (
        b"Return-Path: <>\r\nReceived: from a by b;\r\n\tMon, 15 Jun 2026\r\n"
        b"DKIM-Signature: v=1; a=rsa-sha256\r\nX-Spam-Status: No\r\n" + m
    ),
    "with blank lines after it": lambda m: m + b"\r\n\r\n",
}


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS)
def test_a_mail_passes_after_its_journey(journey) -> None:
    assert refusals(judge(journey(Mail(world()).build()))) == []


@pytest.mark.parametrize("urls", [URLS[:1], URLS], ids=["one URL", "two URLs"])
def test_a_mail_with_xarf_reports_passes(urls: tuple[str, ...]) -> None:
    files = [xarf_file(one, name) for name, one in reports(urls).items()]
    report = judge(sent_with(*files, urls=urls)(world()))
    assert refusals(report) == []
    assert next(one for one in report.findings if one.id == "M21").status == "passed"


def test_a_mail_with_the_word_file_passes() -> None:
    report = judge(sent_with(word_file(packed(word())))(world()))
    assert refusals(report) == []
    assert next(one for one in report.findings if one.id == "M22").status == "passed"


def test_the_domain_of_the_sender_may_differ_in_case() -> None:
    signer = issue(world().ca, "Made", mailbox="notices@HOTLINE.example")
    assert refusals(judge(Mail(world(), signer=signer).build())) == []


@pytest.mark.parametrize("by", ["mailbox", "fingerprint"])
def test_an_expected_signer_is_recognised(by: str) -> None:
    wanted = FROM if by == "mailbox" else sha256(world().signer.der).hexdigest()
    report = judge(
        Mail(world()).build(),
        signers=["x@example.jp", wanted.upper() if by != "mailbox" else wanted],
    )
    assert refusals(report) == []
    assert next(f for f in report.findings if f.id == "M15").status == "passed"


def test_every_check_is_told_also_when_the_first_fails() -> None:
    genuine, broken = judge(Mail(world()).build()), judge(b"Subject: x\r\n\r\nhello")
    assert [f.id for f in broken.findings] == [f.id for f in genuine.findings]
    skipped = [f for f in broken.findings if f.status is CheckStatus.SKIPPED]
    assert len(skipped) == len(broken.findings) - 1
    assert all("did not pass" in f.detail for f in skipped)
