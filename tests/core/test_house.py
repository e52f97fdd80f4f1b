"""The rules of the house that no import contract can tell (ARCHITECTURE.md)."""

import ast
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "notices"
MOST_FILES = 18
LONG = 3
"""Lines between a loop and the last use of its variable."""
TREES = {
    ".".join(path.with_suffix("").relative_to(PACKAGE.parent).parts): ast.parse(
        path.read_text("utf-8")
    )
    for path in sorted(PACKAGE.rglob("*.py"))
}
MODULES = {name.removesuffix(".__init__"): tree for name, tree in TREES.items()}


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules of ours that are imported, also within functions; not for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in MODULES else node.module
        else:
            yield from imported(node)


def test_there_is_no_circle_of_imports() -> None:
    """One import within a function hid a circle of two commands."""
    graph = {
        name: {one for one in imported(tree) if one in MODULES and one != name}
        for name, tree in MODULES.items()
        if f"{name}.__init__" not in TREES
    }
    order = list(TopologicalSorter(graph).static_order())
    assert len(order) >= len(graph)


def test_no_class_name_stands_twice() -> None:
    places = defaultdict(set)
    for name, tree in MODULES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(name)
    twice = {name: found for name, found in places.items() if len(found) > 1}
    assert twice == {}


def test_a_folder_shows_its_room() -> None:
    wide = {
        str(folder): count
        for folder in {path.parent for path in PACKAGE.rglob("*.py")}
        if (count := len(list(folder.glob("*.py")))) > MOST_FILES
    }
    assert wide == {}


def test_no_bench_hides_a_module_of_the_standard_library():
    """`python bench/way.py` finds its neighbours first: a `statistics.py` there broke
    five others that wanted Python's."""
    names = {path.stem for path in (Path(__file__).parents[2] / "bench").glob("*.py")}
    assert names & sys.stdlib_module_names == set()


def test_a_long_loop_names_what_it_holds() -> None:
    """Where more than three lines lie between, `one` or `each` tells a reader nothing."""
    nameless = [
        f"{name}:{loop.lineno}"
        for name, tree in MODULES.items()
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For)
        for target in ast.walk(loop.target)
        if isinstance(target, ast.Name) and target.id in {"one", "each", "found", "it"}
        for last in [max(used.lineno for used in ast.walk(loop) if is_of(used, target))]
        if last - loop.lineno > LONG
    ]
    assert nameless == []


def is_of(node: ast.AST, target: ast.Name) -> bool:
    return isinstance(node, ast.Name) and node.id == target.id


def test_the_plan_shows_the_rooms_that_there_are() -> None:
    """ARCHITECTURE.md lacked four rooms and ten folders, and had three in another order."""
    plan = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    plan = plan.split("## Rooms")[1].split("```")[1]
    heads = re.findall(r"^[a-z].*", plan, re.MULTILINE)
    named = [re.split(r" {2,}", head)[0].split(" | ") for head in heads]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = contracts["tool"]["importlinter"]["contracts"][0]["layers"]
    assert [set(line) for line in named] == [set(each.split(" | ")) for each in layers]
    folders = {
        str(path.parent.relative_to(PACKAGE))
        for path in PACKAGE.glob("*/*/__init__.py")
    }
    shown = set()
    for room, below in _folders_shown(plan):
        shown |= {f"{room}/{name}" for name in below}
    assert shown == folders


def _folders_shown(plan: str) -> Iterator[tuple[str, list[str]]]:
    room = ""
    for line in plan.splitlines():
        if found := re.match(r"  ([a-z]+)/(?:([a-z_]+)/)?(?= |$)", line):
            room, one = found.groups()
            names = (
                [one]
                if one
                else re.findall(r"(?<![(\w])([a-z_]+)/", line[found.end() :])
            )
            yield room, names
        elif line.startswith(" ") and "/" in line:
            yield room, re.findall(r"(?<![(\w])([a-z_]+)/", line)
