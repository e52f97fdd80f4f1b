"""A letter as our own writer leaves it: one signature over the whole file.

Nine letters of ten are such. Their parts are taken by qpdf (C++), which reads them
in a fraction of the time that the general reader needs, and only where nothing is
left to interpret: the layout is plain, qpdf has nothing to warn of, and every value
is of the one kind that we write. Otherwise there is no PlainLetter, and pyHanko
judges. So a letter is accepted here only if it would be accepted there.
"""

from dataclasses import dataclass

import pikepdf

from notices.verifying.pdf.active_content import Opened
from notices.verifying.pdf.fast_layout import count_revisions

SUB_FILTER = "/ETSI.CAdES.detached"
_STORE_KEYS = frozenset({"/Type", "/Certs", "/CRLs", "/OCSPs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FastLetter:
    """What is read from such a file."""

    revisions: int
    """Revisions of the file, that of the signature included."""
    field: str
    """Name of the signature field."""
    byte_range: tuple[int, ...]
    """/ByteRange, reaching from the first byte to the last."""
    contents: bytes
    """/Contents, with its padding."""
    packet: bytes
    """The XMP packet."""
    crls: tuple[bytes, ...]
    """CRLs of the document security store."""
    ocsps: tuple[bytes, ...]
    """OCSP answers of the document security store."""


class _NotPlain(Exception):
    """The file is not of the kind that this module reads."""


def read(data: bytes, opened: Opened) -> FastLetter | None:
    """The letter in `data`, of which `opened` is the reading; None if not plain."""
    revisions = count_revisions(data)
    if revisions is None or opened.pdf.is_encrypted:
        return None
    try:
        letter = _read(opened.pdf, revisions, len(data))
    except (_NotPlain, pikepdf.PdfError, KeyError, ValueError, TypeError):
        return None
    return None if opened.warnings else letter


def _read(opened: pikepdf.Pdf, revisions: int, size: int) -> FastLetter:
    root = opened.Root
    field = _only_field(_dictionary(root["/AcroForm"]))
    signature = _dictionary(field["/V"])
    _require(signature.is_indirect)
    _require(_name(signature["/Type"]) == "/Sig")
    _require(_name(signature["/SubFilter"]) == SUB_FILTER)
    byte_range = _byte_range(signature["/ByteRange"])
    _require(byte_range[2] + byte_range[3] == size)
    store = _dictionary(root["/DSS"]) if "/DSS" in root else pikepdf.Dictionary()
    _require(set(store.keys()) <= _STORE_KEYS)
    return FastLetter(
        revisions=revisions,
        field=_text(field["/T"]),
        byte_range=byte_range,
        contents=_string(signature["/Contents"]),
        packet=_stream(root["/Metadata"]),
        crls=_streams(store, "/CRLs"),
        ocsps=_streams(store, "/OCSPs"),
    )


def _only_field(form: pikepdf.Dictionary) -> pikepdf.Dictionary:
    fields = _array(form["/Fields"])
    _require(len(fields) == 1)
    field = _dictionary(fields[0])
    _require(field.is_indirect and "/Kids" not in field and "/Parent" not in field)
    _require(_name(field["/FT"]) == "/Sig")
    return field


def _require(holds: bool) -> None:
    if not holds:
        raise _NotPlain


def _dictionary(value: object) -> pikepdf.Dictionary:
    if not isinstance(value, pikepdf.Dictionary):
        raise _NotPlain
    return value


def _array(value: object) -> pikepdf.Array:
    if not isinstance(value, pikepdf.Array) or value.is_indirect:
        raise _NotPlain
    return value


def _name(value: object) -> str:
    if not isinstance(value, pikepdf.Name):
        raise _NotPlain
    return str(value)


def _string(value: object) -> bytes:
    if not isinstance(value, pikepdf.String) or value.is_indirect:
        raise _NotPlain
    return bytes(value)


def _text(value: object) -> str:
    name = _string(value).decode("ascii")
    # a point would part the names of nested fields (ISO 32000-2, 12.7.4.2)
    _require(name.isalnum())
    return name


def _byte_range(value: object) -> tuple[int, ...]:
    found = tuple(_number(one) for one in _array(value))
    _require(len(found) == 4)  # noqa: PLR2004 - ISO 32000-2, table 255: two pairs
    return found


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _NotPlain
    return value


def _streams(store: pikepdf.Dictionary, key: str) -> tuple[bytes, ...]:
    if key not in store:
        return ()
    return tuple(_stream(one) for one in _array(store[key]))


def _stream(value: object) -> bytes:
    if not isinstance(value, pikepdf.Stream) or "/Filter" in value:
        raise _NotPlain
    return value.read_raw_bytes()
