"""The log as static files that any web server may serve (C2SP tlog-tiles).

    checkpoint             the newest note, with the cosignatures of witnesses
    tile/LEVEL/PLACE       256 hashes each; the last of a level may have fewer

No entry is among them, and no tile of level 0 that holds a leaf of version 1: hashes of
those can be guessed (`docs/formats.md`, 4.5). Tiles go first, the checkpoint last; so
whoever reads at any moment finds all that his checkpoint is about.
"""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from notices.errors import InputError, RefusedError
from notices.evidence import is_checkpoint
from notices.files import read_plain, safe_write, write_all_anew
from notices.ledger import Checkpoint
from notices.ledger.tiles import (
    HASH_BYTES,
    WIDTH,
    TiledTree,
    TileName,
    full_tiles,
    partial_tiles,
)
from notices.messages import Text
from notices.site.ledger.auditing import SiteLedger
from notices.store import Issued
from notices.verifying import open_checkpoint

CHECKPOINT = "checkpoint"
_LARGEST = 1 << 17
_OTHER_FOLDER = "name a new folder, or the one that was published before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published."""

    issued: Issued
    """The checkpoint."""
    earlier: int
    """Entries that were published before."""
    tiles: int
    """Files that are new."""
    withheld: int
    """Tiles of level 0 with leaves of version 1, which are not served."""


@dataclass(frozen=True, kw_only=True)
class LogPublisher:
    """Writes the log of a site into folders."""

    ledger: SiteLedger
    """The log."""

    def publish(self, folder: Path) -> Publication:
        """Bring a folder up to the ledger as it is now; a checkpoint is issued first.

        RefusedError for a folder that holds another log, or another history of this
        one; then nothing is written. InputError if the folder cannot be written.
        """
        issued = self.ledger.checkpoint()
        try:
            with _alone(folder):
                return self._publish(folder, issued)
        except OSError as error:
            raise InputError(
                Text(
                    "{folder} cannot be written: {strerror}",
                    folder=folder,
                    strerror=error.strerror,
                ),
                hint="check the folder",
            ) from error

    def _publish(self, folder: Path, issued: Issued) -> Publication:
        tree = self.ledger.store.ledger.tree(issued.size)
        earlier = self._earlier(folder)
        before = earlier.size if earlier else 0
        if earlier and earlier.size > issued.size:
            # another process was quicker, with a later checkpoint
            return Publication(issued=issued, earlier=before, tiles=0, withheld=0)
        if earlier and tree.root(earlier.size) != earlier.root:
            raise RefusedError(
                Text(
                    "{folder} holds a checkpoint of {size} entries that this ledger "
                    "does not continue: it is the fork of a log",
                    folder=folder,
                    size=earlier.size,
                ),
                hint="keep both; see `notices ledger verify --checkpoint FILE`",
            )
        first = self.ledger.store.ledger.first_of_version_2()
        names = [*full_tiles(before, issued.size), *self._partial(before, issued.size)]
        served = [name for name in names if not _is_withheld(name, first)]
        written = write_all_anew(_contents(folder, served, tree))
        note = folder / CHECKPOINT
        safe_write(
            note, issued.cosigned_note.encode(), replaces=is_checkpoint, mode=0o644
        )
        _remove_partial(folder, full_tiles(before, issued.size))
        return Publication(
            issued=issued,
            earlier=before,
            tiles=written,
            withheld=len(names) - len(served),
        )

    def _earlier(self, folder: Path) -> Checkpoint | None:
        try:
            note = read_plain(folder / CHECKPOINT, _LARGEST).decode("utf-8")
        except FileNotFoundError:
            _require_empty(folder)
            return None
        except UnicodeDecodeError as error:
            raise _other_log(folder) from error
        try:
            return open_checkpoint(note, self.ledger.log_key.public())
        except InputError as error:
            raise _other_log(folder) from error

    def _partial(self, before: int, size: int) -> Iterator[TileName]:
        """Those of every checkpoint that was issued since, while they are needed."""
        issued = self.ledger.store.ledger.sizes_issued(after=before)
        names = {
            name
            for each in {*issued, size}
            if each <= size
            for name in partial_tiles(each)
        }
        full = {(name.level, name.place) for name in full_tiles(before, size)}
        return (name for name in sorted(names) if (name.level, name.place) not in full)


def _is_withheld(name: TileName, first: int | None) -> bool:
    """Whether a leaf of version 1 is in it; None: there is no other."""
    return name.level == 0 and (first is None or name.place * WIDTH < first)


def _contents(
    folder: Path, names: Iterable[TileName], tree: TiledTree
) -> Iterator[tuple[Path, bytes]]:
    for name in names:
        content = b"".join(tree.tile(name))
        path = folder / name.path
        if not _has(path, content):
            yield path, content


def _has(path: Path, content: bytes) -> bool:
    """Whether it is there already; RefusedError if something else is."""
    try:
        there = read_plain(path, WIDTH * HASH_BYTES)
    except FileNotFoundError:
        return False
    if there != content:
        raise RefusedError(
            Text("{path} is there already, and has other hashes", path=path),
            hint=_OTHER_FOLDER,
        )
    return True


def _remove_partial(folder: Path, names: Iterable[TileName]) -> None:
    """Once a tile is full, its partial ones may go (tlog-tiles, Partial Tiles)."""
    for name in names:
        path = folder / f"{name.path}.p"
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def _require_empty(folder: Path) -> None:
    """A folder without a checkpoint has at most the tiles of a try that ended early."""
    strangers = [each.name for each in folder.iterdir() if each.name != "tile"]
    if any(not name.endswith(".part") for name in strangers):
        raise _other_log(folder)


def _other_log(folder: Path) -> RefusedError:
    return RefusedError(
        Text("{folder} holds something else; nothing was written", folder=folder),
        hint=_OTHER_FOLDER,
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else publishes into this folder meanwhile."""
    with suppress(FileExistsError):
        folder.mkdir(parents=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
