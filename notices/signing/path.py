"""The path from a certificate to a pinned root (RFC 5280, 6)."""

from collections.abc import Iterable, Sequence
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
    moment = min(
        max(now, certificate.not_valid_before_utc), certificate.not_valid_after_utc
    )
    try:
        verifier = (
            verification.PolicyBuilder()
            .store(verification.Store(list(trust)))
            .time(moment)
            .extension_policies(
                ca_policy=_CA_POLICY,
                ee_policy=verification.ExtensionPolicy.permit_all(),
            )
            .build_client_verifier()
        )
        return tuple(verifier.verify(certificate, list(chain)).chain)
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
