"""Values: what authorities say about who is revoked, and what follows from it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509

MAX_LIST_OCTETS = 512 * 1024
"""A larger list goes along in no mail if OCSP answers as well."""
NEWER_AFTER = timedelta(days=1)
"""Of an older answer a newer one is asked for, though it still holds."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPolicy:
    """Which answers suffice, and when others are asked for."""

    max_age: timedelta | None = None
    """How old an answer about the first certificate of a path may be, by thisUpdate;
    those above it go by what their lists say, as roots publish twice a year. None: as
    long as the answer itself says."""
    max_list: int = MAX_LIST_OCTETS
    """Octets of a list that goes along although OCSP answers as well."""
    may_ask_again: Callable[[x509.Certificate], bool] = lambda _: False
    """Whether a newer or smaller answer than one that holds may be asked for now."""


ANY_ANSWER = AnswerPolicy()


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
    told_at: datetime | None = None
    """thisUpdate of the answer; None: there is none."""
    is_nowhere: bool = False
    """There is no answer, and the certificate names no place where to ask for one."""
    is_on_hold: bool = False
    """Revoked for the time being (certificateHold): a newer answer may say good."""

    @property
    def octets(self) -> int:
        """How much a signature carries for it."""
        return sum(map(len, self.answer.crls + self.answer.ocsp))
