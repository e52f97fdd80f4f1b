"""The API: tokens, whose cases are whose, keys of repeated requests."""

import sqlalchemy as sa
from alembic import op

from notices.store.database.triggers import forbid, keep_rows, never_change

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add `access_tokens`, `case_owners` and `request_keys`."""
    _tokens()
    _owners()
    _keys()


def _tokens() -> None:
    texts = ("token_id", "name", "sha256", "scopes", "created_at", "created_by")
    op.create_table(
        "access_tokens",
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        sa.Column("expires_at", sa.Text),
        sa.Column("revoked_at", sa.Text),
        sa.PrimaryKeyConstraint("token_id", name="pk_access_tokens"),
        sa.UniqueConstraint("sha256", name="uq_access_tokens_sha256"),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_access_tokens_sha256")),
        sqlite_strict=True,
    )
    connection = op.get_bind()
    same = "token_id = NEW.token_id OR sha256 = NEW.sha256"
    keep_rows(connection, "access_tokens", same)
    forbid(
        connection,
        "access_tokens",
        "fixed",
        f"UPDATE OF {', '.join(texts)}, expires_at",
        "access_tokens: a token does not change, it is only revoked",
    )
    forbid(
        connection,
        "access_tokens",
        "revoked",
        "UPDATE OF revoked_at",
        "access_tokens: what is revoked stays so",
        when="OLD.revoked_at IS NOT NULL",
    )


def _owners() -> None:
    op.create_table(
        "case_owners",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("case_id", "owner", "since")
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_owners"),
        sqlite_strict=True,
    )
    op.create_index("ix_case_owners_owner_case_id", "case_owners", ["owner", "case_id"])
    connection = op.get_bind()
    keep_rows(connection, "case_owners", "case_id = NEW.case_id")
    never_change(connection, "case_owners")


def _keys() -> None:
    op.create_table(
        "request_keys",
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("owner", "key", "fingerprint", "number", "case_id", "at")
        ),
        sa.PrimaryKeyConstraint("owner", "key", name="pk_request_keys"),
        sqlite_strict=True,
    )
    op.create_index("ix_request_keys_case_id", "request_keys", ["case_id"])
    # disposal of a case takes its keys along: they may go, and never change
    never_change(op.get_bind(), "request_keys")
