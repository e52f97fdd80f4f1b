"""The API reference, made from the docstrings of what is public.

python -m tests.write_reference          # `make reference`
"""

import sys
from pathlib import Path

import pdoc

import notices
import notices.verifying

FOLDER = Path(__file__).parents[1] / "build" / "reference"
MODULES = (
    "notices",
    "notices.errors",
    "notices.verifying",
    "notices.casework",
    "notices.judgment",
    "notices.delivery",
    "notices.report",
)


def main() -> None:
    """Write it. SystemExit if a public name is missing from it."""
    lazy = (notices, notices.verifying)
    for module in lazy:  # names load when they are used; pdoc looks for all
        vars(module).update({name: getattr(module, name) for name in module.__all__})
    pdoc.pdoc(*MODULES, output_directory=FOLDER)
    for module in lazy:
        page = FOLDER.joinpath(*module.__name__.split(".")).with_suffix(".html")
        text = page.read_text("utf-8")
        if missing := [name for name in module.__all__ if f'id="{name}"' not in text]:
            sys.exit(f"not in the reference: {', '.join(missing)}")


if __name__ == "__main__":
    main()
