"""What one authentic answer says about one certificate, and whether it proves good."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from asn1crypto import x509

from notices.verifying.revocation.answers import Revocation

WITHOUT_END = timedelta(minutes=30)
"""How long an answer without nextUpdate stands, as pyHanko has it."""
MAX_AUTHORITY_AGE = timedelta(days=400)
"""Of an answer about an authority: lists of roots come once or twice a year."""
HOLD = "certificate_hold"
HARMLESS = frozenset(
    ("unspecified", "affiliation_changed", "superseded", "cessation_of_operation")
)
"""Reasons that leave earlier time stamps standing (RFC 3161, 4, point 1)."""


COMPROMISED = frozenset(("key_compromise", "ca_compromise"))
"""Reasons that are about the key, whichever of its certificates they are given for."""


class Said(StrEnum):
    """How an answer calls a certificate."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The certificate that is asked about, and who may answer for its issuer."""

    certificate: x509.Certificate
    """Whose status is asked."""
    issuer: x509.Certificate
    """The next on the path: only its key, or whom that key named, may answer."""
    above: tuple[x509.Certificate, ...]
    """The rest of the path; they may have named who publishes indirect lists."""
    others: tuple[x509.Certificate, ...] = ()
    """Certificates that came along, among them perhaps who signs the lists."""

    @property
    def is_authority(self) -> bool:
        """Whether lists for authorities are about it."""
        return bool(self.certificate.ca)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationStatement:
    """One authentic answer about one certificate."""

    source: str
    """What it is, for a reader: `the list of 2026-06-15`."""
    said: Said
    """What it says."""
    this_update: datetime
    """As of when."""
    next_update: datetime | None
    """Until when a newer one will be there; None if it does not say."""
    produced_at: datetime
    """When it was signed."""
    unfit: str = ""
    """Why it proves nothing good: weak, of other scope, unknown; empty: it may."""
    revoked_at: datetime | None = None
    """When, if it says so."""
    invalid_since: datetime | None = None
    """invalidityDate: since when the key is suspected (RFC 5280, 5.3.2)."""
    reason: str | None = None
    """reasonCode; None if it gives none."""

    @property
    def effective(self) -> datetime | None:
        """Since when nothing that the key made counts; None if it is not revoked."""
        known = (self.revoked_at, self.invalid_since)
        return min((one for one in known if one is not None), default=None)

    def speaks_against(self, moment: datetime) -> bool:
        """Whether by this answer the certificate was revoked at that moment."""
        since = self.effective
        return self.said is Said.REVOKED and since is not None and since <= moment

    def spares_stamps_of(self, stamped: datetime) -> bool:
        """Whether stamps of an authority before its end stand (RFC 3161, 4)."""
        since = self.effective
        is_harmless = self.reason in HARMLESS
        return is_harmless and since is not None and stamped < since

    def is_fresh(
        self, moment: datetime, tolerance: timedelta, oldest: timedelta
    ) -> bool:
        """Whether it was not outdated at that moment; newer ones know more."""
        until = self.next_update or self.this_update + WITHOUT_END
        return moment <= until + tolerance and moment - self.this_update <= oldest

    def turns(self, oldest: timedelta) -> Iterator[datetime]:
        """The moments at which what follows from it may change."""
        yield self.this_update
        yield self.next_update or self.this_update + WITHOUT_END
        yield self.this_update + oldest
        if self.effective:
            yield self.effective


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What an answer must be to prove something good."""

    tolerance: timedelta
    """Between clocks."""
    oldest: timedelta
    """How much older than the proven time an answer about a signer may be."""
    judged_at: datetime | None = None
    """The verifier's clock: answers of a later time prove nothing good; None: any."""

    def oldest_about(self, subject: Subject) -> timedelta:
        """The same about this certificate."""
        if subject.is_authority:
            return max(self.oldest, MAX_AUTHORITY_AGE)
        return self.oldest

    def is_ahead(self, as_of: datetime) -> bool:
        """Whether that is after the judging: nobody can know yet what will be."""
        return self.judged_at is not None and as_of - self.judged_at > self.tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything that was answered, wherever it stood, and certificates besides."""

    revocation: Revocation
    """Lists and OCSP answers."""
    certificates: tuple[x509.Certificate, ...]
    """That came along."""
    anchors: tuple[x509.Certificate, ...] = ()
    """Trusted roots, which may have issued other certificates for the same keys."""
