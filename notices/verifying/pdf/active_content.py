"""What a letter never has: anything that acts, hides, embeds or asks.

Every object of the file is looked at, reachable or not. qpdf writes each in its
normal form, in which a name has one spelling; only an object in which a name occurs
that not every letter has is looked at in detail. Keys are judged by whitelist.
"""

import io
import re
from collections.abc import Iterator
from functools import lru_cache

import pikepdf

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf.names import (
    ACTIVE_KEYS,
    ACTIVE_VALUES,
    FONT_NAME,
    KIND_KEYS,
    KNOWN_KEYS,
    KNOWN_VALUES,
    NAMED_BY_US,
    SIGNATURE_KEYS,
    STAMP_KEYS,
)

_FILE = re.compile(rb"/F [^0-9]")
"""A stream's data in another file (ISO 32000-2, 7.3.8.2); a number is a widget's."""
_NAME = re.compile(rb"/[^ /\[\]<>()]+")
_CELL = re.compile(
    rb"<< /A << (?:/(?:O|Scope|RowSpan|ColSpan) (?:/(?:Table|Row|Column)|\d{1,9}) "
    rb"|/Headers \[ (?:\([\w-]*\) )*\] )+>> (?:/ID \([\w-]*\) )?"
    rb"/K \[ (?:<< /MCID \d{1,9} /Pg \d{1,9} 0 R /Type /MCR >> |\d{1,9} 0 R )*\] "
    rb"/P \d{1,9} 0 R /S /(?:TH|TD) /Type /StructElem >>"
)
"""A table's cell as we write it, whole: its /A is layout, and nothing else is in it."""
_CLOSER = frozenset(
    {"/Annots", "/FT", "/Widget", "/A", "/Encoding", "/Alt", "/RoleMap", "/PageMode"}
    | {"/ByteRange", "/T", "/TU"}
)
"""What is looked at in detail wherever it occurs."""


@lru_cache(maxsize=2_000)
def _is_usual(name: bytes) -> bool:
    """Whether a name needs no closer look, wherever it stands."""
    told = name.decode("latin-1")
    if told in _CLOSER or told in ACTIVE_VALUES:
        return False
    is_known = told in KNOWN_KEYS or told in KNOWN_VALUES
    return is_known or bool(NAMED_BY_US.fullmatch(told) or FONT_NAME.fullmatch(told))


_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FIELD_NAME = re.compile(f"(?:Signature|Timestamp)(?:[0-9]{{1,4}}|-{_UUID})?")
"""Ours, and those that programs give which add time stamps (Signature2, or a UUID).
Programs show it beside who signed, and nobody but its writer vouches for it."""
TOOLTIPS = frozenset(
    (
        "",
        "電子署名（Digital signature）",
        "文書タイムスタンプ（Document time stamp）",
        "Timestamp",
    )
)
"""What is read out of a field: nothing in the first versions; the last is pyHanko's."""
_FIGURES = frozenset({"/Figure", "/Form"})
_MODES = frozenset({"/UseNone", "/UseOutlines"})
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
        raise malformed("readers may differ on this PDF")
    return Text("{count} objects", count=len(objects))


def _suspicious(objects: list[pikepdf.Object]) -> list[pikepdf.Object]:
    """The objects that need a closer look."""
    # numbers and strings are Python's own
    own = [one for one in objects if isinstance(one, pikepdf.Object)]  # type: ignore[redundant-expr]
    texts = [(one, _text(one)) for one in own]
    read = [(one, text) for one, text in texts if not _CELL.fullmatch(text)]
    # the same few names in all of them: asked once, and only if odd, object by object
    names = set(_NAME.findall(b" ".join([text for _, text in read])))
    are_usual = all(map(_is_usual, names))
    found = [one for one, text in read if _is_telling(text, are_usual=are_usual)]
    # A name that is an object of its own may be the kind of any other.
    return objects if any(isinstance(one, pikepdf.Name) for one in found) else found


def _text(one: pikepdf.Object) -> bytes:
    direct = one.stream_dict if isinstance(one, pikepdf.Stream) else one
    return bytes(direct.unparse(resolved=True))


def _is_telling(text: bytes, *, are_usual: bool) -> bool:
    """Whether an object needs a closer look. are_usual: all names of all objects."""
    depth = text.count(b"<<") + text.count(b"[")
    if depth > MAX_NESTING or _FILE.search(text):
        return True
    return not are_usual and not all(map(_is_usual, _NAME.findall(text)))


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
    active = keys & ACTIVE_KEYS
    if active and active - _allowed(dictionary):
        raise malformed(
            Text("active content: {active}", active=", ".join(sorted(active)))
        )
    if odd := {one for one in keys - KNOWN_KEYS if not NAMED_BY_US.fullmatch(one)}:
        raise malformed(Text("a key that letters do not have: {odd}", odd=min(odd)))
    for key in KIND_KEYS:
        if key in keys and str(dictionary[key]) in ACTIVE_VALUES:
            raise malformed(
                Text("active content: {dictionary}", dictionary=dictionary[key])
            )
    _check_signature(dictionary, keys)
    _check_looks(dictionary, keys)
    _check_words(dictionary, keys)
    if "/Annots" in keys and any(not _is_signature(a) for a in dictionary["/Annots"]):
        raise malformed("an annotation besides the signature's own field")
    # what is not there is not asked for: qpdf answers slowly
    if "/FT" in keys and str(dictionary["/FT"]) != "/Sig":
        raise malformed(
            Text("a form field of type {dictionary}", dictionary=dictionary["/FT"])
        )
    is_widget = "/Subtype" in keys and str(dictionary["/Subtype"]) == "/Widget"
    if is_widget and not _is_signature(dictionary):
        raise malformed("a form field besides the signature")


def _check_signature(dictionary: pikepdf.Object, keys: set[str]) -> None:
    """Nothing in it that programs show as words of the signer."""
    if "/ByteRange" not in keys:
        return
    is_stamp = str(dictionary.get("/Type")) == "/DocTimeStamp"
    if odd := keys - (STAMP_KEYS if is_stamp else SIGNATURE_KEYS):
        raise malformed(
            Text("a key that signatures of letters do not have: {odd}", odd=min(odd))
        )


def _check_looks(dictionary: pikepdf.Object, keys: set[str]) -> None:
    """What changes how a file opens, is read out, or where its data lies."""
    if "/F" in keys and not isinstance(dictionary["/F"], int):
        raise malformed("a stream whose data lies in another file")
    if "/Alt" in keys and str(dictionary.get("/S")) not in _FIGURES:
        raise malformed("words that are read out otherwise")
    if "/RoleMap" in keys:
        raise malformed("elements that stand for others")
    if "/PageMode" in keys and str(dictionary["/PageMode"]) not in _MODES:
        raise malformed(Text("opens as {mode}", mode=dictionary["/PageMode"]))


def _check_words(dictionary: pikepdf.Object, keys: set[str]) -> None:
    """Nothing that programs show or read out beside a field, but what ours have."""
    if "/T" in keys:
        name = dictionary["/T"]
        is_direct = isinstance(name, pikepdf.String) and not name.is_indirect
        if not is_direct or not _FIELD_NAME.fullmatch(str(name)):
            raise malformed(Text("a field is called {name}", name=str(name)))
    is_field = "/FT" in keys or "/Rect" in keys
    if is_field and str(dictionary.get("/TU", "")) not in TOOLTIPS:
        raise malformed("words that are read out otherwise")
    if is_field and "/Contents" in keys:
        raise malformed("words that are read out otherwise")


def _allowed(one: pikepdf.Object) -> set[str]:
    # /A of a structure element is its layout attributes (ISO 32000-2, 14.7.6)
    return {"/A"} if str(one.get("/Type", "")) == "/StructElem" else set()


def _is_signature(annotation: pikepdf.Object) -> bool:
    return str(annotation.get("/FT")) == "/Sig"
