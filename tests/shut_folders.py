"""Folders that whoever asks may not enter, also where the tests run as root."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def shut(folder: Path) -> Iterator[None]:
    """Nobody may enter `folder` meanwhile; root asks as another user."""
    top = Path(tempfile.gettempdir()).resolve()
    is_root = os.geteuid() == 0
    folder.chmod(0)
    if is_root:
        for above in folder.parents:
            if above != top and above.is_relative_to(top):
                above.chmod(0o755)
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
        folder.chmod(0o700)
