"""No text says "1 notices": each is rendered with 1 for every number that it has."""

import json
import re
import string
import subprocess
from pathlib import Path

import pytest

from notices.messages import Text
from notices.plurals import BETWEEN, NAMED_BEFORE, NOUNS, VERBS, for_one
from tests.programs import require_program
from tests.texts.in_code import find

ROOT = Path(__file__).parents[2]
ONE_OF_MANY = re.compile(
    rf"(?<!entry )\b1 (?:(?:{'|'.join(BETWEEN)}) )?(?:1 )?([a-z]+s)\b"
)
AFTER_A_NAME = frozenset(
    [
        "address",
        "as",
        "its",
        "keeps",
        "business",
        "belongs",
        "commits",
        "differs",
        "does",
        "draws",
        "ends",
        "enrols",
        "follows",
        "gives",
        "goes",
        "has",
        "holds",
        "is",
        "leads",
        "lies",
        "leaves",
        "looks",
        "lost",
        "needs",
        "offers",
        "proves",
        "refuses",
        "runs",
        "says",
        "signs",
        "stands",
        "takes",
        "tells",
        "this",
        "was",
        "waits",
        "witness",
        "faults",
    ]
)
"""Singular, though they end so: what somebody or something with a name does."""


def _rendered(template):
    """The sentence whose numbers, and all that has a name, are 1."""
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    said = for_one(template, dict.fromkeys(names, 1))
    return re.sub(r"\{\w+(?:![rs])?(?::[^}]*)?\}", "1", said)


def _templates():
    for text in find().texts:
        try:
            is_template = any(name for _, name, _, _ in string.Formatter().parse(text))
        except ValueError:
            continue
        if is_template:
            yield text


def test_no_text_speaks_of_one_as_of_many():
    """Failed for 196 texts: 1 notices, 1 days, 1 entries, 1 mails were told."""
    wrong = [
        said
        for said in map(_rendered, _templates())
        for word in ONE_OF_MANY.findall(said)
        if word in NOUNS and word not in ("leaves", "looks")
    ]
    assert wrong == []


def test_a_new_thing_that_is_counted_is_known():
    """The first word after a number: a plural among `NOUNS`, or singular by name."""
    unknown = {
        word
        for said in map(_rendered, _templates())
        for word in re.findall(r"\b1 ([a-z]+s)\b", said)
        if word not in AFTER_A_NAME
    }
    assert unknown <= {"categories", "names"}, "add them to notices/plurals.py"


@pytest.mark.parametrize(
    ("template", "one"),
    [
        ("{n} entries agree", "1 entry agrees"),
        ("{n} document time stamps", "1 document time stamp"),
        ("{n} {name} fields, must be one", "1 1 field, must be one"),
        ("{n} lines of the log were lost", "1 line of the log was lost"),
        ("{n} are the same", "1 is the same"),
        ("entry {n} names another", "entry 1 names another"),
        ("{n} is not enrolled", "1 is not enrolled"),
    ],
)
def test_words_that_change_with_the_number(template, one):
    names = {"n": 1, "name": 1}
    assert Text(template, **names) == one
    assert Text(template, n=2, name=1) == template.format(n=2, name=1)
    assert Text(template, n=1, name=1).template == template


def test_true_is_no_number():
    assert Text("{n} entries", n=True) == "True entries"


def test_both_verifiers_change_the_same_words():
    """The second one has tables of its own; they are compared by its own program."""
    node = require_program("node")
    shown = (
        'import("./verifier-js/src/plurals.js").then((m) => '
        "console.log(JSON.stringify([m.NOUNS, m.VERBS, m.BETWEEN, m.NAMED_BEFORE])))"
    )
    done = subprocess.run(
        [node, "-e", shown], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert json.loads(done.stdout) == [NOUNS, VERBS, list(BETWEEN), list(NAMED_BEFORE)]
