"""The yearly tables as a workbook for office staff (Office Open XML)."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from notices.statistics.sheets import Sheet

_WIDE = 2.1
"""Widths of a Japanese character, in the unit of columns."""
_IS_SHARE = re.compile(r"[0-9]{1,3}\.[0-9]", re.ASCII)
_NARROWEST, _WIDEST = 10, 60


_SHARE = "0.0"
"""How a share is shown: 30.0, as it is printed elsewhere."""
_CORE = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can tell."""


def workbook(pages: Sequence[Sheet], as_of: date) -> bytes:
    """One sheet a table; figures are numbers, what is not known is empty.

    The same sheets as of the same day give the same bytes, whenever they are written.
    """
    book = Workbook()
    book.properties.creator = "notices"
    book.properties.created = datetime.combine(as_of, time(), tzinfo=UTC)
    book.remove(book.worksheets[0])
    for page in pages:
        _fill(book.create_sheet(page.key), page)
    octets = io.BytesIO()
    book.save(octets)
    return _without_clock(octets, book.properties.to_tree())


def _without_clock(octets: io.BytesIO, properties: Any) -> bytes:
    """The same container without the times at which it was written."""
    modified = next(each for each in properties if each.tag.endswith("}modified"))
    created = next(each for each in properties if each.tag.endswith("}created"))
    again = io.BytesIO()
    with (
        zipfile.ZipFile(octets) as written,
        zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as plain,
    ):
        for name in written.namelist():
            content = written.read(name)
            if name == _CORE:
                content = content.replace(modified.text.encode(), created.text.encode())
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            plain.writestr(member, content)
    return again.getvalue()


def _fill(sheet: Worksheet, page: Sheet) -> None:
    sheet.append([page.title])
    sheet["A1"].font = Font(bold=True, size=13)
    sheet.append(list(page.columns))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for row in page.rows:
        sheet.append([_number(cell) for cell in row])
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, float):
                cell.number_format = _SHARE
            elif cell.data_type == "f":
                cell.data_type = "s"  # a word that begins with = is no formula
    sheet.append([])
    for note in page.notes:
        sheet.append([f"※ {note}"])
    sheet.freeze_panes = "B3"
    for place, title in enumerate(page.columns):
        texts = [title, *(str(row[place]) for row in page.rows)]
        width = max(_NARROWEST, min(_WIDEST, _WIDE * max(map(len, texts))))
        sheet.column_dimensions[get_column_letter(place + 1)].width = width


def _number(cell: str | int | None) -> str | int | float | None:
    """A share is a number too, as it is printed."""
    is_share = isinstance(cell, str) and _IS_SHARE.fullmatch(cell)
    return float(cell) if cell is not None and is_share else cell
