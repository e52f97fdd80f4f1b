"""The API reference, made from the docstrings of what is public.

python -m tests.write_reference          # `make reference`
"""

import sys
from pathlib import Path

import pdoc

import notices

FOLDER = Path(__file__).parents[1] / "build" / "reference"
MODULES = (
    "notices",
    "notices.errors",
    "notices.verifying",
    "notices.judgment",
    "notices.delivery",
    "notices.report",
)


def main() -> None:
    """Write it. SystemExit if a public name is missing from it."""
    for name in notices.__all__:
        getattr(notices, name)  # they load when they are used; pdoc looks for all
    pdoc.pdoc(*MODULES, output_directory=FOLDER)
    page = (FOLDER / "notices.html").read_text("utf-8")
    if missing := [name for name in notices.__all__ if f'id="{name}"' not in page]:
        sys.exit(f"not in the reference: {', '.join(missing)}")


if __name__ == "__main__":
    main()
