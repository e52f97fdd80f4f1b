"""Draws what a terminal of 80 columns shows of the demo's site, in both languages.

    python docs/pictures/terminal.py

Each line is drawn cell by cell, so a line that is too wide for a terminal is too wide
here. `script` of util-linux is the terminal.
"""

# ruff: noqa: INP001, S603, S607, TID251

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from notices.cli.screen.width import columns

HERE = Path(__file__).parent
WIDTH = 80
CELL, LINE, SIZE, EDGE = 9, 24, 18, 16
"""Pixels of a column, of a row, of a character's height, and of the margin."""
RULES = {"─": 0.5, "_": 1.05}
"""Characters drawn as a line, and at what part of the height."""
PAPER, INK, PROMPT = "#f7f7f5", "#1d1d1f", "#0b57d0"
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r")
LATER = datetime.now(UTC).date() + timedelta(days=12)
PICTURES = {
    "en": ("list", "case IHC-2026-004219", f"due --on {LATER}"),
    "ja": ("check IHC-2026-004299", "doctor", f"due --on {LATER}"),
}


def shown(folder: Path, words: str, language: str) -> list[str]:
    """The lines that a terminal shows of a command."""
    command = f"{shlex.quote(sys.executable)} -m notices {words} --lang {language}"
    done = subprocess.run(
        ["script", "-qec", f"stty cols {WIDTH} rows 60; {command}", "/dev/null"],
        capture_output=True,
        check=False,
        cwd=folder,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm"},
    )
    return _CONTROLS.sub("", done.stdout.decode()).rstrip("\n").split("\n")


def rows_of(line: str) -> Iterator[str]:
    """A line as a terminal breaks it: at its last column."""
    row = ""
    for mark in line:
        if columns(row + mark) > WIDTH:
            yield row
            row = ""
        row += mark
    yield row


def draw(lines: list[tuple[str, str]], path: Path) -> None:
    """Lines with their colours, each character in its cell."""
    rows = [(row, colour) for line, colour in lines for row in rows_of(line)]
    size = (2 * EDGE + WIDTH * CELL, 2 * EDGE + len(rows) * LINE)
    picture = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(picture)
    fonts = HERE.parents[1] / "notices" / "fonts"
    font = ImageFont.truetype(fonts / "BIZUDGothic-Regular.ttf", SIZE)
    for row, (line, colour) in enumerate(rows):
        top, left = EDGE + row * LINE, EDGE
        for mark in line:
            if mark in RULES:  # not where a terminal draws them
                height = top + round(RULES[mark] * SIZE)
                pen.line((left, height, left + CELL, height), fill=colour)
            else:
                pen.text((left, top), mark, font=font, fill=colour)
            left += columns(mark) * CELL
    picture.quantize(16).save(path, optimize=True)


def told(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """Each command and what it says."""
    for words in PICTURES[language]:
        yield f"$ notices {words}"[:WIDTH], PROMPT
        for line in shown(folder, f"{words} --site site", language):
            yield line, INK
        yield "", INK


def main() -> None:
    """Draw both pictures."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo"
        words = [sys.executable, "-m", "notices", "demo", str(demo)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        for language in PICTURES:
            lines = list(told(demo, language))[:-1]
            draw(lines, HERE / f"terminal-{language}.png")


if __name__ == "__main__":
    main()
