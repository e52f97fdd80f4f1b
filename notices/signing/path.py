"""The path from a certificate to a pinned root (RFC 5280, 6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.x509 import verification


def certificate_path(
    certificate: x509.Certificate,
    chain: Iterable[x509.Certificate],
    trust: Sequence[x509.Certificate],
    now: datetime,
) -> tuple[x509.Certificate, ...]:
    """From the certificate to a pinned root (RFC 5280, 6); empty if there is none.

    The path is judged at a moment of the certificate's life, so that an expired
    one is called expired and not unknown.
    """
    if not trust:
        return ()
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    moment = min(max(now, start), end).replace(microsecond=0)
    known = (certificate, *chain), tuple(trust)
    alive = tuple(_is_alive(one, moment) for some in known for one in some)
    return _Asked(*known, alive).path_at(moment)


def _is_alive(certificate: x509.Certificate, moment: datetime) -> bool:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return start <= moment <= end


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a path depends on: the moment only by which certificates are alive then."""

    known: tuple[x509.Certificate, ...]
    """The certificate, and what may stand between it and a root."""
    trust: tuple[x509.Certificate, ...]
    alive: tuple[bool, ...]
    """Of each of these whether it is valid at the moment."""

    def path_at(self, moment: datetime) -> tuple[x509.Certificate, ...]:
        """The path; for the same question it is built once."""
        path = _FOUND.get(self)
        if path is None:
            if len(_FOUND) >= _MOST_FOUND:
                _FOUND.clear()
            path = _FOUND[self] = _built(self, moment)
        return path


_FOUND: dict[_Asked, tuple[x509.Certificate, ...]] = {}
_MOST_FOUND = 64


def _built(asked: _Asked, moment: datetime) -> tuple[x509.Certificate, ...]:
    certificate, *chain = asked.known
    try:
        verifier = (
            verification.PolicyBuilder()
            .store(verification.Store(list(asked.trust)))
            .time(moment)
            .extension_policies(
                ca_policy=_CA_POLICY,
                ee_policy=verification.ExtensionPolicy.permit_all(),
            )
            .build_client_verifier()
        )
        return tuple(verifier.verify(certificate, chain).chain)
    except (verification.VerificationError, ValueError):
        return ()


def _require_authority(
    policy: verification.Policy,  # noqa: ARG001 - the interface has it
    certificate: x509.Certificate,  # noqa: ARG001
    constraints: x509.BasicConstraints,
) -> None:
    if not constraints.ca:
        raise ValueError("an issuer in the path is no authority")


_CA_POLICY = verification.ExtensionPolicy.permit_all().require_present(
    x509.BasicConstraints, verification.Criticality.AGNOSTIC, _require_authority
)
