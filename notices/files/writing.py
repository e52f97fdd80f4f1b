"""Files that are written whole or not at all, and never over what is not ours.

The only place where a command's output becomes a file. A new one is made under
another name in the same folder, synced, and linked to its name: the link fails if
somebody was quicker, so nothing lies between the check and the writing.
"""

import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from notices.errors import InputError, RefusedError, TryLater
from notices.files.reading import MAX_READ, kind_of
from notices.files.system_words import in_words
from notices.messages import Text

Recogniser = Callable[[bytes], bool]
"""Tells by its content whether a file is an earlier output of the same kind."""

NEW_NAME = "name a new file"
_STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}
_NULL = "/dev/null"
_NO_LINKS = {
    errno.EPERM,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.ENOSYS,
    errno.EMLINK,
}
_NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
_NO_FOLDER_SYNC = {errno.EINVAL, errno.EACCES}


def try_folder(folder: Path) -> None:
    """Write a file into a folder, and remove it; raises OSError."""
    part = part_beside(folder / "x")
    try:
        write_part(part, b"x", 0o600)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def require_free(
    path: Path, replaces: Recogniser | None = None, *, hint: str = NEW_NAME
) -> None:
    """RefusedError now for what `safe_write` would refuse after the work."""
    if str(path) not in (_NULL, *_STREAMS):
        _replaced(path, replaces, hint)


def safe_write(
    path: Path,
    content: bytes,
    *,
    replaces: Recogniser | None = None,
    mode: int = 0o666,
    hint: str = NEW_NAME,
) -> None:
    """Write a new file, synced; or replace one that `replaces` recognises.

    mode: its permissions, before the umask. Killed at any point it leaves the old
    file or the new one. RefusedError for anything else that stands there; InputError
    for what the system refuses, such as a full disk: then the old file is untouched.
    /dev/stdout, /dev/stderr and /dev/null are written to.
    """
    if str(path) == _NULL:
        return
    if str(path) in _STREAMS:
        _write_stream(path, content)
        return
    old = _replaced(path, replaces, hint)
    part = part_beside(path)
    try:
        write_part(part, content, mode)
        if old is None:
            place(part, path, hint=hint)
        else:
            _exchange(part, path, old)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_anew(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Replace a file that the program itself keeps, whole and synced.

    Not for what a user names: whatever stands there is gone. Raises OSError.
    """
    part = part_beside(path)
    try:
        write_part(part, content, mode)
        part.replace(path)
        sync_folder(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def part_beside(path: Path) -> Path:
    """A name in the same folder that nobody has, for what is not finished."""
    return path.with_name(f".{secrets.token_hex(8)}.part")


def place(part: Path, path: Path, *, hint: str = NEW_NAME) -> None:
    """Sync a finished file and give it its name; RefusedError if something has it.

    Raises OSError where the system refuses.
    """
    _sync(part)
    try:
        _link(part, path)
    except FileExistsError as error:
        raise _is_there(path, hint) from error
    with suppress(OSError):
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def _link(part: Path, path: Path) -> None:
    """Rename without replacing: link(2) fails where rename(2) would overwrite."""
    try:
        os.link(part, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # a file system without links: an empty file of ours holds the name meanwhile
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        part.replace(path)


def _exchange(part: Path, path: Path, old: os.stat_result) -> None:
    """Replace the file that was recognised, and no other that came there since."""
    if not _is_same(path.lstat(), old):
        raise RefusedError(
            Text("{path} was changed meanwhile; it was left as it is", path=path),
            hint=NEW_NAME,
        )
    part.replace(path)
    sync_folder(path.parent)


def _is_same(new: os.stat_result, old: os.stat_result) -> bool:
    def of(info: os.stat_result) -> tuple[int, ...]:
        return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns

    return of(new) == of(old)


def _replaced(
    path: Path, replaces: Recogniser | None, hint: str
) -> os.stat_result | None:
    """What stands there and may go; None if nothing does, else RefusedError."""
    try:
        info = path.lstat()
        if not stat.S_ISREG(info.st_mode):
            raise RefusedError(
                Text(
                    "{path} is {kind}; nothing was written",
                    path=path,
                    kind=kind_of(info.st_mode),
                ),
                hint=hint,
            )
        if replaces is None:
            raise _is_there(path, hint)
        content, opened = _content(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise unwritable(path, error) from error
    if not _is_same(opened, info) or not replaces(content):
        raise RefusedError(
            Text(
                "{path} is no earlier output of this kind; it was left as it is",
                path=path,
            ),
            hint=NEW_NAME,
        )
    return info


def _content(path: Path) -> tuple[bytes, os.stat_result]:
    """The first octets, and of which file they are; links are not followed."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags), "rb") as file:
        return file.read(MAX_READ + 1), os.fstat(file.fileno())


def write_part(part: Path, content: bytes, mode: int) -> None:
    """Write and sync a file that is not there yet; raises OSError."""
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC
    with os.fdopen(os.open(part, flags, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write_stream(path: Path, content: bytes) -> None:
    """To the descriptor itself: to open its name would truncate a file behind it."""
    sys.stdout.flush()
    try:
        with os.fdopen(os.dup(_STREAMS[str(path)]), "wb") as stream:
            stream.write(content)
    except BrokenPipeError:
        raise  # the reader has gone, which is no fault
    except OSError as error:
        raise unwritable(path, error) from error


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """So that the name lasts, too; where the system syncs folders at all."""
    try:
        _sync(folder)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def _is_there(path: Path, hint: str) -> RefusedError:
    return RefusedError(
        Text("{path} is there already; it was left as it is", path=path), hint=hint
    )


def unwritable(
    path: Path, error: OSError, *, hint: str = "check the folder"
) -> InputError | TryLater:
    """Why a file cannot be written: a full disk is for later, the rest to be mended."""
    why = Text(
        "{path} cannot be written: {strerror}", path=path, strerror=in_words(error)
    )
    if error.errno in _NO_ROOM:
        return TryLater(why, hint="make room on that disk, then type the command again")
    return InputError(why, hint=hint)
