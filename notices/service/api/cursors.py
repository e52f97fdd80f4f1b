"""Cursors of lists: where the page before ended, as a word."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

LONGEST = 400


class MalformedCursor(ValueError):
    """What came is none of our cursors."""


def write_cursor(at: datetime, name: str) -> str:
    """The cursor behind an item: its moment, and what tells it from its neighbours."""
    text = json.dumps([at.isoformat(), name], ensure_ascii=False)
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Moment and name of the last item before; MalformedCursor for anything else.

    >>> moment = datetime.fromisoformat("2026-11-16T09:00:00+00:00")
    >>> read_cursor(write_cursor(moment, "R8-1-000001"))[1]
    'R8-1-000001'
    """
    if not 0 < len(cursor) <= LONGEST:
        raise MalformedCursor
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        at, name = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, RecursionError) as wrong:
        raise MalformedCursor from wrong
    if moment.tzinfo is None or not isinstance(name, str):
        raise MalformedCursor
    return moment, name
