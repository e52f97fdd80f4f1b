"""A published log: its files, and the exit code of what was found of it."""

from pathlib import Path

from notices.errors import InputError
from notices.files import read_plain
from notices.ledger.tiles import HASH_BYTES, WIDTH
from notices.messages import Text
from notices.verifying.log.following import LogFinding, Read

EXIT_CODES = {
    LogFinding.CONTINUES: 0,
    LogFinding.FORK: 1,
    LogFinding.BROKEN: 1,
    LogFinding.CANNOT_TELL: 3,
}


def reader_of(folder: Path) -> Read:
    """Reads files of it by their paths; None for what is not served."""

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
                    strerror=error.strerror,
                )
            ) from error

    return read
