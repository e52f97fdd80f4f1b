"""Makes `base.docx`: our styles, the footer, and nothing else.

    python -m tests.letters.making_base

writes it anew after a change of the styles; letters are made from the file, without
python-docx.
"""

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.shared import Mm

from notices.letters.base import (
    AUTHOR_MARK,
    BASE,
    FIRST_HEAD_MARK,
    HEAD_MARK,
    NUMBER_MARK,
    TITLE_MARK,
    parts_of,
)

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MINCHO, _GOTHIC, _SERIF = "BIZ UDMincho", "BIZ UDGothic", "Noto Serif JP"


def _fonts(name: str, east_asian: str = "") -> str:
    return (
        f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}" '
        f'w:eastAsia="{east_asian or name}" w:cs="{name}"/>'
    )


def _paragraph_style(name: str, properties: str, run: str = "") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/>'
        f"<w:pPr>{properties}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _english_style(name: str, line: int) -> str:
    """The same style for English: a serif, less lead, no indent at the start."""
    indent = (
        '<w:ind w:firstLineChars="0" w:firstLine="0"/>' if name in _INDENTED else ""
    )
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}En">'
        f'<w:name w:val="{name}En"/><w:basedOn w:val="{name}"/>'
        f'<w:pPr><w:spacing w:line="{line}" w:lineRule="exact"/>{indent}</w:pPr>'
        f'<w:rPr>{_fonts(_SERIF)}<w:lang w:val="en-GB"/></w:rPr></w:style>'
    )


def _character_style(name: str, run: str) -> str:
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{name}">'
        f'<w:name w:val="{name}"/><w:rPr>{run}</w:rPr></w:style>'
    )


def _spacing(before: int = 0, after: int = 0, line: int = 328) -> str:
    return (
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:spacing w:before="{before}" w:after="{after}" '
        f'w:line="{line}" w:lineRule="exact"/>'
    )


def _borders() -> str:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    return "".join(
        f'<w:{side} w:val="single" w:sz="5" w:space="0" w:color="auto"/>'
        for side in sides
    )


_INDENTED = frozenset({"NoticeBody"})
_ENGLISH_LINES = {
    "NoticeRight": 304,
    "NoticeSender": 304,
    "NoticeLeft": 304,
    "NoticeCenter": 304,
    "NoticeTitle": 360,
    "NoticeBody": 304,
    "NoticeNote": 264,
    "NoticeMark": 264,
    "NoticeAnnex": 360,
    "NoticeChecking": 264,
    "NoticeCell": 292,
    "NoticeBox": 292,
    "NoticeDetail": 292,
    "NoticeURLLine": 292,
    "NoticeLabel": 292,
    "NoticeHeading": 292,
    "NoticeRowHeading": 292,
}
"""From line to line in English, in twentieths of a point."""
_NORMAL = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/><w:pPr><w:autoSpaceDE w:val="0"/>'
    '<w:autoSpaceDN w:val="0"/></w:pPr></w:style>'
)
_TABLE_NORMAL = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
    '<w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
)
_OUR_TABLE = (
    '<w:style w:type="table" w:customStyle="1" w:styleId="NoticeTable">'
    '<w:name w:val="NoticeTable"/><w:basedOn w:val="TableNormal"/>'
    f"<w:tblPr><w:tblBorders>{_borders()}</w:tblBorders>"
    '<w:tblCellMar><w:top w:w="80" w:type="dxa"/><w:left w:w="105" w:type="dxa"/>'
    '<w:bottom w:w="80" w:type="dxa"/><w:right w:w="105" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr></w:style>"
)


_RIGHT, _CENTER = '<w:jc w:val="right"/>', '<w:jc w:val="center"/>'
_BOTH, _LEFT = '<w:jc w:val="both"/>', '<w:jc w:val="left"/>'
_SMALL = '<w:sz w:val="18"/><w:szCs w:val="18"/>'
_LARGE = '<w:sz w:val="26"/><w:szCs w:val="26"/>'
_CELL = _spacing(line=312)
_BOX = (
    "<w:pBdr>"
    + "".join(
        f'<w:{side} w:val="single" w:sz="5" w:space="4" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right")
    )
    + "</w:pBdr>"
)
_PARAGRAPHS = {
    "NoticeRight": (_spacing(), "", _RIGHT, ""),
    "NoticeSender": (_spacing(), '<w:ind w:left="4095"/>', _LEFT, ""),
    "NoticeLeft": (_spacing(80, 120), "", _LEFT, ""),
    "NoticeCenter": (_spacing(80, 120), "", _CENTER, ""),
    "NoticeTitle": (
        f"<w:keepNext/>{_spacing(200, 200, 400)}",
        "",
        f'{_CENTER}<w:outlineLvl w:val="0"/>',
        _LARGE,
    ),
    "NoticeBody": (
        _spacing(40, 80),
        '<w:ind w:firstLineChars="100" w:firstLine="210"/>',
        _BOTH,
        "",
    ),
    "NoticeNote": (_spacing(40, 80, 290), "", _BOTH, _SMALL),
    "NoticeAnnex": (
        f"<w:keepNext/><w:pageBreakBefore/>{_spacing(0, 160, 400)}",
        "",
        _CENTER,
        _LARGE,
    ),
    "NoticeChecking": (
        f"<w:keepNext/><w:keepLines/>{_BOX}{_spacing(0, 0, 264)}",
        "",
        _LEFT,
        _SMALL,
    ),
    "NoticeMark": (_spacing(0, 120), "", _CENTER, _SMALL),
    "NoticeCell": (_CELL, "", _BOTH, ""),
    "NoticeBox": (_CELL, '<w:ind w:left="315" w:hanging="315"/>', _BOTH, ""),
    "NoticeDetail": (_CELL, '<w:ind w:left="420" w:hanging="210"/>', _LEFT, ""),
    "NoticeHeading": (_CELL, "", _LEFT, ""),
    # wordWrap 0: a long URL begins behind its label and is broken anywhere.
    "NoticeURLLine": (
        f'<w:keepLines/><w:wordWrap w:val="0"/>{_CELL}',
        '<w:ind w:left="210" w:hanging="210"/>',
        _LEFT,
        "",
    ),
    "NoticeLabel": (f"<w:keepNext/>{_CELL}", "", _LEFT, ""),
    "NoticeRowHeading": (f"<w:keepNext/>{_CELL}", "", _LEFT, ""),
}
"""Spacing, indent, alignment, size of each paragraph style, in the schema's order."""
_DEFAULTS = (
    f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(_MINCHO)}"
    '<w:sz w:val="21"/><w:szCs w:val="21"/>'
    '<w:lang w:val="en-US" w:eastAsia="ja-JP"/></w:rPr></w:rPrDefault>'
    '<w:pPrDefault><w:pPr><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    "</w:pPr></w:pPrDefault></w:docDefaults>"
)


def _styles_xml() -> str:
    paragraphs = (
        _paragraph_style(name, spacing + indent + alignment, size)
        for name, (spacing, indent, alignment, size) in _PARAGRAPHS.items()
    )
    english = (_english_style(name, line) for name, line in _ENGLISH_LINES.items())
    url = _character_style("NoticeURL", _fonts(_GOTHIC))
    exact = _character_style("NoticeExact", _fonts(_GOTHIC))
    styles = (_NORMAL, *paragraphs, url, exact, *english, _TABLE_NORMAL, _OUR_TABLE)
    return f"<w:styles {_W}>{_DEFAULTS}{''.join(styles)}</w:styles>"


def _footer_xml() -> str:
    def run(content: str) -> str:
        return f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr>{content}</w:r>'

    def count(field: str) -> str:
        return (
            run('<w:fldChar w:fldCharType="begin"/>')
            + run(f'<w:instrText xml:space="preserve"> {field} </w:instrText>')
            + run('<w:fldChar w:fldCharType="separate"/>')
            + run("<w:t>1</w:t>")
            + run('<w:fldChar w:fldCharType="end"/>')
        )

    return (
        f'<w:p {_W}><w:pPr><w:tabs><w:tab w:val="right" w:pos="9030"/></w:tabs></w:pPr>'
        + run('<w:t xml:space="preserve">整理番号　' + NUMBER_MARK + "</w:t>")
        + run("<w:tab/>")
        + count("PAGE")
        + run('<w:t xml:space="preserve"> / </w:t>')
        + count("NUMPAGES")
        + "</w:p>"
    )


def _header_xml(mark: str) -> str:
    return (
        f'<w:p {_W}><w:pPr><w:jc w:val="center"/></w:pPr>'
        f'<w:r><w:rPr><w:sz w:val="18"/></w:rPr><w:t xml:space="preserve">{mark}</w:t>'
        "</w:r></w:p>"
    )


_FONTS = (
    (_MINCHO, "BIZ UD明朝 Medium", "80", "roman", "fixed"),
    (_GOTHIC, "BIZ UDゴシック", "80", "modern", "fixed"),
    (_SERIF, "源ノ明朝", "80", "roman", "variable"),
)
"""Name, the name under which Windows has it, character set, family, pitch."""


def _font_table() -> bytes:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/>'
        f'<w:charset w:val="{charset}"/><w:family w:val="{family}"/>'
        f'<w:pitch w:val="{pitch}"/></w:font>'
        for name, other, charset, family, pitch in _FONTS
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<w:fonts {_W}>{fonts}</w:fonts>".encode()


def make_base() -> bytes:
    """The package: the same parts each time, without dates."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        for name, content in parts_of(_document()).items():
            kept = _font_table() if name == "word/fontTable.xml" else content
            member = zipfile.ZipInfo(name)
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, kept)
    return written.getvalue()


def _document() -> bytes:
    document: Any = docx.Document()
    styles = document.styles.element
    for child in list(styles):
        styles.remove(child)
    styles.extend(list(parse_xml(_styles_xml())))
    _drop_unused(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25.36)
    section.top_margin, section.bottom_margin = Mm(21.5), Mm(20)
    section.different_first_page_header_footer = True
    _fill(section.first_page_header, _header_xml(FIRST_HEAD_MARK))
    _fill(section.header, _header_xml(HEAD_MARK))
    _fill(section.first_page_footer, _footer_xml())
    _fill(section.footer, _footer_xml())
    _plain_properties(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _fill(story: Any, xml: str) -> None:
    """One paragraph in a header or footer."""
    story.is_linked_to_previous = False
    element = story._element
    for child in list(element):
        element.remove(child)
    element.append(parse_xml(xml))


def _drop_unused(document: Any) -> None:
    """Parts of python-docx's default document that a letter has no use for."""
    unused = {
        RELATIONSHIP_TYPE.CUSTOM_XML,
        RELATIONSHIP_TYPE.NUMBERING,
        RELATIONSHIP_TYPE.WEB_SETTINGS,
        "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
    }
    for holder in (document.part, document.part.package):
        for key, relation in list(holder.rels.items()):
            if relation.reltype in unused or "thumbnail" in relation.reltype:
                del holder.rels[key]


def _plain_properties(document: Any) -> None:
    properties = document.core_properties
    properties.comments = ""
    properties.author = properties.last_modified_by = AUTHOR_MARK
    properties.title = TITLE_MARK
    properties.language = "ja-JP"
    properties.created = properties.modified = datetime(1980, 1, 1, tzinfo=UTC)


if __name__ == "__main__":
    BASE.write_bytes(make_base())
