"""`make torture` is long, so it is seldom run: what would stop it is seen here at once."""

import os
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


def pieces(*words: str, of: list[str] = LONG) -> list[str]:
    """The ids of the long tests that a run with these words would take."""
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "torture", "--co", "-q", *words, *of],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    return [line for line in told.splitlines() if "::" in line]


def test_every_kind_takes_part_in_the_shortest_run():
    """A sample by chance left out whole functions, such as both random kills."""
    every, shortest = pieces(), pieces("--torture-pieces=1")
    assert len(shortest) < len(every) / 5
    assert {one.partition("[")[0] for one in shortest} == {
        one.partition("[")[0] for one in every
    }


def test_a_run_takes_so_many_of_each_kind_from_first_to_last():
    path = "tests/verifying/test_mutants.py"
    mails = pieces("--torture-pieces=4", of=[path])
    assert len(mails) == 4 * 4, "three kinds of file, and the signature alone"
    assert sum("[mail-1750-" in one for one in mails) == 4
    assert [one for one in mails if "B-LT" in one] == [
        f"{path}::test_no_mutant_of_many_is_accepted_with_other_content[B-LT-50-{seed}]"
        for seed in (2, 34, 66, 98)
    ]


def test_the_seed_of_the_laws_is_told_and_another_in_each_run_but_in_ci():
    assert len({seed_of_a_run(CI="1") for _ in range(2)}) == 1
    found = {seed_of_a_run() for _ in range(2)}
    assert len(found) == 2
    assert all(one.isdigit() for one in found)


def seed_of_a_run(**more: str) -> str:
    without = {name: value for name, value in os.environ.items() if name != "CI"}
    return (
        subprocess.run(
            [sys.executable, "-m", "pytest", "--co", "tests/test_long_suites.py"],
            cwd=ROOT,
            env={**without, **more},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        .stdout.partition("--hypothesis-seed=")[2]
        .split()[0]
    )
