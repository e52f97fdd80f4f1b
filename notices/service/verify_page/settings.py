"""What the page is about, and what visitors may cost."""

from dataclasses import dataclass, field

from notices.service.guard.bodies import BodyLimits
from notices.verifying import Limits

_MEBIBYTE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root certificate as a visitor compares it."""

    subject: str
    """Whose it is."""
    sha256: str
    """Of the certificate (DER), lower-case hexadecimal."""
    pem: str
    """The certificate itself, to be taken along."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What visitors may cost, each and all together."""

    body: BodyLimits = field(
        default_factory=lambda: BodyLimits(octets=32 * _MEBIBYTE, seconds=60.0)
    )
    """What one request may bring."""
    memory: int = 384 * _MEBIBYTE
    """Octets of all bodies at once."""
    files: int = 10
    """Files of one request."""
    at_once: int = 2
    """Files that are judged at once, each in a process of its own; the others wait."""
    standing: int = 240
    """Requests that are read, wait and are judged; more are sent away with 503."""
    standing_of_one: int = 8
    """The same of one visitor's address; more are sent away with 429."""
    seconds: float = 120.0
    """For one request to be read, to wait and to be judged."""
    reading: Limits = field(
        default_factory=lambda: Limits(cpu_seconds=10, wall_seconds=20)
    )
    """What the reading of one file may cost."""
    report_octets: int = 2 * _MEBIBYTE
    """Of a result as JSON; a longer one, which no file of ours has, is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """What the page says, and by what it judges."""

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
    base: str = ""
    """Path of the page without the last slash, as `/verify`; empty: at the root."""
    allowance: Allowance = field(default_factory=Allowance)
    """What visitors may cost."""
