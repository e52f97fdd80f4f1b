"""Every command has help, is in the documents, and ends with the right code."""

from importlib import import_module
from pathlib import Path

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
