"""What `reconcile` compared and made of it, as a value."""

from dataclasses import dataclass, field
from typing import Any

from notices.ledger import Checkpoint, Fact, HighWaterMark
from notices.outbox.losses import Loss


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What was compared, and what was made of it."""

    checkpoint: Checkpoint | None
    """The one that was published last."""
    holds: bool
    """True: the ledger still contains it."""
    size: int
    """Entries of the ledger before this."""
    copies: int
    """Mails of ours in the archive."""
    sent: tuple[str, ...]
    """Numbers whose copy was found and that are `sent` now."""
    lost: tuple[Loss, ...]
    """Notices that only the archive holds."""
    skipped: tuple[Loss, ...] = field(default=())
    """Numbers that will not be given, because somebody may have them."""
    doubtful: tuple[str, ...] = field(default=())
    """Message-IDs in the archive that claim to be ours and cannot be verified."""
    mark: HighWaterMark | None = None
    """What the database had reached, as it was kept outside of it."""
    mark_holds: bool = True
    """True: it still reaches that, as far as it is known."""
    compared: tuple[str, ...] = ()
    """What there was to compare with: `high_water_mark`, `checkpoint`, `archive`."""
    in_doubt: tuple[str, ...] = ()
    """Numbers that waited here and may have been sent since; an operator decides."""
    copied_from: str = ""
    """Where the database was used before, if this is a copy of it."""
    dismissed: tuple[str, ...] = field(default=())
    """Message-IDs of copies of ours whose number another notice here has by now."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices reconcile --json`."""
        last, mark = self.checkpoint, self.mark
        return {
            "compared": list(self.compared),
            "high_water_mark": mark and {"size": mark.size, "root": mark.root.hex()},
            "high_water_mark_holds": self.mark_holds,
            "in_doubt": list(self.in_doubt),
            "copied_from": self.copied_from,
            "checkpoint": last and {"size": last.size, "root": last.root.hex()},
            "checkpoint_holds": self.holds,
            "ledger_size": self.size,
            "archive_copies": self.copies,
            "sent": list(self.sent),
            "lost": [
                {"number": each.number, "case_id": each.case_id} for each in self.lost
            ],
            "skipped": [each.number for each in self.skipped],
            "doubtful": list(self.doubtful),
            "dismissed": list(self.dismissed),
        }

    def facts(self, reason: str) -> dict[str, Fact]:
        """What goes on record of it."""
        last, mark = self.checkpoint, self.mark
        return {
            "reason": reason,
            "ledger_size": self.size,
            "checkpoint_size": last.size if last else None,
            "checkpoint_root": last.root.hex() if last else None,
            "checkpoint_holds": self.holds,
            "archive_copies": self.copies,
            "sent": len(self.sent),
            "lost": " ".join(sorted(each.number for each in self.lost)),
            "skipped": len(self.skipped),
            "compared": " ".join(self.compared),
            "mark_size": mark.size if mark else None,
            "mark_root": mark.root.hex() if mark else None,
            "mark_holds": self.mark_holds,
            "in_doubt": " ".join(self.in_doubt),
            "copied": bool(self.copied_from),
        }
