"""What was added to a PDF after its signature: validation data, time stamps, else no.

pyHanko compares the revisions and explains every changed object. What it lets pass
besides, such as a rewritten title or a revision for nothing, is refused here.
"""

import io
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.status import SignatureCoverageLevel

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.content import refuse_declarations
from notices.verifying.pdf.general.reading import signed_range

_MAY_DIFFER = frozenset(
    (
        "{http://ns.adobe.com/xap/1.0/}ModifyDate",
        "{http://ns.adobe.com/xap/1.0/}MetadataDate",
        "{http://ns.adobe.com/pdf/1.3/}Producer",
        "{adobe:ns:meta/}xmptk",
    )
)
"""XMP properties that a program that adds a time stamp writes anew, and its name."""
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DESCRIPTION, _RESOURCE = f"{_RDF}Description", f"{_RDF}resource"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_INFO_MAY_DIFFER = frozenset({"/ModDate", "/Producer"})


def check(reader: PdfFileReader, embedded: EmbeddedPdfSignature, data: bytes) -> str:
    """Nothing was added but what B-LT and B-LTA add (ETSI EN 319 142-1, 5.4, 5.5).

    Raises Refusal if the signed part is no whole revision, or for other changes.
    """
    covered = signed_range(data, embedded)
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    if embedded.coverage is SignatureCoverageLevel.ENTIRE_FILE:
        if covered.end != len(data):
            raise malformed("the signature does not reach the end of the file")
        return Text("all {count} bytes", count=len(data))
    if embedded.coverage is not SignatureCoverageLevel.ENTIRE_REVISION:
        raise malformed("the signature does not cover a whole revision of the file")
    level = getattr(embedded.diff_result, "modification_level", None)
    if level is not ModificationLevel.LTA_UPDATES:
        raise malformed("the file was changed after signing")
    _check_purpose(reader, data)
    _check_same_account(as_signed(data, embedded), reader)
    return Text(
        "{end} bytes; after them only validation data and time stamps", end=covered.end
    )


def as_signed(data: bytes, embedded: EmbeddedPdfSignature) -> PdfFileReader:
    """The document as it was signed: a PDF that ends where the signed range does."""
    end = signed_range(data, embedded).end
    if end == len(data):
        return embedded.reader
    return PdfFileReader(io.BytesIO(data[:end]))


def _check_purpose(reader: PdfFileReader, data: bytes) -> None:
    """After the last signature or time stamp, the only reason is validation data."""
    newest = reader.embedded_signatures[-1]
    after = reader.xrefs.total_revisions - 1 - newest.signed_revision
    if not after:
        return
    before = _validation_data(as_signed(data, newest))
    if after > 1 or _validation_data(reader) <= before:
        raise malformed("the file was changed after signing, to no purpose of ours")


def _validation_data(reader: PdfFileReader) -> int:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return 0
    found = (store.certs, store.crls, store.ocsps, store.vri_entries)
    return sum(map(len, found))


def _check_same_account(signed: PdfFileReader, newest: PdfFileReader) -> None:
    if _properties(signed) != _properties(newest):
        raise malformed("the metadata were changed after signing")
    if _information(signed) != _information(newest):
        raise malformed("the document information was changed after signing")


def _properties(reader: PdfFileReader) -> list[tuple[str, str]]:
    """Every property, whichever of the spellings that mean the same it has.

    Programs that add a time stamp write the packet anew.
    """
    packet = metadata(reader)
    refuse_declarations(packet)
    root = ET.fromstring(packet)  # noqa: S314 - no declarations
    for node in list(root.iter(_DESCRIPTION)):
        _order(node)
    properties: list[tuple[str, str]] = []
    for element in root.iter():
        properties += _plain(element)
    return [one for one in properties if one[0] not in _MAY_DIFFER]


def _order(node: ET.Element) -> None:
    """Attributes as elements, all by their names: RDF knows neither kind nor order."""
    for name, value in node.attrib.items():
        ET.SubElement(node, name).text = value
    node.attrib.clear()
    node[:] = sorted(node, key=lambda kid: kid.tag)


def _plain(element: ET.Element) -> Iterator[tuple[str, str]]:
    """Name, words and attributes. A URL is the same as text and as a resource."""
    attributes = dict(element.attrib)
    words = (element.text or "").strip() or attributes.pop(_RESOURCE, "")
    if words.startswith(("http://", "https://")):
        attributes.pop(_LANGUAGE, None)  # a resource has none
    yield element.tag, words
    yield from sorted(attributes.items())


def metadata(reader: PdfFileReader) -> bytes:
    """The XMP packet of a revision."""
    has_any = "/Metadata" in reader.root
    stream = reader.root["/Metadata"] if has_any else None
    if not isinstance(stream, generic.StreamObject):
        raise malformed("the PDF has no XMP metadata")
    return bytes(stream.data)


def _information(reader: PdfFileReader) -> dict[str, str]:
    trailer = reader.trailer_view
    # `get` would hand out the reference, not the dictionary
    found = trailer["/Info"] if "/Info" in trailer else {}  # noqa: SIM401
    return {
        key: str(value) for key, value in found.items() if key not in _INFO_MAY_DIFFER
    }
