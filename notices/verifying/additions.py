"""What was added to a PDF after its signature: validation data, time stamps, else no.

pyHanko compares the revisions and explains every changed object. What it lets pass
besides, such as a rewritten title or a revision for nothing, is refused here.
"""

from xml.etree import ElementTree as ET

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel

from notices.verifying.content import refuse_declarations
from notices.verifying.outcome import malformed
from notices.verifying.pdf import SignedRange

_MAY_DIFFER = ("ModifyDate", "MetadataDate", "Producer")
"""XMP properties that a program that adds a time stamp writes anew."""
_INFO_MAY_DIFFER = frozenset({"/ModDate", "/Producer"})


def check(
    reader: PdfFileReader, embedded: EmbeddedPdfSignature, covered: SignedRange
) -> str:
    """Nothing was added but what B-LT and B-LTA add (ETSI EN 319 142-1, 5.4, 5.5).

    Raises Refusal if the signed part is no whole revision, or for other changes.
    """
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    if embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        if covered.end != covered.size:
            raise malformed("the signature does not reach the end of the file")
        return f"all {covered.size} bytes"
    if embedded.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        raise malformed("the signature does not cover a whole revision of the file")
    level = getattr(embedded.diff_result, "modification_level", None)
    if level is not ModificationLevel.LTA_UPDATES:
        raise malformed("the file was changed after signing")
    _check_purpose(reader)
    _check_same_account(revision(reader, embedded.signed_revision), reader)
    return f"{covered.end} bytes; after them only validation data and time stamps"


def revision(reader: PdfFileReader, number: int) -> PdfHandler:
    """The document as it stood at that revision."""
    if number == reader.xrefs.total_revisions - 1:
        return reader
    return reader.get_historical_resolver(number)


def _check_purpose(reader: PdfFileReader) -> None:
    """After the last signature or time stamp, the only reason is validation data."""
    newest = reader.embedded_signatures[-1].signed_revision
    after = reader.xrefs.total_revisions - 1 - newest
    if not after:
        return
    before = _validation_data(revision(reader, newest))
    if after > 1 or _validation_data(reader) <= before:
        raise malformed("the file was changed after signing, to no purpose of ours")


def _validation_data(handler: PdfHandler) -> int:
    try:
        store = DocumentSecurityStore.read_dss(handler)
    except NoDSSFoundError:
        return 0
    found = (store.certs, store.crls, store.ocsps, store.vri_entries)
    return sum(map(len, found))


def _check_same_account(signed: PdfHandler, newest: PdfHandler) -> None:
    if _properties(signed) != _properties(newest):
        raise malformed("the metadata were changed after signing")
    if _information(signed) != _information(newest):
        raise malformed("the document information was changed after signing")


def _properties(handler: PdfHandler) -> list[tuple[str, str]]:
    packet = metadata(handler)
    refuse_declarations(packet)
    return [
        (element.tag, (element.text or "").strip())
        for element in ET.fromstring(packet).iter()  # noqa: S314 - no declarations
        if not element.tag.endswith(_MAY_DIFFER)
    ]


def metadata(handler: PdfHandler) -> bytes:
    """The XMP packet of a revision."""
    has_any = "/Metadata" in handler.root
    stream = handler.root["/Metadata"] if has_any else None
    if not isinstance(stream, generic.StreamObject):
        raise malformed("the PDF has no XMP metadata")
    return bytes(stream.data)


def _information(handler: PdfHandler) -> dict[str, str]:
    trailer = handler.trailer_view
    found = trailer["/Info"] if "/Info" in trailer else {}
    return {
        key: str(value) for key, value in found.items() if key not in _INFO_MAY_DIFFER
    }
