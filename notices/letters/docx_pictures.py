"""Logo and seal in the DOCX: pictures in the line, in a paragraph of their own."""

from collections.abc import Sequence
from html import escape

from notices.letters.pictures import Picture

_RELATIONS, _TYPES = "word/_rels/document.xml.rels", "[Content_Types].xml"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_MM = 36_000
"""English metric units of a millimetre."""
_HEIGHT, _WIDTH = {"logo": 9, "seal": 20}, {"logo": 46, "seal": 20}
"""Millimetres at most."""


def put_pictures(parts: dict[str, bytes], pictures: Sequence[Picture]) -> str:
    """Put the pictures into the package; returns the paragraph that shows them."""
    if not pictures:
        return ""
    links = types = runs = ""
    for number, picture in enumerate(pictures, start=1):
        parts[f"word/media/image{number}.png"] = picture.png
        links += (
            f'<Relationship Id="rIdImage{number}" Type="{_IMAGE}" '
            f'Target="media/image{number}.png"/>'
        )
        runs += f"<w:r>{_drawing(number, picture)}</w:r>"
    types = '<Default Extension="png" ContentType="image/png"/>'
    _insert(parts, _RELATIONS, "</Relationships>", links)
    _insert(parts, _TYPES, "</Types>", types)
    # the style's own lines are of one height, which would cut a picture
    looks = '<w:pStyle w:val="NoticeLeft"/><w:spacing w:line="240" w:lineRule="auto"/>'
    return f"<w:p><w:pPr>{looks}</w:pPr>{runs}</w:p>"


def _insert(parts: dict[str, bytes], name: str, before: str, xml: str) -> None:
    parts[name] = parts[name].replace(before.encode(), (xml + before).encode())


def _drawing(number: int, picture: Picture) -> str:
    scale = min(
        _WIDTH[picture.role] * _MM / picture.width,
        _HEIGHT[picture.role] * _MM / picture.height,
    )
    size = f'cx="{round(picture.width * scale)}" cy="{round(picture.height * scale)}"'
    name = f'id="{number}" name="{picture.role}" descr="{escape(picture.alt)}"'
    return (
        f'<w:drawing><wp:inline xmlns:wp="{_DRAWING}/wordprocessingDrawing" distT="0" '
        f'distB="0" distL="0" distR="0"><wp:extent {size}/><wp:docPr {name}/>'
        f'<a:graphic xmlns:a="{_DRAWING}/main">'
        f'<a:graphicData uri="{_DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{_DRAWING}/picture"><pic:nvPicPr><pic:cNvPr {name}/>'
        "<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>"
        f'<a:blip r:embed="rIdImage{number}"/><a:stretch><a:fillRect/></a:stretch>'
        '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        f'<a:ext {size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
