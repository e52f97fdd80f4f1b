"""Words of a command that nobody can answer for are told so, by every command.

`Path.is_file` and its like raise for such a name, where `open` would have told why: a
case id that was pasted with a page of text behind it was "a fault of the program" (70).
"""

import subprocess
import sys
from pathlib import Path

import pytest

from notices.site.starting import start_site

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


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_file_that_cannot_be_read_is_named_once(tmp_path, language):
    """It said `x: x cannot be read`."""
    file = tmp_path / "no.eml"
    done = run("--lang", language, "verify", file, "--trust", "certs/example/root.pem")
    assert done.stderr.replace("\n", "").count("no.eml") == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["case", b"\xff"], 65),
        (["hold", "--reason", b"\xe3\x81"], 65),
        (["list", "--limit", "99999999999999999999"], 2),
        (["cases", "--limit", "99999999999999999999"], 2),
        (["statistics", "2026", "--size", "99999999999999999999"], 2),
    ],
)
def test_words_that_no_database_takes_are_told_as_such(tmp_path, words, code):
    """Octets that are no text, and numbers without end, were faults of the program."""
    start_site(tmp_path / "site")
    command = [sys.executable, "-m", "notices", *words, "--site", tmp_path / "site"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    assert b"fault of the program" not in done.stderr
