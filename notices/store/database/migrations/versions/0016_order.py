"""PostgreSQL: an event that leaves for its place is looked for among the newest.

Events of cases have no number: looked for from the oldest on, each one read all others.
"""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import forbid

revision = "0016"
down_revision = "0015"

# by the index of cases: `number ||` keeps the planner from that of numbers
_OF_CASE = (
    "SELECT 1 FROM events WHERE OLD.case_id <> '' AND case_id = OLD.case_id "
    "AND number || '' = OLD.number AND kind = OLD.kind AND at >= OLD.at"
)
# in the order of an index, backwards: what leaves was placed just now
_OF_NONE = (
    "SELECT 1 FROM (SELECT seq FROM events WHERE OLD.case_id = '' "
    "AND number = OLD.number AND kind = OLD.kind AND at >= OLD.at "
    "ORDER BY seq DESC LIMIT 1) AS newest"
)


def upgrade() -> None:
    """Make the trigger of `unordered` anew; SQLite has nothing that waits there."""
    connection: sa.Connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql("DROP TRIGGER unordered_delete ON unordered")
    connection.exec_driver_sql("DROP FUNCTION unordered_delete()")
    forbid(
        connection,
        "unordered",
        "delete",
        "DELETE",
        "unordered: an event leaves only for its place in the ledger",
        when=f"NOT EXISTS ({_OF_CASE}) AND NOT EXISTS ({_OF_NONE})",
    )
