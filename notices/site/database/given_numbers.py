"""Numbers that were given and whose notices are not here: read, and left unused."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import product

from notices.config import number_text, pattern_of_tests
from notices.errors import InputError
from notices.ledger import HighWaterMark
from notices.messages import Text
from notices.site.database.copies import Copy
from notices.site.test_mode import SERIES, SiteMode
from notices.store.lost_numbers import LostNumber

_DIGITS = re.compile(r"[0-9]+")


def loss_of(copy: Copy, mode: SiteMode) -> LostNumber:
    """Read the copy of a notice that is not here; our signature is on it."""
    document = copy.document
    dated = date.fromisoformat(document["date"]).year
    year, serial = place_of(copy.number, dated, mode, is_test=copy.is_test)
    return LostNumber(
        number=copy.number,
        year=year,
        serial=serial,
        case_id=document["case_id"],
        rung=str(document["recipient"]["rung"]),
        ordinal=int(document["ordinal"]),
        series=SERIES if copy.is_test else "",
        is_test=copy.is_test,
    )


def place_of(
    number: str, dated: int, mode: SiteMode, *, is_test: bool
) -> tuple[int, int]:
    """Undo the numbering pattern: year and serial.

    The letter's year comes first; one that was reserved at the turn of the year
    may stand on a letter of the next.
    """
    pattern = mode.real_pattern
    if is_test:
        pattern = pattern_of_tests(pattern)
    serials = [int(digits) for digits in reversed(_DIGITS.findall(number))]
    for year, serial in product((dated, dated - 1, dated + 1), serials):
        for digit in (1, 2):
            if number == number_text(
                pattern, year=year, form_digit=digit, serial=serial
            ):
                return year, serial
    raise InputError(
        Text(
            "the archive holds the notice {number}, which the pattern of "
            "[numbering] "
            "does not make",
            number=number,
        ),
        hint="set the pattern that was used before, and reconcile again",
    )


def skipped(
    lost: Iterable[LostNumber],
    skip: int,
    mark: HighWaterMark | None,
    *,
    newest: Callable[[str, int], int],
    this_year: int,
    series_now: str,
) -> Iterator[LostNumber]:
    """The serials below the highest that was seen, and `skip` more of this year.

    Those up to the mark are not given in any case.

    Real numbers and those of tests are counted apart. The latter are skipped on
    demand where the site gives them, which is in test mode: `series_now`.
    newest: gives the last serial here of a series and year, 0 if there is none.
    """
    seen: dict[tuple[str, int], set[int]] = {}
    for lost_number in lost:
        seen.setdefault((lost_number.series, lost_number.year), set()).add(
            lost_number.serial
        )
    wanted = {("", this_year), (series_now, this_year)} if skip else set()
    known = mark.serials if mark else {}
    for series, year in sorted({*seen, *wanted, *known}):
        used = seen.get((series, year), set())
        known_here = newest(series, year)
        more = skip if (series, year) in wanted else 0
        highest = max([known_here, *used]) + more
        highest = max(highest, known.get((series, year), 0))
        for serial in range(known_here + 1, highest + 1):
            if serial not in used:
                yield LostNumber(
                    number=" ".join(
                        filter(None, ("unused", series, f"{year} {serial}"))
                    ),
                    year=year,
                    serial=serial,
                    series=series,
                    is_test=series == SERIES,
                )
