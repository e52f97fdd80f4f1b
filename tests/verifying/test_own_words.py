"""What is broken is told in our own words, in Japanese too.

Sentences of expat, zlib, qpdf, asn1crypto and pyHanko stood in findings: in English, and
about their own insides.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from notices.codec.languages import load_texts
from notices.errors import NoticesError
from notices.messages import told
from notices.verifying import verify
from tests.verifying.genuine import Mail, genuine_letter, notice_json, stamp_with
from tests.verifying.odd_der import changed, flipped, gone
from tests.verifying.pki import JUDGED_AT, world

BUNDLE = Path(__file__).parents[1] / "vectors/v2/files/bundles/whole.asice"
JAPANESE = load_texts("ja")
ENGLISH = re.compile(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+")
"""Four words in a row: names and standard terms have fewer."""


def stamped(*place: int, change: Callable[[bytes], bytes]) -> bytes:
    stamp = stamp_with(world().tsa)

    def broken(value: bytes) -> bytes:
        return changed(stamp(value), *place, change=change)

    return Mail(world(), cms=lambda made: replace(made, stamp=broken)).build()


def member(name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(BUNDLE) as before:
        members = [(one, before.read(one)) for one in before.infolist()]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as after:
        for one, octets in members:
            after.writestr(one, content if one.filename == name else octets)
    return out.getvalue()


def broken_packing() -> bytes:
    """The first packed member's octets are none of deflate."""
    with zipfile.ZipFile(io.BytesIO(BUNDLE.read_bytes())) as read:
        packed = next(one for one in read.infolist() if one.compress_type)
    data = bytearray(BUNDLE.read_bytes())
    start = packed.header_offset + 30 + len(packed.filename)
    data[start : start + 20] = b"\xff" * 20
    return bytes(data)


def letter() -> bytes:
    return genuine_letter(world(), world().signer, notice_json())


FILES: dict[str, Callable[[], bytes]] = {
    "a manifest that is no XML": lambda: member(
        "META-INF/ASiCManifest.xml", b"<?xml version='1.0'?><a><b></a>"
    ),
    "a packed member that is broken": broken_packing,
    "a container that is cut": lambda: BUNDLE.read_bytes()[:-3],
    "a PDF without its end": lambda: letter()[:-400],
    "a PDF with an object elsewhere": lambda: letter().replace(b"1 0 obj", b"1  0 obj"),
    "a stamp without its certificate": lambda: stamped(1, 0, 3, change=gone),
    "a stamp of another value": lambda: stamped(1, 0, -1, 0, 5, change=flipped),
    "a stamp that is none": lambda: stamped(1, 0, 2, 1, 0, change=lambda _: b"\4\1x"),
    "a signature that is none": lambda: Mail(
        world(), change_signature=lambda der: der[:40]
    ).build(),
    "a mail with XMP that is none": lambda: Mail(
        world(), letter=letter().replace(b"<rdf:RDF", b"<rdf RDF")
    ).build(),
}


@pytest.mark.parametrize("why", FILES)
def test_a_finding_is_told_in_our_own_words(why: str) -> None:
    report = verify(FILES[why](), trust=[world().root.pem], at=JUDGED_AT)
    details = [one.detail for one in report.findings if one.sub_indication]
    assert details
    for detail in details:
        assert not ENGLISH.search(told(detail, JAPANESE)), detail


@pytest.mark.parametrize(
    "root", [b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", b"0\x03"]
)
def test_a_root_that_is_none_is_told_so(root: bytes) -> None:
    with pytest.raises(NoticesError) as refused:
        verify(b"From: a@b.example\n\n", trust=[root], at=JUDGED_AT)
    assert not ENGLISH.search(told(refused.value.message, JAPANESE))
