"""How a delivery goes out, and whether it is a test: fixed at `prepare`."""

from alembic import op

revision = "0004"
down_revision = "0003"

_MESSAGE = "deliveries: channel and test are fixed at prepare"


def upgrade() -> None:
    """Add two columns that never change."""
    op.execute(
        "ALTER TABLE deliveries ADD COLUMN channel TEXT NOT NULL DEFAULT 'smtp' "
        "CONSTRAINT ck_deliveries_channel "
        "CHECK (channel IN ('smtp', 'webform', 'outbox'))"
    )
    op.execute(
        "ALTER TABLE deliveries ADD COLUMN is_test INTEGER NOT NULL DEFAULT 0 "
        "CONSTRAINT ck_deliveries_is_test CHECK (is_test IN (0, 1))"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER deliveries_channel BEFORE UPDATE ON deliveries "
            "WHEN OLD.channel IS NOT NEW.channel OR OLD.is_test IS NOT NEW.is_test "
            f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION deliveries_channel() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = '23514'; END $$"
    )
    op.execute(
        "CREATE TRIGGER deliveries_channel BEFORE UPDATE ON deliveries FOR EACH ROW "
        "WHEN (OLD.channel IS DISTINCT FROM NEW.channel "
        "OR OLD.is_test IS DISTINCT FROM NEW.is_test) "
        "EXECUTE FUNCTION deliveries_channel()"
    )
