"""The first schema: every table, and the triggers that keep them honest.

Its id is that of the fifth, into which five were put together: a database at the fifth
is at the first of these.
"""

import sqlalchemy as sa
from alembic import op

from notices.store.database.migrations.first_triggers import make_triggers

revision = "0005"
down_revision = None

_STATES = (
    "'held', 'queued', 'sending', 'sent', 'deferred', 'failed', 'in_doubt', "
    "'delivered', 'bounced', 'withdrawn'"
)


def upgrade() -> None:
    """Make the tables, then the triggers that keep them honest."""
    _numbers_and_notices()
    _artifacts()
    _deliveries()
    _history()
    _checkpoints()
    _reports()
    _unordered()
    make_triggers(op.get_bind())


def _key_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("rung", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
    ]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _numbers_and_notices() -> None:
    op.create_table(
        "numbers",
        sa.Column("number", sa.Text, nullable=False),
        *_texts("series"),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("serial", sa.Integer, nullable=False),
        *_key_columns(),
        *_texts("reserved_at"),
        sa.PrimaryKeyConstraint("number", name="pk_numbers"),
        sa.UniqueConstraint(
            "series", "year", "serial", name="uq_numbers_series_year_serial"
        ),
        sa.UniqueConstraint(
            "case_id",
            "rung",
            "kind",
            "ordinal",
            name="uq_numbers_case_id_rung_kind_ordinal",
        ),
        sa.CheckConstraint("serial >= 1", name=op.f("ck_numbers_serial")),
        sqlite_strict=True,
    )
    op.create_table(
        "notices",
        sa.Column("number", sa.Text, nullable=False),
        *_key_columns(),
        *_texts("form", "recipient_name", "letter_date", "again_reason"),
        *_texts("rung_reason", "judgment", "notice"),
        *_texts("signer_certificate_sha256", "created_at"),
        sa.Column("salt", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("number", name="pk_notices"),
        sa.ForeignKeyConstraint(
            ["number"], ["numbers.number"], name="fk_notices_number"
        ),
        sa.UniqueConstraint(
            "case_id",
            "rung",
            "kind",
            "ordinal",
            name="uq_notices_case_id_rung_kind_ordinal",
        ),
        sa.CheckConstraint("ordinal >= 1", name=op.f("ck_notices_ordinal")),
        sqlite_strict=True,
    )


def _artifacts() -> None:
    op.create_table(
        "artifacts",
        *_texts("number", "name", "media_type", "sha256"),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", "name", name="pk_artifacts"),
        sa.ForeignKeyConstraint(
            ["number"], ["notices.number"], name="fk_artifacts_number"
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_artifacts_sha256")),
        sqlite_strict=True,
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        *_texts("number", "state"),
        sa.Column("stage", sa.Text),
        *_texts("reverse_path", "forward_path", "archive_path", "envid"),
        *_texts("message_id", "message_sha256"),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", sa.Text),
        sa.Column("next_attempt_at", sa.Text),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", sa.Text),
        *_texts("changed_at"),
        sa.Column("channel", sa.Text, nullable=False, server_default="smtp"),
        sa.Column("is_test", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["number"], ["notices.number"], name="fk_deliveries_number"
        ),
        sa.UniqueConstraint("message_id", name="uq_deliveries_message_id"),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_deliveries_state")),
        sa.CheckConstraint(
            "length(message_sha256) = 64", name=op.f("ck_deliveries_message_sha256")
        ),
        sa.CheckConstraint(
            "(state = 'sending') = (lease_owner IS NOT NULL) "
            "AND (state = 'sending') = (lease_until IS NOT NULL) "
            "AND (state = 'sending') = (stage IS NOT NULL)",
            name=op.f("ck_deliveries_lease"),
        ),
        sa.CheckConstraint(
            "(state IN ('queued', 'deferred')) = (next_attempt_at IS NOT NULL)",
            name=op.f("ck_deliveries_due"),
        ),
        sa.CheckConstraint(
            "channel IN ('smtp', 'webform', 'outbox')",
            name=op.f("ck_deliveries_channel"),
        ),
        sa.CheckConstraint("is_test IN (0, 1)", name=op.f("ck_deliveries_is_test")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_deliveries_state_next_attempt_at",
        "deliveries",
        ["state", "next_attempt_at"],
    )
    op.create_index("ix_deliveries_envid", "deliveries", ["envid"])


def _history() -> None:
    op.create_table(
        "attempts",
        *_texts("number"),
        sa.Column("ordinal", sa.Integer, nullable=False),
        *_texts("started_at", "ended_at", "state", "stage", "remote", "tls"),
        sa.Column("reply_code", sa.Integer),
        *_texts("reply_enhanced", "reply_text", "note"),
        sa.PrimaryKeyConstraint("number", "ordinal", name="pk_attempts"),
        sa.ForeignKeyConstraint(
            ["number"], ["deliveries.number"], name="fk_attempts_number"
        ),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_attempts_state")),
        sqlite_strict=True,
    )
    op.create_table(
        "events",
        sa.Column("seq", sa.Integer, autoincrement=False, nullable=False),
        *_texts("number", "kind", "at", "payload"),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.CheckConstraint(
            "seq >= 0 AND length(leaf) = 32", name=op.f("ck_events_leaf")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_events_number_seq", "events", ["number", "seq"])


def _checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("size", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("time_stamp", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("size", name="pk_checkpoints"),
        sa.CheckConstraint(
            "size >= 0 AND length(root) = 32", name=op.f("ck_checkpoints_root")
        ),
        sqlite_strict=True,
    )


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("number", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("proves", sa.Text),
        sa.Column("waits", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("mailbox", sa.Text, nullable=False),
        sa.Column("received_at", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary),
        sa.PrimaryKeyConstraint("sha256", name="pk_reports"),
        sa.ForeignKeyConstraint(
            ["number"], ["notices.number"], name="fk_reports_number"
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_reports_sha256")),
        sa.CheckConstraint(
            "proves IS NULL OR (number IS NOT NULL "
            "AND proves IN ('sent', 'delivered', 'bounced'))",
            name=op.f("ck_reports_proves"),
        ),
        sa.CheckConstraint("waits IN (0, 1)", name=op.f("ck_reports_waits")),
        sqlite_strict=True,
    )
    op.create_index("ix_reports_number", "reports", ["number"])
    op.create_index("ix_reports_waits", "reports", ["waits"])


def _unordered() -> None:
    """Events that wait for their place in the ledger, where many write at once."""
    op.create_table(
        "unordered",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unordered"),
        sqlite_strict=True,
    )
