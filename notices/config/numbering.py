"""整理番号 by a configured pattern."""

import re

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
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        return f"cannot be filled: {error!r}"
    if len(numbers) == 1:
        return "must hold {serial}"
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        return "must give 1 to 40 letters, digits, dots, dashes or underscores"
    return ""
