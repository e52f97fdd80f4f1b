"""What `notices verify` was pointed at: files, whole folders, mboxes."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from notices.cli.output import MAX_FILE_BYTES, read_file
from notices.errors import InputError, NotJudgeable
from notices.messages import Text
from notices.verifying import Item, split_mbox

_MBOX = b"From "


def collect(paths: Iterable[Path]) -> Iterator[Item]:
    """Every file of the paths: folders whole, by name; mboxes mail by mail."""
    for path in paths:
        for file in _files(path):
            if _is_mbox(file):
                yield from _mails(file)
            else:
                yield Item(name=str(file), load=partial(_load, file))


def is_many(paths: Iterable[Path]) -> bool:
    """True if a folder or an mbox with more than one mail is among them."""
    return any(path.is_dir() or _has_two(path) for path in paths)


def total_bytes(paths: Iterable[Path]) -> int:
    """How much there is to read; files that go away meanwhile count nothing."""
    total = 0
    for path in paths:
        for file in _files(path):
            try:
                total += file.stat().st_size
            except OSError:
                continue
    return total


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(
        file for file in path.rglob("*") if file.is_file() and not file.is_symlink()
    )


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MBOX)) == _MBOX
    except OSError:
        return False  # loading it tells why


def _mails(path: Path) -> Iterator[Item]:
    try:
        with path.open("rb") as file:
            mails = split_mbox(file, limit=MAX_FILE_BYTES)
            for number, mail in enumerate(mails, 1):
                yield Item(name=f"{path}[{number}]", load=partial(bytes, mail))
    except OSError as error:
        raise InputError(
            Text(
                "{path} cannot be read: {strerror}", path=path, strerror=error.strerror
            )
        ) from error


def _has_two(path: Path) -> bool:
    return _is_mbox(path) and len(list(islice(_mails(path), 2))) > 1


def _load(path: Path) -> bytes:
    try:
        return read_file(path)
    except InputError as error:
        raise NotJudgeable(error.message, hint=error.hint) from error
