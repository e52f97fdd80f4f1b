"""On a terminal of 80 columns: nothing is cut, nothing wraps, bars stand alone."""

import re
import subprocess
import sys

import click
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notices.cli import cli, run
from notices.cli.screen.program import program_name
from notices.cli.screen.tables import _laid_out
from notices.cli.screen.width import columns, flowed, padded, wrapped
from notices.site.starting import INVALID_CASE, invalid_case
from tests.cli.test_progress import ROOT
from tests.programs import require_program
from tests.site.conftest import CASE_1, CASE_2_ABROAD

WIDTH = 80


def on_terminal(desk, *words, language="en"):
    """What a terminal of 80 columns shows of both streams, as script(1) records it."""
    require_program("script")
    typed = " ".join(
        [sys.executable, "-m", "notices", *words, "--site", str(desk.home)]
    )
    done = subprocess.run(
        ["script", "-qec", f"stty cols {WIDTH} rows 50; {typed}", "/dev/null"],
        capture_output=True,
        check=False,
        env={
            "PYTHONPATH": str(ROOT),
            "TERM": "xterm",
            "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONUTF8": "1",
        },
        cwd=ROOT,
    )
    return done.stdout.decode()


@pytest.fixture
def sent(desk, received):
    assert desk.run("send", CASE_1, CASE_2_ABROAD)[0] == 0
    return desk


@pytest.mark.parametrize("language", ["en", "ja"])
def test_list_fits_and_cuts_no_id(sent, language):
    shown = on_terminal(sent, "list", "--lang", language)
    lines = shown.splitlines()
    assert max(map(columns, lines)) <= WIDTH
    for row in (CASE_1, CASE_2_ABROAD):
        assert any(row in line and "R8-" in line for line in lines)
    assert "abuse@board.example.jp" in shown


def test_a_case_and_faults_break_between_words(sent):
    """A terminal broke `found_on` and `suicide-solicitation` at its last column."""
    faulty = sent.home / "cases" / f"{INVALID_CASE}.json"
    faulty.write_text(invalid_case(), encoding="utf-8")
    told = on_terminal(sent, "case", CASE_2_ABROAD)
    refused = on_terminal(sent, "check", faulty.stem, language="ja")
    for shown in (told, refused):
        assert max(map(columns, shown.splitlines())) <= WIDTH
    assert "Seen online on: " in told
    assert "suicide-solicitation" in refused


def test_show_breaks_between_facts_only(sent):
    shown = on_terminal(sent, "show", CASE_1)
    for line in shown.splitlines():
        # one fact that is longer than a line stands alone, so that it can be copied
        assert columns(line) <= WIDTH or " " not in line.strip(), line
    piped = sent.run("show", CASE_1)[1]
    digest = re.search(r"SHA-256 ([0-9a-f]{64})", piped)[1]
    assert digest in shown


@pytest.mark.parametrize("language", ["en", "ja"])
def test_results_do_not_share_a_line_with_the_bar(desk, received, language):
    shown = on_terminal(desk, "send", CASE_1, CASE_2_ABROAD, "--lang", language)
    # what a bar leaves behind is erased before a result is printed
    seen = _as_seen(shown)
    results = [line for line in seen if "IHC-" in line]
    assert [line.split()[0] for line in results] == [CASE_1, CASE_2_ABROAD]
    assert not any("/2" in line or "━" in line for line in seen)


def _as_seen(shown):
    """The lines as a terminal shows them in the end: CR, erase line, cursor up."""
    lines, at, column = [""], 0, 0
    for mark in re.findall(r"\x1b\[\??[0-9;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", shown):
        if mark == "\r":
            column = 0
        elif mark == "\n":
            at, column = at + 1, 0
            if at == len(lines):
                lines.append("")
        elif mark.endswith("A"):
            at = max(0, at - int(mark[2:-1] or 1))
        elif mark.endswith("K"):
            lines[at] = "" if mark[2:-1] == "2" else lines[at][:column]
        elif not mark.startswith("\x1b"):
            kept = lines[at].ljust(column)
            lines[at] = kept[:column] + mark + kept[column + len(mark) :]
            column += len(mark)
    return lines


def every_command(group=cli, above=()):
    """The words of each command, those within groups among them."""
    for name in group.list_commands(click.Context(group)):
        words = (*above, name)
        yield words
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from every_command(command, words)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_help_fits(words, language, capsys, monkeypatch):
    """Choices of an option were one word of up to 118 columns."""
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    run([*words, "--help", "--lang", language])
    assert max(map(columns, capsys.readouterr().out.splitlines())) <= WIDTH


@given(st.text(), st.integers(2, 60))
def test_wrapping_loses_nothing_but_blanks(text, width):
    joined = "".join(wrapped(text, width))
    assert joined.replace(" ", "") == text.replace(" ", "")


@given(st.text(alphabet="あ漢、。「」ab "), st.integers(8, 40))
@example("、 、、、", 8)
def test_a_line_of_words_that_fit_is_never_too_wide(text, width):
    words = max((columns(word) for word in re.findall(r"\S+", text)), default=0)
    for line in wrapped(text, width):
        assert columns(line) <= max(width, words + 1)  # a blank before it


@given(st.lists(st.text(alphabet="abc=漢", min_size=1, max_size=90), max_size=9))
def test_facts_are_never_broken(items):
    told = flowed(items, WIDTH, "  ")
    told = re.sub(r"(?<=[= ])\n +", "", told)  # one that is longer than a line
    assert [item for item in re.split(r",\s+", told.strip()) if item] == items


@given(
    st.lists(
        st.tuples(
            st.text("AB-9", min_size=1, max_size=32), st.text("あa ", max_size=200)
        ),
        max_size=5,
    )
)
def test_a_table_holds_every_id_whole(rows):
    cells = [[[first], [second]] for first, second in rows]
    lines = list(_laid_out(["id", "words"], cells, [1]))
    for first, _ in rows:
        assert any(first in line for line in lines)


def test_a_wide_character_takes_two_columns():
    assert padded("依頼", 6) == "依頼  "
    assert columns("か\u3099") == 2, "a combining mark takes none"


def test_what_is_printed_can_be_typed(tmp_path, capsys, monkeypatch):
    place = tmp_path / "a site"
    assert run(["init", str(place)]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "--site" in line]
    assert len(lines) == 2
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run(
        ["sh", "-c", lines[1]], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_program_is_named_so_that_a_shell_finds_it(monkeypatch, tmp_path):
    tool = tmp_path / "notices"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.argv", [str(tool)])
    assert program_name() == "notices"
    monkeypatch.setenv("PATH", "/nowhere")
    assert program_name() == str(tool)
    monkeypatch.setattr("sys.argv", ["pytest"])
    assert program_name().endswith(" -m notices")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_of_that_shell(shell, capsys):
    assert run(["completion", shell]) == 0
    assert "_NOTICES_COMPLETE" in capsys.readouterr().out


def test_bash_completes_a_command(capsys):
    require_program("bash")
    assert run(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    asked = f"{script}\nCOMP_WORDS=(notices ver); COMP_CWORD=1\n"
    asked += f'notices() {{ "{sys.executable}" -m notices "$@"; }}; export -f notices\n'
    asked += 'response=$(env COMP_WORDS="notices ver" COMP_CWORD=1 '
    asked += f'_NOTICES_COMPLETE=bash_complete "{sys.executable}" -m notices)\n'
    asked += 'echo "$response"'
    done = subprocess.run(
        ["bash", "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert "plain,verify" in done.stdout
