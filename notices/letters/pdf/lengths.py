"""The length of a URL behind it, where it is too long for one line of the form.

A program that makes links of bare text cuts a wrapped URL short; the reader then
sees how long it should be. It is part of the model, so that all outputs agree.
"""

from dataclasses import replace

from notices.letters.model import Face, Para, Part, Passage, Span, Table
from notices.letters.pdf.faces import Faces
from notices.letters.pdf.lines import break_lines
from notices.letters.pdf.page import CELL_ROOM, COLUMN


def with_lengths(part: Part, faces: Faces) -> Part:
    """The part with lengths behind the URLs that will be wrapped."""
    return replace(
        part, blocks=tuple(_block(block, part.language, faces) for block in part.blocks)
    )


def _block(block: Passage | Table, language: str, faces: Faces) -> Passage | Table:
    if isinstance(block, Passage):
        return replace(block, paras=_paras(block.paras, language, faces, COLUMN))
    rows = tuple(
        replace(row, paras=_paras(row.paras, language, faces, CELL_ROOM))
        for row in block.rows
    )
    return Table(rows)


def _paras(
    paras: tuple[Para, ...], language: str, faces: Faces, room: int
) -> tuple[Para, ...]:
    return tuple(
        _para(para, language, faces, room)
        if any(span.face is Face.URL for span in para.spans)
        else para
        for para in paras
    )


def _para(para: Para, language: str, faces: Faces, room: int) -> Para:
    spans: list[Span] = []
    for span in para.spans:
        before = len(break_lines(Para(tuple(spans)), language, faces, room=room))
        spans.append(span)
        if span.face is Face.URL:
            after = len(break_lines(Para(tuple(spans)), language, faces, room=room))
            if after > before:
                length = _length(len(span.text), language)
                spans.append(Span(length, is_whole=True))
    return Para(tuple(spans))


def _length(characters: int, language: str) -> str:
    if language == "ja":
        return f"（{characters}文字）"
    return f" ({characters} characters)"
