"""Values: what authorities say about who is revoked, and what follows from it."""

from dataclasses import dataclass
from enum import StrEnum

from cryptography import x509


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationAnswers:
    """What authorities said about who is revoked."""

    crls: tuple[bytes, ...] = ()
    """Certificate revocation lists, DER."""
    ocsp: tuple[bytes, ...] = ()
    """OCSP responses, DER."""

    def __bool__(self) -> bool:
        return bool(self.crls or self.ocsp)

    def __or__(self, other: "RevocationAnswers") -> "RevocationAnswers":
        return RevocationAnswers(
            crls=tuple(dict.fromkeys(self.crls + other.crls)),
            ocsp=tuple(dict.fromkeys(self.ocsp + other.ocsp)),
        )


NO_ANSWERS = RevocationAnswers()


class Standing(StrEnum):
    """What the answers say about one certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """No answer from its issuer that is fresh now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The standing of one certificate and what it rests on."""

    certificate: x509.Certificate
    """Which certificate."""
    standing: Standing
    """Good, revoked or unknown."""
    answer: RevocationAnswers = NO_ANSWERS
    """The one answer that was used."""
    detail: str = ""
    """Since when it is revoked, or why there is no fresh answer."""
    is_excused: bool = False
    """Fresh only because clocks may differ: a newer answer would be better."""
