"""Commands as people are told to type them: found in texts and pages, parsed as typed.

The parser is the command line's own; nothing is run. Words in capitals and parameters
stand for what a person puts there.
"""

import re
import shlex
from collections.abc import Iterator

import click

from notices.cli import COMMANDS, cli

_QUOTED = re.compile(r"`(notices [^`]+)`")
_BARE = re.compile(
    r"""(?<![\w:/.'-])notices(?:[ ](?:--?[a-z-]+|"[^"]*"|\{\w+\}|[A-Z][A-Z.-]*\b|[a-z]+\b))+""",
    re.ASCII | re.VERBOSE,
)
_PARAMETER = re.compile(r"\{[^{}]*\}")
_OPTIONAL = re.compile(r"\[(--[^\]]+)\]")
_PLACES = {
    "DAY": "2026-11-16",
    "TIME": "2026-11-16T10:00+09:00",
    "YEAR": "2026",
    "COUNT": "3",
    "N": "3",
    "数": "3",
    "SHELL": "bash",
    "FILE": __file__,
    "ROLE": "checker",
    "RUNG": "website_administrator",
    "OUTCOME": "removed",
    "csv|json": "csv",
}


def in_text(text: str) -> Iterator[str]:
    """The commands that a text for people names, in backquotes or bare."""
    yield from _QUOTED.findall(text)
    for found in _BARE.finditer(_QUOTED.sub("", text)):
        if found[0].split()[1] in COMMANDS:
            yield found[0].strip()


def fault_of(command: str) -> str:
    """Why `notices ...` cannot be typed so; empty: it can.

    A command's name alone may stand for it: `notices show` needs a case.
    """
    text = _OPTIONAL.sub(r"\1", _PARAMETER.sub("1", command))
    text = text.replace("...", "").replace("…", "")
    try:
        words = shlex.split(text, comments=True)
    except ValueError as error:
        return str(error)
    return _parse([_PLACES.get(word.strip("[]"), word.strip("[]")) for word in words])


def _parse(words: list[str]) -> str:
    command: click.Command = cli
    context: click.Context | None = None
    name, words = words[0], words[1:]
    try:
        while isinstance(command, click.Group):
            if not words:
                return ""  # the group itself, which prints its help
            context = command.make_context(name, words, parent=context)
            rest = [*context._protected_args, *context.args]
            told, found, words = command.resolve_command(context, rest)
            assert told is not None
            assert found is not None
            name, command = told, found
        if words:
            command.make_context(name, list(words), parent=context)
    except click.UsageError as error:
        return error.format_message()
    except click.exceptions.Exit:
        return ""
    return ""
