"""`make torture` is long, so it is seldom run: what would stop it is seen here at once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


LONG = [
    str(path)
    for path in sorted(Path(__file__).parent.rglob("test_*.py"))
    if "torture" in path.read_text(encoding="utf-8")
]
"""The files that can have long tests: a mark is a word of the file."""


def test_every_long_test_finds_its_fixtures():
    """A fixture that a test of another folder needs is missing only when it is set up:
    three laws of the store ran on SQLite and broke off on PostgreSQL."""
    planned = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "torture", "--setup-plan", "-q", *LONG],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert planned.returncode == 0, planned.stdout[-4000:]
