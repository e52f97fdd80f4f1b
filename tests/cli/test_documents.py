"""Commands in the documents are commands that there are, with options that they have."""

import re
import shlex

import click
import pytest

from notices.cli import COMMANDS, cli
from notices.cli.screen.helping import Context
from tests.cli.test_progress import ROOT

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_LINE = re.compile(r"^\$ (notices .+?)(?:\s{2,}#.*|\s+#.*)?$", re.MULTILINE)


def _typed(path):
    """What a page says to type after the prompt; a line may go on after a backslash."""
    text = path.read_text("utf-8").replace("\\\n", " ")
    for found in _LINE.findall(text):
        lexer = shlex.shlex(found, posix=True, punctuation_chars=";|><")
        lexer.whitespace_split = True
        typed: list[str] = []
        for word in [*lexer, ";"]:
            if word not in {";", "|", ">"}:
                typed.append(word)
                continue
            if typed[:1] == ["notices"]:
                yield typed[1:]
            typed = []


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_what_a_page_says_to_type_can_be_typed(path):
    own = {name for option in cli.params for name in option.opts}
    for words in _typed(path):
        if words[0] in own:  # `notices --version`
            continue
        assert words[0] in COMMANDS, words
        command = cli.get_command(Context(cli), words[0])
        rest = words[1:]
        if isinstance(command, click.Group):
            if rest[0] not in command.commands:  # `notices token NAME` is `token new`
                rest.insert(0, "new")
            command = command.get_command(Context(command), rest[0])
            rest = rest[1:]
        assert command is not None, words
        known = {name for one in command.params for name in one.opts}
        for word in rest:
            if word.startswith("--"):
                assert word.partition("=")[0] in known, (words, word)


def test_there_is_something_to_type():
    assert sum(len(list(_typed(path))) for path in PAGES) > 40


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_lead_somewhere(path):
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), target
