"""Drafts, people and approvals: nothing is queued that the policy wants approved."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import (
    differs,
    forbid,
    keep_rows,
    never_change,
)

revision = "0011"
down_revision = "0010"

_STATES = (
    "'drafted', 'held', 'queued', 'sending', 'sent', 'deferred', 'failed', "
    "'in_doubt', 'delivered', 'bounced', 'withdrawn'"
)
_LEGAL = (
    "'drafted>held', 'drafted>withdrawn', 'held>queued', 'held>withdrawn', "
    "'held>sent', 'held>delivered', 'held>bounced', "
    "'queued>sending', 'queued>withdrawn', "
    "'sending>sent', 'sending>deferred', 'sending>failed', 'sending>in_doubt', "
    "'sending>queued', 'sending>held', 'deferred>sending', 'deferred>withdrawn', "
    "'in_doubt>sent', 'in_doubt>delivered', 'in_doubt>bounced', "
    "'in_doubt>queued', 'sent>delivered', 'sent>bounced', "
    "'queued>sent', 'queued>delivered', 'queued>bounced', "
    "'deferred>sent', 'deferred>delivered', 'deferred>bounced', "
    "'in_doubt>deferred', 'in_doubt>failed', 'failed>sent', 'failed>delivered'"
)
_MESSAGE = (
    "(state <> 'drafted' OR message_id IS NULL) "
    "AND (state IN ('drafted', 'withdrawn') OR message_id IS NOT NULL) "
    "AND (message_id IS NULL) = (message_sha256 IS NULL)"
)
_FROZEN = ("number", "reverse_path", "forward_path", "archive_path", "envid")
_WRITTEN_WITH_THE_NOTICE = (
    "number",
    "case_id",
    "rung",
    "kind",
    "ordinal",
    "form",
    "recipient_name",
    "letter_date",
    "again_reason",
    "rung_reason",
    "judgment",
    "notice",
    "created_at",
    "salt",
)
_COLUMNS = (
    "number",
    "state",
    "stage",
    "reverse_path",
    "forward_path",
    "archive_path",
    "envid",
    "message_id",
    "message_sha256",
    "attempts",
    "queued_at",
    "next_attempt_at",
    "lease_owner",
    "lease_until",
    "changed_at",
    "channel",
    "is_test",
)
_CHANGED = ("frozen", "start", "legal", "evidence")


def upgrade() -> None:
    """Let a delivery be without a message, and keep what drafts are made of."""
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        _rebuild_deliveries(connection)
    else:
        _loosen_deliveries(connection)
    _refuse_anew(connection)
    _let_the_signer_be_added(connection)
    _add_drafts(connection)
    _add_approvals(connection)
    _add_people_and_policies(connection)
    _ask_for_approval(connection)


def _loosen_deliveries(connection: sa.Connection) -> None:
    for name in ("message_id", "message_sha256"):
        op.alter_column("deliveries", name, nullable=True)
    state = op.f("ck_deliveries_state")
    op.drop_constraint(state, "deliveries", type_="check")
    op.create_check_constraint(state, "deliveries", f"state IN ({_STATES})")
    op.create_check_constraint(op.f("ck_deliveries_message"), "deliveries", _MESSAGE)
    for name in _CHANGED:
        connection.exec_driver_sql(f"DROP TRIGGER deliveries_{name} ON deliveries")


def _rebuild_deliveries(connection: sa.Connection) -> None:
    """SQLite changes no column: the rows go out and come back, all else as it was."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
    kept = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'deliveries' "
        "AND type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid"
    ).all()
    changed = {f"deliveries_{name}" for name in _CHANGED}
    connection.exec_driver_sql(
        "CREATE TEMP TABLE deliveries_before AS SELECT * FROM deliveries"
    )
    op.drop_table("deliveries")
    _create_deliveries()
    columns = ", ".join(_COLUMNS)
    connection.exec_driver_sql(
        f"INSERT INTO deliveries ({columns}) "  # noqa: S608 - names of ours
        f"SELECT {columns} FROM temp.deliveries_before"
    )
    connection.exec_driver_sql("DROP TABLE temp.deliveries_before")
    for name, made in kept:
        if name not in changed:
            connection.exec_driver_sql(made)


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("number", "state")),
        sa.Column("stage", sa.Text),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("reverse_path", "forward_path", "archive_path", "envid")
        ),
        sa.Column("message_id", sa.Text),
        sa.Column("message_sha256", sa.Text),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("queued_at", sa.Text),
        sa.Column("next_attempt_at", sa.Text),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", sa.Text),
        sa.Column("changed_at", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False, server_default="smtp"),
        sa.Column("is_test", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.PrimaryKeyConstraint("number", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["number"], ["notices.number"], name="fk_deliveries_number"
        ),
        sa.UniqueConstraint("message_id", name="uq_deliveries_message_id"),
        *(
            sa.CheckConstraint(text, name=op.f(f"ck_deliveries_{name}"))
            for name, text in _checks()
        ),
        sqlite_strict=True,
    )


def _checks() -> list[tuple[str, str]]:
    return [
        ("state", f"state IN ({_STATES})"),
        ("message_sha256", "length(message_sha256) = 64"),
        ("message", _MESSAGE),
        (
            "lease",
            (
                "(state = 'sending') = (lease_owner IS NOT NULL) "
                "AND (state = 'sending') = (lease_until IS NOT NULL) "
                "AND (state = 'sending') = (stage IS NOT NULL)"
            ),
        ),
        (
            "due",
            "(state IN ('queued', 'deferred')) = (next_attempt_at IS NOT NULL)",
        ),
        ("channel", "channel IN ('smtp', 'webform', 'outbox')"),
        ("is_test", "is_test IN (0, 1)"),
    ]


def _refuse_anew(connection: sa.Connection) -> None:
    """The triggers that know states, and what may be written with a signature."""
    frozen = " OR ".join(differs(connection, name) for name in _FROZEN)
    message = " OR ".join(
        differs(connection, name) for name in ("message_id", "message_sha256")
    )
    is_signing = "OLD.state = 'drafted' AND NEW.state = 'held'"
    for name, occasion, words, when in (
        (
            "frozen",
            "UPDATE",
            "envelope and message are frozen",
            f"{frozen} OR (({message}) AND NOT ({is_signing}))",
        ),
        (
            "start",
            "INSERT",
            "a delivery starts drafted or held",
            "NEW.state NOT IN ('drafted', 'held')",
        ),
        (
            "legal",
            "UPDATE OF state",
            "this state may not follow that one",
            (
                "OLD.state <> NEW.state AND "
                f"OLD.state || '>' || NEW.state NOT IN ({_LEGAL})"
            ),
        ),
        (
            "evidence",
            "UPDATE OF state",
            "before an attempt nothing can have arrived",
            (
                "OLD.state IN ('held', 'queued') AND OLD.attempts = 0 AND "
                "NEW.state IN ('sent', 'delivered', 'bounced')"
            ),
        ),
    ):
        forbid(
            connection, "deliveries", name, occasion, f"deliveries: {words}", when=when
        )


def _let_the_signer_be_added(connection: sa.Connection) -> None:
    """A draft's notice gets its signer once; all else of it never changes."""
    drop = "DROP TRIGGER IF EXISTS notices_update"
    if connection.dialect.name == "postgresql":
        drop += " ON notices"
    connection.exec_driver_sql(drop)
    others = " OR ".join(differs(connection, name) for name in _WRITTEN_WITH_THE_NOTICE)
    forbid(
        connection,
        "notices",
        "update",
        "UPDATE",
        "notices: rows never change",
        when=f"{others} OR OLD.signer_certificate_sha256 <> ''",
    )


def _add_drafts(connection: sa.Connection) -> None:
    names = ("number", "draft", "sha256", "mail", "grounds", "drafted_at")
    op.create_table(
        "drafts",
        *(sa.Column(name, sa.Text, nullable=False) for name in names),
        sa.Column("send_asked_at", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_drafts"),
        sa.ForeignKeyConstraint(
            ["number"], ["notices.number"], name="fk_drafts_number"
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_drafts_sha256")),
        sqlite_strict=True,
    )
    keep_rows(connection, "drafts", "number = NEW.number")
    frozen = " OR ".join(differs(connection, name) for name in names)
    forbid(
        connection,
        "drafts",
        "update",
        "UPDATE",
        "drafts: what was written never changes",
        when=f"{frozen} OR OLD.send_asked_at IS NOT NULL",
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _add_approvals(connection: sa.Connection) -> None:
    op.create_table(
        "approvals",
        *_texts("sha256", "number"),
        sa.Column("ordinal", sa.Integer, nullable=False),
        *_texts("decision", "approver", "statement", "kind"),
        sa.Column("signature", sa.LargeBinary, nullable=False),
        *_texts("written_at"),
        sa.PrimaryKeyConstraint("sha256", name="pk_approvals"),
        sa.ForeignKeyConstraint(
            ["number"], ["drafts.number"], name="fk_approvals_number"
        ),
        sa.CheckConstraint(
            "decision IN ('approve', 'reject')", name=op.f("ck_approvals_decision")
        ),
        sa.CheckConstraint(
            "kind IN ('cms', 'assertion')", name=op.f("ck_approvals_kind")
        ),
        sa.CheckConstraint(
            "length(sha256) = 64 AND ordinal >= 1", name=op.f("ck_approvals_sha256")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_approvals_number_ordinal", "approvals", ["number", "ordinal"], unique=True
    )
    same = "sha256 = NEW.sha256 OR (number = NEW.number AND ordinal = NEW.ordinal)"
    keep_rows(connection, "approvals", same)
    never_change(connection, "approvals")


def _add_people_and_policies(connection: sa.Connection) -> None:
    op.create_table(
        "enrolments",
        *_texts("sha256", "person", "act", "statement", "kind"),
        *(
            sa.Column(name, sa.LargeBinary, nullable=False)
            for name in ("signature", "public_key", "credential_id")
        ),
        *_texts("written_at"),
        sa.PrimaryKeyConstraint("sha256", name="pk_enrolments"),
        sa.CheckConstraint(
            "act IN ('enrol', 'revoke', 'recover')", name=op.f("ck_enrolments_act")
        ),
        sa.CheckConstraint(
            "kind IN ('cms', 'assertion', 'none')", name=op.f("ck_enrolments_kind")
        ),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_enrolments_sha256")),
        sqlite_strict=True,
    )
    op.create_table(
        "policies",
        sa.Column("ordinal", sa.Integer, autoincrement=False, nullable=False),
        *_texts("required", "facts", "written_at"),
        sa.PrimaryKeyConstraint("ordinal", name="pk_policies"),
        sa.CheckConstraint(
            "required IN ('none', 'checker')", name=op.f("ck_policies_required")
        ),
        sa.CheckConstraint("ordinal >= 1", name=op.f("ck_policies_ordinal")),
        sqlite_strict=True,
    )
    for table, same in (
        ("enrolments", "sha256 = NEW.sha256"),
        ("policies", "ordinal = NEW.ordinal"),
    ):
        keep_rows(connection, table, same)
        never_change(connection, table)


_WANTED = (
    "EXISTS (SELECT 1 FROM policies WHERE required = 'checker' "
    "AND ordinal = (SELECT max(ordinal) FROM policies))"
)
_APPROVED = (
    "EXISTS (SELECT 1 FROM approvals a WHERE a.number = NEW.number "
    "AND a.decision = 'approve' AND a.ordinal = "
    "(SELECT max(b.ordinal) FROM approvals b WHERE b.number = NEW.number))"
)


def _ask_for_approval(connection: sa.Connection) -> None:
    """Whoever has the database and not this program meets the door as well."""
    forbid(
        connection,
        "deliveries",
        "approval",
        "UPDATE OF state",
        "deliveries: the policy wants an approval before this",
        when=(
            "NEW.state IN ('queued', 'sending') "
            "AND OLD.state IN ('drafted', 'held', 'in_doubt') "
            f"AND {_WANTED} AND NOT {_APPROVED}"
        ),
    )
