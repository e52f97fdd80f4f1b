"""What certificate revocation lists say (RFC 5280, 5 and 6.3).

Every list that the issuer's key signed, or a key that it named for lists, is heard:
also deltas, lists of other scope and lists of another day, if they say `revoked`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, crl, x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.verifying.certification.profile import Extension
from notices.verifying.certification.signatures import (
    is_signed_by,
    sealed,
    weakness,
)
from notices.verifying.cms import der
from notices.verifying.cms.certificates import same_name
from notices.verifying.revocation.answers import RevocationAnswer
from notices.verifying.revocation.statements import RevocationStatement, Said, Subject

CRL_NUMBER, DELTA, SCOPE = "2.5.29.20", "2.5.29.27", "2.5.29.28"
AUTHORITY_KEY, FRESHEST, ISSUER_NAMES = "2.5.29.35", "2.5.29.46", "2.5.29.18"
EXPIRED_TOO = "2.5.29.60"
REASON, INVALIDITY, ENTRY_ISSUER = "2.5.29.21", "2.5.29.24", "2.5.29.29"
HOLD_INSTRUCTION = "2.5.29.23"
_KNOWN = frozenset((DELTA, SCOPE, AUTHORITY_KEY, ISSUER_NAMES, EXPIRED_TOO))
_KNOWN_OF_ENTRIES = frozenset((REASON, INVALIDITY, ENTRY_ISSUER, HOLD_INSTRUCTION))
_ENTRY_ISSUER_OID = bytes.fromhex("0603551d1d")
REMOVED = "remove_from_crl"
List = RevocationAnswer[crl.CertificateList]


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who signed a list."""

    certificate: x509.Certificate
    """Whose key it was."""
    by: x509.Certificate | None
    """Who named that key, if it is not the issuer's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """What a list says about one serial number."""

    at: datetime
    since: datetime | None
    reason: str | None
    strange: bool
    """It has a critical extension that nobody here knows, or one twice."""


def statements(
    subject: Subject, lists: Sequence[List]
) -> Iterator[RevocationStatement]:
    """What the authentic ones among the lists say about a certificate."""
    for statement, _ in published(subject, lists):
        yield statement


def published(
    subject: Subject, lists: Sequence[List]
) -> Iterator[tuple[RevocationStatement, Publisher]]:
    """The same, with who published each."""
    for one in lists:
        publisher = _publisher(subject, one)
        if publisher is not None and not _is_of_a_twin(subject, one, publisher):
            yield _statement(subject, one, publisher), publisher


def _is_of_a_twin(subject: Subject, answer: List, publisher: Publisher) -> bool:
    """Whether it is about certificates of somebody else with the issuer's name.

    Whom an authority further up named may publish indirect lists, and nothing about
    those of another key under the same name.
    """
    if publisher.by is None or publisher.by is subject.issuer:
        return False
    scope = _scope(_extensions(answer.parsed["tbs_cert_list"]["crl_extensions"]))
    is_indirect = scope is not None and scope["indirect_crl"].native
    return not is_indirect or same_name(answer.parsed.issuer, subject.issuer.subject)


def _publisher(subject: Subject, answer: List) -> Publisher | None:
    parts, name = sealed(answer.octets), answer.parsed.issuer
    issuer = subject.issuer
    if same_name(issuer.subject, name) and is_signed_by(parts, issuer):
        return Publisher(certificate=issuer, by=None)
    for publisher in subject.others:
        if same_name(publisher.subject, name) and is_signed_by(parts, publisher):
            for authority in (issuer, *subject.above):
                named_by = same_name(authority.subject, publisher.issuer)
                if named_by and is_signed_by(sealed(encoding_of(publisher)), authority):
                    return Publisher(certificate=publisher, by=authority)
    return None


def _statement(
    subject: Subject, answer: List, publisher: Publisher
) -> RevocationStatement:
    content = answer.parsed["tbs_cert_list"]
    this_update = content["this_update"].native
    extensions = _extensions(content["crl_extensions"])
    scope = _scope(extensions)
    found = list(_entries(subject.certificate, answer, scope))
    revoked = [one for one in found if one.reason != REMOVED]
    first = min(revoked, key=lambda one: one.since or one.at, default=None)
    is_strange = any(one.strange for one in found)
    unfit = (
        _unfit_publisher(subject, answer, publisher, scope)
        or _unfit_extensions(extensions)
        or _unfit_scope(subject, scope)
        or ("it has an entry that nobody here knows" if is_strange else "")
    )
    return RevocationStatement(
        source=Text("the list of {this_update:%Y-%m-%d}", this_update=this_update),
        said=Said.REVOKED if first else Said.GOOD,
        this_update=this_update,
        next_update=content["next_update"].native,
        produced_at=this_update,
        unfit=unfit,
        revoked_at=first.at if first else None,
        invalid_since=first.since if first else None,
        reason=first.reason if first else None,
    )


def _extensions(
    listed: Sequence[core.Asn1Value] | core.Void,
) -> Mapping[str, Extension] | None:
    """By object identifier; None if one is there twice."""
    extensions: dict[str, Extension] = {}
    for extension in () if isinstance(listed, core.Void) else listed:
        name = extension["extn_id"].dotted
        if name in extensions:
            return None
        extensions[name] = Extension(
            critical=extension["critical"].native,
            value=extension["extn_value"].contents,
        )
    return extensions


def _scope(
    extensions: Mapping[str, Extension] | None,
) -> crl.IssuingDistributionPoint | None:
    said = (extensions or {}).get(SCOPE)
    if said is None:
        return None
    return crl.IssuingDistributionPoint.load(said.value, strict=True)


def _entries(
    certificate: x509.Certificate,
    answer: List,
    scope: crl.IssuingDistributionPoint | None,
) -> Iterator[_Entry]:
    """Entries for the certificate; a long list is searched, not parsed."""
    listed = answer.parsed["tbs_cert_list"]["revoked_certificates"]
    octets = b"" if isinstance(listed, core.Void) else encoding_of(listed)
    serial = encoding_of(certificate["tbs_certificate"]["serial_number"])
    if serial not in octets:
        return
    indirect = scope is not None and scope["indirect_crl"].native
    about = answer.parsed.issuer
    for entry in der.children(octets):
        if indirect and _ENTRY_ISSUER_OID in entry:
            about = _entry_issuer(entry) or about
        is_about = not indirect or same_name(about, certificate.issuer)
        if is_about and entry.startswith(serial, der.contents_start(entry)):
            yield _entry(entry)


def _entry_issuer(entry: bytes) -> x509.Name | None:
    names = crl.RevokedCertificate.load(entry).certificate_issuer_value or ()
    return next((one.chosen for one in names if one.name == "directory_name"), None)


def _entry(octets: bytes) -> _Entry:
    entry = crl.RevokedCertificate.load(octets, strict=True)
    extensions = _extensions(entry["crl_entry_extensions"])
    known = extensions or {}
    reason, since = known.get(REASON), known.get(INVALIDITY)
    return _Entry(
        at=entry["revocation_date"].native,
        since=core.GeneralizedTime.load(since.value).native if since else None,
        reason=crl.CRLReason.load(reason.value).native if reason else None,
        strange=extensions is None
        or any(
            one.critical and name not in _KNOWN_OF_ENTRIES
            for name, one in known.items()
        ),
    )


def _unfit_publisher(
    subject: Subject,
    answer: List,
    publisher: Publisher,
    scope: crl.IssuingDistributionPoint | None,
) -> str:
    """Weak, or not allowed to publish lists about this certificate."""
    signer = publisher.certificate
    if found := weakness(sealed(answer.octets), signer):
        return Text("it is signed with {found}", found=found)
    usage = signer.key_usage_value
    is_own = publisher.by is None
    if not (is_own if usage is None else "crl_sign" in usage.native):
        return "its signer may not sign lists"
    return "" if is_own else _unfit_delegate(subject, answer, publisher, scope)


def _unfit_delegate(
    subject: Subject,
    answer: List,
    publisher: Publisher,
    scope: crl.IssuingDistributionPoint | None,
) -> str:
    """Whom the issuer named for lists, or the certificate for indirect ones."""
    signer, by = publisher.certificate, publisher.by
    if by and (found := weakness(sealed(encoding_of(signer)), by)):
        return Text("its signer's certificate is signed with {found}", found=found)
    made = answer.parsed["tbs_cert_list"]["this_update"].native
    if not signer.not_valid_before <= made <= signer.not_valid_after:
        return "its signer's certificate was not valid then"
    if same_name(signer.subject, subject.issuer.subject):
        return ""
    is_indirect = scope is not None and scope["indirect_crl"].native
    if not is_indirect or not _is_named(signer.subject, subject.certificate):
        return "the certificate does not name who published it"
    return ""


def _is_named(name: x509.Name, certificate: x509.Certificate) -> bool:
    """Whether a distribution point of the certificate has lists by that issuer."""
    return any(
        one.name == "directory_name" and same_name(one.chosen, name)
        for point in certificate.crl_distribution_points_value or ()
        for one in (point["crl_issuer"] or ())
    )


def _unfit_extensions(extensions: Mapping[str, Extension] | None) -> str:
    """RFC 5280, 5.2: a critical extension that nobody knows, or one that never is."""
    if extensions is None:
        return "it has an extension twice"
    for name, extension in extensions.items():
        if extension.critical and name not in _KNOWN:
            return "it has a critical extension that nobody here knows"
    return "it is a delta" if DELTA in extensions else ""


def _unfit_scope(subject: Subject, scope: crl.IssuingDistributionPoint | None) -> str:
    """6.3.3 (b): a list of other scope does not say who is not on it."""
    if scope is None:
        return ""
    others = "only_contains_user_certs" if subject.is_authority else _AUTHORITIES_ONLY
    if scope["only_contains_attribute_certs"].native or scope[others].native:
        return "it is about other certificates"
    if scope["only_some_reasons"].native is not None:
        return "it is about some reasons only"
    point = scope["distribution_point"]
    if isinstance(point, core.Void) or _points_to(subject.certificate, point):
        return ""
    return "it is of another distribution point"


_AUTHORITIES_ONLY = "only_contains_ca_certs"


def _points_to(certificate: x509.Certificate, point: core.Asn1Value) -> bool:
    """Whether the certificate names the point that a list is of."""
    wanted = _point_names(point)
    return any(
        not isinstance(named["distribution_point"], core.Void)
        and wanted & _point_names(named["distribution_point"])
        for named in certificate.crl_distribution_points_value or ()
    )


def _point_names(point: core.Asn1Value) -> frozenset[bytes]:
    if point.name != "full_name":
        return frozenset((encoding_of(point.chosen),))
    return frozenset(encoding_of(one) for one in point.chosen)
