"""The five example cases, changed and read."""

import json
from collections.abc import Callable
from typing import Any

from notices.catalogue import CheckedJudgment
from notices.codec import load_examples, read_judgment
from notices.errors import InvalidJudgment

CASES = {
    "A": "IHC-2026-004217",
    "B": "IHC-2026-004218",
    "C": "IHC-2026-004219",
    "D": "IHC-2026-004220",
    "E": "IHC-2006-000088",
}
"""The letters of the five example cases and their ids."""

Edit = Callable[[dict[str, Any]], object]


def example(letter: str) -> dict[str, Any]:
    """A fresh copy of an example case as data."""
    data: dict[str, Any] = json.loads(load_examples()[f"{CASES[letter]}.json"])
    return data


def edited(letter: str, edit: Edit) -> str:
    """An example case with a change, as JSON."""
    data = example(letter)
    edit(data)
    return json.dumps(data)


def accepted(letter: str, edit: Edit = lambda _: None) -> CheckedJudgment:
    """The judgment that is read from a changed example."""
    return read_judgment(edited(letter, edit))


def faults(text: str | bytes) -> dict[str, str]:
    """What is wrong with a judgment, by path; empty if nothing is."""
    try:
        read_judgment(text)
    except InvalidJudgment as wrong:
        return {fault.path: fault.message for fault in wrong.faults}
    return {}


def refused(letter: str, edit: Edit) -> dict[str, str]:
    """The faults of a changed example, of which there must be some."""
    found = faults(edited(letter, edit))
    assert found, "it was accepted"
    return found
