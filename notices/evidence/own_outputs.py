"""Which files are earlier outputs of ours: told by their content, one for each kind.

`--force` replaces these and nothing else. Whether a file is authentic is another
question, and the verifier's; here it only must not be somebody else's work.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from notices.errors import InputError
from notices.ledger import parse_checkpoint, parse_note

_TYPE = rb"<dc:type\b[^>]*>(?:<[^>]*>){0,2}"
_REPORT = re.compile(_TYPE + rb"verification-report<")
_LETTER = re.compile(_TYPE + rb"form[12](?:-2006)?<")
_STATISTICS = re.compile(_TYPE + rb"statistics<")
_SOURCE = b"urn:sha-256:"
_SIGNED = b"/ByteRange"
_ASIC = b"application/vnd.etsi.asic-e+zip"
_RECORD = "ledger/record.json"
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
"""1.2.840.113549.1.7.2 (RFC 5652, 5.1)."""
_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
"""1.2.840.113549.1.9.16.1.4 (RFC 3161, 2.4.2)."""
_HEAD = 100
"""Octets within which a time-stamp token says what it is."""
_DRAFT = (
    "この書面は見本であり、送付されたものではありません。",
    "This letter is a draft. It has not been sent.",
)
"""Of which one stands at the head of every preview."""
_SUBJECTS = ("Subject: 【見本】", "Subject: [DRAFT]")
PICTURE_MARK = "notices preview"
"""Stands in a preview's picture, in a tEXt chunk (PNG, 11.3.4.3)."""
_PNG = b"\x89PNG\r\n\x1a\n"


def is_report(data: bytes) -> bool:
    """Tell a report of `verify --report`; a letter, which is PDF as well, is none."""
    return (
        data.startswith(b"%PDF-")
        and _REPORT.search(data) is not None
        and _SIGNED not in data
    )


def is_letter(data: bytes) -> bool:
    """Tell a letter of a notice, signed or a preview's."""
    return data.startswith(b"%PDF-") and _LETTER.search(data) is not None


def is_bundle(data: bytes) -> bool:
    """Tell an evidence bundle of a notice."""
    return _ASIC in data[:_HEAD] and _RECORD in _members(data)


def is_checkpoint(data: bytes) -> bool:
    """Tell a signed checkpoint of a ledger."""
    try:
        parse_checkpoint(parse_note(data.decode("utf-8")).text)
    except (InputError, UnicodeDecodeError):
        return False
    return True


def is_time_stamp(data: bytes) -> bool:
    """Tell a time-stamp token (RFC 3161)."""
    head = data[:_HEAD]
    return head[:1] == b"\x30" and _SIGNED_DATA in head and _TST_INFO in head


def is_ledger_proof(data: bytes) -> bool:
    """Tell what `ledger prove --out` writes."""
    return _has_keys(data, ("checkpoint", "log_key", "records"))


def is_consistency_proof(data: bytes) -> bool:
    """Tell what `ledger consistency --out` writes."""
    return _has_keys(data, ("old_size", "new_size", "consistency_proof"))


def is_preview(data: bytes) -> bool:
    """Tell a preview in any of its shapes: each says that it was never sent."""
    if data.startswith(b"%PDF-"):
        is_letter = _LETTER.search(data) is not None and _SOURCE in data
        return is_letter and _SIGNED not in data
    if data.startswith(_PNG):
        return PICTURE_MARK.encode() in data[: 10 * _HEAD]
    if data.startswith(b"PK\x03\x04"):
        return _is_draft(re.sub("<[^>]*>", "", _member(data, "word/document.xml")))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.startswith(_SUBJECTS) or _is_draft(text[: 10 * _HEAD])


def _is_draft(text: str) -> bool:
    return any(words in " ".join(text.split()) for words in _DRAFT)


def _has_keys(data: bytes, wanted: Iterable[str]) -> bool:
    try:
        document: Any = json.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and set(document) == set(wanted)


def _members(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return []


def _member(data: bytes, name: str) -> str:
    """One member's text, its first megabytes; empty if there is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(name) as file:
            return file.read(1 << 24).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError):
        return ""


def is_statistics(data: bytes) -> bool:
    """A year's tables: our JSON, CSV or PDF, or a workbook with the method's sheet."""
    if data.startswith(b"%PDF-"):
        return _STATISTICS.search(data) is not None and _SIGNED not in data
    if data.startswith(b"PK\x03\x04"):
        return 'name="method"' in _member(data, "xl/workbook.xml")
    text = data[:200].removeprefix(b"\xef\xbb\xbf")
    return text.startswith((b'{\n  "title_ja"', "1,類型,".encode()))


def is_ledger_export(data: bytes) -> bool:
    """The log as JSON lines: each is a leaf, or a hash of one."""
    first = data[:9000].partition(b"\n")[0]
    return first.startswith(b"{") and b'"seq":0' in first
