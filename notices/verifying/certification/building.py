"""Which paths lead from a certificate to a trusted root: by names, and by keys.

Only whose key made the signature is an issuer, so a twin of the same name is none. The
search ends at a named limit: authorities that certify one another have more paths than
anybody could try.
"""

from collections.abc import Iterator, Sequence

from asn1crypto import x509

from notices.asn1_values import encoding_of
from notices.messages import Text
from notices.report import SubIndication
from notices.verifying.certification.signatures import is_signed_by, sealed
from notices.verifying.checks import Refusal
from notices.verifying.cms.certificates import key_octets, same_name

MAX_PATH = 8
"""Certificates on a path, signer and root included; usual are three."""
MAX_STEPS = 200
"""Possible issuers that are looked at; a usual path needs half a dozen."""
MAX_PATHS = 32
"""Whole paths that are judged."""

Path = tuple[x509.Certificate, ...]
"""From the signer to the root."""


class Builder:
    """The search for the paths of one certificate."""

    def __init__(
        self, anchors: Sequence[x509.Certificate], others: Sequence[x509.Certificate]
    ) -> None:
        self._anchors = anchors
        trusted = {one.sha256 for one in anchors}
        kept = {one.sha256: one for one in others if one.sha256 not in trusted}
        self._others = tuple(kept.values())
        self._steps = 0
        self.paths = 0
        """How many were found."""

    def paths_from(self, certificate: x509.Certificate) -> Iterator[Path]:
        """Every path, the shortest way to a root first. Refusal at a limit."""
        if certificate.sha256 in {one.sha256 for one in self._anchors}:
            yield (certificate,)
            return
        yield from self._extend((certificate,))

    def end_of(self, certificate: x509.Certificate) -> x509.Certificate:
        """How far it leads: the last one that is here, whose issuer is not."""
        path: Path = (certificate,)
        while len(path) < MAX_PATH:
            issuers = self._issuers(path[-1], self._others)
            onward = (one for one in issuers if not _is_on(one, path))
            if not (issuer := next(onward, None)):
                break
            path = (*path, issuer)
        return path[-1]

    def has_issuer_named(self, certificate: x509.Certificate) -> bool:
        """Whether one of its issuer's name is here, whosever key it holds."""
        known = (*self._anchors, *self._others)
        return any(same_name(one.subject, certificate.issuer) for one in known)

    def _extend(self, path: Path) -> Iterator[Path]:
        last = path[-1]
        for anchor in self._issuers(last, self._anchors):
            self._count_path()
            yield (*path, anchor)
        if len(path) + 1 >= MAX_PATH:
            return
        for issuer in self._issuers(last, self._others):
            if not _is_on(issuer, path):
                yield from self._extend((*path, issuer))

    def _issuers(
        self, certificate: x509.Certificate, among: Sequence[x509.Certificate]
    ) -> Iterator[x509.Certificate]:
        parts = sealed(encoding_of(certificate))
        for candidate in among:
            if not same_name(candidate.subject, certificate.issuer):
                continue
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise too_many("more than 200 possible issuers were looked at")
            if is_signed_by(parts, candidate):
                yield candidate

    def _count_path(self) -> None:
        self.paths += 1
        if self.paths > MAX_PATHS:
            raise too_many("more than 32 paths lead to a trusted root")


def too_many(what: str) -> Refusal:
    """The refusal of a search that would not end."""
    return Refusal(
        SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE,
        Text("{what}: nobody needs that many", what=what),
    )


def _is_on(issuer: x509.Certificate, path: Path) -> bool:
    """A name with a key stands on a path once (RFC 5280, 6.1: no certificate twice)."""
    key = key_octets(issuer)
    return any(
        same_name(one.subject, issuer.subject) and key_octets(one) == key
        for one in path
    )
