"""What stands at a path that somebody named; no where the system does not say.

`Path.is_file` and its like raise for a name that is too long and for a folder that may
not be entered: a fault of the program to whoever mistyped. Reading or writing the file
tells the reason in words.
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
