"""The yearly tables: from a site's database, or from an export of its ledger."""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from notices.casework.case import end_of
from notices.catalogue import Catalogue
from notices.codec import load_calendar, load_catalogue, load_countries
from notices.errors import EvidenceBroken, InputError
from notices.judgment import JST
from notices.ledger import (
    ExportReader,
    Hash,
    Leaf,
    QuickLeaf,
    VerifierKey,
    parse_verifier_key,
    root,
)
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.statistics import Settings, facts_of_leaves, yearly
from notices.store import Issued
from notices.store.casework import StoredCasework
from notices.store.ledger.events import LedgerHead
from notices.store.ledger.stored import StoredLedger
from notices.verifying.log.cosigned import NO_WITNESSES, WitnessPolicy, open_cosigned

_FIRST = 2000
_ANEW = "get the export anew: notices ledger export"
USUAL = Settings()
"""As the report of 2024 reads what it leaves open."""


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
        top = self.ledger.tree().root(counted).hex()
        return {**report, "ledger": {"size": counted, "root": top}}

    def state(self) -> tuple[LedgerHead, tuple[int, ...]]:
        """What a count depends on besides what is asked: ledger and cosignatures."""
        return self.ledger.head(), tuple(one.size for one in self.cosigned())

    def note(self, size: int) -> str:
        """The cosigned checkpoint of so many entries; empty: there is none."""
        found = [one for one in self.cosigned() if one.size == size]
        return found[0].cosigned_note if found else ""

    def _cosigned_after(self, day: date) -> int | None:
        """The size of the newest cosigned checkpoint of after that day; None: none."""
        sizes = [one.size for one in self.cosigned() if one.issued_at >= end_of(day)]
        return sizes[0] if sizes else None


def count_export(
    lines: Iterable[bytes],
    year: int,
    *,
    now: datetime,
    as_of: date | None = None,
    size: int | None = None,
    log_key: str = "",
    checkpoint: str = "",
    witnesses: WitnessPolicy = NO_WITNESSES,
    settings: Settings = USUAL,
) -> dict[str, Any]:
    """Count a year from an export of a ledger, without a site.

    lines: of the export, each with its end; they are taken one by one.
    log_key, checkpoint: the pinned key (`log.pub`) and a note of it; then size and root
    of the whole export must be those of the note. witnesses: who must have cosigned
    it. InputError where they are not, and
    for an export that lacks, doubles, moves or alters an entry.
    """
    day = day_of(year, as_of, now)
    exported = ExportReader(lines)
    try:
        report = _count(
            (leaf for leaf in exported.leaves() if size is None or leaf.seq < size),
            year,
            day,
            catalogue=load_catalogue(),
            calendar=load_calendar(),
            settings=settings,
        )
    except EvidenceBroken as error:  # of a file that was handed in
        raise InputError(error.message, hint=_ANEW) from error
    whole = len(exported.hashes)
    if not whole:
        raise InputError(
            "the export holds no entry",
            hint=_ANEW,
        )
    counted = _size(whole, size)
    top = root(exported.hashes[:counted])
    if log_key or checkpoint:
        key, note = _vouching(log_key, checkpoint)
        whole_top = top if counted == whole else root(exported.hashes)
        _require_vouched(whole, whole_top, key, note, witnesses)
    return {**report, "ledger": {"size": counted, "root": top.hex()}}


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


@contextmanager
def _collecting_nothing() -> Iterator[None]:
    """Hundreds of thousands of values are made and none is thrown away meanwhile.

    To look again and again for rings among them takes half of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_collecting_nothing()
def _count(
    leaves: Iterable[Leaf | QuickLeaf],
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
    size: int, top: Hash, key: VerifierKey, checkpoint: str, witnesses: WitnessPolicy
) -> None:
    note = open_cosigned(checkpoint, key, witnesses).checkpoint
    if (note.size, note.root) != (size, top):
        raise InputError(
            Text(
                "the export has {size} entries and root {root}, not {signed} and "
                "{signed_root} as the checkpoint says",
                size=size,
                root=top.hex(),
                signed=note.size,
                signed_root=note.root.hex(),
            ),
            hint="export and checkpoint must be of one moment",
        )
