"""The log as static files that any web server may serve (C2SP tlog-tiles).

    checkpoint             the newest note, with the cosignatures of witnesses
    tile/LEVEL/PLACE       256 hashes each; the last of a level may have fewer

No entry is among them, and no tile of level 0 that holds a leaf of version 1: hashes of
those can be guessed (`docs/formats.md`, 4.5). Tiles go first, the checkpoint last; so
whoever reads at any moment finds all that his checkpoint is about.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from notices.errors import InputError, RefusedError
from notices.files import read_plain, unwritable, write_all_anew
from notices.ledger import Checkpoint
from notices.ledger.tiles import WIDTH, TileName, full_tiles, partial_tiles
from notices.messages import Text
from notices.site.ledger.auditing import SiteLedger
from notices.site.ledger.served_log import (
    CHECKPOINT,
    alone_in,
    damaged,
    lacking,
    other_log,
    remove_partial,
    require_empty,
    sweep,
)
from notices.store import Issued
from notices.verifying import open_checkpoint

_LARGEST = 1 << 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What was published."""

    issued: Issued
    """The checkpoint."""
    earlier: int
    """Entries that were published before."""
    tiles: int = 0
    """Files that were written."""
    restored: int = 0
    """Full tiles among them that were away or cut short, though published before."""
    withheld: int = 0
    """Tiles of level 0 with leaves of version 1, which are not served."""


@dataclass(frozen=True, kw_only=True)
class LogPublisher:
    """Writes the log of a site into folders."""

    ledger: SiteLedger
    """The log."""

    def publish(self, folder: Path) -> Publication:
        """Bring a folder up to the ledger as it is now; a checkpoint is issued first.

        RefusedError for a folder that holds another log, or another history of this
        one; then nothing is written. InputError if the folder cannot be written,
        TryLater if its disk is full.
        """
        issued = self.ledger.checkpoint()
        try:
            with alone_in(folder):
                return self._publish(folder, issued)
        except OSError as error:
            raise unwritable(folder, error) from error

    def _publish(self, folder: Path, issued: Issued) -> Publication:
        tree = self.ledger.store.ledger.tree(issued.size)
        earlier = self._earlier(folder)
        before = earlier.size if earlier else 0
        if earlier and earlier.size > issued.size:
            # another process was quicker, with a later checkpoint
            return Publication(issued=issued, earlier=before)
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
        sweep(folder)
        first = self.ledger.store.ledger.first_of_version_2()
        names = [*full_tiles(before, issued.size), *self._partial(before, issued.size)]
        served = [name for name in names if not _is_withheld(name, first)]
        old = (each for each in full_tiles(0, before) if not _is_withheld(each, first))
        again = list(damaged(folder, old))
        written = write_all_anew(lacking(folder, [*again, *served], tree))
        write_all_anew([(folder / CHECKPOINT, issued.cosigned_note.encode())])
        remove_partial(folder, full_tiles(before, issued.size))
        return Publication(
            issued=issued,
            earlier=before,
            tiles=written,
            restored=len(again),
            withheld=len(names) - len(served),
        )

    def _earlier(self, folder: Path) -> Checkpoint | None:
        try:
            note = read_plain(folder / CHECKPOINT, _LARGEST).decode("utf-8")
        except FileNotFoundError:
            require_empty(folder)
            return None
        except UnicodeDecodeError as error:
            raise other_log(folder) from error
        try:
            return open_checkpoint(note, self.ledger.log_key.public())
        except InputError as error:
            raise other_log(folder) from error

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
