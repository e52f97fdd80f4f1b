"""Bar charts for reports: a figure, and its words for who does not see it."""

from dataclasses import dataclass

from notices.letters.pdf.page import (
    BOTTOM,
    COLUMN,
    EM,
    LEFT,
    ChartBar,
    Cursor,
    DrawnFigure,
    Node,
    PlacedText,
)

_SIZE = 9.0
_SCALE = _SIZE / 1000
_ROW = 17.0
_BAR = 9.5
_LABEL = 10_000, 25_000
"""Least and most width of the names in 1/1000 em."""
_VALUE = 8_500
"""Width of the figures behind the bars in 1/1000 em."""
_TITLE = 18.0
_BELOW = 12.0
GREYS = (0.35, 0.72)
"""Of the first and of the second bar of a row; they differ in print, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars lying on their side, one row a name."""

    title: str
    """What it shows."""
    instead: str
    """The same in words, with its figures."""
    rows: tuple[tuple[str, float, str, int], ...]
    """Name, length, figure as printed, and which grey (0 or 1)."""


def set_chart(chart: Chart, cursor: Cursor, parent: Node) -> None:
    """Draw the chart where the cursor is; it is never parted."""
    height = _TITLE + len(chart.rows) * _ROW + _BELOW
    if cursor.y + height > BOTTOM:
        cursor.turn()
    node = parent.add("Figure")
    node.alternative = chart.instead
    title = cursor.lines(chart.title, int(COLUMN * EM / _SCALE))[0]
    top = cursor.y
    texts = [PlacedText(LEFT, top + _SIZE, title, _SIZE, 0, 0, node)]
    named = _label_width(chart, cursor)
    start = LEFT + named * EM
    room = (COLUMN - named - _VALUE) * EM
    longest = max((value for _, value, *_ in chart.rows), default=0) or 1
    bars = []
    for place, (name, value, figure, grey) in enumerate(chart.rows):
        y = top + _TITLE + place * _ROW
        length = room * value / longest
        bars.append(
            ChartBar(start, y + (_ROW - _BAR) / 2, max(length, 0.4), _BAR, GREYS[grey])
        )
        base = y + _ROW / 2 + _SIZE * 0.36
        label = cursor.lines(name, int((named * EM - 6) / _SCALE))[0]
        x = start - 6 - label.width * _SCALE
        texts.append(PlacedText(x, base, label, _SIZE, 0, 0, node))
        told = cursor.lines(figure, 10**6)[0]
        texts.append(PlacedText(start + length + 5, base, told, _SIZE, 0, 0, node))
    axis = (start, top + _TITLE, top + _TITLE + len(chart.rows) * _ROW)
    cursor.page.figures.append(DrawnFigure(node, tuple(bars), axis))
    cursor.page.texts += texts
    cursor.y = top + height


def _label_width(chart: Chart, cursor: Cursor) -> int:
    """As wide as the longest name, within reason; in 1/1000 em of the page's size."""
    least, most = _LABEL
    lines = [cursor.lines(name, 10**6)[0] for name, *_ in chart.rows]
    widest = max((line.width for line in lines), default=0) * _SCALE + 8
    return min(max(least, int(widest / EM)), most)
