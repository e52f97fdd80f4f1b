"""The PDF's signature at each level, judged by poppler, qpdf and pyHanko."""

import asyncio
import dataclasses
import re
import subprocess
import warnings
from collections.abc import Sequence
from datetime import datetime, tzinfo
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import crl, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import DocumentSecurityStore, validate_pdf_signature
from pyhanko.sign.validation.ades import AdESLTAValidationResult, ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer

from notices.errors import (
    ConfigError,
    InputError,
    RevocationUnavailable,
    StamperNotUsable,
)
from notices.signing import (
    NO_ANSWERS,
    HttpTransport,
    PdfLevel,
    RevocationAnswers,
    Timestamp,
    TimestampClient,
    Timestamper,
    sign_pdf,
)
from notices.signing.keys.signing_key import certificate_der
from notices.verifying import verify
from notices.verifying.pdf.names import SIGNATURE_KEYS
from tests.evidence.test_renewal import Stamper
from tests.programs import require_program
from tests.signing.authority import LISTS, NOW, SIGNERS, Authority
from tests.verifying.pki import new_root

LEVELS = list(PdfLevel)


def make(authority: Authority, pdf: bytes, name: str, level: PdfLevel) -> bytes:
    return sign_pdf(
        pdf,
        authority.key(name),
        signing_time=NOW,
        level=level,
        timestamper=TimestampClient(urls=(authority.tsa_url,)),
        revocation=authority.crls(),
        trust=authority.roots,
        clock=authority.clock,
    )


@pytest.fixture(
    params=[("p256", level) for level in LEVELS]
    + [(name, PdfLevel.B_T) for name in SIGNERS]
)
def signed(request: pytest.FixtureRequest, authority: Authority, pdf: bytes) -> bytes:
    return make(authority, pdf, *request.param)


@pytest.fixture(params=LEVELS)
def level(request: pytest.FixtureRequest) -> PdfLevel:
    return request.param


def pdfsig(octets: bytes, folder: Path) -> str:
    path = folder / "letter.pdf"
    path.write_bytes(octets)
    program = require_program("pdfsig")
    done = subprocess.run(
        [program, "-nocert", str(path)], capture_output=True, check=False
    )
    return done.stdout.decode()


def context(authority: Authority, **more: object) -> ValidationContext:
    roots = [x509.Certificate.load(certificate_der(one)) for one in authority.roots]
    return ValidationContext(
        trust_roots=roots, allow_fetching=False, moment=NOW, **more
    )


def test_pdfsig_says_that_the_signature_is_valid(signed: bytes, tmp_path: Path) -> None:
    said = pdfsig(signed, tmp_path)
    first = said.split("Signature #2")[0]
    assert "Signature Validation: Signature is Valid." in first
    assert "ETSI.CAdES.detached" in first
    assert re.search("SHA-(256|384)", first)


def test_at_b_b_and_b_t_the_signature_covers_the_whole_file(
    authority: Authority, pdf: bytes, tmp_path: Path
) -> None:
    for level in (PdfLevel.B_B, PdfLevel.B_T):
        octets = make(authority, pdf, "p256", level)
        assert "Total document signed" in pdfsig(octets, tmp_path)


def test_one_changed_octet_is_seen(signed: bytes, tmp_path: Path) -> None:
    position = signed.index(b"MediaBox")
    changed = signed[:position] + b"MediaBux" + signed[position + 8 :]
    said = pdfsig(changed, tmp_path).split("Signature #2")[0]
    assert "Signature is Valid" not in said
    assert "Digest Mismatch" in said


def test_qpdf_finds_no_fault(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(signed)
    done = subprocess.run(
        [require_program("qpdf"), "--check", str(path)],
        capture_output=True,
        check=False,
    )
    assert b"No syntax or stream encoding errors" in done.stdout


def test_pyhanko_accepts_it_from_the_answers_inside(
    authority: Authority, pdf: bytes, level: PdfLevel
) -> None:
    """With nothing but the root: the DSS has what is needed."""
    octets = make(authority, pdf, "p256", level)
    reader = PdfFileReader(BytesIO(octets))
    embedded = reader.embedded_regular_signatures
    assert len(embedded) == 1
    dss = DocumentSecurityStore.read_dss(reader)
    certs = list(dss.load_certs())
    crls = [stream.get_object().data for stream in dss.crls]
    status = validate_pdf_signature(
        embedded[0],
        context(authority, crls=crls, other_certs=certs, revocation_mode="require"),
    )
    assert status.bottom_line, status.pretty_print_details()
    assert status.docmdp_ok
    expected = (
        ModificationLevel.LTA_UPDATES
        if level in ("B-LT", "B-LTA")
        else ModificationLevel.NONE
    )
    assert status.modification_level == expected


@pytest.mark.parametrize("name", ["rsa2048", "p256"])
def test_b_lta_is_a_long_term_signature_for_pyhanko_a_year_later(
    authority: Authority, pdf: bytes, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The auditor adds that day's lists, as the ones inside are not fresh then."""
    octets = make(authority, pdf, name, PdfLevel.B_LTA)
    now = NOW.replace(year=2027)
    set_pyhanko_clock(monkeypatch, now)
    result = judge_long_term(authority, octets, now)
    assert result.ades_subindic == AdESPassed.OK
    assert NOW < result.best_signature_time < authority.now


@pytest.mark.parametrize("year", [2031, 2044])
def test_b_lta_is_proven_long_after_the_certificate_ended(
    authority: Authority, pdf: bytes, monkeypatch: pytest.MonkeyPatch, year: int
) -> None:
    """With the lists of those above the newest stamp and of the root.

    The list of that day of the signer's issuer must not be among them: it may have
    forgotten the certificate, and pyHanko takes the newest list there is.
    """
    octets = make(authority, pdf, "p256", PdfLevel.B_LTA)
    now = NOW.replace(year=year)
    set_pyhanko_clock(monkeypatch, now)
    alive = [name for name in LISTS if name != "issuing"]
    result = judge_long_term(authority, octets, now, alive)
    assert result.ades_subindic == AdESPassed.OK
    assert NOW < result.best_signature_time < authority.now
    assert judge_long_term(authority, octets, now).ades_subindic != AdESPassed.OK


def test_b_t_is_not_accepted_years_after_the_certificate_ended(
    authority: Authority, pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    octets = make(authority, pdf, "p256", PdfLevel.B_T)
    set_pyhanko_clock(monkeypatch, NOW.replace(year=2031))
    result = judge_long_term(authority, octets, NOW.replace(year=2031))
    assert result.ades_subindic != AdESPassed.OK


def set_pyhanko_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """pyHanko takes proofs without a date as of the machine's clock."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # noqa: ARG003
            return now

    for module in (
        "pyhanko_certvalidator.ltv.poe",
        "pyhanko_certvalidator.ltv.ades_past",
    ):
        monkeypatch.setattr(f"{module}.datetime", Clock)


def judge_long_term(
    authority: Authority,
    octets: bytes,
    now: datetime,
    names: Sequence[str] = LISTS,
) -> AdESLTAValidationResult:
    roots = [x509.Certificate.load(certificate_der(one)) for one in authority.roots]
    fresh = dict(zip(LISTS, authority.crls(now).crls, strict=True))
    lists = [crl.CertificateList.load(fresh[name]) for name in names]
    required = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
    checking = RevocationCheckingPolicy(required, required)
    spec = SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=roots),
            revinfo_policy=CertRevTrustPolicy(checking),
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
        ),
        local_knowledge=LocalKnowledge(known_crls=list(map(CRLContainer, lists))),
    )
    timing = ValidationTimingInfo(
        validation_time=now, best_signature_time=now, point_in_time_validation=True
    )
    reader = PdfFileReader(BytesIO(octets))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return asyncio.run(
            ades_lta_validation(
                reader.embedded_regular_signatures[0],
                PdfSignatureValidationSpec(spec),
                timing_info=timing,
            )
        )


def test_docmdp_forbids_all_changes_where_nothing_follows(
    authority: Authority, pdf: bytes, level: PdfLevel
) -> None:
    with pikepdf.open(BytesIO(make(authority, pdf, "p256", level))) as opened:
        reference = opened.Root.Perms.DocMDP.Reference[0]
        allowed = int(reference.TransformParams.P)
    assert allowed == (2 if level in ("B-LT", "B-LTA") else 1)


def test_only_dss_and_document_time_stamp_follow_the_signature(
    authority: Authority, pdf: bytes
) -> None:
    octets = make(authority, pdf, "p256", PdfLevel.B_LTA)
    reader = PdfFileReader(BytesIO(octets))
    kinds = [str(one.sig_object["/Type"]) for one in reader.embedded_signatures]
    assert kinds == ["/Sig", "/DocTimeStamp"]
    assert octets.count(b"%%EOF") == pdf.count(b"%%EOF") + 2
    last = reader.embedded_timestamp_signatures[-1]
    assert last.evaluate_signature_coverage() == SignatureCoverageLevel.ENTIRE_FILE


def test_the_signed_file_begins_with_the_letter_as_it_was(
    signed: bytes, pdf: bytes
) -> None:
    assert signed.startswith(pdf)


def test_the_signature_has_the_time_in_m_and_not_in_the_cms(
    authority: Authority, pdf: bytes
) -> None:
    """EN 319 142-1, 6.3 (g): the signing-time attribute is not used."""
    octets = make(authority, pdf, "p256", PdfLevel.B_B)
    (embedded,) = PdfFileReader(BytesIO(octets)).embedded_signatures
    kinds = {one["type"].native for one in embedded.signer_info["signed_attrs"]}
    assert kinds == {"content_type", "message_digest", "signing_certificate_v2"}
    assert embedded.self_reported_timestamp == NOW


def test_no_words_stand_in_the_signature(authority: Authority, pdf: bytes) -> None:
    """Programs show them as the signer's, and the letter does not say them."""
    octets = sign_pdf(pdf, authority.key("p256"), signing_time=NOW)
    (embedded,) = PdfFileReader(BytesIO(octets)).embedded_signatures
    assert set(embedded.sig_object) == SIGNATURE_KEYS


def test_the_signature_shows_nowhere(authority: Authority, pdf: bytes) -> None:
    octets = make(authority, pdf, "p256", PdfLevel.B_LTA)
    with pikepdf.open(BytesIO(octets)) as opened:
        for field in opened.Root.AcroForm.Fields:
            assert [float(side) for side in field.Rect] == [0, 0, 0, 0]


def test_pdf_a_stays_pdf_a(authority: Authority, pdf: bytes) -> None:
    """Metadata and output intent are the same objects as before."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        with opened.open_metadata() as metadata:
            metadata["pdfaid:part"], metadata["pdfaid:conformance"] = "2", "B"
        buffer = BytesIO()
        opened.save(buffer)
    octets = make(authority, buffer.getvalue(), "p256", PdfLevel.B_LTA)
    with pikepdf.open(BytesIO(octets)) as opened:
        assert opened.open_metadata().pdfa_status == "2B"
        for field in opened.Root.AcroForm.Fields:
            # ISO 19005-2, 6.3.2 and 6.4.1: Print set, Hidden not; no NeedAppearances
            assert int(field.F) & 0b100110 == 0b100
        assert not opened.Root.AcroForm.get("/NeedAppearances")


@pytest.mark.parametrize("level", [PdfLevel.B_T, PdfLevel.B_LT, PdfLevel.B_LTA])
def test_a_level_with_time_stamp_needs_an_authority(
    authority: Authority, pdf: bytes, level: PdfLevel
) -> None:
    with pytest.raises(ConfigError, match="time-stamp authority"):
        sign_pdf(pdf, authority.key("p256"), signing_time=NOW, level=level)


def test_a_long_term_level_needs_revocation_answers(
    authority: Authority, pdf: bytes
) -> None:
    client = TimestampClient(urls=(authority.tsa_url,))
    with pytest.raises(ConfigError, match="revocation"):
        sign_pdf(
            pdf,
            authority.key("p256"),
            signing_time=NOW,
            level=PdfLevel.B_LT,
            timestamper=client,
        )


def test_a_time_stamp_authority_without_pinned_root_is_refused(
    authority: Authority, pdf: bytes
) -> None:
    client = TimestampClient(urls=(authority.tsa_url,))
    with pytest.raises(StamperNotUsable, match="no pinned root"):
        sign_pdf(
            pdf,
            authority.key("p256"),
            signing_time=NOW,
            level=PdfLevel.B_LT,
            timestamper=client,
            revocation=authority.crls(),
            clock=authority.clock,
        )


def test_answers_on_the_authority_are_fetched_where_its_certificate_says(
    authority: Authority, pdf: bytes
) -> None:
    only_signer = dataclasses.replace(NO_ANSWERS, crls=authority.crls().crls[:2])
    client = TimestampClient(urls=(authority.tsa_url,))

    def sign(transport: HttpTransport | None) -> bytes:
        return sign_pdf(
            pdf,
            authority.key("p256"),
            signing_time=NOW,
            level=PdfLevel.B_LT,
            timestamper=client,
            revocation=only_signer,
            trust=authority.roots,
            transport=transport,
            clock=authority.clock,
        )

    with pytest.raises(RevocationUnavailable, match="Test tsa"):
        sign(None)
    assert b"/DSS" in sign(HttpTransport())


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_refused(authority: Authority, content: bytes) -> None:
    with pytest.raises(InputError, match="cannot be signed"):
        sign_pdf(content, authority.key("p256"), signing_time=NOW)


def test_a_signed_pdf_is_not_signed_again(authority: Authority, pdf: bytes) -> None:
    once = sign_pdf(pdf, authority.key("p256"), signing_time=NOW)
    with pytest.raises(InputError, match="signed already"):
        sign_pdf(once, authority.key("p256"), signing_time=NOW)


def test_an_encrypted_pdf_is_refused(authority: Authority, pdf: bytes) -> None:
    buffer = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(buffer, encryption=pikepdf.Encryption(owner="a", user=""))
    with pytest.raises(InputError, match="encrypted"):
        sign_pdf(buffer.getvalue(), authority.key("p256"), signing_time=NOW)


def test_room_is_kept_to_measure(authority: Authority, pdf: bytes) -> None:
    """A reserved region of zeros three times the signature would be waste."""
    octets = sign_pdf(pdf, authority.key("p256"), signing_time=NOW)
    (contents,) = re.findall(rb"/Contents\s*<([0-9A-F]+)>", octets)
    assert len(contents.rstrip(b"0")) < len(contents) < 16_384


class ThenAnother:
    """An authority that answers once, and another that answers from then on."""

    def __init__(self, first: Timestamper, second: Timestamper) -> None:
        self._left = [first]
        self._second = second

    def stamp(self, digest: bytes) -> Timestamp:
        return (self._left.pop() if self._left else self._second).stamp(digest)


def test_another_authority_of_another_root_may_stamp_the_document(
    authority: Authority, pdf: bytes
) -> None:
    """The first answers once and no more; what proves the second is in the DSS, too."""
    first = TimestampClient(urls=(authority.tsa_url,))
    second = Stamper(new_root("Second Stamps"), "2026-01-01", "2036-01-01")
    second.now = NOW
    octets = sign_pdf(
        pdf,
        authority.key("p256"),
        signing_time=NOW,
        level=PdfLevel.B_LTA,
        timestamper=ThenAnother(first, second),
        revocation=authority.crls() | RevocationAnswers(crls=(second.crl(NOW),)),
        trust=[*authority.roots, second.root.certificate],
        clock=authority.clock,
    )
    reader = PdfFileReader(BytesIO(octets))
    inside = {one.get_object().data for one in reader.root["/DSS"]["/Certs"]}
    for certificate in (second.party.certificate, authority.certificate("tsa")):
        assert certificate_der(certificate) in inside
    roots = [*authority.roots, second.root.certificate]
    report = verify(
        octets,
        trust=[one.public_bytes(Encoding.PEM) for one in roots],
        at=NOW.replace(hour=4),
    )
    bad = [one for one in report.findings if one.sub_indication and one.id != "P01"]
    assert not [one for one in bad if "stamp" in f"{one.name} {one.detail}"], bad
