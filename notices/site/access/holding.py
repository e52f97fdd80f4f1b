"""Everything on hold: one word stops all that would go out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from notices.errors import InputError
from notices.messages import Text
from notices.store.console import EverythingHeld, StoredHolds


@dataclass(frozen=True, kw_only=True)
class HoldDesk:
    """Stops everything, and lets it go on."""

    holds: StoredHolds
    """Those of the database."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def now(self) -> EverythingHeld | None:
        """Give the hold that stands; None: there is none."""
        return self.holds.now()

    def words(self) -> str:
        """That everything is on hold, in words; empty: it is not."""
        held = self.now()
        return in_words(held) if held else ""

    def hold(self, reason: str) -> EverythingHeld:
        """Let nothing go out from now on.

        What is on the wire just now is finished. RefusedError if that is so already.
        """
        _require_reason(reason)
        return self.holds.hold(reason.strip(), now=self.clock())

    def release(self, reason: str, *, hold_id: str = "") -> EverythingHeld:
        """Let things go out again; gives the hold that stood.

        hold_id: the one that was looked at; empty: whichever stands. RefusedError if
        it does not stand.
        """
        _require_reason(reason)
        return self.holds.release(reason.strip(), now=self.clock(), hold_id=hold_id)


def in_words(held: EverythingHeld) -> Text:
    """The hold as operators are told of it."""
    return Text(
        "everything is on hold since {at}, by {who}: {reason}",
        at=held.at.isoformat(timespec="seconds"),
        who=held.by,
        reason=held.reason,
    )


def held_json(held: EverythingHeld | None) -> dict[str, Any]:
    """The fields of `notices hold --json` and `notices release --json`."""
    return {
        "held": held is not None,
        "since": held.at.isoformat() if held else None,
        "by": held.by if held else None,
        "reason": held.reason if held else None,
    }


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InputError("that needs its reason", hint="--reason TEXT")
