"""The group of commands, and how they read notes."""

from pathlib import Path

import click

from notices.cli.output import read_file
from notices.errors import InputError
from notices.files import read_plain
from notices.files.system_words import in_words
from notices.ledger import Checkpoint, VerifierKey
from notices.ledger.tiles import HASH_BYTES, WIDTH
from notices.messages import Text
from notices.verifying import open_checkpoint
from notices.verifying.log.following import Read

FILE = click.Path(path_type=Path)
_LARGEST_NOTE = 1 << 17


@click.group()
def ledger() -> None:
    """The log of all that happened: sign it, prove from it, check it."""


def text_of(path: Path) -> str:
    """The text of a file; InputError if it is none."""
    try:
        return read_file(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Text("{path} is no text: {error}", path=path, error=in_words(error))
        ) from error


def opened_note(path: Path, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a file that the log's key signed; InputError names the file."""
    try:
        return open_checkpoint(read_note(path), key)
    except InputError as error:
        if str(path) in error.message:
            raise
        raise InputError(
            Text("{path}: {why}", path=path, why=error.message), hint=error.hint
        ) from error


def read_note(path: Path) -> str:
    """The text of a checkpoint; InputError if it is away or none."""
    try:
        return read_plain(path, _LARGEST_NOTE).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Text("{path} cannot be read: {told}", path=path, told=in_words(error))
        ) from error


def reader(folder: Path) -> Read:
    """What reads the files of a published log."""

    def read(path: str) -> bytes | None:
        try:
            return read_plain(folder / path, WIDTH * HASH_BYTES)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise InputError(
                Text(
                    "{path} cannot be read: {strerror}",
                    path=folder / path,
                    strerror=in_words(error),
                )
            ) from error

    return read
