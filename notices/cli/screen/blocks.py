"""Rows of a table as blocks, for terminals that are too narrow for its columns."""

from collections.abc import Iterator

from notices.cli.screen.width import columns, padded, wrapped

_FIELD, _GAP, _BELOW = "   ", "  ", "     "
"""Before a field, between its head and its value, before a value below its head."""

Lines = list[str]
"""The lines of one cell."""
Row = list[Lines]


def blocks(heads: Lines, rows: list[Row], width: int) -> Iterator[str]:
    r"""A line for each cell that is not empty, behind its head; the first cell on top.

    heads: of the columns. width: columns of the terminal. A longer value stands below
    its head in lines that fit; a word is never cut. Without rows the heads alone.

    >>> print(*blocks(["case", "state"], [[["IHC-1"], ["sent"]]], 20), sep="\n")
     IHC-1
       state  sent
    """
    if not rows:
        yield from (f" {part}" for part in wrapped(_GAP.join(heads), width - 1))
    most = max(map(columns, heads)) if heads else 0
    beside = min(most, width // 3)
    for row in rows:
        yield from (f" {part}" for line in row[0] for part in wrapped(line, width - 1))
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if any(cell):
                yield from _field(head, cell, beside, width)


def _field(head: str, cell: Lines, beside: int, width: int) -> Iterator[str]:
    start = f"{_FIELD}{padded(head, beside)}{_GAP}"
    room = width - columns(start)
    if len(cell) == 1 and columns(cell[0]) <= room:
        yield f"{start}{cell[0]}"
        return
    yield from (f"{_FIELD}{part}" for part in wrapped(head, width - len(_FIELD)))
    for line in cell:
        yield from (f"{_BELOW}{part}" for part in wrapped(line, width - len(_BELOW)))
