"""The file of the high-water mark: written whole, or longer by a line; always synced.

Whoever writes it holds a lock meanwhile, so that nobody's line is lost because another
one replaced the file. Whatever lies there, reading neither waits nor breaks.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from notices.errors import ConfigError, InputError, NoticesError, StoreUnavailable
from notices.files import read_plain, try_folder, write_anew
from notices.files.asking import is_folder
from notices.files.system_words import in_words
from notices.ledger import ArmedAttempt, HighWaterMark, parse_mark
from notices.messages import Text

RECONCILE = 'type: notices reconcile --reason "WHAT HAPPENED"'
PATIENCE = 60.0
"""Seconds to wait for others who write the mark at this moment."""
_PAUSE = 0.002
_LARGEST = 16 << 20
_FOR_A_WHILE = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}


@dataclass(frozen=True, slots=True)
class MarkFile:
    """The file of a mark."""

    path: Path
    """Where it lies."""

    def read(self) -> HighWaterMark | None:
        """The mark as it was written last, None if there is none.

        ConfigError for what is no mark, is not whole or may not be read.
        """
        try:
            return parse_mark(read_plain(self.path, _LARGEST).decode())
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, InputError) as error:
            told = error.message if isinstance(error, InputError) else in_words(error)
            raise ConfigError(
                Text(
                    "the high-water mark {path} cannot be read: {told}; nothing is "
                    "sent, because nothing tells whether the outbox is older than "
                    "what was "
                    "sent",
                    path=self.path,
                    told=told,
                ),
                hint=Text("put the file back, or {reconcile}", reconcile=RECONCILE),
            ) from error

    def replace(self, mark: HighWaterMark) -> None:
        """Replace the file whole, and sync it and its folder."""
        try:
            write_anew(self.path, mark.text().encode())
        except OSError as error:
            raise self._unwritable(error) from error

    def add(self, attempts: Iterable[ArmedAttempt]) -> None:
        """Make the file longer by a line for each, with one sync."""
        lines = "".join(attempt.line() for attempt in attempts).encode()
        try:
            _append(self.path, lines)
        except PermissionError:
            self._add_whole(lines)  # another user made the file, the folder is ours
        except OSError as error:
            raise self._unwritable(error) from error

    def require_writable(self) -> None:
        """ConfigError or StoreUnavailable if no mark could be put there now."""
        try:
            if is_folder(self.path):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            try_folder(self.path.parent)
        except OSError as error:
            raise self._unwritable(error) from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else write it meanwhile."""
        try:
            descriptor = _open_lock(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            self._wait(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _wait(self, descriptor: int) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise StoreUnavailable(
                        Text(
                            "the high-water mark {path} is being written by another "
                            "process for {patience:.0f} s",
                            path=self.path,
                            patience=PATIENCE,
                        ),
                        hint="see which process hangs, and try again",
                    ) from None
                time.sleep(_PAUSE)
            except OSError as error:
                raise self._unwritable(error) from error
            else:
                return

    def _add_whole(self, lines: bytes) -> None:
        try:
            text = read_plain(self.path, _LARGEST)
            write_anew(self.path, text[: _whole_size(text)] + lines)
        except OSError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: OSError) -> NoticesError:
        message = Text(
            "the high-water mark {path} cannot be written: {strerror}",
            path=self.path,
            strerror=in_words(error),
        )
        if error.errno in _FOR_A_WHILE:
            return StoreUnavailable(message, hint="free some space and try again")
        hint = "let the folder be written, or correct [outbox] high_water_mark"
        return ConfigError(message, hint=hint)


def lock_of(path: Path) -> Path:
    """The file that is locked: one of its own, because the mark itself is replaced."""
    return path.with_name(f".{path.name}.lock")


def _open_lock(path: Path) -> int:
    lock = lock_of(path)
    flags = os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        return os.open(lock, flags | os.O_RDWR, 0o644)
    except PermissionError:  # another user's
        return os.open(lock, (flags | os.O_RDONLY) & ~os.O_CREAT)


def _append(path: Path, lines: bytes) -> None:
    """Add lines behind the last whole one: all of them, or none."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK
    descriptor = os.open(path, flags)
    try:
        end = _whole_end(descriptor)
        try:
            _write_at(descriptor, lines, end)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, end)
            raise
    finally:
        os.close(descriptor)


def _write_at(descriptor: int, lines: bytes, place: int) -> None:
    if os.pwrite(descriptor, lines, place) != len(lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fdatasync(descriptor)


def _whole_end(descriptor: int) -> int:
    """Where the last whole line ends; a torn one behind it is cut off."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) == b"\n":
        return size
    end = _whole_size(os.pread(descriptor, size, 0))
    os.ftruncate(descriptor, end)
    return end


def _whole_size(text: bytes) -> int:
    return text.rfind(b"\n") + 1
