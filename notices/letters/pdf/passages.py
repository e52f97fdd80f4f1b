"""Setting the passages of a letter: head, title, body, notes."""

from collections.abc import Iterable
from typing import NamedTuple

from notices.letters.model import Para, Passage, Style
from notices.letters.pdf.lines import Line
from notices.letters.pdf.page import (
    BOTTOM,
    COLUMN,
    EM,
    FEW,
    LEADING,
    LEFT,
    MARK_TOP,
    NOTE_SCALE,
    PAD,
    SENDER,
    SIZE,
    TITLE_SCALE,
    TOP,
    Cursor,
    DrawnRule,
    Node,
    PlacedText,
    stretch,
)


class _Setting(NamedTuple):
    """How a style is set."""

    above: float
    below: float
    scale: float = 1.0
    left: int = 0
    """Free room at the left, 1/1000 em of the body size."""
    place: float = 0.0
    """Share of the free room that goes to the left of a line."""
    justify: bool = False
    indent: int = 0


_SETTINGS = {
    Style.RIGHT: _Setting(0, 6, place=1.0),
    Style.SENDER: _Setting(4, 8, left=SENDER),
    Style.LEFT: _Setting(4, 6),
    Style.CENTER: _Setting(4, 6, place=0.5),
    Style.TITLE: _Setting(10, 10, scale=TITLE_SCALE, place=0.5),
    Style.BODY: _Setting(2, 4, justify=True, indent=1_000),
    Style.NOTE: _Setting(0, 2, scale=NOTE_SCALE, justify=True),
    Style.ANNEX: _Setting(0, 8, scale=TITLE_SCALE, place=0.5),
    Style.CHECKING: _Setting(8, 6, scale=NOTE_SCALE, place=0.0),
    Style.MARK: _Setting(0, 0, scale=NOTE_SCALE, place=0.5),
}


_A_QUARTER = 250
"""Of an em: lines that differ by less look equally long."""


def height_of(passages: Iterable[Passage], cursor: Cursor) -> float:
    """What passages need below each other on one page."""
    height = 0.0
    for passage in passages:
        setting = _SETTINGS[passage.style]
        height += setting.above + setting.below
        leading = _leading(setting, cursor)
        for para in passage.paras:
            height += leading * len(_para_lines(para, cursor, setting))
    return height


def set_passage(passage: Passage, cursor: Cursor, section: Node) -> None:
    """Draw a passage where the cursor is."""
    setting = _SETTINGS[passage.style]
    if passage.style is Style.MARK and cursor.y == TOP:
        # In the margin: a draft breaks its pages as the letter will.
        cursor.y = MARK_TOP
    elif passage.style is Style.ANNEX and cursor.y > TOP:
        cursor.turn()
    elif cursor.y > TOP:
        cursor.y += setting.above
    if passage.style is Style.CHECKING:
        _open_box(passage, cursor)
    top = cursor.y
    for para in passage.paras:
        node = _node(para, passage.style, cursor, section)
        _set_para(para, cursor, setting, node)
    if passage.style is Style.CHECKING:
        _close_box(cursor, top)
    cursor.y = max(cursor.y + setting.below, TOP)


def _open_box(passage: Passage, cursor: Cursor) -> None:
    """The box stands on one page."""
    if cursor.y + height_of((passage,), cursor) + 2 * PAD > BOTTOM:
        cursor.turn()
        cursor.y += PAD


def _close_box(cursor: Cursor, top: float) -> None:
    left, right = LEFT - PAD, LEFT + COLUMN * EM + PAD
    above, below = top - PAD / 2, cursor.y + PAD / 2
    cursor.page.rules += (
        DrawnRule(left, above, right, above),
        DrawnRule(left, below, right, below),
        DrawnRule(left, above, left, below),
        DrawnRule(right, above, right, below),
    )


def _node(para: Para, style: Style, cursor: Cursor, section: Node) -> Node:
    if style is Style.ANNEX:
        return section.add("H2")
    if style is not Style.TITLE:
        return section.add("P")
    node = section.add(cursor.title_role)
    node.bookmark = para.text
    cursor.title_role = "H2"
    return node


def _set_para(para: Para, cursor: Cursor, setting: _Setting, node: Node) -> None:
    size = SIZE * setting.scale
    room, indent = _room(setting), _indent(setting, cursor)
    lines = _para_lines(para, cursor, setting)
    leading = _leading(setting, cursor)
    height = leading * len(lines)
    is_whole = len(lines) <= FEW or any(line.has_url for line in lines)
    if is_whole and cursor.y + height > BOTTOM and height <= BOTTOM - TOP:
        cursor.turn()
    for number, line in enumerate(lines):
        if cursor.y + leading > BOTTOM:
            cursor.turn()
        first = indent if number == 0 else 0
        x = LEFT + setting.left * EM + first * size / 1000
        free = (room - first - line.width) * size / 1000
        added = stretch(line, free, size) if setting.justify else (0.0, 0.0)
        cursor.page.texts.append(
            PlacedText(
                x + max(free, 0) * setting.place,
                cursor.y + leading * 0.75,
                line,
                size,
                *added,
                node,
            )
        )
        cursor.y += leading


def _room(setting: _Setting) -> int:
    return int((COLUMN - setting.left) / setting.scale)


def _indent(setting: _Setting, cursor: Cursor) -> int:
    return setting.indent if cursor.language == "ja" else 0


def _leading(setting: _Setting, cursor: Cursor) -> float:
    larger = 1.15 if setting.scale > 1 else 1.0
    scale = setting.scale if setting.scale < 1 else larger
    return LEADING[cursor.language] * scale * cursor.lead


def _para_lines(para: Para, cursor: Cursor, setting: _Setting) -> tuple[Line, ...]:
    return _lines(
        para,
        cursor,
        _room(setting),
        _indent(setting, cursor),
        is_balanced=setting.scale > 1,
    )


def _lines(
    para: Para, cursor: Cursor, room: int, indent: int, *, is_balanced: bool
) -> tuple[Line, ...]:
    """The lines; balanced ones are as narrow as their number allows."""

    def broken(room: int) -> tuple[Line, ...]:
        return cursor.breaker.lines(para, room=room, indent=indent)

    lines = broken(room)
    if not is_balanced or len(lines) == 1:
        return lines
    narrow, wide = room // 2, room
    while wide - narrow > _A_QUARTER:
        middle = (narrow + wide) // 2
        narrow, wide = (
            (narrow, middle) if len(broken(middle)) == len(lines) else (middle, wide)
        )
    return broken(wide)
