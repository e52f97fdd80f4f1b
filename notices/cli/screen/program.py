"""What a person types to run this program: printed lines can be typed as they are."""

import shlex
import shutil
import sys
from pathlib import Path

NAME = "notices"


def program_name() -> str:
    """`notices` where the shell finds this one by that name, else its path."""
    started = Path(sys.argv[0])
    if started.name != NAME:  # python -m notices, or a program that uses the package
        return (
            NAME if shutil.which(NAME) else f"{shlex.quote(sys.executable)} -m {NAME}"
        )
    found = shutil.which(NAME)
    if found and Path(found).resolve() == started.resolve():
        return NAME
    return shlex.quote(str(started))
