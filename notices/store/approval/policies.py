"""What the policy of approvals wants, and that it changed (`docs/formats.md`, 6.1).

A change of `[approval]` is an event, written by the first transaction that goes by it:
so what was wanted then can be judged later.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from notices.codec import load_calendar
from notices.errors import EvidenceBroken
from notices.ledger import PROGRAM, EventKind, FactValue
from notices.report import CLOCK_TOLERANCE
from notices.rules.calendar import Calendar
from notices.store.database.approval_tables import policies
from notices.store.database.postgres import POLICY, lock
from notices.store.database.readable import stored_object
from notices.store.ledger import events
from notices.store.model import StoredNotice

APPROVAL_RULE = "notices_approval"
"""Option of an engine: the `ApprovalRule` that its transactions go by."""
NONE, CHECKER = "none", "checker"
_DEFAULTS: dict[str, FactValue] = {
    "required": NONE,
    "valid_business_days": 5,
    "rp_id": "",
    "origin": "",
}
_NEWEST = select(policies).order_by(policies.c.ordinal.desc()).limit(1)
NEWEST_FACTS = (
    select(policies.c.facts)
    .order_by(policies.c.ordinal.desc())
    .limit(1)
    .scalar_subquery()
)
"""What is on record of the policy, as JSON; null: nothing is."""
_ON_RECORD = select(NEWEST_FACTS)


def _nothing_changed(_stored: StoredNotice, _grounds: str) -> Sequence[str]:
    return ()


def _own_calendar() -> Calendar:
    return load_calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalRule:
    """What `[approval]` says, and what an approval is judged with."""

    required: str = NONE
    """`none` or `checker`."""
    valid_business_days: int = 5
    """How long an approval lets a notice out."""
    rp_id: str = ""
    """Host name that passkeys belong to; empty: none are used."""
    origin: str = ""
    """Where they are used."""
    log: str = ""
    """Origin of the ledger."""
    by: str = PROGRAM
    """Who acts."""
    tolerance: timedelta = CLOCK_TOLERANCE
    """How far the clock of a machine that approves may be off."""
    calendar: Callable[[], Calendar] = _own_calendar
    """Business days."""
    changed: Callable[[StoredNotice, str], Sequence[str]] = field(
        default=_nothing_changed
    )
    """What has changed of a draft's grounds, each as people are told of it."""

    @property
    def facts(self) -> dict[str, FactValue]:
        """Every key of the section, as the ledger tells it."""
        return {name: getattr(self, name) for name in _DEFAULTS}


def in_force(connection: Connection, now: datetime) -> ApprovalRule:
    """Give what holds, and write down that it changed, if it did."""
    return in_force_by(connection, connection.scalar(_ON_RECORD), now)


def in_force_by(
    connection: Connection, on_record: str | None, now: datetime
) -> ApprovalRule:
    """`in_force` for who has read what is on record: `NEWEST_FACTS`.

    A transaction that brings no rule of its own goes by the one on record.
    """
    rule = own_rule(connection)
    if rule is None:
        return ApprovalRule(**_facts_of(on_record))
    note_change(connection, rule, on_record, now)
    return rule


def own_rule(connection: Connection) -> ApprovalRule | None:
    """The rule that a transaction brings along; None: it goes by the one on record."""
    rule: ApprovalRule | None = connection.get_execution_options().get(APPROVAL_RULE)
    return rule


def note_change(
    connection: Connection, rule: ApprovalRule, on_record: str | None, now: datetime
) -> None:
    """Write down that the policy changed, if the one on record is another.

    on_record: `NEWEST_FACTS`.
    """
    if _is_on_record(rule, on_record):
        return
    lock(connection, POLICY)
    row = connection.execute(_NEWEST).one_or_none()
    if not _is_on_record(rule, row.facts if row else None):
        _write(connection, rule, 1 + (row.ordinal if row else 0), now)


def _is_on_record(rule: ApprovalRule, on_record: str | None) -> bool:
    if on_record is None:
        return rule.facts == _DEFAULTS
    try:
        return bool(rule.facts == json.loads(on_record))
    except ValueError:
        return False  # written by hand: ours is put on record behind it


def standing(connection: Connection) -> ApprovalRule:
    """The same for whoever only looks: that it changed is not written down."""
    own = own_rule(connection)
    if own is not None:
        return own
    return ApprovalRule(**_facts_of(connection.scalar(_ON_RECORD)))


def _facts_of(on_record: str | None) -> dict[str, Any]:
    if on_record is None:
        return dict(_DEFAULTS)
    found = stored_object(on_record, "policies.facts")
    if found.keys() != _DEFAULTS.keys():
        raise EvidenceBroken(
            "the policy of approvals in the database has other members than ours"
        )
    return found


def _write(
    connection: Connection, rule: ApprovalRule, ordinal: int, now: datetime
) -> None:
    connection.execute(
        insert(policies).values(
            ordinal=ordinal,
            required=rule.required,
            facts=json.dumps(rule.facts, sort_keys=True),
            written_at=now,
        )
    )
    facts = {"section": "approval", **rule.facts}
    kind = EventKind.POLICY_CHANGED
    events.append(connection, kind, "", facts, now=now, by=rule.by)
