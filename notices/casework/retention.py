"""How long the texts of a case are kept after it was closed (第3の4: 一定期間保存).

What is kept for ever are numbers, days, words and hashes: the ledger and the statistics
rest on these alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType

from notices.judgment import JST

NEVER = 0
"""Instead of a number of days: kept until somebody decides."""
AGAIN = "again"
"""Rule for what was disposed of before, and is there again."""
TESTS = "tests"
"""Key of what was only ever a test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCase:
    """What disposal looks at of a case in which nothing more is to be done."""

    case_id: str
    """The case system's id; of a test too."""
    group: str
    """Key of the group of its newest judgment; empty: only tests were made of it."""
    ended_at: datetime
    """When it was closed; of a test when it was prepared."""
    is_requested: bool
    """Somebody was asked, at least once."""
    is_kept: bool = False
    """`notices keep` said so."""
    is_disposed: bool = False
    """It was disposed of, and something came in since or came back."""
    unsettled: tuple[str, ...] = ()
    """Numbers of notices that may still go out, or may be on their way."""

    @property
    def key(self) -> str:
        """Group and kind, as `[retention]` names them: `illegal_requested`."""
        if not self.group:
            return TESTS
        kind = "requested" if self.is_requested else "not_requested"
        return f"{self.group.replace('-', '_')}_{kind}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPolicy:
    """The section `[retention]`."""

    days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Group and kind to days after the end; `NEVER` and what is not named: kept."""
    backups_days: int = NEVER
    """How many days a backup lives at most; `NEVER`: not told."""

    def facts(self) -> dict[str, int]:
        """What an event of policy says: every key, as it is from now on."""
        return {**self.days, "backups_days": self.backups_days}

    def backups_until(self, day: date) -> date | None:
        """The last day on which a backup may still hold what is removed on a day."""
        return day + timedelta(days=self.backups_days) if self.backups_days else None


def rule_of(
    case: EndedCase, policy: RetentionPolicy, *, today: date, before: date | None
) -> str:
    """By which rule a case is disposed of today; empty: it is kept.

    before: all that ended before this day, whatever the policy says; None: what the
    policy lets go. The words go into the ledger.
    """
    if case.is_kept or case.unsettled:
        return ""
    if case.is_disposed:
        return AGAIN
    ended = case.ended_at.astimezone(JST).date()
    if before is not None:
        return f"before {before}" if ended < before else ""
    days = policy.days.get(case.key, NEVER)
    if days == NEVER or ended + timedelta(days=days) > today:
        return ""
    return f"retention {case.key} {days}"
