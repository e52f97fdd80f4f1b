"""What stands in the database and cannot be read: told as broken evidence.

Whoever has the database can write anything into a column. That shuts the door of the
one notice; it never ends the program that goes through all of them.
"""

import json
from datetime import UTC, datetime
from typing import Any

from notices.errors import EvidenceBroken
from notices.messages import Text

_SHOWN = 40
"""Characters of it that a message has room for."""


def stored_object(text: str, column: str) -> dict[str, Any]:
    """The JSON object of a column; EvidenceBroken if it holds none.

    column: its table and name, as they are told.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise _unreadable(text, column) from error
    if not isinstance(found, dict):
        raise _unreadable(text, column)
    return found


def stored_moment(text: str) -> datetime:
    """A moment of a column, in UTC; EvidenceBroken if it holds none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(text, "a moment") from error


def _unreadable(text: str, column: str) -> EvidenceBroken:
    return EvidenceBroken(
        Text(
            "{column} in the database cannot be read: {found!r}",
            column=column,
            found=text[:_SHOWN],
        ),
        hint="somebody wrote it into the database: keep that for inquiry, and bring "
        "back a backup (docs/keeping.md)",
    )
