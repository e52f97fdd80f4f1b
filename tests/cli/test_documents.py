"""Commands in the documents are commands that there are, with options that they have."""

import re

import pytest

from notices.cli import COMMANDS
from notices.codec.languages import load_texts
from tests.cli.test_progress import ROOT
from tests.cli.typed import fault_of, in_text
from tests.texts.in_code import find

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
UNITS = sorted((ROOT / "etc").glob("*.service"))
_BLOCK = re.compile(
    r"^```console\n(.*?)^```|((?:^    .*\n)+)", re.MULTILINE | re.DOTALL
)
_LINE = re.compile(
    r"^ *([$#] )?(?:runuser -u [a-z-]+ -- )?(notices [a-z].*?)(?: {2,}.*)?$",
    re.MULTILINE,
)
_INLINE = re.compile(r"`(notices [^`\n]+)`")
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_BETWEEN = re.compile(r"\s*(?:;|\|\||&&|[|>] )\s*(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)")
NOT_TYPED = {"notices COMMAND --help", "notices コマンド --help"}


def typed(path):
    """What a page says to type: in blocks, after a prompt, and between backquotes."""
    text = re.sub(r" *\\\n *", " ", path.read_text("utf-8"))
    blocks = ["".join(groups) for groups in _BLOCK.findall(text)]
    found = [
        line
        for block in blocks
        for prompt, line in _LINE.findall(block)
        if prompt or line.split()[1] in COMMANDS  # prose is indented, too
    ]
    found += _INLINE.findall(_FENCED.sub("", text))
    for line in found:
        for command in _BETWEEN.split(" ".join(line.split())):
            if command.startswith("notices ") and command not in NOT_TYPED:
                yield command


def at_home(command):
    """The command with files that are there, in place of those that a page names."""
    return re.sub(r"(--certificate) [^ ]+", rf"\1 {__file__}", command)


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_what_a_page_says_to_type_can_be_typed(path):
    assert [
        (command, fault)
        for command in typed(path)
        if (fault := fault_of(at_home(command)))
    ] == []


def test_there_is_something_to_type():
    assert sum(len(list(typed(path))) for path in PAGES) > 400


def test_what_units_start_can_be_started():
    starts = [
        f"notices {words}"
        for path in UNITS
        for words in re.findall(
            r"^ExecStart=\S*notices (.+)$", path.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert len(starts) == len(UNITS)
    assert list(filter(None, map(fault_of, starts))) == []


def test_what_texts_say_to_type_can_be_typed():
    """In both languages; bare commands end with the last word that is typed."""
    japanese = load_texts("ja")
    told = [*find().texts, *(japanese[text] for text in find().texts)]
    commands = [command for text in told for command in in_text(text)]
    assert len(commands) > 200
    assert [(c, fault) for c in commands if (fault := fault_of(c))] == []


def test_what_stands_behind_a_colon_is_a_command():
    """A hint ended with `: notices restore`, which there never was; a bare word that is
    no command was taken for prose."""
    ending = re.compile(r": notices ([a-z]+)$")
    named = [found[1] for text in find().texts if (found := ending.search(text))]
    assert len(named) > 3
    assert set(named) <= set(COMMANDS)


def test_both_languages_name_the_same_commands():
    japanese = load_texts("ja")
    differing = [
        text
        for text in find().texts
        if names(in_text(text)) != names(in_text(japanese[text]))
    ]
    assert differing == []


def names(commands):
    """Command and options of each, without what a person puts in."""
    return sorted(
        " ".join(re.findall(r"(?<![\w\"-])(?:--[a-z-]+|[a-z]+)(?![\w\"-])", each))
        for each in commands
    )


@pytest.mark.parametrize("path", PAGES, ids=[str(p.relative_to(ROOT)) for p in PAGES])
def test_links_lead_somewhere(path):
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (path.parent / target).exists(), target
