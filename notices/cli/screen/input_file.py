"""What a command takes in: a file, or standard input where it says `-`."""

import sys
from pathlib import Path

from notices.errors import InputError
from notices.files.system_words import in_words
from notices.messages import Text

STANDARD_INPUT = Path("-")


def is_standard_input(path: Path) -> bool:
    """Whether `-` was typed; a file of that name is told by its whole path."""
    return str(path) == str(STANDARD_INPUT)


def read_whole(path: Path) -> bytes:
    """All octets, however many; InputError if they cannot be read."""
    try:
        return _standard_input() if is_standard_input(path) else path.read_bytes()
    except OSError as error:
        raise InputError(
            Text("{file} cannot be read: {why}", file=path, why=in_words(error))
        ) from error


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="name a file, or pipe into -")
    return sys.stdin.buffer.read()
