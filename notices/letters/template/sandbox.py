"""Which Jinja2 a template may use: a small, total part of the language.

Names, lists, conditions, one level of loops over the notice's own lists. There is
no call, no arithmetic, no include, no macro: every template ends, and none can grow
beyond its own size times the notice's. The immutable sandbox stands behind that.
"""

import difflib
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notices.errors import Fault
from notices.letters.template.checks.unclosed import syntax_faults
from notices.letters.template.names import ITEM_NAMES, KNOWN_NAMES, LIST_NAMES
from notices.messages import Text

FILTERS = ("default", "first", "last", "length", "lower", "upper")
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.For,
    nodes.Name,
    nodes.Const,
    nodes.Getattr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
    nodes.Filter,
)
TOO_DEEP = "brackets, filters or conditions are nested too deeply"
_LOOP_ATTRIBUTES = frozenset({"index", "first", "last", "length"})
_ITEM_ATTRIBUTES = frozenset({*ITEM_NAMES, *ITEM_NAMES.values()})


def make_environment(finalize: Callable[..., Any]) -> ImmutableSandboxedEnvironment:
    """The environment: immutable sandbox, strict undefined, no autoescape.

    There is no markup to escape for: text, PDF and DOCX are written from values.
    """
    sandbox = ImmutableSandboxedEnvironment(
        undefined=jinja2.StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=None,
        cache_size=0,
    )
    sandbox.globals.clear()
    sandbox.filters = {name: sandbox.filters[name] for name in FILTERS}
    return sandbox


@lru_cache(maxsize=1)
def _parser() -> ImmutableSandboxedEnvironment:
    return make_environment(str)


@lru_cache(maxsize=64)
def language_faults(text: str, path: str) -> tuple[Fault, ...]:
    """What of a template is not in the language, each with file and line.

    Nothing is executed, not even what the compiler would compute beforehand.
    """
    finder = _Finder(path)
    try:
        finder.visit(_parser().parse(text), loop_names=frozenset())
    except jinja2.TemplateSyntaxError as wrong:
        return tuple(
            Fault(f"{path}:{line}", said)
            for line, said in syntax_faults(text, wrong.lineno)
        )
    except ValueError:
        return (Fault(path, "syntax: a number has thousands of digits"),)
    except RecursionError:
        return (Fault(f"{path}:{finder.line}", TOO_DEEP),)
    return tuple(finder.faults)


class _Finder:
    """Walks the syntax tree once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.line = 1
        self.faults: list[Fault] = []

    def visit(self, node: nodes.Node, *, loop_names: frozenset[str]) -> None:
        self.line = node.lineno or self.line  # some nodes do not know theirs
        if not isinstance(node, _ALLOWED):
            self.add(_refusal(node))
            return
        for message in _faults_of(node, loop_names):
            self.add(message)
        if isinstance(node, nodes.For):
            self.visit(node.iter, loop_names=loop_names)
            inner = loop_names | _targets(node.target) | {"loop"}
            for kid in (*node.body, *node.else_):
                self.visit(kid, loop_names=inner)
            return
        for kid in node.iter_child_nodes():
            self.visit(kid, loop_names=loop_names)

    def add(self, message: str) -> None:
        self.faults.append(Fault(f"{self.path}:{self.line}", message))


def _refusal(node: nodes.Node) -> str:
    """In the words of an editor; the tree's own names say nothing to one."""
    if isinstance(node, nodes.BinExpr | nodes.UnaryExpr | nodes.Concat):
        return "a calculation is not allowed in a template"
    if isinstance(node, nodes.Call):
        return "a call, name(…), is not allowed in a template"
    if isinstance(node, nodes.Stmt):
        return "only conditions (if) and loops (for) are allowed in a template"
    return "only names, texts, numbers and comparisons are allowed in a template"


def _targets(target: nodes.Node) -> frozenset[str]:
    return frozenset(name.name for name in target.find_all(nodes.Name)) | (
        frozenset({target.name}) if isinstance(target, nodes.Name) else frozenset()
    )


def _faults_of(node: nodes.Node, loop_names: frozenset[str]) -> Iterator[str]:
    if isinstance(node, nodes.Name) and node.name not in KNOWN_NAMES | loop_names:
        yield Text(
            "{name}: unknown name{nearest}",
            name=node.name,
            nearest=_nearest(node.name, KNOWN_NAMES),
        )
    elif isinstance(node, nodes.Getattr):
        yield from _attribute_faults(node)
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield Text(
            "{name}: unknown filter{nearest}",
            name=node.name,
            nearest=_nearest(node.name, frozenset(FILTERS)),
        )
    elif isinstance(node, nodes.Const):
        yield from _constant_faults(node.value)
    elif isinstance(node, nodes.For):
        yield from _loop_faults(node, loop_names)


def _constant_faults(value: object) -> Iterator[str]:
    if not isinstance(value, str | int):
        yield Text("{value}: only texts, whole numbers, true and false", value=value)
    elif isinstance(value, str) and not value.isprintable():
        yield Text(
            "{value!a}: a text in quotes has only characters that can be seen",
            value=value,
        )


def _attribute_faults(node: nodes.Getattr) -> Iterator[str]:
    is_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
    known = _LOOP_ATTRIBUTES if is_loop else _ITEM_ATTRIBUTES
    if node.attr not in known:
        yield Text(
            ".{attr}: unknown name{nearest}",
            attr=node.attr,
            nearest=_nearest(node.attr, known),
        )


def _loop_faults(node: nodes.For, loop_names: frozenset[str]) -> Iterator[str]:
    if loop_names:
        yield "a loop within a loop is not allowed"
    if not isinstance(node.iter, nodes.Name) or node.iter.name not in LIST_NAMES:
        yield Text(
            "a loop runs over one of {names}", names="、".join(sorted(LIST_NAMES))
        )
    if node.recursive or node.test:
        yield "a loop has neither recursion nor condition"


def _nearest(name: str, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return (
        Text("; did you mean {near}?", near=near[0])
        if near
        else "; README.md lists the names"
    )
