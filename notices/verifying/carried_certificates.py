"""Which certificates a file carries, for whoever fetches answers about them.

Runs in the limited process: the files come from anybody. Nothing is judged here; a
certificate counts for nothing until a path leads it to a trusted root.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from notices.errors import NoticesError
from notices.mail import split
from notices.media_types import PDF
from notices.object_identifiers import TIME_STAMP_TOKEN
from notices.verifying.cms import der, signed_data
from notices.verifying.zip_reader import SIGNATURE

MESSAGE_IN_BUNDLE = "documents/message.eml"
MAX_MEMBER = 64 << 20
"""Octets of one member."""
MAX_SIGNATURES = 64
"""Of one file; a bundle that was renewed for decades has a dozen."""
ZIP = b"PK\x03\x04"
_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f]{16,})>")
_STAMP = re.compile(r"META-INF/timestamp\d{3}\.tst")
_UNREADABLE = (
    zipfile.BadZipFile,
    KeyError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)
"""What zipfile says of members that are not as ours are."""


def certificates_in(data: bytes) -> list[list[bytes]]:
    """The certificates (DER) of each signature and time stamp in a file.

    A mail and the letter in it, a PDF, a bundle and its mail. What cannot be read is
    left out.
    """
    found: list[list[bytes]] = []
    for signature in _signatures(data):
        for value in (signature, *_stamps(signature)):
            if carried := _certificates(value):
                found.append(carried)
            if len(found) >= MAX_SIGNATURES:
                return found
    return found


def _certificates(signature: bytes) -> list[bytes]:
    try:
        carried = signed_data.read(signature).certificates
    except (ValueError, IndexError):
        return []
    return [one for one in carried if one[0] == signed_data.SEQUENCE]


def _stamps(signature: bytes) -> list[bytes]:
    """Time stamp tokens among the unsigned attributes."""
    try:
        signers = signed_data.read(signature).signers
        attributes = [
            signed_data.read_attribute(one)
            for signer in signers
            for one in signed_data.read_signer(signer).unsigned_attributes
        ]
    except (ValueError, IndexError):
        return []
    return [
        value
        for name, values in attributes
        if name == TIME_STAMP_TOKEN
        for value in values
    ]


def _signatures(data: bytes) -> Iterator[bytes]:
    """The CMS values in a mail and its letter, in a PDF, in a bundle and its mail."""
    if data.startswith(ZIP):
        yield from _in_bundle(data)
    elif data.startswith(b"%PDF-"):
        for found in _CONTENTS.finditer(data):
            yield _without_padding(bytes.fromhex(found[1].decode()))
    else:
        try:
            mail = split(data)
        except NoticesError:
            return
        yield mail.signature
        for leaf in mail.parts:
            if leaf.media_type == PDF:
                yield from _signatures(leaf.content)


def _in_bundle(data: bytes) -> Iterator[bytes]:
    for name in (SIGNATURE, MESSAGE_IN_BUNDLE, *_stamp_names(data)):
        member = _member(data, name)
        if name != MESSAGE_IN_BUNDLE:
            yield member
        elif not member.startswith(ZIP):
            yield from _signatures(member)


def _stamp_names(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            return sorted(filter(_STAMP.fullmatch, container.namelist()))
    except (zipfile.BadZipFile, OSError, ValueError):
        return []


def _member(data: bytes, name: str) -> bytes:
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as container,
            container.open(name) as member,
        ):
            return member.read(MAX_MEMBER)
    except _UNREADABLE:
        return b""


def _without_padding(padded: bytes) -> bytes:
    """A PDF reserves room: the DER value's own length says where it ends."""
    try:
        return padded[: der.value_length(padded)]
    except der.NotDER:
        return b""
