"""What `reconcile` compared and made of it, as a value."""

from dataclasses import dataclass, field
from typing import Any

from notices.ledger import Checkpoint, FactValue, HighWaterMark
from notices.store.lost_numbers import LostNumber


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
    lost: tuple[LostNumber, ...]
    """Notices that only the archive holds."""
    skipped: tuple[LostNumber, ...] = field(default=())
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
    cases_unknown: bool = False
    """True: nothing tells which cases were asked since; they could be asked again."""
    copied_from: str = ""
    """Where the database was used before, if this is a copy of it."""
    dismissed: tuple[str, ...] = field(default=())
    """Message-IDs of copies of ours whose number another notice here has by now."""

    disposed: tuple[str, ...] = field(default=())
    """Cases that were disposed of, and that this database still held until now."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices reconcile --json`."""
        last, mark = self.checkpoint, self.mark
        return {
            "compared": list(self.compared),
            "high_water_mark": mark and {"size": mark.size, "root": mark.root.hex()},
            "high_water_mark_holds": self.mark_holds,
            "in_doubt": list(self.in_doubt),
            "cases_unknown": self.cases_unknown,
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
            "disposed": list(self.disposed),
        }


def facts_of(done: Reconciled, reason: str) -> dict[str, FactValue]:
    """What goes on record of a comparison."""
    last, mark = done.checkpoint, done.mark
    return {
        "reason": reason,
        "ledger_size": done.size,
        "checkpoint_size": last.size if last else None,
        "checkpoint_root": last.root.hex() if last else None,
        "checkpoint_holds": done.holds,
        "archive_copies": done.copies,
        "sent": len(done.sent),
        "lost": len(done.lost),
        "lost_numbers": " ".join(sorted(each.number for each in done.lost)),
        "compared": " ".join(done.compared),
        "mark_size": mark.size if mark else None,
        "mark_root": mark.root.hex() if mark else None,
        "mark_holds": done.mark_holds,
        "in_doubt": len(done.in_doubt),
        "in_doubt_numbers": " ".join(done.in_doubt),
        "copied": bool(done.copied_from),
    }
