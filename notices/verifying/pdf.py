"""A signed PDF's structure: which bytes are signed, and what it may do.

pyHanko reads strictly; the signed range is taken from the
file's own bytes (ISO 32000-2, 12.8.1). pikepdf lists every object for what a letter
never has. A reader that guesses is never used to decide.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.errors import NoDSSFoundError

from notices.verifying import der
from notices.verifying.outcome import malformed
from notices.verifying.policy import Revocation, read_crl, read_ocsp

MAX_SIZE = 30_000_000
SUB_FILTER = "/ETSI.CAdES.detached"
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
_END = re.compile(
    rb"\s*(?:trailer\s*)?(?:<<(?:(?!obj|stream|startxref).)*>>\s*)?(?:endobj\s*)?"
    rb"startxref\s+(\d{1,10})\s+%%EOF\s*",
    re.DOTALL,
)
"""From the end of the last cross-reference section to the end of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRange:
    """What one signature of the file signs."""

    der: bytes
    """The CMS value from the gap, without its padding."""
    content: bytes
    """The bytes before and after the gap."""
    end: int
    """Where the signed part of the file ends."""


def open_strictly(data: bytes) -> PdfFileReader:
    """The reader; refuses what is not a plain, unencrypted PDF from byte 0 to EOF."""
    if not re.match(rb"%PDF-(1\.\d|2\.0)[\r\n]", data):
        raise malformed("the file does not begin with the PDF header")
    if len(data) > MAX_SIZE:
        raise malformed(f"longer than {MAX_SIZE} bytes")
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    if reader.encrypted:
        raise malformed("the PDF is encrypted")
    if reader.xrefs.hybrid_xrefs_present:
        raise malformed("the PDF has hybrid cross-references: readers differ on them")
    _check_end(data, reader)
    return reader


def _check_end(data: bytes, reader: PdfFileReader) -> None:
    last = reader.xrefs.get_xref_container_info(reader.xrefs.total_revisions - 1)
    ending = _END.fullmatch(data, last.end_location)
    if ending is None:
        raise malformed("something stands after the last cross-reference section")
    if int(ending[1]) != last.declared_startxref:
        raise malformed("startxref does not point to the last cross-reference section")


def only_signature(reader: PdfFileReader) -> EmbeddedPdfSignature:
    """The one signature; time stamps of the document may follow, nothing else."""
    signatures = reader.embedded_regular_signatures
    if len(signatures) != 1:
        raise malformed(f"{len(signatures)} signatures, must be exactly one")
    found: EmbeddedPdfSignature = signatures[0]
    if found.sig_object.get("/SubFilter") != SUB_FILTER:
        raise malformed(f"SubFilter {found.sig_object.get('/SubFilter')}")
    if reader.embedded_signatures[0].sig_object is not found.sig_object:
        raise malformed("a document time stamp stands before the signature")
    return found


def signed_range(data: bytes, embedded: EmbeddedPdfSignature) -> SignedRange:
    """The bytes that a signature covers, if its gap is its own hex string."""
    found = embedded.byte_range
    numbers = list(found) if isinstance(found, generic.ArrayObject) else []
    is_plain = all(isinstance(number, generic.NumberObject) for number in numbers)
    if not is_plain or len(numbers) != 4 or numbers[0] != 0:  # noqa: PLR2004
        raise malformed(f"ByteRange {numbers}")
    _, gap_start, gap_end, rest = numbers
    end = gap_end + rest
    if not 0 < gap_start < gap_end <= end <= len(data) or rest <= 0:
        raise malformed(f"ByteRange {numbers} does not lie in the file")
    gap = data[gap_start:gap_end]
    if not re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})+>", gap):
        raise malformed("the gap in the ByteRange is not exactly one hex string")
    padded = bytes.fromhex(gap[1:-1].decode("ascii"))
    if padded != embedded.pkcs7_content:
        raise malformed("the gap is not the signature's Contents")
    length = der.value_length(padded)
    if any(padded[length:]):
        raise malformed("something but zeros follows the signature in its string")
    return SignedRange(
        der=padded[:length],
        content=data[:gap_start] + data[gap_end:end],
        end=end,
    )


def check_passive(data: bytes) -> str:
    """No script, action, attachment, form, layer, link or annotation in any object."""
    with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as document:
        objects = 0
        for found in document.objects:
            objects += 1
            for one in _dictionaries(found, 0):
                _check_dictionary(one)
    return f"{objects} objects"


MAX_NESTING = 60


def _dictionaries(found: pikepdf.Object, depth: int) -> Iterator[pikepdf.Object]:
    """The dictionary, and those written inside it (not those referred to)."""
    if depth > MAX_NESTING:
        raise malformed(f"objects nested deeper than {MAX_NESTING}")
    if isinstance(found, pikepdf.Stream):
        found = found.stream_dict
    if isinstance(found, pikepdf.Dictionary):
        yield found
        values = [value for _, value in found.items()]
    elif isinstance(found, pikepdf.Array):
        values = list(found)
    else:
        return
    for value in values:
        # numbers and strings come as Python's own
        if isinstance(value, pikepdf.Object) and not value.is_indirect:  # type: ignore[redundant-expr]
            yield from _dictionaries(value, depth + 1)


def _check_dictionary(one: pikepdf.Object) -> None:
    keys = set(one.keys())
    active = keys & _ACTIVE_KEYS
    if active - _allowed(one):
        raise malformed(f"active content: {', '.join(sorted(active))}")
    for key in _KIND_KEYS:
        if key in keys and str(one[key]) in _ACTIVE_VALUES:
            raise malformed(f"active content: {one[key]}")
    if "/Annots" in keys and any(not _is_signature(a) for a in one["/Annots"]):
        raise malformed("an annotation besides the signature's own field")
    if str(one.get("/FT", "/Sig")) != "/Sig":
        raise malformed(f"a form field of type {one['/FT']}")
    if str(one.get("/Subtype")) == "/Widget" and not _is_signature(one):
        raise malformed("a form field besides the signature")


def _allowed(one: pikepdf.Object) -> set[str]:
    # /A of a structure element is its layout attributes (ISO 32000-2, 14.7.6)
    return {"/A"} if str(one.get("/Type", "")) == "/StructElem" else set()


def _is_signature(annotation: pikepdf.Object) -> bool:
    return str(annotation.get("/FT")) == "/Sig"


def security_store(reader: PdfFileReader) -> Revocation:
    """CRLs and OCSP answers of the document security store (ETSI EN 319 142-1)."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Revocation()
    found = Revocation()
    for stream in store.crls:
        found += read_crl(_stream_data(stream))
    for stream in store.ocsps:
        found += read_ocsp(_stream_data(stream))
    return found


def _stream_data(stream: generic.IndirectObject) -> bytes:
    value = stream.get_object()  # type: ignore[no-untyped-call]
    if not isinstance(value, generic.StreamObject):
        raise misc.PdfReadError("validation data is no stream")
    return bytes(value.data)
