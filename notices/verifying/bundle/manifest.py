"""ASiCManifest and ASiCArchiveManifest (ETSI EN 319 162-1, A.4): names and digests."""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from notices.messages import Text

ASIC = "http://uri.etsi.org/02918/v1.2.1#"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
SHA_256 = "http://www.w3.org/2001/04/xmlenc#sha256"
MAX_MANIFEST = 1 << 20


class MalformedManifest(Exception):
    """Not a manifest as ours are; the text says what is odd."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one signature or time stamp is about."""

    signed_by: str
    """Member that holds the signature or the time-stamp token."""
    digests: Mapping[str, bytes]
    """Member to SHA-256."""

    def to_xml(self, media_types: Mapping[str, str], signature_type: str) -> bytes:
        """Write it; the same values give the same bytes."""
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<asic:ASiCManifest xmlns:asic="{ASIC}" xmlns:ds="{DSIG}">',
            _element("SigReference", self.signed_by, signature_type) + "/>",
        ]
        for name, digest in sorted(self.digests.items()):
            media_type = media_types.get(name, "application/octet-stream")
            lines += [
                _element("DataObjectReference", name, media_type) + ">",
                f'    <ds:DigestMethod Algorithm="{SHA_256}"/>',
                f"    <ds:DigestValue>{b64encode(digest).decode()}</ds:DigestValue>",
                "  </asic:DataObjectReference>",
            ]
        return ("\n".join([*lines, "</asic:ASiCManifest>"]) + "\n").encode()


def _element(tag: str, name: str, media_type: str) -> str:
    attributes = f"URI={quoteattr(name)} MimeType={quoteattr(media_type)}"
    return f"  <asic:{tag} {attributes}"


def parse_manifest(data: bytes) -> Manifest:
    """Read a manifest; SHA-256 only, each member once. MalformedManifest else."""
    # no declarations: then nothing can be expanded or fetched
    if len(data) > MAX_MANIFEST or re.search(rb"<!|<\?(?!xml )", data):
        raise MalformedManifest("too long, or with declarations")
    try:
        root = ET.fromstring(data)  # noqa: S314 - no declarations, see above
    except ET.ParseError as error:
        raise MalformedManifest("it is no XML of ours") from error
    if root.tag != f"{{{ASIC}}}ASiCManifest" or not len(root):
        raise MalformedManifest(Text("the root element is {tag}", tag=root.tag))
    reference, *objects = root
    if reference.tag != f"{{{ASIC}}}SigReference":
        raise MalformedManifest("it does not begin with its SigReference")
    digests: dict[str, bytes] = {}
    for element in objects:
        name, digest = _object(element)
        if name in digests:
            raise MalformedManifest(Text("{name} stands in it twice", name=name))
        digests[name] = digest
    return Manifest(signed_by=reference.get("URI", ""), digests=digests)


def _object(element: ET.Element) -> tuple[str, bytes]:
    name = element.get("URI", "")
    tags = [child.tag for child in element]
    if element.tag != f"{{{ASIC}}}DataObjectReference" or tags != [
        f"{{{DSIG}}}DigestMethod",
        f"{{{DSIG}}}DigestValue",
    ]:
        raise MalformedManifest("a reference has other parts than method and value")
    method, value = element
    if method.get("Algorithm") != SHA_256:
        raise MalformedManifest(
            Text("{name} has a digest that is not SHA-256", name=name)
        )
    try:
        digest = b64decode(value.text or "", validate=True)
    except (Base64Error, ValueError) as error:
        raise MalformedManifest(
            Text("{name} has a digest that is no base64", name=name)
        ) from error
    if len(digest) != sha256().digest_size:
        raise MalformedManifest(
            Text("{name} has a digest of another length", name=name)
        )
    return name, digest


def differences(manifest: Manifest, members: Mapping[str, bytes]) -> list[str]:
    """The members that are missing or have another digest, one sentence each."""
    faults: list[str] = []
    for name, digest in manifest.digests.items():
        if name not in members:
            faults.append(Text("{name} is missing", name=name))
        elif sha256(members[name]).digest() != digest:
            faults.append(Text("{name} was changed", name=name))
    return faults
