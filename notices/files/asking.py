"""What stands at a path that somebody named; no where the system does not say.

`Path.is_file` and its like raise for a name that is too long and for a folder that may
not be entered, `Path.resolve` for links that lead round in a circle: faults of the
program to whoever mistyped. Reading or writing the file tells the reason in words.
"""

import os
from pathlib import Path


def is_there(path: Path) -> bool:
    """Whether something is known to stand there; links are followed."""
    return os.path.exists(path)  # noqa: PTH110 - raises nothing


def is_file(path: Path) -> bool:
    """Whether a plain file is known to stand there; links are followed."""
    return os.path.isfile(path)  # noqa: PTH113 - raises nothing


def is_folder(path: Path) -> bool:
    """Whether a folder is known to stand there; links are followed."""
    return os.path.isdir(path)  # noqa: PTH112 - raises nothing


def is_link(path: Path) -> bool:
    """Whether a link is known to stand there."""
    return os.path.islink(path)  # noqa: PTH114 - raises nothing


def is_missing(path: Path) -> bool:
    """Whether nothing stands there for sure: what may not be looked at may be there."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def real_path(path: Path) -> Path:
    """The path without links, as far as they can be followed."""
    return Path(os.path.realpath(path))
