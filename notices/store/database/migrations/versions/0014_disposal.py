"""Disposal: the table of certificates, and triggers that let exactly this through.

What a row says may go once the ledger has an event `disposed` of its case, and then it
goes whole: nothing else becomes possible for whoever has the database.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import (
    differs,
    forbid,
    keep_rows,
    let_disposal_through,
)

revision = "0014"
down_revision = "0013"

_OF_CASE = (
    "EXISTS (SELECT 1 FROM events d WHERE d.case_id = {} AND d.kind = 'disposed')"
)
_OF_NUMBER = _OF_CASE.format("(SELECT case_id FROM numbers WHERE number = OLD.number)")
_OF_FACT = _OF_CASE.format("OLD.case_id")
# what lay beside an event before the case was disposed of; not what says that it was
_OF_EVENT = (
    "EXISTS (SELECT 1 FROM events e JOIN events d ON d.case_id = "
    "CASE WHEN e.case_id <> '' THEN e.case_id "
    "ELSE (SELECT case_id FROM numbers WHERE number = e.number) END "
    "WHERE e.seq = OLD.seq AND e.kind <> 'disposed' "
    "AND d.kind = 'disposed' AND d.seq > e.seq)"
)
_FROZEN = ("number", "reverse_path", "archive_path", "envid")
_MESSAGE = ("message_id", "message_sha256")
_IS_SIGNING = "OLD.state = 'drafted' AND NEW.state = 'held'"

_EMPTIED = (
    (
        "notices",
        (
            "NEW.recipient_name = '' AND NEW.again_reason = '' AND "
            "NEW.rung_reason = '' AND NEW.judgment = '' AND NEW.notice = '' AND "
            "NEW.salt = ''"
        ),
        (
            *("number", "case_id", "rung", "kind", "ordinal", "form"),
            *("letter_date", "signer_certificate_sha256", "created_at"),
        ),
    ),
    (
        "attempts",
        "NEW.reply_text = '' AND NEW.note = ''",
        (
            *("number", "ordinal", "started_at", "ended_at", "state", "stage"),
            *("remote", "tls", "reply_code", "reply_enhanced"),
        ),
    ),
    (
        "reports",
        (
            "NEW.reason = '' AND NEW.mailbox = '' AND NEW.facts = '{}' AND "
            "NEW.content IS NULL"
        ),
        ("sha256", "number", "kind", "proves", "waits", "received_at"),
    ),
)
"""Table, what is empty afterwards, and what stays as it was."""


def upgrade() -> None:
    """Make the table, and replace the triggers of what disposal empties."""
    _table()
    connection = op.get_bind()
    for table, allowed in (
        ("artifacts", _OF_NUMBER),
        ("drafts", _OF_NUMBER),
        ("approvals", _OF_NUMBER),
        ("beside", _OF_EVENT),
        ("case_facts", _OF_FACT),
    ):
        let_disposal_through(connection, table, "delete", "DELETE", allowed)
    for table, emptied, kept in _EMPTIED:
        allowed = f"{emptied} AND {_same(connection, kept)} AND {_OF_NUMBER}"
        if table == "notices":
            allowed = f"({allowed}) OR ({_signer_is_added(connection)})"
        let_disposal_through(connection, table, "update", "UPDATE", allowed)
    let_disposal_through(
        connection,
        "case_facts",
        "update",
        "UPDATE",
        "length(NEW.line) <= length(OLD.line) AND "
        + _same(connection, ("id", "case_id", "kind", "at", "number", "written_at"))
        + f" AND {_OF_FACT}",
    )
    message = _same(connection, _MESSAGE)
    let_disposal_through(
        connection,
        "deliveries",
        "frozen",
        "UPDATE",
        f"{_same(connection, _FROZEN)} AND ("
        f"({_same(connection, ('forward_path',))} AND ({message} OR {_IS_SIGNING})) OR "
        f"(NEW.forward_path = '' AND {message} AND {_OF_NUMBER}))",
    )


def _signer_is_added(connection: sa.Connection) -> str:
    """A draft's notice gets its signer once, as before (0011)."""
    written = (
        *("number", "case_id", "rung", "kind", "ordinal", "form", "recipient_name"),
        *("letter_date", "again_reason", "rung_reason", "judgment", "notice"),
        *("created_at", "salt"),
    )
    return f"{_same(connection, written)} AND OLD.signer_certificate_sha256 = ''"


def _same(connection: sa.Connection, columns: Sequence[str]) -> str:
    return " AND ".join(f"NOT ({differs(connection, each)})" for each in columns)


def _table() -> None:
    op.create_table(
        "disposals",
        sa.Column("statement_sha256", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("statement", "confirmation", "at", "removed", "outside")
        ),
        sa.Column("is_again", sa.Integer, nullable=False),
        sa.Column("cleared_at", sa.Text),
        sa.Column("files", sa.Text),
        sa.PrimaryKeyConstraint("statement_sha256", name="pk_disposals"),
        sa.CheckConstraint(
            "length(statement_sha256) = 64", name=op.f("ck_disposals_statement_sha256")
        ),
        sa.CheckConstraint("is_again IN (0, 1)", name=op.f("ck_disposals_is_again")),
        sa.CheckConstraint(
            "(cleared_at IS NULL) = (files IS NULL)", name=op.f("ck_disposals_cleared")
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "disposals", "statement_sha256 = NEW.statement_sha256")
    told = ("statement_sha256", "statement", "confirmation", "at")
    counted = ("removed", "outside", "is_again")
    forbid(
        connection,
        "disposals",
        "update",
        "UPDATE",
        "disposals: a certificate never changes",
        when=f"OLD.cleared_at IS NOT NULL OR NOT ({_same(connection, told + counted)})",
    )
