"""The yearly tables: from a site's database, or from an export of its ledger."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notices.casework.case import end_of
from notices.catalogue import Catalogue
from notices.codec import load_calendar, load_catalogue, load_countries
from notices.errors import InputError
from notices.judgment import JST
from notices.ledger import Hash, Leaf, VerifierKey, parse_verifier_key, read_export
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.statistics import Settings, facts_of_leaves, yearly
from notices.store import Issued
from notices.store.casework import StoredCasework
from notices.store.ledger.stored import StoredLedger
from notices.verifying.log.cosigned import NO_WITNESSES, WitnessPolicy, open_cosigned

_FIRST = 2000


@dataclass(frozen=True, kw_only=True)
class Statistician:
    """Counts years."""

    casework: StoredCasework
    """Facts and cases of the database."""
    ledger: StoredLedger
    """The log of all events."""
    catalogue: Catalogue
    """Names of groups and categories."""
    calendar: Calendar
    """Business days."""
    settings: Settings
    """The section `[statistics]`."""
    cosigned: Callable[[], Sequence[Issued]]
    """Checkpoints that a quorum of witnesses cosigned, the newest first."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def count(
        self, year: int, *, as_of: date | None = None, size: int | None = None
    ) -> dict[str, Any]:
        """Count a year in Japan as it was known at the close of a day.

        as_of: None is yesterday, the last day that is over. size: only what stood in
        the first so many entries of the ledger; None: all up to the newest checkpoint
        that witnesses cosigned, if the day was over then, else all. The pair is in the
        result, and leads to the same figures for ever.
        """
        day = day_of(year, as_of, self.clock())
        whole = self.ledger.size()
        counted = _size(whole, size if size is not None else self._cosigned_after(day))
        report = _count(
            self.casework.leaves(size=counted),
            year,
            day,
            catalogue=self.catalogue,
            calendar=self.calendar,
            settings=self.settings,
        )
        root = self.ledger.tree().root(counted).hex()
        return {**report, "ledger": {"size": counted, "root": root}}

    def note(self, size: int) -> str:
        """The cosigned checkpoint of so many entries; empty: there is none."""
        found = [one for one in self.cosigned() if one.size == size]
        return found[0].cosigned_note if found else ""

    def _cosigned_after(self, day: date) -> int | None:
        """The size of the newest cosigned checkpoint of after that day; None: none."""
        sizes = [one.size for one in self.cosigned() if one.issued_at >= end_of(day)]
        return sizes[0] if sizes else None


def count_export(
    octets: bytes,
    year: int,
    *,
    now: datetime,
    as_of: date | None = None,
    size: int | None = None,
    log_key: str = "",
    checkpoint: str = "",
    witnesses: WitnessPolicy = NO_WITNESSES,
) -> dict[str, Any]:
    """Count a year from an export of a ledger, without a site.

    log_key, checkpoint: the pinned key (`log.pub`) and a note of it; then size and root
    of the whole export must be those of the note. witnesses: who must have cosigned
    it. InputError where they are not, and
    for an export that lacks, doubles, moves or alters an entry.
    """
    day = day_of(year, as_of, now)
    exported = read_export(octets)
    if log_key or checkpoint:
        key, note = _vouching(log_key, checkpoint)
        _require_vouched(exported.size, exported.root, key, note, witnesses)
    counted = _size(exported.size, size)
    report = _count(
        (leaf for leaf in exported.leaves if leaf.seq < counted),
        year,
        day,
        catalogue=load_catalogue(),
        calendar=load_calendar(),
        settings=Settings(),
    )
    root = exported.tree.root(counted).hex()
    return {**report, "ledger": {"size": counted, "root": root}}


def day_of(year: int, as_of: date | None, now: datetime) -> date:
    """The day of the count; InputError for one that is not over, or a strange year."""
    today = now.astimezone(JST).date()
    day = as_of or date.fromordinal(today.toordinal() - 1)
    if not _FIRST <= year <= today.year:
        raise InputError(
            Text(
                "{year} is no year from {first} to {last}",
                year=year,
                first=_FIRST,
                last=today.year,
            )
        )
    if day >= today:
        raise InputError(
            Text("{day} is not over yet", day=day),
            hint="figures are as of the close of a day: name an earlier one",
        )
    return day


def _size(whole: int, size: int | None) -> int:
    if size is None:
        return whole
    if not 0 <= size <= whole:
        raise InputError(
            Text("the ledger has {whole} entries, not {size}", whole=whole, size=size)
        )
    return size


def _count(
    leaves: Iterable[Leaf],
    year: int,
    day: date,
    *,
    catalogue: Catalogue,
    calendar: Calendar,
    settings: Settings,
) -> dict[str, Any]:
    return yearly(
        facts_of_leaves(leaves, day),
        year,
        day,
        catalogue=catalogue,
        calendar=calendar,
        countries=load_countries(),
        settings=settings,
    )


def _vouching(log_key: str, checkpoint: str) -> tuple[VerifierKey, str]:
    if not (log_key and checkpoint):
        raise InputError("a checkpoint needs the log's key, and the key a checkpoint")
    return parse_verifier_key(log_key.strip()), checkpoint


def _require_vouched(
    size: int, root: Hash, key: VerifierKey, checkpoint: str, witnesses: WitnessPolicy
) -> None:
    note = open_cosigned(checkpoint, key, witnesses).checkpoint
    if (note.size, note.root) != (size, root):
        raise InputError(
            Text(
                "the export has {size} entries and root {root}, not {signed} and "
                "{signed_root} as the checkpoint says",
                size=size,
                root=root.hex(),
                signed=note.size,
                signed_root=note.root.hex(),
            ),
            hint="export and checkpoint must be of one moment",
        )
