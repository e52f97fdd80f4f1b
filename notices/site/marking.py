"""The high-water mark of a site: written beside it, and looked at before anything goes.

The file is written anew after what gives numbers, signs or sends. It may lag behind the
database and never runs ahead of it. What it is for, tells `notices.ledger.high_water`.
"""

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from notices.errors import (
    ConfigError,
    InputError,
    NoticesError,
    SetBack,
    StoreUnavailable,
)
from notices.ledger import Counted, HighWaterMark, Standing, Tree, judge, parse_mark
from notices.notice import JST
from notices.outbox import Store, moved_before, new_identity
from notices.site.parts import Parts
from notices.site.trial import SERIES

_FOR_A_WHILE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}
_RECONCILE = 'type: notices reconcile --reason "WHAT HAPPENED"'


def mark_path(parts: Parts) -> Path | None:
    """The file; None: none is kept."""
    name = parts.config.outbox.high_water_mark
    return parts.config.resolve(name) if name else None


def read(parts: Parts) -> HighWaterMark | None:
    """The mark as it was written last, None if there is none.

    ConfigError for a file that is no mark, is not whole or may not be read.
    """
    path = mark_path(parts)
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


def read_whole(parts: Parts) -> HighWaterMark | None:
    """The mark; None also for one that is broken: it tells nothing."""
    try:
        return read(parts)
    except ConfigError:
        return None


def require_here(shown: Standing) -> None:
    """Raise RefusedError for an outbox that was moved: it lives elsewhere."""
    if shown.moved:
        raise moved_before(shown.moved)


def holds(mark: HighWaterMark | None, shown: Standing, tree: Tree) -> bool:
    """Whether the ledger contains it; one that was compared before tells no more."""
    if mark is None or mark.identity in shown.superseded:
        return True
    return mark.size <= len(tree) and tree.root(mark.size) == mark.root


def mark_reasons(parts: Parts) -> tuple[str, ...]:
    """Why the database is not what it was; empty: it is.

    ConfigError if that cannot be told, or no mark can be written; RefusedError for an
    outbox that was moved.
    """
    _require_writable(mark_path(parts))
    mark = read(parts)
    return _compared(parts, mark, _standing(parts, parts.store, mark))


def set_back(reasons: tuple[str, ...]) -> SetBack:
    """The error that tells of a hold."""
    return SetBack(
        f"this outbox is on hold: {'; '.join(reasons)}. What was restored, copied or "
        "mixed up may not know what was sent since",
        hint=f"put the right database in place ([outbox] url), or {_RECONCILE}",
    )


def keep(parts: Parts) -> None:
    """Bring the mark up to what the database has reached; SetBack if it is behind.

    Errors are those of `mark_reasons`; StoreUnavailable while the disk is full.
    """
    mark = read(parts)  # first: the database may only be newer
    shown = _standing(parts, parts.store, mark)
    if reasons := _compared(parts, mark, shown):
        raise set_back(reasons)
    if mark_path(parts) is None:
        parts.store.identify(new_identity(), now=parts.clock())
    elif mark is None or not _is_up_to_date(mark, shown):
        _follow(parts, mark, shown)


def keep_quietly(parts: Parts) -> str:
    """`keep` after something was done; gives what went wrong, empty: nothing.

    It lags behind then. The next one to send hears of it before anything goes.
    """
    try:
        keep(parts)
    except NoticesError as error:
        return error.message
    return ""


def renew(parts: Parts, store: Store) -> None:
    """Begin the mark anew from a database that was just compared, or moved to."""
    if path := mark_path(parts):
        shown = store.standing(None, store.counted())
        blank = HighWaterMark(identity=shown.identity)
        _write(path, store.grown(blank, shown))


def _follow(parts: Parts, mark: HighWaterMark | None, shown: Standing) -> None:
    """The file comes first: a database that has an id always has a mark."""
    path, store = mark_path(parts), parts.store
    if mark is None or shown.identity not in ("", mark.identity):
        shown = store.standing(None, store.counted())
        mark = HighWaterMark(identity=shown.identity or new_identity())
    if path is None:
        return
    written = store.grown(mark, shown)
    _write(path, written)
    if not shown.identity:
        given = store.identify(written.identity, now=parts.clock())
        if given != written.identity:  # another one began at the same moment
            renew(parts, store)


def _standing(parts: Parts, store: Store, mark: HighWaterMark | None) -> Standing:
    year = parts.clock().astimezone(JST).year
    counted: list[Counted] = [
        (series, each) for series in ("", SERIES) for each in (year - 1, year)
    ]
    return store.standing(mark, counted)


def _compared(
    parts: Parts, mark: HighWaterMark | None, shown: Standing
) -> tuple[str, ...]:
    require_here(shown)
    path = mark_path(parts)
    if path and mark is None and shown.identity and not shown.is_older:
        raise ConfigError(
            f"the high-water mark {path} is missing; nothing is sent, because nothing "
            "tells whether the outbox is older than what was sent",
            hint="put the file back, or copy it from a machine that works with the "
            f"same outbox; if it is lost, {_RECONCILE}",
        )
    return judge(mark, shown)


def _is_up_to_date(mark: HighWaterMark, shown: Standing) -> bool:
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
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        descriptor = os.open(
            part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o644
        )
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(mark.text())
            file.flush()
            os.fsync(descriptor)
        part.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        message = f"the high-water mark {path} cannot be written: {error.strerror}"
        if error.errno in _FOR_A_WHILE:
            hint = "free some space and try again"
            raise StoreUnavailable(message, hint=hint) from error
        hint = "let the folder be written, or correct [outbox] high_water_mark"
        raise ConfigError(message, hint=hint) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
