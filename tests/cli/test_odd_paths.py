"""Names that the system refuses to answer for are told in words, by every command.

`Path.is_file` and its like raise for such a name, where `open` would have told why: a
case id that was pasted with a page of text behind it was "a fault of the program" (70).
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONG = "x" * 300


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "notices", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["check", LONG], 65),
        (["preview", LONG, "--out", "x"], 65),
        (["check", "IHC-2026-004217", "--site", LONG], 78),
        (["list", "--site", LONG], 78),
        (["init", LONG], 65),
        (["demo", LONG], 65),
        (["verify", LONG, "--trust", "certs/example/root.pem"], 65),
        (["verify", "LICENSE", "--trust", LONG], 65),
    ],
)
def test_a_name_that_is_too_long_is_told_in_words(words, code):
    done = run(*words)
    assert "fault of the program" not in done.stderr
    assert done.returncode == code, done.stderr
    assert LONG in done.stderr.replace("\n", "")
