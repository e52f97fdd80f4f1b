"""Folders that a web server serves: many files at once, for everybody to read."""

import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

from notices.files.asking import is_there
from notices.files.writing import part_beside, sync_folder, write_part

_SIDE_BY_SIDE, _IN_HAND = 16, 512
_SERVED_FILE, _SERVED_FOLDER = 0o644, 0o755
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
"""As `part_beside` names them."""


def write_all_anew(contents: Iterable[tuple[Path, bytes]]) -> int:
    """`write_anew` for many files, side by side; folders are made; gives how many.

    Everybody may read them, whatever the umask: whoever serves them is another user.
    Each is whole or not there; which of them are, if it ends early, is not said. Raises
    OSError.
    """
    folders: set[Path] = set()

    def write(path: Path, content: bytes) -> None:
        part = part_beside(path)
        try:
            write_part(part, content, _SERVED_FILE)
            part.chmod(_SERVED_FILE)
            part.replace(path)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    count = 0
    # a disk syncs many files in the time of one
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as threads:
        rows = iter(contents)
        while batch := list(islice(rows, _IN_HAND)):
            for folder in {path.parent for path, _ in batch} - folders:
                make_served_folder(folder)
                folders |= {folder, folder.parent}
            for _ in threads.map(write, *zip(*batch, strict=True)):
                count += 1
        list(threads.map(sync_folder, folders))
    return count


def make_served_folder(folder: Path) -> None:
    """Make a folder, and those above it, that everybody may read; raises OSError.

    One that is there already stays as it is.
    """
    lacking = [each for each in (folder, *folder.parents) if not is_there(each)]
    for each in reversed(lacking):
        with suppress(FileExistsError):
            each.mkdir()
            each.chmod(_SERVED_FOLDER)


def remove_parts(folder: Path) -> None:
    """Remove what a process that was killed had not finished; not below `folder`.

    For a folder that nobody else writes into meanwhile. Raises OSError.
    """
    for each in os.scandir(folder):
        if _PART.fullmatch(each.name) and each.is_file(follow_symlinks=False):
            Path(each.path).unlink(missing_ok=True)
