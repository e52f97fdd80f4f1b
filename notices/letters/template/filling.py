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
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from notices.errors import Fault, InvalidTemplate
from notices.letters.model import Face, Para, Span
from notices.letters.template.addresses import Address
from notices.letters.template.details import Details, Exact, merged
from notices.letters.template.sandbox import TOO_DEEP, language_faults, make_environment
from notices.letters.template.sources import TemplateSource
from notices.messages import Text

# Private-use characters as brackets: `hygiene` has spelt them out in every value.
_OPEN, _CLOSE = "\ue000", "\ue001"
_LINE_OPEN, _LINE_CLOSE = "\ue002", "\ue003"
_TOKEN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_LAST_TOKEN = re.compile(f"{_OPEN}([0-9]+){_CLOSE}$")
_LINE = re.compile(f"{_LINE_OPEN}([0-9]+){_LINE_CLOSE}")
_TAG = re.compile("{%.*?%}|{#.*?#}")
_TAG_AT_END = re.compile("{[%#](?:(?!%}|#}).)*?(?<![+-])([%#]})\\s*$")
_RESERVED = re.compile("[\ue000-\ue003]")
_UNDEFINED = re.compile("'(\\w+)' is undefined|no (?:attribute|element) '?(\\w+)")
"""How Jinja names what it does not know."""
_NO_CONDITION = Text("a condition cannot be printed; use {tag}", tag="{% if %}")
_NO_LIST = Text("a list cannot be printed; loop over it with {tag}", tag="{% for %}")
# A key that no template can write as a name.
_VALUES_KEY = "the values"


@dataclass(slots=True)
class Filled:
    """A rendered template, its values still apart."""

    source: TemplateSource
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
        for position, piece in enumerate(_TOKEN.split(self._trimmed(text))):
            if position % 2:
                spans.extend(_value_spans(self.values[int(piece)]))
            elif piece:
                spans.append(Span(piece))
        return merged(spans)

    def _trimmed(self, text: str) -> str:
        """Without the blanks before a last value that is empty."""
        last = _LAST_TOKEN.search(text)
        if last is None or self.values[int(last[1])]:
            return text
        return text[: last.start()].rstrip(" \u3000")

    def paras(self, text: str) -> Iterator[Para]:
        """The paragraphs of a line: details stand on lines of their own below it."""
        rest: list[str] = []
        for position, piece in enumerate(_TOKEN.split(text)):
            value = self.values[int(piece)] if position % 2 else None
            if isinstance(value, Details) and value.paras:
                yield from self._before("".join(rest))
                yield from value.paras
                rest = []
            else:
                rest.append(f"{_OPEN}{piece}{_CLOSE}" if position % 2 else piece)
        yield from self._before("".join(rest))

    def _before(self, text: str) -> Iterator[Para]:
        if text.strip():
            yield Para(self.spans(text.strip()))

    def plain(self, text: str) -> str:
        """The text with its values filled in."""
        return "".join(span.text for span in self.spans(text))

    def mail_lines(self, text: str) -> Iterator[str]:
        """A line of a mail; details stand in on lines of their own below it."""
        if not any(para.is_detail for para in self.paras(text)):
            yield self.plain(text)
            return
        margin = " " * (len(text) - len(text.lstrip(" ")))
        for para in self.paras(text):
            yield margin + ("    " if para.is_detail else "") + para.text

    def fault(self, line: int, message: str) -> InvalidTemplate:
        """An error that points at a line of the source."""
        fault = Fault(f"{self.source.path}:{line}", message)
        return InvalidTemplate(
            Text("the template {name} cannot be used", name=self.source.name),
            faults=[fault],
        )


def _value_spans(value: str) -> Iterator[Span]:
    if isinstance(value, Exact):
        yield Span(str(value), Face.EXACT)
    elif isinstance(value, Address):
        yield Span(str(value), Face.URL)
        if value.note:
            yield Span(value.note)
    elif value:
        yield Span(value)


def fill(source: TemplateSource, values: Mapping[str, Any]) -> Filled:
    """Render one template; InvalidTemplate names file and line of what is wrong."""
    template = _template(source)
    filled = Filled(source, "")
    try:
        filled.skeleton = template.render({**values, _VALUES_KEY: filled.values})
    except (jinja2.TemplateError, TypeError, ValueError) as wrong:
        raise filled.fault(_line_of(wrong), _why(wrong)) from wrong
    return filled


@jinja2.pass_context
def _token(context: Context, value: Any) -> Any:
    if isinstance(value, jinja2.Undefined):
        return str(value)  # StrictUndefined raises here, with the name
    if isinstance(value, bool):
        raise TypeError(_NO_CONDITION)
    if not isinstance(value, str | int):
        raise TypeError(_NO_LIST)
    text = value if isinstance(value, str) else str(value)
    if _RESERVED.search(text):
        return text  # joined by an expression: it holds tokens already
    kept: list[str] = context[_VALUES_KEY]
    kept.append(text)
    return f"{_OPEN}{len(kept) - 1}{_CLOSE}"


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    return make_environment(_token)


def _template(source: TemplateSource) -> jinja2.Template:
    try:
        return _compiled(source.bare)
    except InvalidTemplate as wrong:
        faults = source.placed(wrong.faults)
        raise InvalidTemplate(wrong.message, faults=faults) from wrong


@lru_cache(maxsize=32)
def _compiled(source: TemplateSource) -> jinja2.Template:
    faults = language_faults(source.text, source.path)
    if faults:
        raise InvalidTemplate(
            Text("the template {name} cannot be used", name=source.name), faults=faults
        )
    try:
        return _environment().from_string(marked(source.text))
    except (SyntaxError, RecursionError) as wrong:  # Python's limits
        raise InvalidTemplate(
            Text("the template {name} cannot be used", name=source.name),
            faults=[Fault(source.path, TOO_DEEP)],
        ) from wrong


def marked(text: str) -> str:
    """The template with each directive's line number behind it.

    A line of wording ends where it ends: Jinja would take away the line end behind
    a tag or a note, and glue the next line to it.
    """
    lines = _RESERVED.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(
        f"{line}{_LINE_OPEN}{number}{_LINE_CLOSE}"
        if line.lstrip().startswith(("@", "＠"))
        else _kept_apart(line)
        for number, line in enumerate(lines, 1)
    )


def _kept_apart(line: str) -> str:
    """A line with wording and a tag at its end, such that its line end stays."""
    tag = _TAG_AT_END.search(line)
    if tag is None or not _TAG.sub("", line).strip():
        return line
    return f"{line[: tag.start(1)]}+{tag[1]}{line[tag.end(1) :]}"


def _line_of(wrong: BaseException) -> int:
    """The template's line: Jinja gives its frames the name `<template>`."""
    line, trace = 0, wrong.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _why(wrong: Exception) -> str:
    """What keeps it from being filled, for who edits; Jinja's words never."""
    if wrong.args and isinstance(wrong.args[0], Text):
        return wrong.args[0]
    if isinstance(wrong, jinja2.UndefinedError):
        named = _UNDEFINED.search(str(wrong.message))
        return (
            Text(
                "{name}: unknown name; see the list of names in README.md",
                name=named[1] or named[2],
            )
            if named
            else Text("a list is empty, and one of its values is used")
        )
    if isinstance(wrong, jinja2.TemplateError):
        return Text("something in these braces is not allowed in a template")
    return Text(
        "two values do not fit together: a text is compared with a number, "
        "or a filter is used on what it is not for"
    )
