"""Folders that a command makes: made as files are written, whole or not at all."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from notices.files.asking import is_folder, is_there
from notices.files.writing import safe_write, unwritable

OTHER_FOLDER = "name another folder"


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A file of a folder that is about to be made."""

    path: Path
    """Where, below the folder."""
    content: bytes
    """Its octets."""
    mode: int = 0o666
    """Its permissions, before the umask."""


def make_folder(folder: Path, *, mode: int = 0o777, hint: str = OTHER_FOLDER) -> None:
    """Make a folder and those above it; one that is there stays as it is.

    Raises TryLater on a full disk, InputError for what else the system refuses.
    """
    try:
        folder.mkdir(mode, parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error, hint=hint) from error


def fill_folder(folder: Path, files: Iterable[NewFile]) -> list[Path]:
    """Write new files into a folder that is made where it is not there.

    All or none: what was written goes again where the disk is full before the last, so
    that the same command can be typed again. Raises what `make_folder` raises, and
    RefusedError for a file that is there already.
    """
    made: list[Path] = []
    before = _lacking(folder)
    try:
        make_folder(folder)
        for file in files:
            target = folder / file.path
            made += reversed(_lacking(target.parent))
            make_folder(target.parent)
            safe_write(target, file.content, mode=file.mode)
            made.append(target)
    except BaseException:
        _remove((*reversed(before), *made))
        raise
    return [path for path in made if not is_folder(path)]


def _lacking(folder: Path) -> list[Path]:
    """The folder and those above it that are not there, the deepest first."""
    return [each for each in (folder, *folder.parents) if not is_there(each)]


def _remove(made: tuple[Path, ...]) -> None:
    """The last first; a folder that somebody else has put something into stays."""
    for path in reversed(made):
        with suppress(OSError):
            path.rmdir() if is_folder(path) else path.unlink()
