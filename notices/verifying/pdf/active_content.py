"""What a letter never has: anything that acts, hides, embeds or asks.

Every object of the file is looked at, reachable or not. qpdf writes each in its
normal form, in which a name has one spelling; only an object in which a name of
that kind occurs is looked at in detail.
"""

import io
import re
from collections.abc import Iterator

import pikepdf

from notices.messages import Text
from notices.verifying.checks import malformed

_ACTIVE_KEYS = frozenset(
    {
        "/AA",
        "/AF",
        "/Collection",
        "/EF",
        "/JS",
        "/JavaScript",
        "/Launch",
        "/OCProperties",
        "/OpenAction",
        "/RichMediaContent",
        "/RichMediaSettings",
        "/Rendition",
        "/SubmitForm",
        "/XFA",
        "/A",
        "/PA",
        "/Alternates",
        "/OPI",
        "/PS",
    }
)
"""Keys of dictionaries that act, hide, embed or replace."""
_ACTIVE_VALUES = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/EmbeddedFile",
        "/Filespec",
        "/RichMedia",
        "/Movie",
        "/Sound",
        "/Rendition",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/GoTo3DView",
        "/URI",
        "/Hide",
        "/Named",
        "/Trans",
        "/SetOCGState",
        "/3D",
        "/Screen",
        "/PS",
        "/OCG",
    }
)
"""Names of action, annotation and object types of the same kind."""
_KIND_KEYS = ("/S", "/Type", "/Subtype")
_TELLING = re.compile(
    rb"/(?:%s)(?![^ /\[\]<>()])"
    % b"|".join(
        re.escape(name[1:].encode())
        for name in sorted(
            _ACTIVE_KEYS | _ACTIVE_VALUES | {"/Annots", "/FT", "/Widget"}
        )
    )
)
"""One of these stands in every object that is refused below."""
MAX_NESTING = 60
MAX_OBJECTS = 20_000
"""An ordinary letter has about seventy."""
_SIZE = re.compile(rb"/Size\s+(\d{1,10})")
"""How many a cross-reference section claims (ISO 32000-2, table 15)."""


class _File(io.BytesIO):
    """qpdf begins what it tells of a stream with its name: no address in it."""

    def __repr__(self) -> str:
        return "of the PDF"


class Opened:
    """The file as qpdf reads it, not repaired; pikepdf.PdfError if it had to be."""

    def __init__(self, data: bytes) -> None:
        _check_count(max(map(int, _SIZE.findall(data)), default=0))
        self.pdf = pikepdf.open(_File(data), attempt_recovery=False)
        self._warnings: list[str] = []

    @property
    def warnings(self) -> list[str]:
        """What qpdf found odd in the objects that were read so far."""
        self._warnings += map(str, self.pdf.get_warnings())  # each is told once
        return self._warnings


def _check_count(objects: int) -> None:
    if objects > MAX_OBJECTS:
        raise malformed(
            Text("{count} objects, at most {most}", count=objects, most=MAX_OBJECTS)
        )


def check(opened: Opened) -> str:
    """No script, action, attachment, form, layer, link or annotation in any object."""
    objects = list(opened.pdf.objects)
    _check_count(len(objects))
    for found in _suspicious(objects):
        for one in _dictionaries(found, 0):
            _check_dictionary(one)
    if opened.warnings:
        raise malformed(
            Text(
                "readers may differ on this PDF: {warnings}",
                warnings=opened.warnings[0],
            )
        )
    return Text("{count} objects", count=len(objects))


def _suspicious(objects: list[pikepdf.Object]) -> list[pikepdf.Object]:
    """The objects that need a closer look."""
    found = [one for one in objects if _is_telling(one)]
    # A name that is an object of its own may be the kind of any other.
    return objects if any(isinstance(one, pikepdf.Name) for one in found) else found


def _is_telling(one: pikepdf.Object) -> bool:
    if not isinstance(one, pikepdf.Object):  # numbers and strings are Python's own
        return False
    direct = one.stream_dict if isinstance(one, pikepdf.Stream) else one
    text = direct.unparse(resolved=True)
    depth = text.count(b"<<") + text.count(b"[")
    return bool(_TELLING.search(text)) or depth > MAX_NESTING


def _dictionaries(outer: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    """The dictionary, and those written inside it (not those referred to)."""
    if depth > MAX_NESTING:
        raise malformed(
            Text("objects nested deeper than {max_nesting}", max_nesting=MAX_NESTING)
        )
    if isinstance(outer, pikepdf.Stream):
        outer = outer.stream_dict
    if isinstance(outer, pikepdf.Dictionary):
        yield outer
        values = [value for _, value in outer.items()]
    elif isinstance(outer, pikepdf.Array):
        values = list(outer)
    else:
        return
    for value in values:
        # numbers and strings come as Python's own
        if isinstance(value, pikepdf.Object) and not value.is_indirect:  # type: ignore[redundant-expr]
            yield from _dictionaries(value, depth + 1)


def _check_dictionary(dictionary: pikepdf.Object) -> None:
    keys = set(dictionary.keys())
    active = keys & _ACTIVE_KEYS
    if active - _allowed(dictionary):
        raise malformed(
            Text("active content: {active}", active=", ".join(sorted(active)))
        )
    for key in _KIND_KEYS:
        if key in keys and str(dictionary[key]) in _ACTIVE_VALUES:
            raise malformed(
                Text("active content: {dictionary}", dictionary=dictionary[key])
            )
    if "/Annots" in keys and any(not _is_signature(a) for a in dictionary["/Annots"]):
        raise malformed("an annotation besides the signature's own field")
    if str(dictionary.get("/FT", "/Sig")) != "/Sig":
        raise malformed(
            Text("a form field of type {dictionary}", dictionary=dictionary["/FT"])
        )
    if str(dictionary.get("/Subtype")) == "/Widget" and not _is_signature(dictionary):
        raise malformed("a form field besides the signature")


def _allowed(one: pikepdf.Object) -> set[str]:
    # /A of a structure element is its layout attributes (ISO 32000-2, 14.7.6)
    return {"/A"} if str(one.get("/Type", "")) == "/StructElem" else set()


def _is_signature(annotation: pikepdf.Object) -> bool:
    return str(annotation.get("/FT")) == "/Sig"
