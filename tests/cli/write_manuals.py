"""Manual pages of the commands, made from the commands themselves.

    python -m tests.cli.write_manuals

`docs/man/notices.1`, `docs/man/notices-COMMAND.1`, and the same in `docs/man/ja`. The
macros are those of man(7).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from notices.cli import COMMANDS, cli
from notices.cli.screen.helping import Context, paragraphs_of, spoken, translated
from notices.cli.screen.language import speaking
from tests.texts.in_code import ROOT

FOLDER = ROOT / "docs" / "man"
HEADS = {
    "en": ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "SEE ALSO"),
    "ja": ("名前", "書式", "説明", "コマンド", "オプション", "関連項目"),
}


def pages() -> dict[Path, str]:
    """Every page, by its file."""
    return {
        (FOLDER if language == "en" else FOLDER / language) / f"{name}.1": text
        for language in HEADS
        for name, text in _pages(language)
    }


def _pages(language: str) -> Iterator[tuple[str, str]]:
    with speaking(language), translated(language):
        root = spoken(cli)
        yield "notices", _page(root, "notices", HEADS[language])
        for name in COMMANDS:
            command = cli.get_command(Context(cli), name)
            assert command is not None
            yield f"notices-{name}", _page(command, f"notices {name}", HEADS[language])


def _page(command: click.Command, name: str, heads: tuple[str, ...]) -> str:
    title = name.replace(" ", "-")
    first, *rest = paragraphs_of(command.help or "")
    lines = [
        f'.TH "{title.upper()}" "1" "" "notices" ""',
        ".ad l",
        f'.SH "{heads[0]}"',
        rf"{_escaped(title)} \- {_escaped(first.rstrip('.。'))}",
        f'.SH "{heads[1]}"',
        f".B {_escaped(name)}",
        _escaped(" ".join(command.collect_usage_pieces(Context(command)))),
    ]
    if rest:
        lines.append(f'.SH "{heads[2]}"')
        for paragraph in rest:
            lines += [".PP", _escaped(paragraph)]
    if isinstance(command, click.Group):
        lines += [f'.SH "{heads[3]}"', *_subcommands(command)]
    lines += [f'.SH "{heads[4]}"', *_options(command)]
    lines += [f'.SH "{heads[5]}"', ".BR notices (1)"]
    return "\n".join(lines) + "\n"


def _subcommands(group: click.Group) -> Iterator[str]:
    context = Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        if group.name == "cli":
            yield from (".TP", rf".BR notices\-{_escaped(name)} (1)")
        else:
            pieces = " ".join(command.collect_usage_pieces(Context(command)))
            yield from (".TP", rf"\fB{_escaped(name)}\fR {_escaped(pieces)}")
        yield _escaped(paragraphs_of(command.help or "")[0])
        if group.name != "cli":
            yield ".RS"
            yield from _options(command)
            yield ".RE"


def _options(command: click.Command) -> Iterator[str]:
    context = Context(command, help_option_names=["-h", "--help"])
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1]:
            first, second = record
            yield from (".TP", rf"\fB{_escaped(first)}\fR", _escaped(second))


def _escaped(text: str) -> str:
    """roff: a hyphen is written \\-, a line never begins with a control character."""
    flowed = " ".join(text.split()).replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"^([.'])", r"\\&\1", flowed)


def main() -> None:
    """Write them all, and nothing else stays in the folder."""
    for path in FOLDER.rglob("*.1"):
        path.unlink()
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
