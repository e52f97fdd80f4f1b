"""Jinja2 over plain text, values kept apart: outside text never meets a parser.

Jinja's `finalize` puts an opaque token for every value. The layout is parsed while
the values are still tokens; afterwards the tokens are filled. So no value can make
a line, a directive, a markup tag or a Jinja expression.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notices.errors import Fault, InvalidTemplate
from notices.letters.addresses import Address
from notices.letters.model import Face, Span
from notices.letters.sources import Source

# Private-use characters as brackets: `hygiene` has spelt them out in every value.
_OPEN, _CLOSE = "\ue000", "\ue001"
_LINE_OPEN, _LINE_CLOSE = "\ue002", "\ue003"
_TOKEN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_LINE = re.compile(f"{_LINE_OPEN}([0-9]+){_LINE_CLOSE}")
_RESERVED = re.compile("[\ue000-\ue003]")
# A key that no template can write as a name.
_VALUES_KEY = "the values"
# Longest template and longest rendered skeleton: values are tokens, so that a
# letter's skeleton stays small; whatever is larger is a bomb.
MAX_SKELETON = 200_000


@dataclass(slots=True)
class Filled:
    """A rendered template, its values still apart."""

    source: Source
    skeleton: str
    values: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Line number in the source (0 if unknown) and the text with tokens."""
        number = 0
        for raw in self.skeleton.split("\n"):
            marks = _LINE.findall(raw)
            number = int(marks[0]) if marks else number
            yield number, _LINE.sub("", raw)

    def spans(self, text: str) -> tuple[Span, ...]:
        """The text with its values filled in, as runs of one face each."""
        spans: list[Span] = []
        for position, piece in enumerate(_TOKEN.split(text)):
            if position % 2:
                spans.extend(_value_spans(self.values[int(piece)]))
            elif piece:
                spans.append(Span(piece))
        return merged(spans)

    def plain(self, text: str) -> str:
        """The text with its values filled in."""
        return "".join(span.text for span in self.spans(text))

    def fault(self, line: int, message: str) -> InvalidTemplate:
        """An error that points at a line of the source."""
        fault = Fault(f"{self.source.path}:{line}", message)
        return InvalidTemplate(
            f"the template {self.source.name} cannot be used", faults=[fault]
        )


def _value_spans(value: str) -> Iterator[Span]:
    if isinstance(value, Address):
        yield Span(str(value), Face.URL)
        if value.note:
            yield Span(value.note)
    elif value:
        yield Span(value)


def merged(spans: list[Span]) -> tuple[Span, ...]:
    """Neighbours of one face joined."""
    result: list[Span] = []
    for span in spans:
        if result and result[-1].face is span.face and span.face is Face.PROSE:
            result[-1] = Span(result[-1].text + span.text, span.face)
        else:
            result.append(span)
    return tuple(result)


def fill(source: Source, values: Mapping[str, Any]) -> Filled:
    """Render one template; InvalidTemplate names file and line of what is wrong."""
    template = _compiled(source)
    filled = Filled(source, "")
    try:
        pieces = template.generate({**values, _VALUES_KEY: filled.values})
        filled.skeleton = _bounded(filled, pieces)
    except InvalidTemplate:
        raise
    except jinja2.TemplateSyntaxError as wrong:
        raise filled.fault(wrong.lineno, _plain(wrong)) from wrong
    except Exception as wrong:
        # Whatever an expression of the template raised: the template is at fault,
        # for the values are ours.
        raise filled.fault(_line_of(wrong), _plain(wrong)) from wrong
    return filled


def _bounded(filled: Filled, pieces: Iterator[str]) -> str:
    collected, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > MAX_SKELETON:
            raise filled.fault(0, f"makes more than {MAX_SKELETON} characters")
        collected.append(piece)
    return "".join(collected)


@jinja2.pass_context
def _token(context: Context, value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        return str(value)  # StrictUndefined raises here, with the name
    text = value if isinstance(value, str) else str(value)
    if _RESERVED.search(text):
        return text  # of a macro or a {% set %} block: it holds tokens already
    kept: list[str] = context[_VALUES_KEY]
    kept.append(text)
    return f"{_OPEN}{len(kept) - 1}{_CLOSE}"


class _Sandbox(ImmutableSandboxedEnvironment):
    """The immutable sandbox, and no way to multiply text without bound."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(side, int) for side in (left, right)):
            raise SecurityError(f"the operator {operator} is not allowed here")
        return super().call_binop(context, operator, left, right)


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """The one environment: immutable sandbox, strict undefined, no autoescape.

    There is no markup to escape for: text, PDF and DOCX are written from values.
    """
    sandbox = _Sandbox(
        undefined=jinja2.StrictUndefined,
        finalize=_token,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        loader=None,
        cache_size=0,
    )
    sandbox.globals.clear()
    sandbox.filters = {
        name: sandbox.filters[name]
        for name in ("first", "last", "length", "join", "upper", "lower", "default")
    }
    return sandbox


@lru_cache(maxsize=32)
def _compiled(source: Source) -> jinja2.Template:
    try:
        return environment().from_string(marked(source.text))
    except jinja2.TemplateSyntaxError as wrong:
        raise Filled(source, "").fault(wrong.lineno, _plain(wrong)) from wrong


def marked(text: str) -> str:
    """The template with each directive's line number behind it."""
    lines = _RESERVED.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(
        f"{line}{_LINE_OPEN}{number}{_LINE_CLOSE}"
        if line.lstrip().startswith(("@", "＠"))
        else line
        for number, line in enumerate(lines, 1)
    )


def _line_of(wrong: BaseException) -> int:
    """The template's line: Jinja gives its frames the name `<template>`."""
    line, trace = 0, wrong.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _plain(wrong: BaseException) -> str:
    """What Jinja says, in a sentence for the person who edits."""
    if isinstance(wrong, jinja2.UndefinedError):
        return f"{wrong.message}: unknown name; see the list of names in README.md"
    if isinstance(wrong, SecurityError):
        return f"not allowed in a template: {wrong.message}"
    return f"{type(wrong).__name__}: {wrong}"
