"""What a claim asks of deliveries besides their rows: one statement for all of it.

The message, whether case and hold let it go out now, and the policy of approvals that
is on record.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from notices.store import rows
from notices.store.approval.policies import NEWEST_FACTS
from notices.store.casework import doors
from notices.store.database.postgres import OF_BYTES
from notices.store.database.schema import artifacts, deliveries, notices
from notices.store.model import MESSAGE

# built once: building a statement costs more than running it
_MESSAGE = and_(artifacts.c.number == notices.c.number, artifacts.c.name == MESSAGE)
_ASKED = doors.with_case(
    select(
        notices.c.number,
        artifacts.c.content,
        artifacts.c.sha256,
        deliveries.c.message_sha256,
        doors.MUST_WAIT.label("must_wait"),
        NEWEST_FACTS.label("policy_facts"),
    )
    .join(deliveries, deliveries.c.number == notices.c.number)
    # one that was made by hand has none: it is refused for what is told of that
    .outerjoin(artifacts, _MESSAGE)
    .where(notices.c.number.in_(rows.NUMBERS))
    .execution_options(**OF_BYTES)
)


def asked_of(connection: Connection, numbers: Sequence[str]) -> dict[str, Row[Any]]:
    """Give a row for `rows.message_in` by number, with `must_wait`, `policy_facts`.

    To be asked once the deliveries are locked: then nobody changes them meanwhile.
    """
    if not numbers:
        return {}
    found = connection.execute(_ASKED, rows.numbers_of(numbers))
    return {row.number: row for row in found}
