"""The console: links for new passkeys, and holds of everything."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import forbid, keep_rows

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add `passkey_links` and `holds`."""
    _links()
    _holds()


def _links() -> None:
    fixed = (
        *("sha256", "person", "name", "roles"),
        *("created_at", "created_by", "expires_at"),
    )
    op.create_table(
        "passkey_links",
        *(sa.Column(name, sa.Text, nullable=False) for name in fixed),
        sa.Column("used_at", sa.Text),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("credential_id", sa.LargeBinary),
        sa.PrimaryKeyConstraint("sha256", name="pk_passkey_links"),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_passkey_links_sha256")),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "passkey_links", "sha256 = NEW.sha256")
    forbid(
        connection,
        "passkey_links",
        "update",
        "UPDATE",
        "passkey_links: a link is used once",
        when="OLD.used_at IS NOT NULL",
    )


def _holds() -> None:
    fixed = ("hold_id", "held_at", "held_by", "reason")
    op.create_table(
        "holds",
        *(sa.Column(name, sa.Text, nullable=False) for name in fixed),
        sa.Column("released_at", sa.Text),
        sa.Column("released_by", sa.Text),
        sa.PrimaryKeyConstraint("hold_id", name="pk_holds"),
        sa.CheckConstraint(
            "(released_at IS NULL) = (released_by IS NULL)",
            name=op.f("ck_holds_released"),
        ),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    keep_rows(connection, "holds", "hold_id = NEW.hold_id")
    forbid(
        connection,
        "holds",
        "fixed",
        f"UPDATE OF {', '.join(fixed)}",
        "holds: a hold does not change, it is only released",
    )
    forbid(
        connection,
        "holds",
        "released",
        "UPDATE OF released_at",
        "holds: what is released stays so",
        when="OLD.released_at IS NOT NULL",
    )
