"""When something is judged: clocks differ, and by how much they may is policy.

The tolerance excuses what begins a little later or ended a little earlier than this
machine's clock says: a list, an answer, a certificate's first day. It never excuses
a certificate's end, nor a revocation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from notices.messages import Text

Clock = Callable[[], datetime]
"""Tells the time, aware."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When something is judged, by a clock that others need not share."""

    now: datetime
    """The clock, read after the answer came."""
    tolerance: timedelta
    """How far other clocks may differ, both ways."""

    def is_alive(self, certificate: x509.Certificate) -> bool:
        """Whether the certificate is valid: it may begin late, its end is its end."""
        begun = certificate.not_valid_before_utc - self.tolerance <= self.now
        return begun and self.now <= certificate.not_valid_after_utc

    def is_within(self, start: datetime, end: datetime) -> bool:
        """Whether it lies between the two, the tolerance counted."""
        return start - self.tolerance <= self.now <= end + self.tolerance

    def is_excused(self, start: datetime, end: datetime) -> bool:
        """Whether it lies outside of the two, and no more than the tolerance."""
        return self.is_within(start, end) and not start <= self.now <= end

    def distance(self, start: datetime, end: datetime) -> str:
        """By how much it lies outside of the two, and what to do; empty if it does not.

        Of what is days away no clock is to blame, and nothing is said.
        """
        early, late = start - self.now, self.now - end
        if self.is_within(start, end) or max(early, late) > _A_DAY:
            return ""
        limit = Text(
            "{tolerance:.0f} s are tolerated", tolerance=self.tolerance.total_seconds()
        )
        if early > late:
            away = Text("begins {early:.0f} s after", early=early.total_seconds())
            return Text(
                "; it {away} this machine's clock, {limit}: set the clock",
                away=away,
                limit=limit,
            )
        away = Text("ended {late:.0f} s before", late=late.total_seconds())
        return Text(
            "; it {away} this machine's clock, {limit}: get a newer one",
            away=away,
            limit=limit,
        )


_A_DAY = timedelta(days=1)
