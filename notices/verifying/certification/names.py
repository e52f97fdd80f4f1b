"""Name constraints (RFC 5280, 4.2.1.10 and 6.1): which names an authority may certify.

Names are compared as they stand in the certificate, in ASCII: what asn1crypto shows of
a mailbox or a host in an international domain is no longer the name that was signed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from asn1crypto import core, x509

from notices.asn1_values import encoding_of
from notices.verifying.certification.profile import CONSTRAINTS, refuse
from notices.verifying.cms import der

SMTP_UTF8_MAILBOX = "1.3.6.1.5.5.7.8.9"
"""An otherName (RFC 9598, 3); rfc822Name constraints hold for it (6)."""
MAX_COMPARISONS = 20_000
"""Names times constraints on one path; a mail's certificate needs a dozen."""
EMAIL_ADDRESS = "email_address"
_SIZES = {8: 4, 32: 16}
"""Octets of address and mask together, and of the address."""


Name: TypeAlias = Any
"""The octets of a name, or the parsed Name of a directory."""


class _Undecidable(Exception):
    """A constraint or a name that cannot be compared: refused, never let through."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """One GeneralSubtree."""

    kind: str
    """The choice in GeneralName, such as `rfc822_name`."""
    base: x509.GeneralName
    """What names are within it."""
    bounded: bool
    """It has a minimum or maximum, which RFC 5280 does not allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraints:
    """What the authorities above allow, collected from the root down."""

    permitted: tuple[tuple[Constraint, ...], ...] = ()
    """For each authority that has some; a name is within one of each."""
    excluded: tuple[Constraint, ...] = ()
    """A name is within none."""

    def below(self, authority: x509.Certificate) -> "Constraints":
        """With those of one more authority. Refusal for empty ones (4.2.1.10)."""
        said = authority.name_constraints_value
        if said is None:
            return self
        permitted = _read(said["permitted_subtrees"])
        excluded = _read(said["excluded_subtrees"])
        if not permitted and not excluded:
            raise refuse(CONSTRAINTS, "name constraints that constrain none", authority)
        return Constraints(
            permitted=(*self.permitted, permitted) if permitted else self.permitted,
            excluded=(*self.excluded, *excluded),
        )

    def check(self, certificate: x509.Certificate) -> None:
        """Every name in a certificate is allowed. Refusal."""
        if not self.permitted and not self.excluded:
            return
        names = list(_names(certificate))
        count = len(self.excluded) + sum(map(len, self.permitted))
        if len(names) * count > MAX_COMPARISONS:
            raise refuse(
                CONSTRAINTS, "more than 20000 names to compare on a path", certificate
            )
        try:
            allowed = all(self._allows(kind, name) for kind, name in names)
        except (_Undecidable, ValueError, TypeError):
            allowed = False
        if not allowed:
            raise refuse(
                CONSTRAINTS, "a name that an authority may not certify", certificate
            )

    def _allows(self, kind: str, name: Name) -> bool:
        for generation in self.permitted:
            own = [one for one in generation if one.kind == kind]
            if own and not any(_within(name, one) for one in own):
                return False
        own = [one for one in self.excluded if one.kind == kind]
        return not any(_within(name, one) or _may_be(name, one) for one in own)


def _read(subtrees: Sequence[core.Asn1Value] | core.Void) -> tuple[Constraint, ...]:
    if isinstance(subtrees, core.Void):
        return ()
    return tuple(
        Constraint(
            kind=one["base"].name,
            base=one["base"].chosen,
            bounded=bool(one["minimum"].native) or one["maximum"].native is not None,
        )
        for one in subtrees
    )


def _names(certificate: x509.Certificate) -> Iterator[tuple[str, Name]]:
    """Every name by its kind; mailboxes in the subject and in otherName too."""
    if len(certificate.subject.chosen):
        yield "directory_name", certificate.subject
    for relative in certificate.subject.chosen:
        for one in relative:
            if one["type"].native == EMAIL_ADDRESS:
                yield "rfc822_name", one["value"].contents
    for name in certificate.subject_alt_name_value or ():
        if name.name == "directory_name":
            yield name.name, name.chosen
        elif name.name == "other_name":
            yield name.name, name.chosen.contents
            if name.chosen["type_id"].dotted == SMTP_UTF8_MAILBOX:
                mailbox = der.children(encoding_of(name.chosen["value"]))[0]
                yield "rfc822_name", core.UTF8String.load(mailbox).contents
        else:
            yield name.name, name.chosen.contents


def _within(name: Name, constraint: Constraint) -> bool:
    judge = _JUDGES.get(constraint.kind)
    if judge is None or constraint.bounded:
        raise _Undecidable
    return judge(name, constraint.base)


def _directory(name: Name, base: x509.GeneralName) -> bool:
    """7.1: relative name by relative name, from the top."""
    if not isinstance(name, x509.Name):
        raise _Undecidable
    wanted, found = base.chosen, name.chosen
    return len(found) >= len(wanted) and all(
        encoding_of(one) == encoding_of(other) or one == other
        for one, other in zip(wanted, found, strict=False)
    )


def _mailbox(name: Name, base: x509.GeneralName) -> bool:
    """One mailbox, all of a host, or, after a dot, of every host below a domain."""
    local, _, domain = _text(name).rpartition("@")
    wanted = _text(base.contents)
    wanted_local, at, wanted_domain = wanted.rpartition("@")
    if not local or "@" in local or not domain or not wanted:
        raise _Undecidable
    if at:
        return (local, domain.lower()) == (wanted_local, wanted_domain.lower())
    return _host(domain, wanted)


def _dns(name: Name, base: x509.GeneralName) -> bool:
    """The name itself, or with labels added to the left."""
    # a dot at the beginning means nothing in a dNSName
    labels, wanted = _labels(_text(name)), _labels(_text(base.contents))
    return not wanted or labels[-len(wanted) :] == wanted


def _may_be(name: Name, constraint: Constraint) -> bool:
    """Whether a wildcard also stands for a name that is excluded."""
    if constraint.kind != "dns_name":
        return False
    labels, wanted = _labels(_text(name)), _labels(_text(constraint.base.contents))
    same = len(labels) == len(wanted) and labels[1:] == wanted[1:]
    return same and labels[:1] == ["*"]


def _labels(name: str) -> list[str]:
    labels = name.lower().split(".") if name else []
    if "" in labels:
        raise _Undecidable
    return labels


def _uri(name: Name, base: x509.GeneralName) -> bool:
    """The host in it, which has to be a name."""
    host = urlsplit(_text(name)).hostname
    if not host or ":" in host or host.replace(".", "").isdigit():
        raise _Undecidable
    return _host(host, _text(base.contents))


def _host(host: str, wanted: str) -> bool:
    host, wanted = host.lower(), wanted.lower()
    if not wanted:
        raise _Undecidable
    if wanted.startswith("."):
        return host.endswith(wanted) and host != wanted
    return host == wanted


def _address(name: Name, base: x509.GeneralName) -> bool:
    """An address within a network; both of one family."""
    octets = base.contents
    size = _SIZES.get(len(octets))
    if size is None or not isinstance(name, bytes) or len(name) not in (4, 16):
        raise _Undecidable
    if len(name) != size:
        return False
    network = ip_network((octets[:size], _prefix(octets[size:])), strict=False)
    return ip_address(name) in network


def _prefix(mask: bytes) -> int:
    bits = int.from_bytes(mask)
    length = bits.bit_count()
    width = 8 * len(mask)
    if bits != ((1 << length) - 1) << (width - length):
        raise _Undecidable
    return length


def _text(octets: Name) -> str:
    if not isinstance(octets, bytes):
        raise _Undecidable
    try:
        return str(octets, "ascii")
    except UnicodeDecodeError as error:
        raise _Undecidable from error


_JUDGES: Mapping[str, Callable[[Name, x509.GeneralName], bool]] = {
    "directory_name": _directory,
    "rfc822_name": _mailbox,
    "dns_name": _dns,
    "uniform_resource_identifier": _uri,
    "ip_address": _address,
}
