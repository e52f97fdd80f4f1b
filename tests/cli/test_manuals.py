"""Manual pages are those of the commands, and groff reads them without a word."""

import re
import subprocess

import pytest

from tests.cli.write_manuals import FOLDER, pages
from tests.programs import require_program

PAGES = pages()


def test_every_page_is_as_the_commands_are():
    written = {path: path.read_text("utf-8") for path in FOLDER.rglob("*.1")}
    assert written == PAGES, "python -m tests.cli.write_manuals"


@pytest.mark.parametrize("path", [min(PAGES), max(PAGES)])
def test_groff_has_nothing_to_say(path):
    require_program("groff")
    done = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-rLL=78n", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    shown = re.sub(r".\x08", "", done.stdout)
    assert "SYNOPSIS" in shown or "書式" in shown


def test_a_page_says_what_help_says():
    assert r"\fB\-\-trust PATH\fR" in PAGES[FOLDER / "notices-verify.1"]
    assert "信頼するルート証明書" in PAGES[FOLDER / "ja" / "notices-verify.1"]
