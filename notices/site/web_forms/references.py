"""A file with the references that a form answered, as spreadsheets write it; pure."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from notices.codec.recipients import RESERVED_COLUMNS
from notices.errors import InputError
from notices.files.csv_words import not_csv
from notices.judgment import JST
from notices.messages import Text

MAX_LINES = 100_000
"""Lines of a file with references."""
MAX_CELL = 1_000_000
"""Characters; a hundred long URLs are more than Python takes by itself."""
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})(?: +(\d{1,2})(:\d\d(?::\d\d)?))?")
"""A time as spreadsheets write one back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A line of a file with references."""

    line: int
    """Where it begins in the file; the head is line 1."""
    number: str = ""
    """整理番号; empty: the case's only one."""
    case_id: str = ""
    """The case; empty: the number tells."""
    reference: str = ""
    """What the form answered."""
    at: datetime | None = None
    """When; None: now."""
    fault: str = ""
    """Why nothing can be recorded of it; empty: it can."""


def read_references(octets: bytes) -> list[Reference]:
    """Read a file with references, such as a hand-over in which they were written.

    Columns: `reference`, and `number` or `case_id`, or both; `at` if wanted; others
    are passed over, and so are lines without a reference. InputError for what is no
    such file; a line that says nothing usable has a `fault`.
    """
    lines = _lines(decoded(octets))
    _, head = next(lines, (1, []))
    names = [each.strip() for each in head]
    _require_head(names)
    return [
        found
        for line, row in lines
        if (found := _reference(line, names, [each.strip() for each in row]))
    ]


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows, each with the line of the file where it begins.

    A broken quotation mark refuses the whole file: behind it nobody can tell where a
    line ends, and a reference could be recorded for the request of another line.
    """
    # for the whole process: no other file is read by cells
    csv.field_size_limit(MAX_CELL)
    head = text.partition("\n")[0]
    comma = "\t" if "\t" in head and "," not in head else ","
    rows = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=comma)
    line = 1
    try:
        for row in rows:
            yield line, row
            line = rows.line_num + 1
            if line > MAX_LINES:
                raise InputError(
                    Text("the file has more than {most} lines", most=MAX_LINES),
                    hint="nothing was recorded; split it",
                )
    except csv.Error as error:
        raise InputError(
            Text(
                "line {line} is no line of a CSV file: {error}",
                line=line,
                error=not_csv(error),
            ),
            hint="nothing was recorded; save it as CSV, with quotes around texts",
        ) from error


def _reference(line: int, names: list[str], row: list[str]) -> Reference | None:
    """What a line says; None if it has no reference yet."""
    # a comma without quotes moves what follows, and the last cell may be empty
    if len(row) > len(names):
        return Reference(line=line, fault="it has more cells than the head")
    cells = dict(zip(names, row, strict=False))
    if not cells.get("reference"):
        return None
    number, case_id = cells.get("number", ""), cells.get("case_id", "")
    fault, at, at_text = "", None, cells.get("at", "")
    try:
        at = moment(at_text) if at_text else None
    except ValueError:
        fault = Text("{at} is no time such as 2026-11-22T13:30", at=repr(at_text))
    if not number and not case_id:
        fault = "it has neither number nor case_id"
    return Reference(
        line=line,
        number=number,
        case_id=case_id,
        reference=cells["reference"],
        at=at,
        fault=fault,
    )


def moment(text: str) -> datetime:
    """A time as an operator writes it; without an offset it is Japan's.

    Raises ValueError for what is none.
    """
    found = datetime.fromisoformat(_with_hyphens(text))
    return found if found.tzinfo else found.replace(tzinfo=JST)


def _with_hyphens(text: str) -> str:
    match = _SLASHED.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, rest = match.groups()
    date = f"{year}-{month:0>2}-{day:0>2}"
    return f"{date}T{hour:0>2}{rest}" if hour else date


def _require_head(head: list[str]) -> None:
    named = [each for each in head if each in RESERVED_COLUMNS]
    is_enough = "reference" in named and {"number", "case_id"} & {*named}
    if is_enough and len(named) == len(set(named)):
        return
    raise InputError(
        "the first line does not name the columns once each: reference, and number"
        " or case_id",
        hint="nothing was recorded; write the references into the last column of what"
        " `notices handover` wrote",
    )


def decoded(octets: bytes) -> str:
    """UTF-8 with or without its mark, or what spreadsheets in Japan write."""
    # every octet of UTF-16 is some sign of Shift_JIS
    is_wide = octets.startswith(_UTF16)
    for codec in ("utf-16",) if is_wide else ("utf-8-sig", "cp932"):
        try:
            return octets.decode(codec)
        except UnicodeDecodeError:
            continue
    raise InputError(
        "the file is neither UTF-8 nor Shift_JIS",
        hint="nothing was recorded; save it as CSV UTF-8",
    )
