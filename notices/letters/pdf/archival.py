"""From reportlab's file to PDF/A-2b with a structure tree (ISO 19005-2, ISO 32000-1).

The same input gives the same bytes: no clock, no random id.
"""

import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from notices.judgment import JST
from notices.letters.pdf.drawing import Drawn
from notices.letters.pdf.page import Node
from notices.letters.pdf.variants import drawn_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What the file says about itself, in Dublin Core (ISO 15836)."""

    title: str
    """dc:title: title of the form with its number."""
    number: str
    """dc:identifier: 整理番号."""
    notice_json_sha256: str
    """dc:source: `urn:sha-256:` and this."""
    date: date
    """dc:date: the letter's date; also CreationDate, at midnight in Japan."""
    case_id: str
    """dc:relation."""
    form: str
    """dc:type."""
    recipient: str
    """dc:description."""
    publisher: str
    """dc:publisher: the centre."""
    languages: tuple[str, ...]
    """dc:language."""


def finish(drawn: Drawn, metadata: Metadata) -> bytes:
    """The archival, tagged file."""
    with Pdf.open(io.BytesIO(drawn.data)) as pdf:
        _correct_fonts(pdf)
        _put_structure(pdf, drawn)
        _put_intent(pdf)
        _put_metadata(pdf, metadata)
        result = io.BytesIO()
        pdf.save(
            result,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
        )
    return result.getvalue()


SRGB = Path(__file__).with_name("srgb.icc")
"""What grey means on paper: a small ICC profile; `tests/letters/making_profile.py`."""
_ENTRY = re.compile(rb"<([0-9A-F]{2})> <([0-9A-F]{4,6})>")


def _correct_fonts(pdf: Pdf) -> None:
    """Write the fonts' ToUnicode maps anew.

    reportlab writes characters beyond U+FFFF as one hexadecimal number, where
    UTF-16BE is asked for (ISO 32000-1, 9.10.3), more than 100 entries in a block,
    and code 0 as U+0000. A glyph of a variation sequence has its two characters.
    """
    for font in pdf.objects:
        if isinstance(font, Dictionary) and "/ToUnicode" in font:
            stream = font.ToUnicode
            pairs = _ENTRY.findall(stream.read_bytes())
            stream.write(_unicode_map([(int(a, 16), int(b, 16)) for a, b in pairs]))


def _unicode_map(pairs: list[tuple[int, int]]) -> bytes:
    entries = [
        b"<%02X> <%s>"
        % (code, drawn_text(char).encode("utf-16-be").hex().upper().encode())
        for code, char in pairs
        if char
    ]
    blocks = [entries[start : start + 100] for start in range(0, len(entries), 100)]
    body = b"\n".join(
        b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block))
        for block in blocks
    )
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        + body
        + b"\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )


def _hexadecimal(text: str) -> bytes:
    return text.encode("utf-16-be").hex().upper().encode()


def _put_structure(pdf: Pdf, drawn: Drawn) -> None:
    """StructTreeRoot, ParentTree and the pages' keys into it (14.7)."""
    tree = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    parents: list[dict[int, pikepdf.Object]] = [{} for _ in range(drawn.pages)]
    tree.K = Array([_element(pdf, drawn.root, tree, drawn, parents)])
    numbers = Array()
    for index, (page, marks) in enumerate(zip(pdf.pages, parents, strict=True)):
        page.obj.StructParents = index
        page.obj.Tabs = Name.S
        if "/Trans" in page.obj:
            del page.obj.Trans  # reportlab's empty page transition
        owners = Array([marks[mark] for mark in range(len(marks))])
        numbers.append(index)
        numbers.append(pdf.make_indirect(owners))
    tree.ParentTree = pdf.make_indirect(Dictionary(Nums=numbers))
    tree.ParentTreeNextKey = drawn.pages
    pdf.Root.StructTreeRoot = tree
    pdf.Root.MarkInfo = Dictionary(Marked=True)


def _element(
    pdf: Pdf,
    node: Node,
    parent: pikepdf.Object,
    drawn: Drawn,
    parents: list[dict[int, pikepdf.Object]],
) -> pikepdf.Object:
    element = pdf.make_indirect(
        Dictionary(Type=Name.StructElem, S=Name(f"/{node.role}"), P=parent)
    )
    if node.language:
        element.Lang = String(node.language)
    if node.attributes:
        values = {
            f"/{key}": Name(f"/{value}") if isinstance(value, str) else value
            for key, value in node.attributes.items()
        }
        element.A = Dictionary({"/O": Name.Table, **values})
    kids = Array()
    for page, mark in drawn.marks.get(node, ()):
        kids.append(Dictionary(Type=Name.MCR, Pg=pdf.pages[page].obj, MCID=mark))
        parents[page][mark] = element
    for kid in node.kids:
        kids.append(_element(pdf, kid, element, drawn, parents))
    element.K = kids
    return element


def _put_intent(pdf: Pdf) -> None:
    """What grey means on paper (ISO 19005-2, 6.2.3)."""
    profile = pdf.make_stream(SRGB.read_bytes(), N=3)
    pdf.Root.OutputIntents = Array(
        [
            Dictionary(
                Type=Name.OutputIntent,
                S=Name.GTS_PDFA1,
                OutputConditionIdentifier=String("sRGB IEC61966-2.1"),
                Info=String("sRGB IEC61966-2.1"),
                DestOutputProfile=pdf.make_indirect(profile),
            )
        ]
    )


def _put_metadata(pdf: Pdf, metadata: Metadata) -> None:
    """XMP and Info, saying the same (ISO 19005-2, 6.6.2 and 6.6.3)."""
    created = datetime.combine(metadata.date, time(), JST)
    pdf.Root.Lang = String("ja-JP")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    stamp = String(created.strftime("D:%Y%m%d%H%M%S+09'00'"))
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(
            Title=String(metadata.title),
            Author=String(metadata.publisher),
            Producer=String("notices"),
            CreationDate=stamp,
            ModDate=stamp,
        )
    )
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        for key, value in _properties(metadata, created.isoformat()).items():
            xmp[key] = value


def _properties(metadata: Metadata, created: str) -> dict[str, object]:
    return {
        "pdfaid:part": "2",
        "pdfaid:conformance": "B",
        "dc:format": "application/pdf",
        "dc:title": metadata.title,
        "dc:identifier": metadata.number,
        "dc:source": f"urn:sha-256:{metadata.notice_json_sha256}",
        "dc:date": [metadata.date.isoformat()],
        "dc:relation": {metadata.case_id},
        "dc:type": {metadata.form},
        "dc:description": metadata.recipient,
        "dc:publisher": {metadata.publisher},
        "dc:creator": [metadata.publisher],
        "dc:language": set(metadata.languages),
        "pdf:Producer": "notices",
        "xmp:CreateDate": created,
        "xmp:ModifyDate": created,
        "xmp:MetadataDate": created,
    }
