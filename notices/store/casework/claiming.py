"""What a claim asks of deliveries besides their rows: one statement for all of it.

The message, whether case and hold let it go out now, and the policy of approvals that
is on record.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from notices.store import rows
from notices.store.approval.policies import NEWEST_FACTS
from notices.store.casework import doors
from notices.store.database.schema import artifacts, notices

# built once: building a statement costs more than running it
_ASKED = doors.with_case(
    rows.MESSAGES.add_columns(
        doors.MUST_WAIT.label("must_wait"), NEWEST_FACTS.label("policy_facts")
    ).join(notices, notices.c.number == artifacts.c.number)
)


def asked_of(connection: Connection, numbers: Sequence[str]) -> dict[str, Row[Any]]:
    """Give a row of `rows.MESSAGES` by number, with `must_wait` and `policy_facts`.

    To be asked once the deliveries are locked: then nobody changes them meanwhile.
    """
    if not numbers:
        return {}
    found = connection.execute(_ASKED, rows.numbers_of(numbers))
    return {row.number: row for row in found}
