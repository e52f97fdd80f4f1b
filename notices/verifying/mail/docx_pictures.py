"""The pictures of a DOCX: exactly those that notice.json declares, each in the line.

A drawing is taken only in the one shape that our writer makes; none floats over words.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from xml.etree import ElementTree as ET

from notices.messages import Text
from notices.verifying.checks import malformed

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_DRAWING = f"{_W}drawing"
_SHAPE = (
    *(f"{_WP}{name}" for name in ("inline", "extent", "docPr")),
    *(f"{_A}{name}" for name in ("graphic", "graphicData")),
    *(f"{_PIC}{name}" for name in ("pic", "nvPicPr", "cNvPr", "cNvPicPr", "blipFill")),
    *(f"{_A}{name}" for name in ("blip", "stretch", "fillRect")),
    f"{_PIC}spPr",
    *(f"{_A}{name}" for name in ("xfrm", "off", "ext", "prstGeom", "avLst")),
)
"""A drawing's elements in document order."""
_ATTRIBUTES = frozenset(
    (
        *("distT", "distB", "distL", "distR", "cx", "cy", "id", "name", "descr"),
        *("uri", f"{_R}embed", "x", "y", "prst"),
    )
)
LARGEST = 3_600_000
"""English metric units: ten centimetres."""


def without_pictures(tree: ET.Element) -> Iterator[ET.Element]:
    """Every element but drawings and what is in them."""
    yield tree
    for kid in tree:
        if kid.tag != _DRAWING:
            yield from without_pictures(kid)


def check_pictures(
    body: ET.Element,
    relations: ET.Element | None,
    parts: Mapping[str, bytes],
    declared: Sequence[str],
) -> None:
    """Refusal if other pictures are shown than those with a declared SHA-256."""
    targets = {
        one.get("Id"): one.get("Target", "")
        for one in (relations if relations is not None else ())
    }
    shown = [f"word/{targets.get(_embedded(one), '')}" for one in body.iter(_DRAWING)]
    if sorted(shown) != sorted(parts):
        raise malformed(Text("the DOCX shows {count} pictures", count=len(shown)))
    found = [hashlib.sha256(parts[name]).hexdigest() for name in shown]
    if sorted(found) != sorted(declared):
        raise malformed("the DOCX has other pictures than notice.json")


def _embedded(drawing: ET.Element) -> str:
    """The relation of a drawing of the one shape."""
    elements = list(drawing.iter())[1:]
    if tuple(one.tag for one in elements) != _SHAPE:
        raise malformed("a drawing in the DOCX of another shape than ours")
    for one in elements:
        if set(one.keys()) - _ATTRIBUTES:
            raise malformed("a drawing in the DOCX of another shape than ours")
        sizes = (one.get("cx"), one.get("cy"))
        if any(size and not 0 < int(size) <= LARGEST for size in sizes):
            raise malformed("a drawing in the DOCX of another size than ours")
    return next(one.get(f"{_R}embed", "") for one in elements if one.tag == f"{_A}blip")
