"""What is known late: a reply settles a doubt, a proof of arrival a failure."""

from alembic import op

from notices.store.database.triggers import forbid

revision = "0009"
down_revision = "0008"

_LEGAL = (
    "'held>queued', 'held>withdrawn', 'queued>sending', 'queued>withdrawn', "
    "'sending>sent', 'sending>deferred', 'sending>failed', 'sending>in_doubt', "
    "'sending>queued', 'deferred>sending', 'deferred>withdrawn', "
    "'in_doubt>sent', 'in_doubt>delivered', 'in_doubt>bounced', "
    "'in_doubt>queued', 'sent>delivered', 'sent>bounced', "
    "'queued>sent', 'queued>delivered', 'queued>bounced', "
    "'deferred>sent', 'deferred>delivered', 'deferred>bounced', "
    "'in_doubt>deferred', 'in_doubt>failed', 'failed>sent', 'failed>delivered'"
)


def upgrade() -> None:
    """Replace the trigger that knows what may follow what."""
    connection = op.get_bind()
    drop = "DROP TRIGGER deliveries_legal"
    if connection.dialect.name == "postgresql":
        drop += " ON deliveries"
    connection.exec_driver_sql(drop)
    forbid(
        connection,
        "deliveries",
        "legal",
        "UPDATE OF state",
        "deliveries: this state may not follow that one",
        when=(
            "OLD.state <> NEW.state AND "
            f"OLD.state || '>' || NEW.state NOT IN ({_LEGAL})"
        ),
    )
