"""What `notices verify` was pointed at: files, whole folders, mboxes, pipes."""

import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import IO

from notices.cli.output import MAX_FILE_BYTES, read_file
from notices.errors import InputError, NoticesError, NotJudgeable
from notices.files.asking import is_file, is_folder, is_link, is_there
from notices.files.system_words import in_words
from notices.messages import Text
from notices.verifying import Item, split_mbox
from notices.verifying.mbox import MARK
from notices.verifying.policy import is_notice

OURS = frozenset((".eml", ".pdf", ".asice", ".mbox"))
"""How files are called that are asked about, also where a whole folder was named."""


FEW = 20
"""So many files at most are compared with one another."""


class Sources:
    """The files that were named; a pipe among them is read once, and kept."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._paths = tuple(paths)
        self._piped: dict[Path, bytes | InputError] = {}

    def items(self) -> Iterator[Item]:
        """Every file: folders whole, by name; mboxes mail by mail."""
        for path in self._paths:
            is_whole = is_folder(path)
            for file in _files(path):
                is_asked = not is_whole or _is_meant(file)
                if is_whole and not _is_plain(file):
                    load = partial(_refuse, file)
                    yield Item(name=str(file), load=load, is_asked=is_asked)
                elif _is_pipe(file):
                    yield from self._from_pipe(file)
                elif _is_mbox(file):
                    yield from _from_mbox(file)
                else:
                    load = partial(_load, file)
                    yield Item(name=str(file), load=load, is_asked=is_asked)

    @cached_property
    def is_many(self) -> bool:
        """True if a folder or an mbox with more than one mail is among them."""
        return any(is_folder(path) or self._has_two(path) for path in self._paths)

    def beside(self) -> list[bytes]:
        """Notices among a few files: one may follow another. Nothing of many files."""
        if self.is_many or not 1 < len(self._paths) <= FEW:
            return []
        found: list[bytes] = []
        for item in self.items():
            with suppress(NoticesError):
                found.append(item.load())
        return [octets for octets in found if is_notice(octets)]

    @cached_property
    def total_bytes(self) -> int:
        """How much there is to read; what went away or comes by a pipe counts not."""
        return sum(map(_size, (file for path in self._paths for file in _files(path))))

    def _has_two(self, path: Path) -> bool:
        if _is_pipe(path):
            return len(list(islice(self._from_pipe(path), 2))) > 1
        return _is_mbox(path) and len(list(islice(_from_mbox(path), 2))) > 1

    def _from_pipe(self, path: Path) -> Iterator[Item]:
        content = self._read(path)
        if isinstance(content, bytes) and content.startswith(MARK):
            yield from _mails(path, io.BytesIO(content))
        else:
            yield Item(name=str(path), load=partial(_give, content))

    def _read(self, path: Path) -> bytes | InputError:
        if path not in self._piped:
            try:
                self._piped[path] = read_file(path)
            except InputError as error:
                self._piped[path] = error
        return self._piped[path]


def _files(path: Path) -> Sequence[Path]:
    """A file itself; of a folder all but folders, and those that nobody may read.

    A folder in which nothing is stands for itself, so that it is told.
    """
    if not is_folder(path):
        return [path]
    found: list[Path] = []
    for folder, folders, names in os.walk(path, onerror=_keep_name(found)):
        linked = [name for name in folders if is_link(Path(folder) / name)]
        found += [Path(folder) / name for name in (*names, *linked)]
    return sorted(found) or [path]


def _keep_name(found: list[Path]) -> Callable[[OSError], None]:
    return lambda error: found.append(Path(os.fsdecode(error.filename)))


def _is_meant(file: Path) -> bool:
    """Called like one of ours, or a folder that shows nothing of what is in it."""
    is_shut = is_folder(file) and not is_link(file)
    return is_shut or file.suffix.lower() in OURS


def _is_plain(file: Path) -> bool:
    """No link, pipe, socket or device, and no folder."""
    return is_file(file) and not is_link(file)


def _refuse(file: Path) -> bytes:
    """A folder is asked for what lies in it: no link is followed, no pipe is read."""
    if is_link(file):
        what, hint = "a link in a folder is not followed", "name the file itself"
    elif is_folder(file):
        what, hint = "nothing in this folder can be read", "check the path"
    else:
        what, hint = "this is no plain file", "name it by itself, outside of a folder"
    raise NotJudgeable(what, hint=hint)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _is_pipe(path: Path) -> bool:
    """What can be read once only: a pipe, a terminal, a socket."""
    return is_there(path) and not is_file(path) and not is_folder(path)


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(MARK)) == MARK
    except OSError:
        return False  # loading it tells why


def _from_mbox(path: Path) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            yield from _mails(path, file)
    except OSError as error:
        raise InputError(
            Text(
                "{path} cannot be read: {strerror}", path=path, strerror=in_words(error)
            )
        ) from error


def _mails(path: Path, lines: IO[bytes]) -> Iterator[Item]:
    for number, mail in enumerate(split_mbox(lines, limit=MAX_FILE_BYTES), 1):
        yield Item(name=f"{path}[{number}]", load=partial(bytes, mail))


def _load(path: Path) -> bytes:
    try:
        return read_file(path)
    except InputError as error:
        raise NotJudgeable(error.message, hint=error.hint) from error


def _give(content: bytes | InputError) -> bytes:
    if isinstance(content, InputError):
        raise NotJudgeable(content.message, hint=content.hint) from content
    return content
