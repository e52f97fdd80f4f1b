"""The letter as DOCX: the same model, no links, no fields, the same bytes each time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from html import escape

from notices.judgment import JST
from notices.letters.base import (
    AUTHOR_MARK,
    BODY_END,
    CREATED_MARK,
    FIRST_HEAD_MARK,
    FOOTER_PARTS,
    HEAD_MARK,
    HEADER_PARTS,
    NUMBER_MARK,
    PROPERTIES_PART,
    TITLE_MARK,
    base_parts,
)
from notices.letters.docx_pictures import put_pictures
from notices.letters.model import (
    Doc,
    Face,
    Para,
    Part,
    Passage,
    Row,
    Span,
    Style,
    Table,
)
from notices.letters.packing import package
from notices.letters.pdf.page import BOXES, WATERMARKS

STYLE_IDS = {style: f"Notice{style.value.title()}" for style in Style}
"""Paragraph style of each style of the model."""
RUN_STYLES = {Face.URL: "NoticeURL", Face.EXACT: "NoticeExact"}
"""Character style of what does not stand in the paragraph's own face."""
LABEL_TWIPS, CELL_TWIPS = 2100, 6930
GREY = "F0F0F0"
"""Behind the heading of a row within a group."""


def element(tag: str, *kids: str, **attributes: str) -> str:
    """A WordprocessingML element; attribute names are in the w namespace.

    Kids are XML and attributes are ours: outside words go through `_words`.
    """
    named = "".join(f' w:{name}="{value}"' for name, value in attributes.items())
    content = "".join(kids)
    return f"<w:{tag}{named}>{content}</w:{tag}>" if kids else f"<w:{tag}{named}/>"


def _words(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t>'


def write_docx(
    doc: Doc, title: str, *, author: str = "", day: date | None = None
) -> bytes:
    """The letter for word processors; title, author and day are its properties."""
    parts = dict(base_parts())
    body = put_pictures(parts, doc.pictures) + "".join(
        block
        for position, part in enumerate(doc.parts)
        for block in _blocks(part, begins_page=position > 0)
    )
    _put(parts, "word/document.xml", BODY_END, body + BODY_END)
    for footer in FOOTER_PARTS:
        _put(parts, footer, NUMBER_MARK, escape(doc.number, quote=False))
    _put_heads(parts, doc)
    _put(parts, PROPERTIES_PART, TITLE_MARK, escape(title, quote=False))
    _put(parts, PROPERTIES_PART, AUTHOR_MARK, escape(author, quote=False))
    if day is not None:
        _put(parts, PROPERTIES_PART, CREATED_MARK, _midnight(day))
    return package(parts)


def _put_heads(parts: dict[str, bytes], doc: Doc) -> None:
    """The mark of a draft on every page; number and addressee from the second."""
    mark = WATERMARKS[0] if doc.is_draft else WATERMARKS[1] if doc.is_test else ""
    first = f"{mark}　{doc.number}" if mark else ""
    named = "　".join(filter(None, (mark, doc.number, doc.addressee)))
    others = named if doc.has_heads else first
    for header in HEADER_PARTS:
        _put(parts, header, FIRST_HEAD_MARK, escape(first, quote=False))
        _put(parts, header, HEAD_MARK, escape(others, quote=False))


def _midnight(day: date) -> str:
    """The day as the PDF has it: midnight in Japan (W3CDTF in UTC)."""
    begin = datetime.combine(day, time(), JST).astimezone(UTC)
    return f"{begin:%Y-%m-%dT%H:%M:%SZ}"


def _put(parts: dict[str, bytes], name: str, mark: str, xml: str) -> None:
    """Put XML in the place of a mark of the base document."""
    parts[name] = parts[name].replace(mark.encode(), xml.encode())


def _blocks(part: Part, *, begins_page: bool) -> Iterator[str]:
    for position, block in enumerate(part.blocks):
        breaks = begins_page and position == 0
        if isinstance(block, Table):
            yield _table(block, part.language)
        else:
            yield from _passage(block, part.language, breaks=breaks)


def _passage(passage: Passage, language: str, *, breaks: bool) -> Iterator[str]:
    style = STYLE_IDS[passage.style]
    for position, para in enumerate(passage.paras):
        yield _paragraph(para, style, language, breaks=breaks and position == 0)


def _paragraph(para: Para, style: str, language: str, *, breaks: bool = False) -> str:
    name = f"{style}En" if language == "en" else style
    properties = [element("pStyle", val=name)]
    if breaks:
        properties.append(element("pageBreakBefore"))
    return element("p", element("pPr", *properties), *map(_run, para.spans))


def _run(span: Span) -> str:
    content = []
    if span.face in RUN_STYLES:
        style = element("rStyle", val=RUN_STYLES[span.face])
        content.append(element("rPr", style))
    for position, line in enumerate(span.text.split("\n")):
        if position:
            content.append(element("br"))
        if line:
            content.append(_words(line))
    return element("r", *content)


def _table(table: Table, language: str) -> str:
    rows: list[str] = []
    group = ""
    for row in table.rows:
        rows += _rows(row, language, begins=row.group != group)
        group = row.group
    return element(
        "tbl",
        element(
            "tblPr",
            element("tblStyle", val="NoticeTable"),
            element("tblW", w=str(LABEL_TWIPS + CELL_TWIPS), type="dxa"),
            element("tblInd", w="105", type="dxa"),
            element("tblLayout", type="fixed"),
        ),
        # LibreOffice halves the columns without the grid.
        element(
            "tblGrid",
            element("gridCol", w=str(LABEL_TWIPS)),
            element("gridCol", w=str(CELL_TWIPS)),
        ),
        *rows,
    )


def _rows(row: Row, language: str, *, begins: bool) -> Iterator[str]:
    """The row; within a group its heading is a row of its own, grey from edge to edge.

    begins: True for the first row of a group.
    """
    content = [
        _paragraph(para, _cell_style(para, row.paras[at + 1 :]), language)
        for at, para in enumerate(row.paras)
    ]
    if not row.group:
        label = _cell(LABEL_TWIPS, [_heading(row.label, language)])
        yield element("tr", label, _cell(CELL_TWIPS, content))
        return
    heading = _heading(row.group, language) if begins else element("p")
    merge = element("vMerge", val="restart") if begins else element("vMerge")
    strip = [_heading(row.label, language, style="NoticeRowHeading")]
    yield element(
        "tr",
        element("trPr", element("cantSplit")),
        _cell(LABEL_TWIPS, [heading], merge),
        _cell(CELL_TWIPS, strip, element("shd", val="clear", color="auto", fill=GREY)),
    )
    yield element(
        "tr",
        _cell(LABEL_TWIPS, [element("p")], element("vMerge")),
        _cell(CELL_TWIPS, content),
    )


def _cell_style(para: Para, behind: tuple[Para, ...]) -> str:
    if any(span.face is Face.URL for span in para.spans):
        return "NoticeURLLine"
    if not para.is_detail and behind and behind[0].is_detail:
        return "NoticeLabel"
    if para.is_detail:
        return "NoticeDetail"
    return "NoticeBox" if para.text.startswith(BOXES) else "NoticeCell"


def _heading(text: str, language: str, *, style: str = "NoticeHeading") -> str:
    return _paragraph(Para((Span(text),)), style, language)


def _cell(width: int, content: list[str], *properties: str) -> str:
    return element(
        "tc",
        element("tcPr", element("tcW", w=str(width), type="dxa"), *properties),
        *content,
    )
