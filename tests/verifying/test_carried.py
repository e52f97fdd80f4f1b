"""Answers count alike in both places; what was sent before keeps its verdict."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.x509.ocsp import OCSPCertStatus

from notices.mail import split
from notices.report import Report
from notices.verifying import verify
from notices.verifying.container import read_container
from tests.verifying.forged_answers import attribute, basic, carrying, good, values
from tests.verifying.genuine import Mail, stamp_with
from tests.verifying.pki import DAY, JUDGED_AT, SIGNED_AT, World, ocsp, world

VECTORS = Path(__file__).parent / "vectors"
SENT = datetime(2026, 11, 22, 3, tzinfo=UTC)
"""When the frozen bundle was made."""

Answer = Callable[[World], bytes]
ANSWERS: dict[str, Answer] = {
    "good": lambda w: ocsp(w.answered),
    "revoked": lambda w: ocsp(w.answered, OCSPCertStatus.REVOKED),
    "unknown": lambda w: ocsp(w.answered, OCSPCertStatus.UNKNOWN),
    "another's": lambda w: ocsp(w.other),
    "by a stranger": lambda w: ocsp(w.answered, by=w.evil_ca),
    "stale": lambda w: ocsp(w.answered, this_update=SIGNED_AT - 9 * DAY),
}


def judge(octets: bytes) -> Report:
    return verify(octets, trust=[world().root.pem], at=JUDGED_AT)


def told(report: Report) -> list[tuple[str, str, str]]:
    """All but M01 and M04, which count octets."""
    findings = [one for one in report.findings if one.id not in ("M01", "M04")]
    return [(one.id, str(one.status), one.detail) for one in findings]


def changed(mail: Mail, **changes: object) -> bytes:
    """The mail with something more of its signature changed."""
    return mail.but(cms=lambda made: replace(mail.cms(made), **changes)).build()


@pytest.mark.parametrize("stamped", [False, True], ids=["plain", "stamped"])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_counts_alike_in_both_places(name: str, *, stamped: bool) -> None:
    """Finding by finding; the stamp comes before or after it, as DER sorts them."""
    answer = ANSWERS[name](world())
    stamp = stamp_with(world().tsa) if stamped else None
    crls = tuple(world().crls) if stamped and name != "good" else None
    old, new = (
        carrying(crls=crls),
        carrying(attribute(values(basic(answer))), crls=crls),
    )
    before = judge(changed(old(world()), ocsps=(answer,), stamp=stamp))
    after = judge(changed(new(world()), stamp=stamp))
    assert told(before) == told(after)
    assert (before.verdict, before.sub_indication) == (
        after.verdict,
        after.sub_indication,
    )


def test_an_answer_in_revocation_values_is_enough() -> None:
    mail = carrying(attribute(values(good(world()))))(world())
    report = judge(mail.build())
    assert [one.detail for one in report.findings if one.sub_indication] == []


def test_without_it_nothing_is_known() -> None:
    assert judge(carrying()(world()).build()).sub_indication == "TRY_LATER"


def test_lists_count_in_revocation_values_as_well() -> None:
    """Nobody of ours writes them there, but RFC 5126 has the place for them."""
    lists = (world().root.crl(), world().ca.crl())
    mail = carrying(attribute(values(lists=lists)), crls=())(world())
    assert judge(mail.build()).verdict == "TOTAL-PASSED"


@pytest.fixture(scope="module")
def frozen() -> tuple[bytes, bytes]:
    """A bundle and the mail in it, made when OCSP answers were in SignedData.crls."""
    bundle = (VECTORS / "version-5.asice").read_bytes()
    return bundle, dict(read_container(bundle))["documents/message.eml"]


def frozen_report(octets: bytes, at: datetime = SENT) -> Report:
    roots = (VECTORS / "version-5.roots.pem").read_bytes()
    return verify(octets, trust=[roots], at=at)


def test_a_mail_of_version_5_keeps_its_verdict(frozen: tuple[bytes, bytes]) -> None:
    """Vector: P-256, time stamp, one list and one OCSP answer (RFC 5940)."""
    _, mail = frozen
    signature = cms.ContentInfo.load(split(mail).signature)["content"]
    assert signature["version"].native == "v5"
    assert [one.name for one in signature["crls"]].count("other") == 1
    report = frozen_report(mail)
    assert [one.detail for one in report.findings if one.sub_indication] == []
    assert report.best_signature_time == SENT
    later = frozen_report(mail, SENT + timedelta(days=365))
    assert (later.verdict, later.sub_indication) == ("INDETERMINATE", "TRY_LATER")


def test_a_bundle_signed_with_version_5_keeps_its_verdict(
    frozen: tuple[bytes, bytes],
) -> None:
    bundle, _ = frozen
    signature = dict(read_container(bundle))["META-INF/signature.p7s"]
    assert cms.ContentInfo.load(signature)["content"]["version"].native == "v5"
    report = frozen_report(bundle)
    assert report.kind == "bundle"
    assert [one.detail for one in report.findings if one.sub_indication] == []
