"""A table of the yearly report as a chart of bars: where each stands, and how long.

Widths are shares of the drawing and heights are pixels, so that letters keep their size
on a small screen. Bars differ by pattern, not by colour alone, and each has its figure;
the table stands below.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notices.statistics.sheets import Cell, Sheet

MOST_SERIES = 4
"""Patterns that can be told apart."""
WIDEST = 78.0
"""Per cent of the longest bar; its figure stands behind it."""
_LABEL_SIGNS = 22
"""Signs of a label's line: 14 px each on a page of 360 px."""
_LINE, _BAR, _GAP = 20, 15, 10
_TOTAL = "合計"
_NO_COUNTS = ("割合（%）", "前年比増減", "削除率（%）", "日数の")
"""How headings begin whose figures are no counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartBar:
    """One figure."""

    series: int
    """Which pattern, from 0."""
    value: int
    """The figure."""
    top: int
    """Pixels from above."""
    width: float
    """Per cent."""

    @property
    def baseline(self) -> int:
        """Where its figure is written."""
        return self.top + _BAR - 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartGroup:
    """The figures of one row of the table."""

    lines: tuple[tuple[str, int], ...]
    """Its name in lines, each with its baseline in pixels from above."""
    bars: tuple[ChartBar, ...]
    """One for each series that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of bars."""

    series: tuple[str, ...]
    """What the patterns mean, as the table's headings say it."""
    groups: tuple[ChartGroup, ...]
    """From above."""
    height: int
    """Pixels."""
    bar_height: int = _BAR
    """Pixels."""


def chart_of(sheet: Sheet) -> Chart | None:
    """Draw a sheet; None where it has nothing to compare: no names, or all is 0.

    Totals are left out, and rows without any figure.
    """
    columns = _counts(sheet)
    rows = [
        (str(row[0]), [row[column] for column in columns])
        for row in sheet.rows
        if row[0] != _TOTAL and any(row[column] for column in columns)
    ]
    if not rows or not columns:
        return None
    most = max(_figures(values for _, values in rows))
    groups, top = [], 0
    for name, values in rows:
        group, top = _group(name, values, top, most)
        groups.append(group)
    series = tuple(sheet.columns[column] for column in columns)
    return Chart(series=series, groups=tuple(groups), height=top)


def _counts(sheet: Sheet) -> list[int]:
    """The columns that are counts, where the first one holds names."""
    found = [
        place
        for place, name in enumerate(sheet.columns)
        if place and not name.startswith(_NO_COUNTS)
    ]
    numbers = [
        place
        for place in found
        if all(row[place] is None or type(row[place]) is int for row in sheet.rows)
    ]
    are_names = sheet.rows and all(isinstance(row[0], str) for row in sheet.rows)
    return numbers[:MOST_SERIES] if are_names else []


def _figures(rows: Iterator[Sequence[Cell]]) -> Iterator[int]:
    for values in rows:
        yield from (value for value in values if isinstance(value, int))


def _group(
    name: str, values: Sequence[Cell], top: int, most: int
) -> tuple[ChartGroup, int]:
    """The bars of a row that begins at `top`; gives the next one's place, too."""
    parts = [
        name[start : start + _LABEL_SIGNS]
        for start in range(0, len(name), _LABEL_SIGNS)
    ]
    lines = tuple(
        (part, top + _LINE * (place + 1) - 5) for place, part in enumerate(parts)
    )
    top += _LINE * len(parts)
    bars = []
    for series, value in enumerate(values):
        if isinstance(value, int):
            width = round(WIDEST * value / most, 2)
            bars.append(ChartBar(series=series, value=value, top=top, width=width))
            top += _BAR + 2
    return ChartGroup(lines=lines, bars=tuple(bars)), top + _GAP
