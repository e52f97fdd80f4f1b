"""The letter as DOCX: the same model, no links, no fields, the same bytes each time."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from notices.letters.lean import (
    FOOTER_PART,
    NUMBER_MARK,
    STYLE_IDS,
    TITLE_MARK,
    lean_parts,
)
from notices.letters.model import Doc, Face, Para, Part, Passage, Row, Span, Table
from notices.letters.page import BOXES

LABEL_TWIPS, CELL_TWIPS = 2100, 6930
_EPOCH = (1980, 1, 1, 0, 0, 0)


def element(tag: str, *kids: Any, **attributes: str) -> Any:
    """A WordprocessingML element; attribute names are in the w namespace."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    made.extend(kids)
    return made


def write_docx(doc: Doc, title: str) -> bytes:
    """The letter for word processors."""
    parts = dict(lean_parts())
    root = parse_xml(parts["word/document.xml"])
    section = root.body.sectPr
    for position, part in enumerate(doc.parts):
        for block in _blocks(part, begins_page=position > 0):
            section.addprevious(block)
    parts["word/document.xml"] = serialize_part_xml(root)
    _fill_in(parts, FOOTER_PART, NUMBER_MARK, doc.number)
    _fill_in(parts, "docProps/core.xml", TITLE_MARK, title)
    return _zipped(parts)


def _fill_in(parts: dict[str, bytes], name: str, mark: str, words: str) -> None:
    """Put words in the place of a mark of the base document."""
    parts[name] = parts[name].replace(mark.encode(), escape(words).encode())


def _blocks(part: Part, *, begins_page: bool) -> Iterator[Any]:
    for position, block in enumerate(part.blocks):
        breaks = begins_page and position == 0
        if isinstance(block, Table):
            yield _table(block, part.language)
        else:
            yield from _passage(block, part.language, breaks=breaks)


def _passage(passage: Passage, language: str, *, breaks: bool) -> Iterator[Any]:
    style = STYLE_IDS[passage.style]
    for position, para in enumerate(passage.paras):
        yield _paragraph(para, style, language, breaks=breaks and position == 0)


def _paragraph(para: Para, style: str, language: str, *, breaks: bool = False) -> Any:
    name = f"{style}En" if language == "en" else style
    properties = element("pPr", element("pStyle", val=name))
    if breaks:
        properties.append(element("pageBreakBefore"))
    made = element("p", properties)
    for span in para.spans:
        made.append(_run(span))
    return made


def _run(span: Span) -> Any:
    made = element("r")
    if span.face is Face.URL:
        made.append(element("rPr", element("rStyle", val="NoticeURL")))
    for position, line in enumerate(span.text.split("\n")):
        if position:
            made.append(element("br"))
        if line:
            text = element("t")
            text.text = line
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            made.append(text)
    return made


def _table(table: Table, language: str) -> Any:
    made = element(
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
    )
    group = ""
    for row in table.rows:
        made.append(_row(row, language, begins=row.group != group))
        group = row.group
    return made


def _row(row: Row, language: str, *, begins: bool) -> Any:
    content = [_paragraph(para, _cell_style(para), language) for para in row.paras]
    if not row.group:
        return element(
            "tr",
            _cell(LABEL_TWIPS, [_heading(row.label, language)]),
            _cell(CELL_TWIPS, content),
        )
    merge = element("vMerge", val="restart") if begins else element("vMerge")
    heading = _heading(row.group, language) if begins else element("p")
    return element(
        "tr",
        _cell(LABEL_TWIPS, [heading], merge),
        _cell(
            CELL_TWIPS,
            [_heading(row.label, language, style="NoticeRowHeading"), *content],
        ),
    )


def _cell_style(para: Para) -> str:
    return "NoticeBox" if para.text.startswith(BOXES) else "NoticeCell"


def _heading(text: str, language: str, *, style: str = "NoticeHeading") -> Any:
    return _paragraph(Para((Span(text),)), style, language)


def _cell(width: int, content: list[Any], *properties: Any) -> Any:
    return element(
        "tc",
        element("tcPr", element("tcW", w=str(width), type="dxa"), *properties),
        *content,
    )


def _zipped(parts: dict[str, bytes]) -> bytes:
    """The package, with a fixed date on every member."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as package:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, content)
    return result.getvalue()
