"""What `[retention]` may say: how long the texts of cases are kept."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from notices.messages import Text

_MOST = 36_525
"""Days: a hundred years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRetention:
    """Days after a case of a group was closed; 0: kept until somebody decides."""

    requested: int = 0
    """Where somebody was asked."""
    not_requested: int = 0
    """Where nobody was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSection:
    """`[retention]`: how long judgments, letters and mails are kept."""

    illegal: GroupRetention = field(default_factory=GroupRetention)
    """違法情報."""
    serious_crime: GroupRetention = field(default_factory=GroupRetention)
    """重要犯罪密接関連情報."""
    suicide: GroupRetention = field(default_factory=GroupRetention)
    """自殺誘引等情報."""
    public_order_2006: GroupRetention = field(default_factory=GroupRetention)
    """公序良俗に反する情報, of the edition of 2006."""
    tests: int = 0
    """Days after the last test of a case of which only tests were made."""
    backups_days: int = 0
    """How long a backup of the database lives at most; 0: not told."""

    def days(self) -> dict[str, int]:
        """Group and kind to days, as the event of policy names them."""
        groups = {
            each.name: getattr(self, each.name)
            for each in dataclasses.fields(self)
            if isinstance(getattr(self, each.name), GroupRetention)
        }
        return {
            f"{group}_{kind.name}": getattr(told, kind.name)
            for group, told in groups.items()
            for kind in dataclasses.fields(told)
        } | {"tests": self.tests}


def retention_problems(section: RetentionSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    for name, days in (section.days() | {"backups_days": section.backups_days}).items():
        if not 0 <= days <= _MOST:
            yield (
                _key(name),
                Text(
                    "retention.{key} must be 0 to {most} days, 0 for never",
                    key=_key(name),
                    most=_MOST,
                ),
            )


def _key(name: str) -> str:
    for kind in ("_not_requested", "_requested"):
        if name.endswith(kind):
            return f"{name.removesuffix(kind)}.{kind[1:]}"
    return name
