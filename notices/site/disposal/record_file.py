"""The file that remembers disposals beside the database, for one that is restored.

A line for each decision, `{"confirmation": ..., "statement": ...}` in canonical JSON,
written before the removal is committed. No text of a case is in it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from notices.casework.disposal import DisposalStatement, canonical, read_statement
from notices.errors import ConfigError, StoreUnavailable
from notices.files import read_plain
from notices.files.reader_words import in_words_for_people
from notices.files.system_words import in_words
from notices.messages import Text

_LARGEST = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A decision, as it is remembered."""

    statement: DisposalStatement
    """What was decided."""
    confirmation: Mapping[str, str]
    """What the second person signed; empty: nobody was enrolled."""


@dataclass(frozen=True, slots=True)
class DisposalRecord:
    """The file `[outbox] disposals`."""

    path: Path | None
    """Where it lies; None: none is kept."""

    def add(self, remembered: Remembered) -> None:
        """Make the file longer by a line, synced; once for each decision."""
        if self.path is None:
            return
        statement = json.loads(remembered.statement.octets())
        line = canonical(
            {"confirmation": dict(remembered.confirmation), "statement": statement}
        )
        try:
            _append(self.path, line + b"\n")
        except OSError as error:
            raise StoreUnavailable(
                Text(
                    "{path} cannot be written: {why}; nothing was removed",
                    path=self.path,
                    why=in_words(error),
                ),
                hint="make the folder writable, or correct [outbox] disposals",
            ) from error

    def read(self) -> tuple[Remembered, ...]:
        """All decisions, in their order; ConfigError for what is no such file."""
        if self.path is None:
            return ()
        try:
            octets = read_plain(self.path, _LARGEST)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unreadable(in_words(error)) from error
        # a last line without its end was cut off by a crash: nothing was removed by it
        return tuple(map(self._line, octets.split(b"\n")[:-1]))

    def _line(self, line: bytes) -> Remembered:
        try:
            plain = json.loads(line)
            return Remembered(
                statement=read_statement(canonical(plain["statement"])),
                confirmation=plain["confirmation"],
            )
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable(in_words_for_people(error)) from error

    def _unreadable(self, why: str) -> ConfigError:
        return ConfigError(
            Text("{path} cannot be read: {why}", path=self.path, why=why),
            hint="put the file of [outbox] disposals back: a restored database would "
            "keep what was disposed of",
        )


def _append(path: Path, line: bytes) -> None:
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(path, flags, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            os.ftruncate(descriptor, _whole_size(descriptor, size))
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _whole_size(descriptor: int, size: int) -> int:
    return os.pread(descriptor, size, 0).rfind(b"\n") + 1
