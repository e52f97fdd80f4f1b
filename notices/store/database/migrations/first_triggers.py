"""The triggers of the first schema: what may follow what, and what never changes."""

from collections.abc import Iterable

import sqlalchemy as sa

from notices.store.database.triggers import (
    differs,
    forbid,
    forbid_emptying,
    keep_rows,
    never_change,
)

_LEGAL = (
    "'held>queued', 'held>withdrawn', 'queued>sending', 'queued>withdrawn', "
    "'sending>sent', 'sending>deferred', 'sending>failed', 'sending>in_doubt', "
    "'sending>queued', 'deferred>sending', 'deferred>withdrawn', "
    "'in_doubt>sent', 'in_doubt>delivered', 'in_doubt>bounced', "
    "'in_doubt>queued', 'sent>delivered', 'sent>bounced', "
    "'queued>sent', 'queued>delivered', 'queued>bounced', "
    "'deferred>sent', 'deferred>delivered', 'deferred>bounced'"
)
_FROZEN = (
    "number",
    "reverse_path",
    "forward_path",
    "archive_path",
    "envid",
    "message_id",
    "message_sha256",
)
_KEYS = {
    "numbers": "number = NEW.number",
    "notices": "number = NEW.number",
    "artifacts": "number = NEW.number AND name = NEW.name",
    "deliveries": "number = NEW.number",
    "attempts": "number = NEW.number AND ordinal = NEW.ordinal",
    "events": "seq = NEW.seq",
    "checkpoints": "size = NEW.size",
    "reports": "sha256 = NEW.sha256",
}
# of deliveries: name, occasion, what is told, and when it is forbidden
_DELIVERIES = (
    ("start", "INSERT", "a delivery starts held", "NEW.state <> 'held'"),
    (
        "legal",
        "UPDATE OF state",
        "this state may not follow that one",
        (f"OLD.state <> NEW.state AND OLD.state || '>' || NEW.state NOT IN ({_LEGAL})"),
    ),
    (
        "evidence",
        "UPDATE OF state",
        "before an attempt nothing can have arrived",
        (
            "OLD.state = 'queued' AND OLD.attempts = 0 AND "
            "NEW.state IN ('sent', 'delivered', 'bounced')"
        ),
    ),
    (
        "counted",
        "UPDATE OF attempts",
        "attempts are counted one by one",
        (
            "NEW.attempts <> OLD.attempts AND NOT (NEW.attempts = OLD.attempts + 1 "
            "AND NEW.state = 'sending' AND OLD.state <> 'sending')"
        ),
    ),
    (
        "armed",
        "UPDATE OF stage",
        "an attempt does not go back from data",
        "OLD.stage = 'data' AND NEW.stage IS NOT NULL AND NEW.stage <> 'data'",
    ),
    (
        "doubt",
        "UPDATE OF state",
        "what may be on its way is not queued again by itself",
        "OLD.state = 'sending' AND OLD.stage = 'data' AND NEW.state = 'queued'",
    ),
)


def make_triggers(connection: sa.Connection) -> None:
    """History is append-only, and only what may follow follows."""
    for table, same_key in _KEYS.items():
        keep_rows(connection, table, same_key)
        if table != "deliveries":
            never_change(connection, table)
    _keep_deliveries(connection)
    forbid(
        connection,
        "checkpoints",
        "order",
        "INSERT",
        "checkpoints: a log never shrinks",
        when="EXISTS (SELECT 1 FROM checkpoints WHERE size > NEW.size)",
    )
    _keep_unordered(connection)


def _keep_deliveries(connection: sa.Connection) -> None:
    """What is fixed, and which steps there are."""
    rows = (
        (
            "frozen",
            "UPDATE",
            "envelope and message are frozen",
            _any(connection, _FROZEN),
        ),
        *_DELIVERIES,
        (
            "channel",
            "UPDATE",
            "channel and test are fixed at prepare",
            _any(connection, ("channel", "is_test")),
        ),
    )
    for name, occasion, message, when in rows:
        told = f"deliveries: {message}"
        forbid(connection, "deliveries", name, occasion, told, when=when)


def _any(connection: sa.Connection, names: Iterable[str]) -> str:
    """That one of these columns changes."""
    return " OR ".join(differs(connection, name) for name in names)


def _keep_unordered(connection: sa.Connection) -> None:
    """A row leaves only for its place in `events`."""
    never_change(connection, "unordered")
    lost = "unordered: an event leaves only for its place in the ledger"
    forbid(
        connection,
        "unordered",
        "delete",
        "DELETE",
        lost,
        when="NOT EXISTS (SELECT 1 FROM events WHERE number = OLD.number "
        "AND kind = OLD.kind AND at = OLD.at)",
    )
    forbid_emptying(connection, "unordered", lost)
