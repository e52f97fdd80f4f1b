"""OCSP answers (RFC 6960): who may answer, and what the answer says."""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from asn1crypto import ocsp as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID as Access
from cryptography.x509.oid import ExtendedKeyUsageOID

from notices.errors import RevocationUnavailable
from notices.messages import Text
from notices.signing.moment import Moment
from notices.signing.public_keys import is_signed_by, is_strong, public_key
from notices.signing.revocation.crls import is_web
from notices.signing.revocation.status import (
    NO_ANSWERS,
    RevocationAnswers,
    Standing,
    Status,
)
from notices.signing.unreadable import UNREADABLE


def statuses_by_ocsp(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    responses: Iterable[bytes],
    moment: Moment,
) -> Iterator[Status]:
    """What each entitled responder says about the certificate."""
    for encoded in responses:
        # what cannot be read says nothing: any server may have written it
        with suppress(*UNREADABLE):
            yield from _from_response(certificate, issuer, encoded, moment)


def _from_response(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    encoded: bytes,
    moment: Moment,
) -> Iterator[Status]:
    response = ocsp.load_der_ocsp_response(encoded)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return
    responder = _entitled_responder(response, issuer, moment)
    if responder is None:
        return
    is_trusted = _may_say_good(responder, response, issuer)
    for single in response.responses:
        if _is_about(single, certificate, issuer):
            yield _status(certificate, single, encoded, moment, is_trusted=is_trusted)


def _may_say_good(
    responder: x509.Certificate, response: ocsp.OCSPResponse, issuer: x509.Certificate
) -> bool:
    """Strong enough, and not itself in need of an answer (RFC 6960, 4.2.2.2.1)."""
    key, digest = public_key(responder), response.signature_hash_algorithm
    is_own = responder is issuer or _is_not_asked_about(responder)
    return is_own and is_strong(key, digest)


def _status(
    certificate: x509.Certificate,
    single: ocsp.OCSPSingleResponse,
    encoded: bytes,
    moment: Moment,
    *,
    is_trusted: bool,
) -> Status:
    """What one answer says; revoked is revoked, however old or weak it is."""
    start, end = single.this_update_utc, single.next_update_utc
    until = end or max(start, moment.now)
    is_fresh = moment.is_within(start, until)
    standing = Standing.UNKNOWN
    if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        standing = Standing.REVOKED
    # Who verifies later is as strict: no end means that there is always a newer
    # answer (RFC 6960, 4.2.2.1), and a delegate may be revoked himself.
    elif single.certificate_status is ocsp.OCSPCertStatus.GOOD and (
        is_fresh and end is not None and is_trusted
    ):
        standing = Standing.GOOD
    is_used = is_fresh or standing is Standing.REVOKED
    return Status(
        certificate=certificate,
        standing=standing,
        answer=RevocationAnswers(ocsp=(encoded,)) if is_used else NO_ANSWERS,
        detail=Text(
            "{told}{distance}",
            told=_told(single),
            distance=moment.distance(start, until),
        ),
        is_excused=moment.is_excused(start, until),
        told_at=start,
        is_on_hold=single.revocation_reason is x509.ReasonFlags.certificate_hold,
    )


def _told(single: ocsp.OCSPSingleResponse) -> str:
    end = single.next_update_utc
    until = Text("to {end:%F %R} UTC", end=end) if end else "UTC without an end"
    status = single.certificate_status.name.lower()
    return Text(
        "OCSP of {this_update_utc:%F %R} {until} says {status}",
        this_update_utc=single.this_update_utc,
        until=until,
        status=status,
    )


def _is_about(
    single: ocsp.OCSPSingleResponse,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
) -> bool:
    if single.serial_number != certificate.serial_number:
        return False
    request = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, single.hash_algorithm)
        .build()
    )
    return (single.issuer_key_hash, single.issuer_name_hash) == (
        request.issuer_key_hash,
        request.issuer_name_hash,
    )


def _entitled_responder(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, moment: Moment
) -> x509.Certificate | None:
    """RFC 6960, 4.2.2.2: the issuer itself, or one whom it named for that."""
    for responder in (issuer, *response.certificates):
        if responder is not issuer and not _is_delegate(responder, issuer, moment):
            continue
        if is_signed_by(
            public_key(responder),
            response.signature,
            response.tbs_response_bytes,
            response.signature_hash_algorithm,
            may_be_weak=True,
        ):
            return responder
    return None


def _is_not_asked_about(responder: x509.Certificate) -> bool:
    """The issuer says that nobody needs to ask whether the responder is revoked."""
    try:
        responder.extensions.get_extension_for_class(x509.OCSPNoCheck)
    except UNREADABLE:
        return False
    return True


def _is_delegate(
    responder: x509.Certificate, issuer: x509.Certificate, moment: Moment
) -> bool:
    try:
        responder.verify_directly_issued_by(issuer)
        usages = responder.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except UNREADABLE:
        return False
    alive = moment.is_alive(responder)
    return alive and ExtendedKeyUsageOID.OCSP_SIGNING in usages.value


def basic_response(response: bytes) -> bytes:
    """The BasicOCSPResponse in an OCSPResponse, by the byte: it is signed.

    RevocationUnavailable for a responder's refusal, which holds none.
    """
    try:
        answer = asn1.OCSPResponse.load(response, strict=True)["response_bytes"]
        return bytes(answer["response"])
    except UNREADABLE as error:
        raise RevocationUnavailable(
            "an OCSP answer that should go along holds none",
            hint="ask the responder again, or give the authority's lists",
        ) from error


def ocsp_urls(certificate: x509.Certificate) -> tuple[str, ...]:
    """Where the certificate says that OCSP is answered (http and https only)."""
    try:
        access = certificate.extensions.get_extension_for_class(
            x509.AuthorityInformationAccess
        ).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(
        str(one.access_location.value)
        for one in access
        if one.access_method == Access.OCSP and is_web(one.access_location)
    )


def ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """The question for one certificate, DER."""
    # RFC 5019, 2.1.1: responders know SHA-1 names for certain; it names the
    # certificate only and protects nothing.
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        certificate,
        issuer,
        hashes.SHA1(),  # noqa: S303
    )
    return builder.build().public_bytes(Encoding.DER)
