"""From reportlab's file to PDF/A-2b with a structure tree (ISO 19005-2, ISO 32000-1).

The same input gives the same bytes: no clock, no random id.
"""

import io
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from notices.judgment import JST
from notices.letters.pdf.drawing import Drawn
from notices.letters.pdf.structure_tree import Structure


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
        _put_pictures(pdf, drawn)
        Structure(pdf, drawn).put()
        _put_intent(pdf)
        _put_metadata(pdf, metadata)
        _pack_streams(pdf)
        result = io.BytesIO()
        pdf.save(
            result,
            min_version="1.7",
            deterministic_id=True,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            fix_metadata_version=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return result.getvalue()


def _put_pictures(pdf: Pdf, drawn: Drawn) -> None:
    """Each picture as the rows of its PNG, which are packed already."""
    for number, (page, picture) in enumerate(drawn.pictures, start=1):
        channels = 1 if picture.is_grey else 3
        stream = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Image)
        stream.Width, stream.Height = picture.width, picture.height
        stream.BitsPerComponent = 8
        stream.ColorSpace = Name.DeviceGray if picture.is_grey else Name.DeviceRGB
        stream.write(
            picture.data,
            filter=Name.FlateDecode,
            decode_parms=Dictionary(
                Predictor=15, Colors=channels, BitsPerComponent=8, Columns=picture.width
            ),
        )
        resources = pdf.pages[page].obj.Resources
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        resources.XObject[f"/Image{number}"] = pdf.make_indirect(stream)


def _pack_streams(pdf: Pdf) -> None:
    """Each stream compressed, but for one whose packed form ends in CR.

    That and the line feed before `endstream` would be read as one end of line, and the
    stream as shorter than /Length says (ISO 19005-2, 6.1.7.1).
    """
    for stream in pdf.objects:
        # XMP stays readable for programs that know nothing of PDF (6.6.2.1).
        if not isinstance(stream, pikepdf.Stream):
            continue
        is_metadata = stream.get("/Type") == Name.Metadata
        # pictures are packed already, and never end in CR
        if not is_metadata and stream.get("/Subtype") != Name.Image:
            data = stream.read_bytes()
            packed = zlib.compress(data)
            if packed.endswith(b"\r"):
                stream.write(data + b"\n" if data.endswith(b"\r") else data)
            else:
                stream.write(packed, filter=Name.FlateDecode)


SRGB = Path(__file__).with_name("srgb.icc")
"""What grey means on paper: a small ICC profile; `tests/letters/making_profile.py`."""


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
    pdf.Root.Metadata = pdf.make_stream(
        _packet(_properties(metadata, created.isoformat())),
        Type=Name.Metadata,
        Subtype=Name.XML,
    )


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
