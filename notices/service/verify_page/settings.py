"""What the page is about, and what one visitor may cost."""

from dataclasses import dataclass, field

from notices.service.guard.bodies import BodyLimits

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root certificate as a visitor compares it."""

    subject: str
    """Whose it is."""
    sha256: str
    """Of the certificate (DER), lower-case hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """What the page says and what it allows."""

    trust: tuple[bytes, ...]
    """Root certificates, PEM or DER; files are judged by these alone."""
    roots: tuple[Root, ...]
    """The same, as they are shown."""
    signers: tuple[str, ...]
    """Who may have signed: mailboxes or SHA-256 digests of certificates."""
    log_keys: tuple[str, ...] = ()
    """Public keys of the ledger that bundles must lead to; empty: any."""
    center: str
    """Official Japanese name of the centre."""
    center_en: str
    """Its English name."""
    mailbox: str
    """The address that its mails come from."""
    phone: str
    """Where fingerprints are compared."""
    phone_international: str
    """The same with the country code."""
    body: BodyLimits = field(
        default_factory=lambda: BodyLimits(octets=64 * _MEBIBYTE, seconds=60.0)
    )
    """What one request may bring."""
    files: int = 10
    """Files of one request."""
    at_once: int = 2
    """Requests that are read and judged at once; the others wait."""
    waiting: int = 40
    """Requests that wait at most; more are sent away with 503."""
    seconds: float = 120.0
    """For one request to wait and be judged."""
