"""Facts and looks out of a pipe: `-` is standard input, as in a shell."""

import subprocess
import sys

import pytest

from tests.casework.conftest import CASE
from tests.site.casework.test_case_commands import fact, judged, sent
from tests.site.conftest import desk

__all__ = ["desk"]


def piped(desk, octets, *words):
    """A program of its own that reads these octets from a pipe."""
    done = subprocess.run(
        [sys.executable, "-m", "notices", *words, "--site", str(desk.home)],
        input=octets,
        capture_output=True,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def octets(*lines):
    return "".join(f"{one}\n" for one in lines).encode()


def test_facts_come_out_of_a_pipe(desk):
    code, out, err = piped(desk, octets(sent(), judged()), "record", "-")
    assert (code, out, err) == (0, "2 facts taken, 0 known before\n", "")
    assert desk.json("case", CASE)[1]["state"] == "requested"


def test_a_fault_is_told_with_its_line_and_nothing_is_taken(desk):
    cut = octets(judged())[:-20]
    code, _, err = piped(desk, octets(judged()) + cut, "record", "-")
    assert (code, "line 2" in err) == (65, True)
    assert desk.json("cases") == (0, [])


def test_part_of_a_pipe_is_taken_where_that_is_wanted(desk):
    code, _, err = piped(desk, octets(judged()) + b"\xff\n", "record", "-", "--partial")
    assert (code, "line 2" in err) == (65, True)
    assert desk.json("case", CASE)[1]["state"] == "analysed"


def test_nothing_in_the_pipe_is_nothing_taken(desk):
    assert piped(desk, b"", "record", "-")[:2] == (0, "0 facts taken, 0 known before\n")


@pytest.mark.parametrize("words", [("record", "-"), ("look", "--file", "-")])
def test_a_closed_input_is_told(desk, words):
    """`<&-` of a shell: the descriptor is not there at all."""
    line = [sys.executable, "-m", "notices", *words, "--site", str(desk.home)]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *line],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "standard input" in done.stderr) == (65, True)


def test_looks_come_out_of_a_pipe(desk):
    piped(desk, octets(judged(), sent()), "record", "-")
    rows = f"case_id,outcome,note\n{CASE},still_there,一覧に残る\n".encode("shift_jis")
    code, out, err = piped(desk, rows, "look", "--file", "-")
    assert (code, err) == (0, ""), err
    assert "still_there" in out
    seen = [
        one for one in desk.json("case", CASE)[1]["facts"] if one["fact"] == "looked"
    ]
    assert [one["note"] for one in seen] == ["一覧に残る"]


def test_an_unfinished_row_of_a_pipe_is_told(desk):
    piped(desk, octets(judged(), fact("police_reported", 470, {})), "record", "-")
    rows = f'case_id,outcome\n{CASE},"still_there'.encode()
    assert piped(desk, rows, "look", "--file", "-")[0] == 65
