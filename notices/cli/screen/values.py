"""A word that is an option is no value: `send --again --reason x` gives no reason.

click takes the word behind an option as its value, whatever it is. What was forgotten
would then stand on record as the words of a person.
"""

import re
from collections.abc import Iterator, Sequence

import click

from notices.messages import Text

_LONG = re.compile(r"--([a-z][a-z-]*(=.*)?)?", re.DOTALL)
"""`--`, `--option`, `--option=value`; a signed number and a lone dash are values."""


def strict(command: click.Command) -> None:
    """Let the command refuse an option, or `--`, where the value of another is due."""
    parse = command.parse_args

    def parse_args(ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:  # completion asks about unfinished lines
            _refuse_swallowed(command, args, ctx)
        return parse(ctx, args)

    vars(command)["parse_args"] = parse_args


def _refuse_swallowed(
    command: click.Command, words: Sequence[str], ctx: click.Context
) -> None:
    for option, value in _pairs(command, words):
        if _LONG.fullmatch(value) or value in _names(command, takes_value=False):
            raise click.UsageError(
                Text(
                    "{option} needs a value, and {word} is an option; "
                    "if it is meant as the value: {option}={word}",
                    option=option,
                    word=value,
                ),
                ctx=ctx,
            )


def _pairs(command: click.Command, words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option that takes its value from the next word, and that word."""
    taking, rest = _names(command, takes_value=True), iter(words)
    for word in rest:
        if word in taking:
            if (value := next(rest, None)) is not None:
                yield word, value
        elif word == "--" or (
            isinstance(command, click.Group) and not word.startswith("-")
        ):
            return  # what follows are arguments, or words of another command


def _names(command: click.Command, *, takes_value: bool) -> frozenset[str]:
    """The options of a command: those with a value, or the flags."""
    return frozenset(
        name
        for each in command.params
        if isinstance(each, click.Option)
        and takes_value is not (each.is_flag or each.count)
        for name in [*each.opts, *each.secondary_opts]
    ) | (frozenset() if takes_value else frozenset({"-h", "--help"}))
