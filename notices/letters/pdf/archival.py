"""From drawn pages to PDF/A-2b with a structure tree (ISO 19005-2, ISO 32000-1).

The same input gives the same bytes: no clock, no random id.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from notices.judgment import JST
from notices.letters.pdf.drawing import Drawn
from notices.letters.pdf.file.objects import (
    Dictionary,
    Indirect,
    Value,
    file_of,
    packed,
    text_string,
)
from notices.letters.pdf.page import HEIGHT, WIDTH
from notices.letters.pdf.structure_tree import Structure
from notices.letters.pictures import Picture


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
    created = datetime.combine(metadata.date, time(), JST)
    pages = _pages(drawn)
    root = Indirect(
        {
            "Type": "/Catalog",
            "Pages": pages[0].entries["Parent"],
            "PageMode": "/UseNone",
            "Lang": text_string("ja-JP"),
            "ViewerPreferences": {"DisplayDocTitle": "true"},
            "OutputIntents": [_intent()],
            "Metadata": _properties_of(metadata, created),
            **Structure(pages, drawn).entries(),
        }
    )
    return file_of(root, _information(metadata, created))


def _pages(drawn: Drawn) -> list[Indirect]:
    """The pages and the node of the tree that holds them (ISO 32000-1, 7.7.3)."""
    tree, fonts = Indirect({}), drawn.fonts.objects()
    pages = [
        Indirect(
            {
                "Type": "/Page",
                "Parent": tree,
                "MediaBox": [0, 0, str(WIDTH), str(HEIGHT)],
                "Rotate": 0,
                "Resources": _resources(drawn, number, fonts),
                "Contents": packed(content),
            }
        )
        for number, content in enumerate(drawn.contents)
    ]
    tree.entries = {"Type": "/Pages", "Count": len(pages), "Kids": pages}
    return pages


def _resources(drawn: Drawn, number: int, fonts: Indirect) -> Dictionary:
    """What the content of a page names."""
    pictures: Dictionary = {
        f"Image{at}": _picture(picture)
        for at, (page, picture) in enumerate(drawn.pictures, start=1)
        if page == number
    }
    kinds: list[Value] = ["/PDF", "/Text", "/ImageB", "/ImageC", "/ImageI"]
    return {
        "Font": fonts,
        "ProcSet": kinds,
        **({"XObject": pictures} if pictures else {}),
    }


def _picture(picture: Picture) -> Indirect:
    """The rows of its PNG, which are packed already, and never end in CR."""
    return Indirect(
        {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": picture.width,
            "Height": picture.height,
            "BitsPerComponent": 8,
            "ColorSpace": "/DeviceGray" if picture.is_grey else "/DeviceRGB",
            "Filter": "/FlateDecode",
            "DecodeParms": {
                "Predictor": 15,
                "Colors": 1 if picture.is_grey else 3,
                "BitsPerComponent": 8,
                "Columns": picture.width,
            },
        },
        picture.data,
    )


SRGB = Path(__file__).with_name("srgb.icc")
"""What grey means on paper: a small ICC profile; `tests/letters/making_profile.py`."""


@cache
def _profile() -> bytes:
    return SRGB.read_bytes()


def _intent() -> Dictionary:
    """What grey means on paper (ISO 19005-2, 6.2.3)."""
    space = text_string("sRGB IEC61966-2.1")
    return {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": space,
        "Info": space,
        "DestOutputProfile": packed(_profile(), N=3),
    }


def _information(metadata: Metadata, created: datetime) -> Indirect:
    """Info, saying the same as XMP (ISO 19005-2, 6.6.3)."""
    stamp = text_string(created.strftime("D:%Y%m%d%H%M%S+09'00'"))
    return Indirect(
        {
            "Title": text_string(metadata.title),
            "Author": text_string(metadata.publisher),
            "Producer": text_string("notices"),
            "CreationDate": stamp,
            "ModDate": stamp,
        }
    )


def _properties_of(metadata: Metadata, created: datetime) -> Indirect:
    """XMP, readable for programs that know nothing of PDF (ISO 19005-2, 6.6.2.1)."""
    packet = _packet(_properties(metadata, created.isoformat()))
    return Indirect({"Type": "/Metadata", "Subtype": "/XML"}, packet)


_NAMESPACES = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Property = tuple[str, str, tuple[str, ...]]
"""Name, kind of the value (empty: plain text; Alt, Seq or Bag) and its texts."""


def _properties(metadata: Metadata, created: str) -> tuple[Property, ...]:
    return (
        ("pdfaid:part", "", ("2",)),
        ("pdfaid:conformance", "", ("B",)),
        ("dc:format", "", ("application/pdf",)),
        ("dc:title", "Alt", (metadata.title,)),
        ("dc:identifier", "", (metadata.number,)),
        ("dc:source", "", (f"urn:sha-256:{metadata.notice_json_sha256}",)),
        ("dc:date", "Seq", (metadata.date.isoformat(),)),
        ("dc:relation", "Bag", (metadata.case_id,)),
        ("dc:type", "Bag", (metadata.form,)),
        ("dc:description", "Alt", (metadata.recipient,)),
        ("dc:publisher", "Bag", (metadata.publisher,)),
        ("dc:creator", "Seq", (metadata.publisher,)),
        ("dc:language", "Bag", tuple(sorted(set(metadata.languages)))),
        ("pdf:Producer", "", ("notices",)),
        ("xmp:CreateDate", "", (created,)),
        ("xmp:ModifyDate", "", (created,)),
        ("xmp:MetadataDate", "", (created,)),
    )


def _packet(properties: Iterable[Property]) -> bytes:
    """The XMP packet (ISO 16684-1, 7), readable without knowledge of PDF."""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="notices">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f' <rdf:Description rdf:about="">{"".join(map(_property, properties))}'
        "</rdf:Description></rdf:RDF>\n</x:xmpmeta>\n\n"
        '<?xpacket end="w"?>\n'
    ).encode()


def _property(stated: Property) -> str:
    name, kind, texts = stated
    prefix = name.partition(":")[0]
    values = "".join(map(_in_xml, texts))
    if kind:
        mark = ' xml:lang="x-default"' if kind == "Alt" else ""
        items = "".join(f"<rdf:li{mark}>{_in_xml(text)}</rdf:li>" for text in texts)
        values = f"<rdf:{kind}>{items}</rdf:{kind}>"
    return f'<{name} xmlns:{prefix}="{_NAMESPACES[prefix]}">{values}</{name}>'


def _in_xml(text: str) -> str:
    """The text as XML writes it; what XML has no way to write is left out."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NOT_IN_XML.sub("", escaped.replace("\r", "&#13;"))
