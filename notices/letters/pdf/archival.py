"""From reportlab's file to PDF/A-2b with a structure tree (ISO 19005-2, ISO 32000-1).

The same input gives the same bytes: no clock, no random id.
"""

import io
import re
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

from notices.judgment import JST
from notices.letters.pdf.drawing import Drawn
from notices.letters.pdf.structure_tree import Structure
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
