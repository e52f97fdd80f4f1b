"""整理番号 by a configured pattern, and how those of tests differ."""

import re
from collections.abc import Iterator

from notices.addresses import address_fault
from notices.config.sections import ModeSection, NumberingSection
from notices.messages import Text

PREFIX = "T-"
"""Begin of every number that was given in test mode."""
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_REIWA_OFFSET = 2018


def number_text(pattern: str, *, year: int, form_digit: int, serial: int) -> str:
    """整理番号 by `pattern`: `{era}{era_year}` R8, `{year}` 2026, `{form}`, `{serial}`.

    >>> number_text("{era}{era_year}-{form}-{serial:06d}",
    ...             year=2026, form_digit=1, serial=123)
    'R8-1-000123'
    """
    return pattern.format(
        era="R",
        era_year=year - _REIWA_OFFSET,
        year=year,
        form=form_digit,
        serial=serial,
    )


def pattern_fault(pattern: str) -> str:
    """What is wrong with a pattern; empty if every number of it can be used."""
    try:
        numbers = {
            number_text(pattern, year=2026, form_digit=1, serial=serial)
            for serial in (1, 2)
        }
    except (KeyError, ValueError, IndexError, AttributeError, TypeError):
        return (
            "cannot be filled; "
            "it may hold {era}, {era_year}, {year}, {form} and {serial}"
        )
    if len(numbers) == 1:
        return "must hold {serial}"
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        return "must give 1 to 40 letters, digits, dots, dashes or underscores"
    return ""


def pattern_of_tests(pattern: str) -> str:
    """The pattern of numbers in test mode."""
    return PREFIX + pattern


def numbering_problems(section: NumberingSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    if fault := pattern_fault(section.pattern):
        yield "pattern", Text("numbering.pattern {fault}", fault=fault)


def mode_problems(
    section: ModeSection, numbering: NumberingSection
) -> Iterator[tuple[str, str]]:
    """Give each key of `[test]` that is wrong, and what is wrong with it."""
    if not section.address:
        return
    if fault := address_fault(section.address, is_own=True):
        yield "address", Text("test.address {fault}", fault=fault)
    if fault := pattern_fault(pattern_of_tests(numbering.pattern)):
        yield (
            "address",
            Text(
                "numbering.pattern with {prefix} before it {fault}",
                prefix=PREFIX,
                fault=fault,
            ),
        )
