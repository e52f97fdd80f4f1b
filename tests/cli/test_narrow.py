"""What commands show on terminals of 80 and of 40 columns, in both languages.

No line is wider than the terminal, but where one word alone is: ids, addresses and
hashes are never cut, a terminal's own break is none when they are copied.
"""

import re
import shlex
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.cli import run
from notices.cli.screen.blocks import blocks
from notices.cli.screen.width import columns, wrapped
from notices.site.starting import INVALID_CASE, invalid_case
from tests.site.conftest import CASE_1, CASE_2_ABROAD

COMMANDS = [
    "list",
    f"show {CASE_2_ABROAD}",
    f"case {CASE_2_ABROAD}",
    "cases",
    "due --on 2036-12-12",
    "approvals",
    "people list",
    "doctor",
    f"check {CASE_1}",
    f"check {INVALID_CASE}",
    "ledger verify",
    "statistics 2026",
    "disposals",
    "catalogue",
    "token list",
    "show IHC-2000-000000",
]
MOST_BESIDE = 11
"""Columns before what a check says: they may stand beside a word that is too long."""


def words_of(text):
    """What stands between blanks and wide characters."""
    return re.findall(r"[!-~─]+", text)


def test_no_command_is_wider_than_the_terminal(desk, received, monkeypatch, capsys):
    assert desk.run("send", CASE_1, CASE_2_ABROAD)[0] == 0
    (desk.home / "cases" / f"{INVALID_CASE}.json").write_text(invalid_case())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    # every command on forty columns, every second one on eighty, too
    for at, command in enumerate(COMMANDS):
        for width, language in ((80, "en"), (40, "ja")) if at % 2 else ((40, "en"),):
            monkeypatch.setenv("COLUMNS", str(width))
            site = [] if command == "catalogue" else ["--site", str(desk.home)]
            run([*shlex.split(command), *site, "--lang", language])
            told = "".join(capsys.readouterr())
            assert told.strip(), command
            for line in told.splitlines():
                longest = max(map(len, words_of(line)), default=0)
                is_id = longest > width - MOST_BESIDE
                assert columns(line) <= width or is_id, (command, width, line)


@pytest.mark.parametrize("words", ["list", "ledger checkpoint", "work", "statistics"])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_help_fits_forty_columns(words, language, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "40")
    run([*words.split(), "--help", "--lang", language])
    for line in capsys.readouterr().out.splitlines():
        assert columns(line) <= 40 or len(words_of(line)) == 1, line


CELL = st.lists(st.text("ABz-9 あ漢", max_size=60), min_size=1, max_size=3)
ROWS = st.integers(1, 5).flatmap(
    lambda count: st.lists(st.lists(CELL, min_size=count, max_size=count), max_size=4)
)


@given(ROWS, st.integers(24, 80))
def test_a_row_as_a_block_loses_nothing_and_fits(rows, width):
    heads = [f"head{at}" for at in range(len(rows[0]))] if rows else ["case", "why"]
    lines = list(blocks(heads, rows, width))
    told = "".join(lines)
    for row in rows:
        for line in (line for cell in row for line in cell):
            assert line.replace(" ", "") in told.replace(" ", "")
    longest = max((len(word) for word in re.findall(r"[A-Za-z0-9-]+", told)), default=0)
    assert all(columns(line) <= max(width, longest + 8) for line in lines)


def test_what_can_be_typed_is_not_broken():
    command = "`notices resolve IHC-2026-004217 --sent`"
    lines = wrapped(f"it is in doubt: {command} settles it, on record", 44)
    assert any(command in line for line in lines)
    assert all(command in " ".join(lines) for _ in lines)
