"""What a certificate on a path must be by itself (RFC 5280, 4), whatever the moment.

pyHanko and openssl forgive most of this. A centre's certificate comes from an authority
that keeps to the profile, and two readers must never see different certificates.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from asn1crypto import x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.report import SubIndication
from notices.signs import plain
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.certification.signatures import sealed, weak_key
from notices.verifying.checks import Refusal
from notices.verifying.cms import certificates, der
from notices.verifying.cms.certificates import rfc4514

BASIC_CONSTRAINTS, KEY_USAGE = "2.5.29.19", "2.5.29.15"
SUBJECT_KEY, AUTHORITY_KEY = "2.5.29.14", "2.5.29.35"
SUBJECT_ALT_NAME, ISSUER_ALT_NAME = "2.5.29.17", "2.5.29.18"
NAME_CONSTRAINTS, EXTENDED_KEY_USAGE = "2.5.29.30", "2.5.29.37"
POLICIES, POLICY_MAPPINGS = "2.5.29.32", "2.5.29.33"
POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY = "2.5.29.36", "2.5.29.54"
DISTRIBUTION_POINTS, FRESHEST_LIST = "2.5.29.31", "2.5.29.46"
AUTHORITY_ACCESS, SUBJECT_ACCESS = "1.3.6.1.5.5.7.1.1", "1.3.6.1.5.5.7.1.11"
NO_CHECK = "1.3.6.1.5.5.7.48.1.5"
"""id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1)."""
QC_STATEMENTS = "1.3.6.1.5.5.7.1.3"

PROCESSED = frozenset(
    (
        BASIC_CONSTRAINTS,
        KEY_USAGE,
        SUBJECT_ALT_NAME,
        ISSUER_ALT_NAME,
        NAME_CONSTRAINTS,
        EXTENDED_KEY_USAGE,
        POLICIES,
        POLICY_MAPPINGS,
        POLICY_CONSTRAINTS,
        INHIBIT_ANY_POLICY,
        DISTRIBUTION_POINTS,
        NO_CHECK,
        QC_STATEMENTS,
    )
)
"""Extensions that may be critical here: each is read, or says nothing of a path."""
NEVER_CRITICAL = frozenset(
    (SUBJECT_KEY, AUTHORITY_KEY, AUTHORITY_ACCESS, SUBJECT_ACCESS, FRESHEST_LIST)
)
"""RFC 5280, 4.2.1.1, 4.2.1.2, 4.2.1.15, 4.2.2: MUST be non-critical."""
MUST_BE_CRITICAL = frozenset((POLICY_CONSTRAINTS, INHIBIT_ANY_POLICY))
"""RFC 5280, 4.2.1.11, 4.2.1.14. Name constraints bind here also where they are not."""
_HOST = re.compile(
    r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
"""The preferred name syntax (RFC 1034, 3.5, as changed by RFC 1123), and a star."""
MAX_SERIAL = 20
"""Octets of a serial number (RFC 5280, 4.1.2.2)."""
MAX_EXTENSIONS = 64
"""An ordinary certificate has a dozen."""
GENERAL = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE
CONSTRAINTS = SubIndication.CHAIN_CONSTRAINTS_FAILURE
WEAK = SubIndication.CRYPTO_CONSTRAINTS_FAILURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """One extension of a certificate, of a list or of an entry in it."""

    critical: bool
    """A reader who does not know it must refuse."""
    value: bytes
    """What the OCTET STRING holds, DER."""


def refuse(kind: SubIndication, what: str, who: x509.Certificate) -> Refusal:
    """The refusal of a path because of one certificate on it."""
    return Refusal(
        kind,
        Text("{what} ({who})", what=what, who=plain(rfc4514(who.subject), 80)),
    )


def extensions_of(certificate: x509.Certificate) -> Mapping[str, Extension]:
    """Extensions by object identifier; Refusal if one is there twice (4.2)."""
    extensions: dict[str, Extension] = {}
    listed = certificate["tbs_certificate"]["extensions"]
    if len(listed) > MAX_EXTENSIONS:
        raise refuse(GENERAL, "more than 64 extensions in a certificate", certificate)
    for extension in listed:
        name = extension["extn_id"].dotted
        if name in extensions:
            raise refuse(GENERAL, "an extension twice in a certificate", certificate)
        extensions[name] = Extension(
            critical=extension["critical"].native,
            value=extension["extn_value"].contents,
        )
    return extensions


def check_authority(certificate: x509.Certificate) -> None:
    """An issuer on a path, the trusted root included. Refusal."""
    if fault := _authority_fault(encoding_of(certificate)):
        raise refuse(*fault, certificate)


def check_end_entity(certificate: x509.Certificate) -> None:
    """Who signed. Refusal."""
    if fault := _end_entity_fault(encoding_of(certificate)):
        raise refuse(*fault, certificate)


Fault = tuple[SubIndication, str]
Rule = Callable[[x509.Certificate, Mapping[str, Extension]], str]


@bounded_cache(entries=128, octets=certificates.USUAL_SIZE)
def _authority_fault(encoded: bytes) -> Fault | None:
    return _first_fault(encoded, (*_ANY, *_AUTHORITY))


@bounded_cache(entries=128, octets=certificates.USUAL_SIZE)
def _end_entity_fault(encoded: bytes) -> Fault | None:
    return _first_fault(encoded, (*_ANY, *_END_ENTITY))


def _first_fault(encoded: bytes, rules: tuple[Rule, ...]) -> Fault | None:
    certificate = certificates.parse(encoded)
    try:
        extensions = extensions_of(certificate)
    except Refusal as refusal:
        return refusal.sub_indication, str(refusal.detail)
    for rule in rules:
        if fault := rule(certificate, extensions):
            return (WEAK if rule is _key else GENERAL), fault
    return None


def _version(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    version = certificate["tbs_certificate"]["version"].native
    return "" if version == "v3" else "a certificate that is not of version 3"


def _algorithm(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    """4.1.1.2: the outer algorithm is not signed, the inner one is."""
    parts = sealed(encoding_of(certificate))
    inner = encoding_of(certificate["tbs_certificate"]["signature"])
    same = inner == parts.algorithm
    return "" if same else "two signature algorithms in one certificate"


def _serial(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    """4.1.2.2: positive, and of 20 octets at most."""
    serial = certificate.serial_number
    if serial <= 0:
        return "a serial number that is not positive"
    size = len(certificate["tbs_certificate"]["serial_number"].contents)
    return "" if size <= MAX_SERIAL else "a serial number of more than 20 octets"


def _issuer(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    return "" if len(certificate.issuer.chosen) else "a certificate without an issuer"


def _validity(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    """4.1.2.5: UTCTime to 2049, GeneralizedTime after it, both in seconds and Z."""
    validity = certificate["tbs_certificate"]["validity"]
    for name in ("not_before", "not_after"):
        chosen = validity[name].chosen
        text = chosen.contents
        is_utc = validity[name].name == "utc_time"
        if len(text) != (13 if is_utc else 15) or not text.endswith(b"Z"):
            return "a time that is not written in seconds of UTC"
        if not is_utc and text < b"2050":
            return "a time before 2050 that is not written as UTCTime"
    is_ordered = certificate.not_valid_before <= certificate.not_valid_after
    return "" if is_ordered else "a certificate that ends before it begins"


def _critical(_: x509.Certificate, extensions: Mapping[str, Extension]) -> str:
    for name, extension in extensions.items():
        if extension.critical and name in NEVER_CRITICAL:
            return "an extension that must not be critical is"
        if extension.critical and name not in PROCESSED:
            return "a critical extension that nobody here knows"
        if name in MUST_BE_CRITICAL and not extension.critical:
            return "an extension that must be critical is not"
    return ""


def _names(certificate: x509.Certificate, extensions: Mapping[str, Extension]) -> str:
    """4.2.1.6: an alternative name has a name; alone it is critical."""
    names = extensions.get(SUBJECT_ALT_NAME)
    if names and not der.children(names.value):
        return "subjectAltName without a name"
    if not len(certificate.subject.chosen) and not (names and names.critical):
        return "no subject, and no critical subjectAltName"
    for name in certificate.subject_alt_name_value or ():
        if not _NAME_RULES.get(name.name, bool)(name.chosen.contents):
            return "a name in subjectAltName that is malformed"
    return ""


def _is_host(octets: bytes) -> bool:
    text = octets.decode("latin-1").lower()
    return bool(_HOST.fullmatch(text)) and not text.replace(".", "").isdigit()


def _is_mailbox(octets: bytes) -> bool:
    local, _, domain = octets.rpartition(b"@")
    return bool(local) and octets.isascii() and b"@" not in local and _is_host(domain)


_NAME_RULES: Mapping[str, Callable[[bytes], bool]] = {
    "dns_name": _is_host,
    "rfc822_name": _is_mailbox,
    "ip_address": lambda octets: len(octets) in (4, 16),
}


def _key(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    found = weak_key(certificate)
    return Text("{found}: not accepted", found=found) if found else ""


def _key_identifier(_: x509.Certificate, extensions: Mapping[str, Extension]) -> str:
    """4.2.1.1. Without one nothing is lost: here the key itself finds the issuer."""
    named = extensions.get(AUTHORITY_KEY)
    if named is None:
        return ""
    tags = [field[0] for field in der.children(named.value)]
    return "" if tags == sorted(set(tags)) else "authorityKeyIdentifier is malformed"


def _purposes(_: x509.Certificate, extensions: Mapping[str, Extension]) -> str:
    """4.2.1.12: whoever names purposes names one."""
    named = extensions.get(EXTENDED_KEY_USAGE)
    return (
        "extendedKeyUsage without a purpose"
        if named and not der.children(named.value)
        else ""
    )


def _is_authority(
    certificate: x509.Certificate, extensions: Mapping[str, Extension]
) -> str:
    """4.2.1.9 and 4.2.1.3."""
    basic = extensions.get(BASIC_CONSTRAINTS)
    if basic is None or not certificate.ca:
        return "an issuer that is no certification authority"
    if not basic.critical:
        return "basicConstraints of an authority is not critical"
    if SUBJECT_KEY not in extensions:
        return "an authority without subjectKeyIdentifier"
    usage = certificate.key_usage_value
    if usage is not None and "key_cert_sign" not in usage.native:
        return "an issuer whose key may not sign certificates"
    if certificate.max_path_length is not None and certificate.max_path_length < 0:
        return "a negative path length"
    return ""


def _authority_names(certificate: x509.Certificate, _: Mapping[str, Extension]) -> str:
    """4.1.2.6."""
    return "" if len(certificate.subject.chosen) else "an authority without a subject"


def _no_authority(
    certificate: x509.Certificate, extensions: Mapping[str, Extension]
) -> str:
    """4.2.1.9, 4.2.1.10: what only authorities have."""
    if certificate.ca:
        return ""  # that an authority signed is told by the check of its usage
    usage = certificate.key_usage_value
    if usage is not None and "key_cert_sign" in usage.native:
        return "a key that may sign certificates, of no authority"
    basic = certificate.basic_constraints_value
    if basic is not None and basic["path_len_constraint"].native is not None:
        return "a path length in the certificate of no authority"
    if NAME_CONSTRAINTS in extensions:
        return "name constraints in the certificate of no authority"
    return ""


_ANY: tuple[Rule, ...] = (
    _version,
    _algorithm,
    _serial,
    _issuer,
    _validity,
    _critical,
    _names,
    _key_identifier,
    _purposes,
    _key,
)
_AUTHORITY: tuple[Rule, ...] = (_is_authority, _authority_names)
_END_ENTITY: tuple[Rule, ...] = (_no_authority,)
