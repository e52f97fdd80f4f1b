"""The letter's own account: the Dublin Core properties of its XMP packet."""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.content.notice_json import Statement, make_statement

MAX_XMP = 100_000
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC_NAMES = """
format title identifier source date relation type description publisher creator language
"""
_RDF_NAMES = "RDF Description Seq Bag Alt li about parseType resource"
_PROPERTIES = {
    "http://purl.org/dc/elements/1.1/": frozenset(_DC_NAMES.split()),
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": frozenset(_RDF_NAMES.split()),
    "http://ns.adobe.com/pdf/1.3/": frozenset({"Producer", "Trapped"}),
    "http://ns.adobe.com/xap/1.0/": frozenset(
        {"CreateDate", "ModifyDate", "MetadataDate", "CreatorTool"}
    ),
    "http://www.aiim.org/pdfa/ns/id/": frozenset({"part", "conformance", "rev"}),
    "http://www.aiim.org/pdfua/ns/id/": frozenset({"part", "rev"}),
    "http://www.w3.org/XML/1998/namespace": frozenset({"lang"}),
    "adobe:ns:meta/": frozenset({"xmpmeta", "xmptk"}),
}
"""Namespace to properties; those of RDF and XML included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Xmp:
    """The letter's own account, in its XMP metadata."""

    statement: Statement
    """What `notice.json` must say too."""
    notice_sha256: str
    """SHA-256 of `notice.json`, from dc:source; empty if it is not named."""
    title: str
    """What programs show above the pages, from dc:title; empty without one."""
    author: str
    """From dc:creator; empty without one."""
    made: tuple[str, ...] = ()
    """Every xmp:CreateDate."""
    changed: tuple[str, ...] = ()
    """Every xmp:ModifyDate and xmp:MetadataDate."""


def read_xmp(packet: bytes) -> Xmp:
    """The Dublin Core properties of a letter's XMP packet.

    Raises Refusal if one is missing.
    """
    refuse_declarations(packet)
    root = ET.fromstring(packet)  # noqa: S314 - no declarations, see above
    _check_properties(root)
    source = _property(root, "source", required=False)
    return Xmp(
        statement=make_statement(
            number=_property(root, "identifier"),
            case_id=_property(root, "relation"),
            day=_property(root, "date")[:10],
            form=_property(root, "type"),
            recipient=_property(root, "description"),
        ),
        notice_sha256=source.removeprefix("urn:sha-256:") if source else "",
        title=_property(root, "title", required=False),
        author=_property(root, "creator", required=False),
        made=tuple(_dates(root, "CreateDate")),
        changed=tuple(_dates(root, "ModifyDate", "MetadataDate")),
    )


def _check_properties(root: ET.Element) -> None:
    """Refuse a property that no letter of ours has: two accounts could differ."""
    names = {element.tag for element in root.iter()}
    names |= {name for element in root.iter() for name in element.attrib}
    for name in sorted(names):
        space, _, local = name.removeprefix("{").partition("}")
        if local not in _PROPERTIES.get(space, ()):
            raise malformed(Text("the XMP has a property {name}", name=local or name))


def refuse_declarations(packet: bytes) -> None:
    """Refuse an XML document type, with which entities would be declared.

    Refused before the parser, so that nothing can be expanded or fetched.
    """
    if len(packet) > MAX_XMP or b"<!" in packet.replace(b"<!--", b""):
        raise malformed("the XMP packet is too long or declares entities")


def _property(root: ET.Element, name: str, *, required: bool = True) -> str:
    """The one value of a simple property or of a container with one item."""
    texts = [text for element in root.iter(f"{_DC}{name}") for text in _values(element)]
    texts += [
        element.attrib[f"{_DC}{name}"]
        for element in root.iter(f"{_RDF}Description")
        if f"{_DC}{name}" in element.attrib
    ]
    if not texts and not required:
        return ""
    if len(texts) != 1:
        raise malformed(
            Text(
                "the letter's XMP has {count} values of dc:{name}",
                count=len(texts),
                name=name,
            )
        )
    return texts[0]


def _dates(root: ET.Element, *names: str) -> Iterator[str]:
    """As elements, and as attributes of the description."""
    for name in names:
        for element in root.iter():
            if element.tag == f"{_XMP}{name}":
                yield element.text or ""
            if f"{_XMP}{name}" in element.attrib:
                yield element.attrib[f"{_XMP}{name}"]


def _values(element: ET.Element) -> list[str]:
    items = list(element.iter(f"{_RDF}li"))
    return [item.text or "" for item in items] or [element.text or ""]
