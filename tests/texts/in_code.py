"""Every text for people in the code: what a catalogue of another language must hold.

Found are, in `notices/`: the templates of `Text(...)`, what errors, faults and hints are
made of, the help of commands and options, and every other literal of two words or more
that `not_for_people.txt` does not name; and the remarks of the catalogue of categories,
which are data. An f-string that reads like a sentence is a fault:
its parameters could not be told apart from its words.
"""

import ast
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from notices import errors
from notices.cli.screen.helping import paragraphs_of

ROOT = Path(__file__).parents[2]
CATALOGUE = "notices/data/catalogue.json"
EXCEPTIONS = Path(__file__).with_name("not_for_people.txt")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.)`]* [A-Za-z(`]|\} +[a-z]{2,}")
_MADE_OF_TEXTS = {"Text", "Fault", "hint", "say", "tell", "shown", "warn", "_hint"} | {
    name for name, _ in inspect.getmembers(errors, inspect.isclass)
}
_FOR_PROGRAMMERS = {
    "ValueError",
    "TypeError",
    "KeyError",
    "AttributeError",
    "RuntimeError",
    "AssertionError",
    "NotImplementedError",
}


@dataclass
class Found:
    """What the code says to people."""

    texts: dict[str, set[str]] = field(default_factory=dict)
    """Text to the files that hold it."""
    f_strings: list[str] = field(default_factory=list)
    """`file:line: source` of sentences that forget what they were made of."""

    def add(self, text: str, path: str) -> None:
        if re.search(r"[A-Za-z]", re.sub(r"\{[^{}]*\}", "", text)):
            self.texts.setdefault(text, set()).add(path)


@cache
def find() -> Found:
    """Read all of `notices/`."""
    found = Found()
    for path in sorted((ROOT / "notices").rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if not _is_excepted(name):
            _Reader(name, found).visit(ast.parse(path.read_text("utf-8")))
    for text in remarks():
        found.add(text, CATALOGUE)
    return found


def remarks() -> Iterator[str]:
    """What the catalogue of categories says to people in English."""
    document = json.loads((ROOT / CATALOGUE).read_text("utf-8"))
    for category in document["categories"]:
        for row in (category, *category.get("provisions", ())):
            yield from filter(None, [row.get("disabled_reason")])
        yield from filter(None, [category.get("note")])


@cache
def exceptions() -> list[tuple[str, str]]:
    """Pattern of files, and text; an empty text stands for all of these files."""
    lines = EXCEPTIONS.read_text("utf-8").splitlines()
    pairs = (
        line.partition(": ") for line in lines if line and not line.startswith("#")
    )
    return [(pattern, text) for pattern, _, text in pairs]


def _is_excepted(path: str, text: str = "") -> bool:
    return any(
        fnmatch(path, pattern)
        and (not excepted or (text and fnmatch(text.replace("\n", "\\n"), excepted)))
        for pattern, excepted in exceptions()
    )


class _Reader(ast.NodeVisitor):
    def __init__(self, path: str, found: Found) -> None:
        self._path, self._found = path, found
        self._is_text = False

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        calls = [ast.unparse(each) for each in node.decorator_list]
        if any(".command(" in call or ".group(" in call for call in calls):
            for paragraph in paragraphs_of(ast.get_docstring(node) or ""):
                self._found.add(paragraph, self._path)
        self._body(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]  # noqa: N815

    def _body(self, node: ast.AST) -> None:
        """Everything in it but sentences that stand alone: docstrings."""
        for child in ast.iter_child_nodes(node):
            if not (
                isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)
            ):
                self.visit(child)

    def visit_Call(self, node: ast.Call) -> None:
        name = _name(node.func)
        if name in _FOR_PROGRAMMERS:
            return
        self.visit(node.func)
        is_text = self._is_text
        for index, argument in enumerate(node.args):
            place = 1 if name == "Fault" else 0
            self._is_text = name in _MADE_OF_TEXTS and index == place
            self.visit(argument)
        for keyword in node.keywords:
            self._is_text = keyword.arg == "help" or (
                keyword.arg == "hint" and isinstance(keyword.value, ast.Constant)
            )
            self.visit(keyword.value)
        self._is_text = is_text

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        words = "".join(
            part.value if isinstance(part, ast.Constant) else "{}"
            for part in node.values
        )
        source = ast.unparse(node)
        if _SENTENCE.search(words) and not _is_excepted(self._path, source):
            self._found.f_strings.append(f"{self._path}:{node.lineno}: {source}")

    def visit_Constant(self, node: ast.Constant) -> None:
        text = node.value
        if not isinstance(text, str):
            return
        is_told = (self._is_text and text) or _SENTENCE.search(text)
        if is_told and not _is_excepted(self._path, text):
            self._found.add(text, self._path)

    def visit_Compare(self, node: ast.Compare) -> None:
        was, self._is_text = self._is_text, False
        self.generic_visit(node)
        self._is_text = was

    visit_Subscript = visit_Compare  # type: ignore[assignment]  # noqa: N815

    def visit_IfExp(self, node: ast.IfExp) -> None:
        was, self._is_text = self._is_text, False
        self.visit(node.test)
        self._is_text = was
        self.visit(node.body)
        self.visit(node.orelse)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def room(path: str) -> str:
    """The PO file for texts of a module: `cli`, `verifying`, ..., or `core`."""
    parts = Path(path).parts
    return parts[1] if len(parts) > 2 else "core"


def templates() -> Iterator[str]:
    """All texts, in order."""
    yield from sorted(find().texts)
