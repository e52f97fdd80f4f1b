"""Numbers as a whole: what is looked for agrees with the pattern that it stands for."""

import re
from itertools import product

import pytest

from notices.verifying.content import names_number, stands_alone

NUMBERS = ("R8-1", "1", "-1", "a.b", "R8-1-R8-1")
BESIDE = ("", "-", ".", "_", "a", "Z", "0", "１", "é", "号", " ", "\n")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_stands_alone_as_the_pattern_has_it(number):
    """A pattern was compiled for each letter's number; the verdicts stay its."""
    whole = re.compile(rf"(?<![A-Za-z0-9-]){re.escape(number)}(?![A-Za-z0-9-])")
    named = re.compile(rf"(?<![A-Za-z0-9._-]){re.escape(number)}(?![A-Za-z0-9_-])")
    for first, second, third in product(BESIDE, repeat=3):
        text = f"{first}{number}{second}{number}{third}"
        assert stands_alone(number, text) == bool(whole.search(text)), text
        assert names_number(text, number) == bool(named.search(text)), text
