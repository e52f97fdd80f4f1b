"""The folder of a published log: what stands in it, and what does not belong there."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from notices.errors import RefusedError
from notices.files import make_served_folder, read_plain, remove_parts
from notices.files.asking import is_folder, is_link
from notices.ledger.tiles import HASH_BYTES, WIDTH, TiledTree, TileName
from notices.messages import Text

CHECKPOINT = "checkpoint"
_TILES = "tile"
_OTHER_FOLDER = "name a new folder, or the one that was published before"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else publishes into this folder meanwhile; it is made. Raises OSError."""
    make_served_folder(folder)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what publishers that were killed have left; for who is alone in it."""
    remove_parts(folder)
    for path, names, _ in os.walk(folder / _TILES):
        names[:] = [name for name in names if not is_link(Path(path) / name)]
        remove_parts(Path(path))


def damaged(folder: Path, names: Iterable[TileName]) -> Iterator[TileName]:
    """Those of these tiles that are away, or cut short as by a full disk."""
    for name in names:
        try:
            size = (folder / name.path).lstat().st_size
        except FileNotFoundError:
            size = 0
        if size < name.width * HASH_BYTES:
            yield name


def lacking(
    folder: Path, names: Iterable[TileName], tree: TiledTree
) -> Iterator[tuple[Path, bytes]]:
    """Path and octets of the tiles that are not there yet, or not whole.

    RefusedError if something else stands there.
    """
    for name in names:
        content = b"".join(tree.tile(name))
        path = folder / name.path
        if not _has(path, content):
            yield path, content


def _has(path: Path, content: bytes) -> bool:
    try:
        there = read_plain(path, WIDTH * HASH_BYTES)
    except FileNotFoundError:
        return False
    if not content.startswith(there):
        raise RefusedError(
            Text("{path} is there already, and has other hashes", path=path),
            hint=_OTHER_FOLDER,
        )
    return there == content


def remove_partial(folder: Path, names: Iterable[TileName]) -> None:
    """Once a tile is full, its partial ones may go (tlog-tiles, Partial Tiles)."""
    for name in names:
        path = folder / f"{name.path}.p"
        if is_folder(path):
            shutil.rmtree(path, ignore_errors=True)


def require_empty(folder: Path) -> None:
    """A folder without a checkpoint has at most the tiles of a try that ended early."""
    strangers = [each.name for each in folder.iterdir() if each.name != _TILES]
    if any(not name.endswith(".part") for name in strangers):
        raise other_log(folder)


def other_log(folder: Path) -> RefusedError:
    """That it is no folder of this log."""
    return RefusedError(
        Text("{folder} holds something else; nothing was written", folder=folder),
        hint=_OTHER_FOLDER,
    )
