"""What a time stamp token must keep to before anybody judges it (RFC 3161, 5816).

pyHanko and openssl let several of these pass: an authority for other purposes too, a
certificate that the token does not name, a stamp from before its authority was there.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import core, tsp, x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.object_identifiers import (
    CONTENT_TYPE,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
    TIME_STAMPING,
    TST_INFO,
)
from notices.report import SubIndication
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.certification.signatures import weak_key
from notices.verifying.checks import Refusal, malformed, readable
from notices.verifying.cms import certificates, der, signed_data
from notices.verifying.cms.certificates import same_name
from notices.verifying.cms.signature import DIGESTS
from notices.verifying.cms.signed_data import Named
from notices.verifying.cms.signer import VERSION_1, digest_name

SIGNING_BITS = frozenset(("digital_signature", "non_repudiation"))
MAX_FRACTION = 999
"""Of milliseconds and of microseconds in accuracy (2.4.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What a TSTInfo says (RFC 3161, 2.4.2)."""

    at: datetime
    """genTime."""
    accuracy: timedelta
    """By how much it may differ, both ways; zero if nothing is said."""
    algorithm: str
    """Of the imprint."""
    imprint: bytes
    """The digest of what was stamped."""
    authority: x509.Name | None
    """The authority's name, where it is said."""

    @property
    def latest(self) -> datetime:
        """No later than this it was stamped."""
        return self.at + self.accuracy


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSigner:
    """Who signed a token, by whichever reader."""

    certificate: x509.Certificate
    """That the signer identifier names."""
    others: tuple[x509.Certificate, ...]
    """That came along."""
    attributes: Mapping[str, bytes]
    """Value of each signed attribute, DER."""
    digest: str
    """Name of the digest algorithm."""


def read_info(content: bytes | None, content_type: str) -> Stamp:
    """The TSTInfo; Refusal for anything else, or an extension that must be known."""
    if content_type != TST_INFO or content is None:
        raise malformed("the time stamp holds no TSTInfo")
    return readable(lambda: _read_usual(content)) or read_any_info(content)


_USUAL_FIELDS = re.compile(rb"\x02\x06\x30\x02\x18\x30?\x02?")
"""Tags of version, policy, imprint, serial number, genTime; accuracy, nonce."""
_USUAL_TIME = re.compile(rb"\d{14}Z")


def _read_usual(content: bytes) -> Stamp | None:
    """One of the usual fields alone, in DER; None for any other, which has more rules.

    Read by its octets, as all else of a signature: no two stamps are the same.
    """
    der.check(content)
    fields = signed_data.read_fields(content)
    moment = signed_data.contents(fields[4])
    is_usual = (
        _USUAL_FIELDS.fullmatch(bytes(field[0] for field in fields))
        and _USUAL_TIME.fullmatch(moment)
        and fields[0] == VERSION_1
    )
    if not is_usual:
        return None
    algorithm, imprint = signed_data.read_imprint(content)
    told = moment.decode("ascii")
    said = fields[5] if fields[5:] and fields[5][0] == signed_data.SEQUENCE else b""
    return Stamp(
        at=datetime.fromisoformat(f"{told[:8]}T{told[8:]}"),
        accuracy=_usual_accuracy(said) if said else timedelta(0),
        algorithm=digest_name(algorithm),
        imprint=imprint,
        authority=None,
    )


@bounded_cache(entries=64, octets=32)
def _usual_accuracy(value: bytes) -> timedelta:
    return _accuracy(tsp.Accuracy.load(value, strict=True))


_FIELDS = re.compile(rb"\x02\x06\x30\x02\x18\x30?\x01?\x02?\xa0?\xa1?")
"""Tags of whatever RFC 3161, 2.4.2 allows, in their order."""
_TIME = re.compile(rb"\d{14}(?:\.\d{1,9})?Z")


def read_any_info(content: bytes) -> Stamp:
    """A TSTInfo with whatever fields, each looked at; Refusal, NotDER."""
    der.check(content)
    der.check_tags(content, _FIELDS)
    signed_data.read_imprint(content)
    info = tsp.TSTInfo.load(content, strict=True)
    if info["version"].native != "v1":
        raise malformed("the time stamp is of another version than 1")
    listed = info["extensions"]
    extensions = () if isinstance(listed, core.Void) else tuple(listed)
    if any(one["critical"].native for one in extensions):
        raise malformed("the time stamp has a critical extension")
    imprint = info["message_imprint"]
    return Stamp(
        at=_moment(info["gen_time"]),
        accuracy=_accuracy(info["accuracy"]),
        algorithm=imprint["hash_algorithm"]["algorithm"].native,
        imprint=imprint["hashed_message"].native,
        authority=_authority(info["tsa"]),
    )


def _moment(value: core.GeneralizedTime) -> datetime:
    if not _TIME.fullmatch(value.contents):
        raise malformed("the time stamp's genTime is not in UTC")
    moment: datetime = value.native
    return moment


def _accuracy(said: tsp.Accuracy | core.Void) -> timedelta:
    if isinstance(said, core.Void):
        return timedelta(0)
    seconds, millis, micros = (
        said[name].native or 0 for name in ("seconds", "millis", "micros")
    )
    if seconds < 0 or not all(0 <= one <= MAX_FRACTION for one in (millis, micros)):
        raise malformed("the time stamp's accuracy is no length of time")
    try:
        return timedelta(seconds=seconds, milliseconds=millis, microseconds=micros)
    except OverflowError as error:
        raise malformed("the time stamp's accuracy is no length of time") from error


def _authority(said: x509.GeneralName | core.Void) -> x509.Name | None:
    if isinstance(said, core.Void) or said.name != "directory_name":
        return None
    return said.chosen


def check_imprint(stamp: Stamp, imprinted: bytes) -> None:
    """The stamp is about `imprinted`, by a digest that only fits that. Refusal."""
    if stamp.algorithm not in DIGESTS:
        raise _weak(Text("time stamp over a {digest} digest", digest=stamp.algorithm))
    if stamp.imprint != hashlib.new(stamp.algorithm, imprinted).digest():
        raise Refusal(
            SubIndication.HASH_FAILURE, "the time stamp is about something else"
        )


def check_attributes(signer: TokenSigner) -> None:
    """2.4.2 and RFC 5816, 2.2: what is signed, and by which certificate. Refusal."""
    if signer.digest not in DIGESTS:
        raise _weak(Text("time stamp signed with {digest}", digest=signer.digest))
    kind = signer.attributes.get(CONTENT_TYPE)
    if kind is None or signed_data.dotted(kind) != TST_INFO:
        raise malformed("the time stamp's contentType is not TSTInfo")
    first = signer.attributes.get(SIGNING_CERTIFICATE)
    second = signer.attributes.get(SIGNING_CERTIFICATE_V2)
    if first is None and second is None:
        raise malformed("the time stamp does not say whose certificate signed it")
    if first is not None:
        _check_first(signer, signed_data.read_first_named(first))
    if second is not None:
        _check_second(signer, signed_data.read_named(second))


def _check_first(signer: TokenSigner, named: Named) -> None:
    """RFC 2634, 5.4: the first is the signer's; SHA-1 only says which one it is."""
    if named.digest != certificates.digest(signer.certificate, "sha1"):
        raise _another_certificate()
    _check_place(signer, named)


def _check_second(signer: TokenSigner, named: Named) -> None:
    """RFC 5035, 3, as RFC 5816 has it for time stamps."""
    digest = digest_name(named.algorithm) if named.algorithm else "sha256"
    if digest not in DIGESTS:
        raise _weak(Text("time stamp's certificate named by {digest}", digest=digest))
    if named.digest != certificates.digest(signer.certificate, digest):
        raise _another_certificate()
    _check_place(signer, named)


def _check_place(signer: TokenSigner, named: Named) -> None:
    """Issuer and serial number, where they are said. Refusal."""
    serial = encoding_of(signer.certificate["tbs_certificate"]["serial_number"])
    issuers = named.issuers
    is_issuer = not issuers or certificates.is_issuer(signer.certificate, issuers)
    if not is_issuer or named.serial not in (b"", serial):
        raise _another_certificate()


def _another_certificate() -> Refusal:
    """EN 319 102-1, 5.2.3: whose signature it is cannot be told."""
    return Refusal(
        SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
        "the time stamp names another certificate than its signer's",
    )


def check_authority(signer: TokenSigner, stamp: Stamp) -> None:
    """2.3: a strong key for time stamps alone, of no authority. Refusal."""
    _check_purpose(signer.certificate)
    if stamp.authority and not _is_called(signer.certificate, stamp.authority):
        raise malformed("the time stamp names another authority than its signer")


@certificates.kept
def _check_purpose(certificate: x509.Certificate) -> None:
    if certificate.ca:
        raise _unfit("the time stamp is by a certification authority")
    purposes = [one.dotted for one in certificate.extended_key_usage_value or ()]
    if purposes != [TIME_STAMPING]:
        raise _unfit("the time-stamp authority's certificate is not for stamps alone")
    if "extended_key_usage" not in certificate.critical_extensions:
        raise _unfit("the time-stamp authority's extendedKeyUsage is not critical")
    bits = certificate.key_usage_value
    if bits is not None and not bits.native & SIGNING_BITS:
        raise _unfit("the time-stamp authority's key is not for signatures")
    if bits is not None and bits.native - SIGNING_BITS:
        raise _unfit("the time-stamp authority's key is for more than signatures")
    if found := weak_key(certificate):
        raise _weak(Text("time stamp by {found}", found=found))


def _is_called(certificate: x509.Certificate, name: x509.Name) -> bool:
    others: Sequence[x509.GeneralName] = certificate.subject_alt_name_value or ()
    return same_name(certificate.subject, name) or any(
        one.name == "directory_name" and same_name(one.chosen, name) for one in others
    )


def check_life(signer: TokenSigner, stamp: Stamp, tolerance: timedelta) -> None:
    """It was stamped within the life of the certificate. Refusal."""
    certificate = signer.certificate
    start, end = certificates.start_of(certificate), certificates.end_of(certificate)
    if stamp.at + tolerance < start or stamp.at > end:
        raise Refusal(
            SubIndication.TIMESTAMP_ORDER_FAILURE,
            Text(
                "stamped at {at:%Y-%m-%d %H:%M:%S%z} with a certificate from "
                "{start:%Y-%m-%d} to {end:%Y-%m-%d}",
                at=stamp.at,
                start=start,
                end=end,
            ),
        )


def _unfit(what: str) -> Refusal:
    return Refusal(SubIndication.CHAIN_CONSTRAINTS_FAILURE, what)


def _weak(what: str) -> Refusal:
    return Refusal(
        SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
        Text("{what}: not accepted", what=what),
    )
