"""`make torture` is long, so it is seldom run: what would stop it is seen here at once."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_long_test_finds_its_fixtures():
    """A fixture that a test of another folder needs is missing only when it is set up:
    three laws of the store ran on SQLite and broke off on PostgreSQL."""
    planned = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "torture", "--setup-plan", "-q"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert planned.returncode == 0, planned.stdout[-4000:]
