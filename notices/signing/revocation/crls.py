"""Certificate revocation lists (RFC 5280, 5): which one speaks, and what it says."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from notices.errors import ConfigError
from notices.messages import Text
from notices.signing.moment import Moment
from notices.signing.public_keys import is_signed_by, is_strong, public_key
from notices.signing.revocation.status import RevocationAnswers, Standing, Status
from notices.signing.unreadable import UNREADABLE


def read_crl(content: bytes) -> bytes:
    """A CRL file, DER or PEM, as DER. ConfigError if it is neither."""
    try:
        if content.lstrip().startswith(b"-----"):
            crl = x509.load_pem_x509_crl(content)
        else:
            crl = x509.load_der_x509_crl(content)
    except UNREADABLE as error:
        raise ConfigError(
            "a CRL file could not be read", hint="give DER or PEM files in signing.crls"
        ) from error
    return crl.public_bytes(Encoding.DER)


def statuses_by_crl(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crls: Iterable[bytes],
    moment: Moment,
) -> Iterator[Status]:
    """What each list of the issuer says about the certificate."""
    for encoded in crls:
        # what cannot be read says nothing: any server may have written it
        with suppress(*UNREADABLE):
            read = _read_once if len(encoded) <= _SMALL else _read
            crl = read(encoded, certificate, issuer)
            if crl is not None:
                is_sound = _is_strong(crl, issuer)
                yield _told(certificate, crl, encoded, moment, is_strong=is_sound)


_SMALL = 65_536
"""Octets of a list that is kept: of a usual site's, and never the memory full."""


def _read(
    encoded: bytes, certificate: x509.Certificate, issuer: x509.Certificate
) -> x509.CertificateRevocationList | None:
    """The list, if it is one of the issuer that speaks of such certificates."""
    try:
        crl = x509.load_der_x509_crl(encoded)
        return crl if _crl_speaks(crl, certificate, issuer) else None
    except UNREADABLE:
        return None


# Whose list it is, and of what it speaks, does not depend on the clock.
_read_once = lru_cache(maxsize=64)(_read)


def _told(
    certificate: x509.Certificate,
    crl: x509.CertificateRevocationList,
    encoded: bytes,
    moment: Moment,
    *,
    is_strong: bool,
) -> Status:
    """What one list says: who is on it is revoked, however old or weak it is."""
    start, end = crl.last_update_utc, crl.next_update_utc or crl.last_update_utc
    entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None:
        return Status(
            certificate=certificate,
            standing=Standing.REVOKED,
            answer=RevocationAnswers(crls=(encoded,)),
            detail=Text(
                "revoked since {revocation_date_utc:%F %R} UTC",
                revocation_date_utc=entry.revocation_date_utc,
            ),
            told_at=start,
            is_on_hold=_is_hold(entry),
        )
    # RFC 5280, 5.1.2.5: nextUpdate is always there; without it nothing is fresh.
    if crl.next_update_utc is None or not moment.is_within(start, end):
        words = Text(
            "{detail}{distance}",
            detail=Text(
                "its CRL is of {start:%F %R} to {end:%F %R} UTC", start=start, end=end
            ),
            distance=moment.distance(start, end),
        )
    elif not is_strong:
        words = Text(
            "its CRL of {start:%F %R} UTC is signed too weakly to be believed",
            start=start,
        )
    else:
        return Status(
            certificate=certificate,
            standing=Standing.GOOD,
            answer=RevocationAnswers(crls=(encoded,)),
            detail=Text("by the CRL of {start:%F %R} UTC", start=start),
            is_excused=moment.is_excused(start, end),
            told_at=start,
        )
    return Status(
        certificate=certificate,
        standing=Standing.UNKNOWN,
        detail=words,
        told_at=start,
    )


def _is_hold(entry: x509.RevokedCertificate) -> bool:
    """RFC 5280, 5.3.1: the one reason that may be taken back."""
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.certificate_hold


def _is_strong(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Whether a list may say that somebody is not revoked."""
    return is_strong(public_key(issuer), crl.signature_hash_algorithm)


def _crl_speaks(
    crl: x509.CertificateRevocationList,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
) -> bool:
    """Whether it is a complete list of the issuer for this kind of certificate."""
    if crl.issuer != certificate.issuer or not _is_signed(crl, issuer):
        return False
    return all(
        _scope_covers(extension, certificate)
        for extension in crl.extensions
        if extension.critical
    )


def _is_signed(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = public_key(issuer)
    if key is None:
        return False
    # the first knows RSASSA-PSS as well, the second weak digests, which may only revoke
    return crl.is_signature_valid(key) or is_signed_by(
        key,
        crl.signature,
        crl.tbs_certlist_bytes,
        crl.signature_hash_algorithm,
        may_be_weak=True,
    )


def _scope_covers(
    extension: x509.Extension[x509.ExtensionType], certificate: x509.Certificate
) -> bool:
    # RFC 5280, 5.2: a list with a critical extension that is not understood must
    # not be used; that includes delta CRLs (5.2.4).
    scope = extension.value
    if not isinstance(scope, x509.IssuingDistributionPoint):
        return False
    partial = (
        scope.indirect_crl
        or scope.only_contains_attribute_certs
        or scope.only_some_reasons is not None
        or scope.relative_name is not None
    )
    wrong_kind = (
        scope.only_contains_ca_certs
        if not _is_authority(certificate)
        else scope.only_contains_user_certs
    )
    named = {_text(one) for one in scope.full_name or ()}
    return (
        not partial
        and not wrong_kind
        and (not named or bool(named & set(crl_urls(certificate))))
    )


def _text(name: x509.GeneralName) -> str:
    return str(name.value)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(
            x509.BasicConstraints
        ).value.ca
    except x509.ExtensionNotFound:
        return False


def crl_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    """Where the certificate says its CRL is (http and https only)."""
    try:
        points = certificate.extensions.get_extension_for_class(
            x509.CRLDistributionPoints
        ).value
    except x509.ExtensionNotFound:
        return ()
    names = (name for point in points for name in point.full_name or ())
    return tuple(_text(one) for one in names if is_web(one))


def is_web(name: x509.GeneralName) -> bool:
    """Whether it is an address that can be asked; others are names in a directory."""
    return isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith(
        ("http://", "https://")
    )
