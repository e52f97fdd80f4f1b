"""Listed means used: README's table, pyproject.toml and the imports say the same."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
OF_TOOLS = {"test", "lint", "mutants", "reference", "release"}
"""Extras without which the program does all that it can."""
NOT_IMPORTED = {"pytest-xdist", "httpx2"}
"""`-n 2` in the Makefile; what starlette's client for tests is made of."""
ASKED_BY_NAME = {"import_module", "find_spec", "require_module"}


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    found = {re.split(r"[\[<>=~! ]", line)[0] for line in requirements}
    return {normal(name) for name in found} - {"notices"}


def table() -> dict[str, tuple[str, set[str]]]:
    """Library to the extra it belongs to and the rooms where it is used."""
    section = (ROOT / "README.md").read_text("utf-8").split("## Libraries")[1]
    rows = {}
    for line in section.split("\n## ")[0].splitlines():
        row = re.fullmatch(
            r"\| ([\w-]+)(?: \(extra `(\w+)`\))? \| ([\w, ]+) \| .+ \|", line
        )
        if row and row[1] != "library":
            rows[normal(row[1])] = (row[2] or "", set(row[3].split(", ")))
    return rows


def modules(path: Path) -> Iterator[str]:
    """What a file imports, by statement or by name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ASKED_BY_NAME
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


@cache
def distributions() -> dict[str, str]:
    return {
        module: normal(names[0]) for module, names in packages_distributions().items()
    }


@cache
def used_in(folder: str) -> dict[str, set[str]]:
    """Library to the rooms below a folder that import it."""
    used: dict[str, set[str]] = {}
    for path in (ROOT / folder).rglob("*.py"):
        room = path.relative_to(ROOT / folder).parts[0].removesuffix(".py")
        for module in modules(path):
            top = module.partition(".")[0]
            if top in sys.stdlib_module_names or top in {"notices", "tests"}:
                continue
            if library := distributions().get(top):
                used.setdefault(library, set()).add(room)
    return used


def test_every_library_of_the_project_is_in_the_table() -> None:
    listed = dict.fromkeys(named(PROJECT["dependencies"]), "")
    for extra, requirements in EXTRAS.items():
        if extra not in OF_TOOLS:
            listed |= dict.fromkeys(named(requirements), extra)
    assert {name: extra for name, (extra, _) in table().items()} == listed


def test_the_table_names_the_rooms_that_import_it() -> None:
    assert {name: rooms for name, (_, rooms) in table().items()} == used_in("notices")


@pytest.mark.parametrize("library", sorted(named(EXTRAS["test"]) - NOT_IMPORTED))
def test_a_library_of_the_tests_is_used_and_told(library: str) -> None:
    used = used_in("tests") | used_in("bench") | used_in("certs")
    assert library in used
    section = (ROOT / "README.md").read_text("utf-8").split("## Libraries")[1]
    assert library in section.split("\n## ")[0].lower()
