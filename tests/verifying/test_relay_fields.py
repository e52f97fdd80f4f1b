"""The names that are harmless outside: one list in the program, the page, both verifiers."""

import re
import subprocess
from pathlib import Path

import pytest

from notices.mail import relay_fields
from notices.mail.relay_fields import is_trace, is_unknown
from tests.effort import effort
from tests.programs import require_program

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/verification.md").read_text("utf-8")
SECOND = ROOT / "verifier-js/src/reading/relay_fields.js"
LISTS = (
    relay_fields.SAYING_THE_WAY,
    relay_fields.FAMILIES,
    relay_fields.ACTED_ON,
)


@pytest.mark.parametrize("names", LISTS, ids=["the way", "families", "acted on"])
def test_the_page_lists_them_all(names):
    """Who writes a third verifier has the page alone."""
    listed = [frozenset(one.split()) for one in re.findall(r"`([^`]*)`", PAGE)]
    assert names in listed


def test_no_family_is_obeyed():
    assert not {name for name in relay_fields.ACTED_ON if is_trace(f"x-{name}")}


def test_the_second_verifier_has_the_same_names():
    asked = [
        *relay_fields.SAYING_THE_WAY,
        *(
            f"x-{name}{end}"
            for name in relay_fields.FAMILIES | relay_fields.ACTED_ON
            for end in ("", "-a", "_b", ".c", "d", "-", "+")
        ),
        *("x-", "x-a", "comments", "x-a-spam", "x-a+spam", "arc-seal", "arc-1"),
    ]
    script = f"""
        import {{ isTrace, isUnknown }} from {str(SECOND)!r};
        for (const name of {asked!r})
          console.log(name, isTrace(name), !isTrace(name) && isUnknown(name));
    """
    node = [require_program("node"), "--input-type=module", "-e", script]
    done = subprocess.run(node, check=True, capture_output=True, encoding="utf-8")
    ours = [
        f"{name} {is_trace(name)} {not is_trace(name) and is_unknown(name)}".lower()
        for name in asked
    ]
    assert done.stdout.splitlines() == ours


def test_a_long_name_costs_little():
    """A pattern with a word in its middle tried each place of it: a quarter of a million."""
    with effort(100):
        assert not is_trace("x-" + "spam" * 250_000 + "!")
