"""Every command has help, is in the documents, and ends with the right code."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from notices.cli import COMMANDS, cli, run

HERE = Path(__file__).parents[2]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps(name, capsys):
    assert run([name, "--help"]) == 0
    assert "Usage: notices" in capsys.readouterr().out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_overview_is_for_a_command_of_that_name(name):
    command = cli.get_command(None, name)
    assert command is not None
    assert command.name == name
    assert command.help


def test_the_overview_lists_all_without_importing_a_command(capsys):
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    for name, (_, line) in COMMANDS.items():
        assert name in out
        assert line[:40] in out


def test_every_command_stands_in_a_document():
    documents = [HERE / "README.md", *sorted((HERE / "docs").glob("*.md"))]
    text = "\n".join(path.read_text("utf-8") for path in documents)
    for name in COMMANDS:
        assert f"notices {name}" in text or f"`{name}`" in text, name


def test_commands_live_in_modules_of_their_own():
    for module, _ in COMMANDS.values():
        assert import_module(module).__doc__


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["send"],
        ["verify", "x"],
        ["schema", "nosuch"],
        ["list", "--state", "x"],
    ],
)
def test_wrong_usage_ends_with_2(words, capsys):
    assert run(words) == 2
    assert "Usage" in capsys.readouterr().err


def test_what_is_no_mail_ends_with_65_and_a_bad_root_with_78(tmp_path, capsys):
    note = tmp_path / "note.txt"
    note.write_text("just a note, no mail")
    root = HERE / "certs" / "example" / "root.pem"
    assert run(["verify", str(note), "--trust", str(root)]) == 65
    assert run(["verify", str(note), "--trust", str(note)]) == 78
    assert run(["verify", str(tmp_path / "none.eml"), "--trust", str(root)]) == 65


@pytest.mark.parametrize("name", ["judgment", "notice", "report"])
def test_schemas_are_printed_as_they_are_published(name, capfdbinary):
    assert run(["schema", name]) == 0
    file = HERE / "notices" / "data" / "schemas" / f"{name}.json"
    assert capfdbinary.readouterr().out == file.read_bytes()


def test_the_catalogue_of_a_day_is_listed(capsys):
    assert run(["catalogue", "--on", "2026-11-16"]) == 0
    out = capsys.readouterr().out
    assert "第26条第4項" in out
    assert "\\u{" not in out
    assert "disabled" in out
    assert run(["catalogue", "--on", "yesterday"]) == 2


def commands(
    group: click.Group = cli, *path: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Each command that does something, with the words that call it."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        yield (*path, name), command


WITH_VALUE = [
    pytest.param(path, option, id=f"{' '.join(path)} {option.opts[0]}")
    for path, command in commands()
    for option in command.params
    if isinstance(option, click.Option) and not option.is_flag
]


@pytest.mark.parametrize(("path", "option"), WITH_VALUE)
@pytest.mark.parametrize("word", ["--site", "--no-such", "--json=x", "--", "-h"])
def test_no_option_is_taken_for_the_value_of_another(path, option, word, capsys):
    """`send --again --reason x` made a new notice; its reason was `--reason`."""
    assert run([*path, option.opts[0], word, "x"]) == 2
    said = capsys.readouterr().err
    assert f"{option.opts[0]}={word}" in said.replace("\n", "")


@pytest.mark.parametrize("word", ["-", "-1", "-x", "x --reason", "---"])
def test_what_only_begins_like_an_option_is_a_value(word, tmp_path):
    """A number, standard input and a text are values; so is what `=` stands before."""
    site = ["--site", str(tmp_path / "none")]
    assert run(["withdraw", "X-1", "--reason", word, *site]) == 78
    assert run(["withdraw", "X-1", "--reason=--number", *site]) == 78
    assert run(["withdraw", *site, "--reason", "x", "--", "--reason", "--number"]) == 2


@pytest.mark.parametrize("command", ["send", "prepare"])
def test_an_empty_reason_to_send_again_is_none(command, tmp_path, capsys):
    """A script's empty variable: it was as if --again had not been given."""
    site = ["--site", str(tmp_path / "none")]
    assert run([command, "X-1", "--again", "", *site]) == 65
    assert "reason is missing" in capsys.readouterr().err
