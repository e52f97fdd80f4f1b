"""`--help` and usage errors in the language of this run, as wide as the terminal.

Commands are written in English; what is shown is a copy that is told. What click says
itself is translated by gettext, as its documents say: `messages.mo` in the data of
this package, written by `python -m tests.texts.write_click`.
"""

import copy
import gettext
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from inspect import cleandoc

import click

from notices.cli.screen.language import OPTION, tell
from notices.cli.screen.values import strict
from notices.cli.screen.width import columns, padded, wrapped
from notices.codec.languages import LANGUAGES

_GAP = 2
_MOST_FIRST = 30
"""Columns of the first of two columns; a longer one gets a line of its own."""
_LEAST = 20
"""Columns that sentences and arguments need at least; else they stand below."""
_WIDEST, _EDGE = 80, 2
"""Columns of help on a wide terminal, and those that stay free, as click has it."""

LANG = click.Option(
    [OPTION],
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help="Language of texts for people; default: LC_ALL, LC_MESSAGES, LANG.",
)


class Formatter(click.HelpFormatter):
    """Help in which a wide character counts as two columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """`Usage:` and what can be typed."""
        start = f"{prefix or gettext.gettext('Usage: ')}{prog} "
        beside = columns(start)
        if self.width - beside < min(_LEAST, columns(args)):
            start, beside = f"{start.rstrip()}\n    ", 4
        room = max(self.width - beside, _LEAST)
        lines = [part for line in wrapped(args, room) for part in parted(line, room)]
        hanging = "\n" + " " * beside
        self.write(f"{start}{hanging.join(lines)}\n")

    def write_text(self, text: str) -> None:
        """Paragraphs."""
        indent = " " * self.current_indent
        paragraphs = (
            "\n".join(
                indent + line
                for line in wrapped(paragraph, self.width - self.current_indent)
            )
            for paragraph in paragraphs_of(text)
        )
        self.write("\n\n".join(paragraphs) + "\n")

    def write_dl(
        self,
        rows: Iterable[tuple[str, str]],
        col_max: int = _MOST_FIRST,
        col_spacing: int = _GAP,
    ) -> None:
        """Names and what they mean, in two columns."""
        rows = list(rows)
        col_max = min(col_max, self.width - _LEAST - 2 * _GAP)
        firsts = [columns(first) for first, _ in rows if columns(first) <= col_max]
        first_width = max(firsts, default=0) + col_spacing
        indent = " " * self.current_indent
        room = max(self.width - first_width - self.current_indent, _LEAST)
        for first, second in rows:
            lines = wrapped(second, room)
            if columns(first) > col_max:
                parts = parted(first, self.width - self.current_indent)
                self.write("".join(f"{indent}{part}\n" for part in parts))
            else:
                self.write(f"{indent}{padded(first, first_width)}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{indent}{' ' * first_width}{line}\n")


class Context(click.Context):
    """A context that writes help with our formatter."""

    formatter_class = Formatter

    def make_formatter(self) -> click.HelpFormatter:
        """As wide as the terminal, also where that is narrower than click expects."""
        return Formatter(width=min(shutil.get_terminal_size().columns, _WIDEST) - _EDGE)


def parted(choices: str, room: int) -> list[str]:
    """The words that may be typed, such as `--to [a|b|c]`, on lines of `room` columns.

    A line ends behind a bar; the next begins below the first word.

    >>> parted("--state [held|queued|sent]", 20)
    ['--state [held|', '         queued|', '         sent]']
    """
    first, *others = choices.split("|")
    indent = " " * (columns(first.partition("[")[0]) + 1)
    lines = [first]
    for word in others:
        longer = f"{lines[-1]}|{word}"
        if columns(longer) < room or not word:
            lines[-1] = longer
        else:
            lines[-1] += "|"
            lines.append(indent + word)
    return lines


def paragraphs_of(text: str) -> list[str]:
    r"""The paragraphs of a docstring, each on one line: the keys of the catalogue.

    >>> paragraphs_of("One line\nand more.\n\nThe next.")
    ['One line and more.', 'The next.']
    """
    found = cleandoc(text).partition("\f")[0].split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in found]


def spoken(command: click.Command) -> click.Command:
    """A copy of a command that has `--lang`, and speaks the language of this run.

    It takes no option as the value of another.
    """
    told = copy.copy(command)
    told.context_class = Context
    told.help = _paragraphs(command.help)
    told.short_help = tell(paragraphs_of(command.help or "")[0])
    told.params = [_parameter(each) for each in [*command.params, LANG]]
    if isinstance(told, click.Group) and isinstance(command, click.Group):
        told.commands = {name: spoken(each) for name, each in command.commands.items()}
    strict(told)
    return told


def _paragraphs(text: str | None) -> str:
    return "\n\n".join(map(tell, paragraphs_of(text or "")))


def _parameter(parameter: click.Parameter) -> click.Parameter:
    told = copy.copy(parameter)
    if isinstance(told, click.Option) and told.help:
        told.help = tell(told.help)
    return told


@contextmanager
def translated(language: str) -> Iterator[None]:
    """Let gettext, and with it click, speak this language until the block ends."""
    folder, before = gettext.bindtextdomain("messages"), os.environ.get("LANGUAGE")
    gettext.bindtextdomain("messages", str(files("notices") / "data" / "texts"))
    os.environ["LANGUAGE"] = language
    try:
        yield
    finally:
        gettext.bindtextdomain("messages", folder)
        os.environ.pop("LANGUAGE")
        if before is not None:
            os.environ["LANGUAGE"] = before
