"""The yearly tables as a workbook for office staff (Office Open XML)."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from notices.statistics.sheets import Sheet

_WIDE = 2.1
"""Widths of a Japanese character, in the unit of columns."""
_NARROWEST, _WIDEST = 10, 60


def workbook(pages: Sequence[Sheet]) -> bytes:
    """One sheet a table; figures are numbers, what is not known is empty."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for page in pages:
        _fill(book.create_sheet(page.key), page)
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def _fill(sheet: Worksheet, page: Sheet) -> None:
    sheet.append([page.title])
    sheet["A1"].font = Font(bold=True, size=13)
    sheet.append(list(page.columns))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
    for row in page.rows:
        sheet.append([_number(cell) for cell in row])
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
    if isinstance(cell, str) and cell.replace(".", "", 1).isdigit() and "." in cell:
        return float(cell)
    return cell
