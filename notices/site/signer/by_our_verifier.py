"""What our own verifier says of a certificate before anything is signed with it.

Else it would say so of the mail, when a number is used already.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from notices import verifying
from notices.messages import Text
from notices.signing import CertificateFinding, Level, SigningKey

NAME = "verifier"


def with_our_verifier(
    findings: Iterable[CertificateFinding],
    key: SigningKey,
    *,
    trust: Sequence[bytes],
    now: datetime,
    tolerance: timedelta,
) -> tuple[CertificateFinding, ...]:
    """The findings, and what our verifier says where nothing else is wrong.

    trust: the files of the pinned roots. A certificate that is near its end is judged
    all the same: who passes over that passes over nothing else.
    """
    known = tuple(findings)
    if any(one.level is Level.REFUSED and one.id != "time" for one in known):
        return known
    if not _is_alive(key.certificate, now, tolerance):
        return known
    fault = verifying.certificate_fault(
        _der(key.certificate),
        tuple(map(_der, key.chain)),
        trust=trust,
        at=now,
        clock_tolerance=tolerance,
    )
    return (*known, _finding(fault))


def _finding(fault: str) -> CertificateFinding:
    if not fault:
        said = Text("Our own verifier takes the certificate and its path.")
        return CertificateFinding(id=NAME, level=Level.PASSED, detail=said)
    return CertificateFinding(
        id=NAME,
        level=Level.REFUSED,
        detail=Text(
            "Our own verifier would refuse what it signs: {fault}.", fault=fault
        ),
        hint="get a certificate that keeps to RFC 5280 from an authority for S/MIME",
    )


def _is_alive(
    certificate: x509.Certificate, now: datetime, tolerance: timedelta
) -> bool:
    begun = certificate.not_valid_before_utc - tolerance <= now
    return begun and now <= certificate.not_valid_after_utc


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
