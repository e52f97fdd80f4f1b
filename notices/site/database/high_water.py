"""The high-water mark of a site: written beside it, and looked at before anything goes.

The file is written anew after what gives numbers, signs or sends. It may lag behind the
database and never runs ahead of it. What it is for, tells `notices.ledger.high_water`.
"""

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from notices.errors import (
    ConfigError,
    InputError,
    NoticesError,
    SetBack,
    StoreUnavailable,
)
from notices.files import write_anew
from notices.judgment import JST
from notices.ledger import Counted, HighWaterMark, Reached, Tree, judge, parse_mark
from notices.site.test_mode import SERIES
from notices.store import Store, moved_before, new_identity

_FOR_A_WHILE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}
_RECONCILE = 'type: notices reconcile --reason "WHAT HAPPENED"'


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
        path = self.path
        try:
            return parse_mark(path.read_text(encoding="utf-8")) if path else None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, InputError) as error:
            raise ConfigError(
                f"the high-water mark {path} cannot be read: {error}; nothing is sent, "
                "because nothing tells whether the outbox is older than what was sent",
                hint=f"put the file back, or {_RECONCILE}",
            ) from error

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

    def keep(self) -> None:
        """Bring the mark up to what the database has reached; SetBack if it is behind.

        Errors are those of `reasons`; StoreUnavailable while the disk is full.
        """
        mark = self.read()  # first: the database may only be newer
        shown = self._standing(mark)
        if reasons := self._compared(mark, shown):
            raise set_back(reasons)
        if self.path is None:
            self.store.identity.identify(new_identity(), now=self.clock())
        elif mark is None or not _is_up_to_date(mark, shown):
            self._follow(mark, shown)

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
        if path := self.path:
            shown = store.identity.standing(None, store.identity.counted())
            blank = HighWaterMark(identity=shown.identity)
            _write(path, store.identity.grown(blank, shown))

    def _follow(self, mark: HighWaterMark | None, shown: Reached) -> None:
        """The file comes first: a database that has an id always has a mark."""
        path, store = self.path, self.store
        if mark is None or shown.identity not in ("", mark.identity):
            shown = store.identity.standing(None, store.identity.counted())
            mark = HighWaterMark(identity=shown.identity or new_identity())
        if path is None:
            return
        written = store.identity.grown(mark, shown)
        _write(path, written)
        if not shown.identity:
            given = store.identity.identify(written.identity, now=self.clock())
            if given != written.identity:  # another one began at the same moment
                self.renew(store)

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
                f"the high-water mark {path} is missing; nothing is sent, because "
                "nothing "
                "tells whether the outbox is older than what was sent",
                hint="put the file back, or copy it from a machine that works with the "
                f"same outbox; if it is lost, {_RECONCILE}",
            )
        return judge(mark, shown)


def require_here(shown: Reached) -> None:
    """Raise RefusedError for an outbox that was moved: it lives elsewhere."""
    if shown.moved:
        raise moved_before(shown.moved)


def holds(mark: HighWaterMark | None, shown: Reached, tree: Tree) -> bool:
    """Whether the ledger contains it; one that was compared before tells no more."""
    if mark is None or mark.identity in shown.superseded:
        return True
    return mark.size <= len(tree) and tree.root(mark.size) == mark.root


def set_back(reasons: tuple[str, ...]) -> SetBack:
    """The error that tells of a hold."""
    return SetBack(
        f"this outbox is on hold: {'; '.join(reasons)}. What was restored, copied or "
        "mixed up may not know what was sent since",
        hint=f"put the right database in place ([outbox] url), or {_RECONCILE}",
    )


def _is_up_to_date(mark: HighWaterMark, shown: Reached) -> bool:
    return mark.identity == shown.identity and mark.size == shown.size


def _require_writable(path: Path | None) -> None:
    if path and not os.access(path.parent, os.W_OK | os.X_OK):
        raise ConfigError(
            f"the high-water mark {path} cannot be written: its folder is away, or not "
            "ours to write; nothing is sent without it",
            hint="make the folder and let it be written, or correct [outbox] "
            "high_water_mark",
        )


def _write(path: Path, mark: HighWaterMark) -> None:
    """Replace the file whole, and sync it and its folder."""
    try:
        write_anew(path, mark.text().encode())
    except OSError as error:
        message = f"the high-water mark {path} cannot be written: {error.strerror}"
        if error.errno in _FOR_A_WHILE:
            hint = "free some space and try again"
            raise StoreUnavailable(message, hint=hint) from error
        hint = "let the folder be written, or correct [outbox] high_water_mark"
        raise ConfigError(message, hint=hint) from error
