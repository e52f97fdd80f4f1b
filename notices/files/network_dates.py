"""The moment that a Date field tells (RFC 5322, 3.3; RFC 9110, 5.6.7)."""

from datetime import datetime
from email.utils import parsedate_to_datetime


def told_moment(field: str) -> datetime | None:
    """The moment, without a zone where none is told; None if it tells none.

    Whoever is at the other end writes the field: there may be a 31st of February in
    it, a zone of ninety hours, or a number that no machine holds.
    """
    try:
        return parsedate_to_datetime(field)
    except (ValueError, TypeError, OverflowError):
        return None
