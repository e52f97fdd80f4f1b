"""The high-water mark of a site: written beside it, and looked at before anything goes.

The file is written anew after what gives numbers, signs, takes back or settles; an
attempt is noted in it before its first byte leaves. In all else it may lag behind the
database. It never runs ahead of it. What it is for, tells `notices.ledger.high_water`.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from notices.errors import (
    ConfigError,
    NoticesError,
    SetBack,
)
from notices.judgment import JST
from notices.ledger import (
    ArmedAttempt,
    Counted,
    HighWaterMark,
    Proving,
    Reached,
    judge,
    unknown_attempts,
)
from notices.messages import Text, listed
from notices.site.database.mark_file import RECONCILE, MarkFile
from notices.site.test_mode import SERIES
from notices.store import Store, moved_before, new_identity


@dataclass(frozen=True, kw_only=True)
class HighWater:
    """The high-water mark of one site: a file outside the database."""

    path: Path | None
    """The file; None: none is kept."""
    store: Store
    """The outbox."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def read(self) -> HighWaterMark | None:
        """The mark as it was written last, None if there is none.

        ConfigError for a file that is no mark, is not whole or may not be read.
        """
        return MarkFile(self.path).read() if self.path else None

    def read_whole(self) -> HighWaterMark | None:
        """The mark; None also for one that is broken: it tells nothing."""
        try:
            return self.read()
        except ConfigError:
            return None

    def reasons(self) -> tuple[str, ...]:
        """Why the database is not what it was; empty: it is.

        ConfigError if that cannot be told, or no mark can be written; RefusedError for
        an outbox that was moved.
        """
        _require_writable(self.path)
        mark = self.read()
        return self._compared(mark, self._standing(mark))

    def doubt(self) -> NoticesError | None:
        """Why what the database shows may not be all; None: it is, or more.

        For who only reads: the mark need not be writable.
        """
        try:
            mark = self.read()
            reasons = self._compared(mark, self._standing(mark))
        except NoticesError as error:
            return error
        return set_back(reasons) if reasons else None

    def require_writable(self) -> None:
        """ConfigError or StoreUnavailable if no mark could be written now."""
        if self.path:
            MarkFile(self.path).require_writable()

    def keep(self) -> None:
        """Bring the mark up to what the database has reached; SetBack if it is behind.

        Errors are those of `reasons`; StoreUnavailable while the disk is full.
        """
        with self._alone():
            self._keep()

    def note(self, attempts: Sequence[ArmedAttempt]) -> None:
        """Add armed attempts to the mark, before a byte of them leaves.

        ConfigError or StoreUnavailable: they are not in it.
        """
        if path := self.path:
            with self._alone():
                MarkFile(path).add(attempts)

    def keep_quietly(self) -> str:
        """`keep` after something was done; gives what went wrong, empty: nothing.

        It lags behind then. The next one to send hears of it before anything goes.
        """
        try:
            self.keep()
        except NoticesError as error:
            return error.message
        return ""

    def renew(self, store: Store) -> None:
        """Begin the mark anew from a database that was just compared, or moved to."""
        with self._alone():
            self._begin_anew(store)

    def _alone(self) -> AbstractContextManager[None]:
        return MarkFile(self.path).alone() if self.path else nullcontext()

    def _keep(self) -> None:
        mark = self.read()  # first: the database may only be newer
        shown = self._standing(mark)
        if reasons := self._compared(mark, shown):
            raise set_back(reasons)
        if self.path is None:
            self.store.identity.identify(new_identity(), now=self.clock())
        elif mark is None or not _is_up_to_date(mark, shown):
            self._follow(self.path, mark, shown)

    def _begin_anew(self, store: Store) -> None:
        if path := self.path:
            shown = store.identity.standing(None, store.identity.counted())
            blank = HighWaterMark(identity=shown.identity)
            MarkFile(path).replace(store.identity.grown(blank, shown))

    def _follow(self, path: Path, mark: HighWaterMark | None, shown: Reached) -> None:
        """The file comes first: a database that has an id always has a mark."""
        store = self.store
        if mark is None or shown.identity not in ("", mark.identity):
            shown = store.identity.standing(None, store.identity.counted())
            mark = HighWaterMark(identity=shown.identity or new_identity())
        written = store.identity.grown(mark, shown)
        MarkFile(path).replace(written)
        if not shown.identity:
            given = store.identity.identify(written.identity, now=self.clock())
            if given != written.identity:  # another one began at the same moment
                self._begin_anew(store)

    def _standing(self, mark: HighWaterMark | None) -> Reached:
        year = self.clock().astimezone(JST).year
        counted: list[Counted] = [
            (series, each) for series in ("", SERIES) for each in (year - 1, year)
        ]
        return self.store.identity.standing(mark, counted)

    def _compared(self, mark: HighWaterMark | None, shown: Reached) -> tuple[str, ...]:
        require_here(shown)
        path = self.path
        if path and mark is None and shown.identity and not shown.is_older:
            raise ConfigError(
                Text(
                    "the high-water mark {path} is missing; nothing is sent, because "
                    "nothing "
                    "tells whether the outbox is older than what was sent",
                    path=path,
                ),
                hint=Text(
                    "put the file back, or copy it from a machine that works with the "
                    "same outbox; if it is lost, {reconcile}",
                    reconcile=RECONCILE,
                ),
            )
        return judge(mark, shown)


def require_here(shown: Reached) -> None:
    """Raise OutboxMoved for an outbox that was moved: it lives elsewhere."""
    if shown.moved:
        raise moved_before(shown.moved)


def holds(mark: HighWaterMark | None, shown: Reached, tree: Proving) -> bool:
    """Whether the ledger contains it; one that was compared before tells no more."""
    if mark is None or mark.identity in shown.superseded:
        return True
    if unknown_attempts(mark, shown):
        return False
    return mark.size <= len(tree) and tree.root(mark.size) == mark.root


def set_back(reasons: tuple[str, ...]) -> SetBack:
    """The error that tells of a hold."""
    return SetBack(
        Text(
            "this outbox is on hold: {reasons}. What was restored, copied or "
            "mixed up may not know what was sent since",
            reasons=listed(reasons),
        ),
        hint=Text(
            "put the right database in place ([outbox] url), or {reconcile}",
            reconcile=RECONCILE,
        ),
    )


def _is_up_to_date(mark: HighWaterMark, shown: Reached) -> bool:
    is_same = mark.identity == shown.identity and mark.size == shown.size
    return is_same and not mark.armed


def _require_writable(path: Path | None) -> None:
    if path and not os.access(path.parent, os.W_OK | os.X_OK):
        raise ConfigError(
            Text(
                "the high-water mark {path} cannot be written: its folder is away, "
                "or not "
                "ours to write; nothing is sent without it",
                path=path,
            ),
            hint="make the folder and let it be written, or correct [outbox] "
            "high_water_mark",
        )
