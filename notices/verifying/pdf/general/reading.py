"""A signed PDF of any shape: its revisions, its one signature, its security store.

pyHanko reads strictly. A reader that guesses is never used to decide.
"""

import io
import re

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.errors import NoDSSFoundError

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.pdf import object_sizes
from notices.verifying.pdf.fast_pdf import SUB_FILTER
from notices.verifying.pdf.signed_range import (
    MAX_SIZE,
    SignedRange,
    cut,
    read_answers,
)
from notices.verifying.revocation.answers import Revocation

MAX_STAMPS = 20
"""The signature and document time stamps; one in ten years is enough."""
MAX_REVISIONS = 64
"""A signature and each time stamp add one to three."""
_END = re.compile(
    rb"\s*(?:trailer\s*)?(?:<<(?:(?!obj|stream|startxref).)*>>\s*)?(?:endobj\s*)?"
    rb"startxref\s+(\d{1,10})\s+%%EOF\s*",
    re.DOTALL,
)
"""From the end of the last cross-reference section to the end of the file."""


def open_strictly(data: bytes) -> PdfFileReader:
    """The reader; refuses what is not a plain, unencrypted PDF from byte 0 to EOF."""
    if not re.match(rb"%PDF-(1\.\d|2\.0)[\r\n]", data):
        raise malformed("the file does not begin with the PDF header")
    if len(data) > MAX_SIZE:
        raise malformed(Text("longer than {max_size} bytes", max_size=MAX_SIZE))
    # each is in clear, as its range is; reading them costs more the more there are
    if data.count(b"/ByteRange") > MAX_STAMPS:
        raise malformed(
            Text("more than {most} signatures and time stamps", most=MAX_STAMPS)
        )
    if data.count(b"startxref") > MAX_REVISIONS:
        raise malformed(Text("more than {most} revisions", most=MAX_REVISIONS))
    object_sizes.check(data)
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
        raise malformed(
            Text("{count} signatures, must be exactly one", count=len(signatures))
        )
    signature: EmbeddedPdfSignature = signatures[0]
    if signature.sig_object.get("/SubFilter") != SUB_FILTER:
        raise malformed(
            Text("SubFilter {get}", get=signature.sig_object.get("/SubFilter"))
        )
    if reader.embedded_signatures[0].sig_object is not signature.sig_object:
        raise malformed("a document time stamp stands before the signature")
    return signature


def signed_range(data: bytes, embedded: EmbeddedPdfSignature) -> SignedRange:
    """The bytes that a signature covers, if its gap is its own hex string."""
    found = embedded.byte_range
    numbers = list(found) if isinstance(found, generic.ArrayObject) else []
    is_plain = all(isinstance(number, generic.NumberObject) for number in numbers)
    if not is_plain or len(numbers) != 4:  # noqa: PLR2004
        raise malformed("ByteRange is not four numbers")
    return cut(data, [int(number) for number in numbers], embedded.pkcs7_content)


def security_store(reader: PdfFileReader) -> Revocation:
    """CRLs and OCSP answers of the document security store (ETSI EN 319 142-1)."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return Revocation()
    return read_answers(map(_stream_data, store.crls), map(_stream_data, store.ocsps))


def _stream_data(stream: generic.IndirectObject) -> bytes:
    value = stream.get_object()  # type: ignore[no-untyped-call]
    if not isinstance(value, generic.StreamObject):
        raise misc.PdfReadError("validation data is no stream")
    return bytes(value.data)
