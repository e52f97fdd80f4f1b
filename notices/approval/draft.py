"""The draft: what is approved (`docs/formats.md`, 5.1)."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from notices.ledger import read_json, require_canonical

DRAFT_PREFIX = b"notices/draft/v1\n"
UNSIGNED_LETTER = "letter.unsigned.pdf"
"""The letter as it is before the centre signs it; the signed one begins with it."""
_HEX = frozenset("0123456789abcdef")
_HASH_LENGTH = 64
_NO_TEXTS = frozenset({"ordinal", "test", "recipient", "documents", "pdf_bytes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRecipient:
    """Whom the letter addresses, and where the mail goes."""

    name: str
    """As the letter has it."""
    mailbox: str
    """The forward path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice before the centre signs it; equal drafts have equal octets."""

    case_id: str
    """The case system's id."""
    number: str
    """整理番号."""
    kind: str
    """`request`, `reminder`, `withdrawal`, `correction`."""
    rung: str
    """Rung of the ladder."""
    ordinal: int
    """1 for the first to that rung."""
    form: str
    """`form1`, `form2`, `form2-2006`."""
    language: str
    """`ja`, `ja+en`."""
    channel: str
    """`smtp`, `webform`, `outbox`."""
    test: bool
    """Made in test mode."""
    recipient: DraftRecipient
    """Who is asked."""
    subject: str
    """Of the mail."""
    assessor: str
    """判断した者, as the judgment names it."""
    documents: Mapping[str, str]
    """Every document that goes out or that it rests on: name to SHA-256."""
    pdf_bytes: int
    """Length of the unsigned letter: so much of the signed one is what was approved."""
    templates: str
    """Edition of the templates: SHA-256 of what letters are made from."""
    catalogue: str
    """Edition of the catalogue: SHA-256 of what may be cited."""

    def octets(self) -> bytes:
        """The draft as canonical JSON."""
        return canonical(asdict(self))

    @property
    def sha256(self) -> str:
        """Hash of the draft, as it stands on screen and on paper."""
        return draft_sha256(self.octets())


def canonical(value: Any) -> bytes:
    """Canonical JSON (2.2) of a value that has one form."""
    octets = octets_of(value)
    require_canonical(value, octets)
    return octets


def octets_of(value: Any) -> bytes:
    """The same of a value that was read from canonical JSON, and so has one form."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def draft_sha256(octets: bytes) -> str:
    """Hash of a draft's canonical JSON, in hexadecimal."""
    return sha256(DRAFT_PREFIX + octets).hexdigest()


@lru_cache(maxsize=64)
def read_draft(octets: bytes) -> Draft:
    """Read a draft strictly; NotCanonical, or ValueError that names the member."""
    value = read_json(octets)
    require_canonical(value, octets)
    return draft_from(value)


def draft_from(value: Any) -> Draft:
    """The draft of a JSON object with exactly its members; ValueError names the one."""
    names = set(Draft.__dataclass_fields__)
    if not isinstance(value, dict) or value.keys() != names:
        raise ValueError("draft")
    for name in Draft.__dataclass_fields__:  # in this order: one name for one fault
        if name not in _NO_TEXTS and not isinstance(value[name], str):
            raise ValueError(name)
    recipient, documents = value["recipient"], value["documents"]
    if not _is_text_map(recipient) or recipient.keys() != {"name", "mailbox"}:
        raise ValueError("recipient")
    if not _is_text_map(documents) or not all(map(is_sha256, documents.values())):
        raise ValueError("documents")
    for name, smallest in (("ordinal", 1), ("pdf_bytes", 0)):
        if type(value[name]) is not int or value[name] < smallest:
            raise ValueError(name)
    if not isinstance(value["test"], bool):
        raise ValueError("test")  # noqa: TRY004 - as above
    return Draft(**{**value, "recipient": DraftRecipient(**recipient)})


def is_sha256(text: Any) -> bool:
    """Tell whether this is a SHA-256 in lower-case hexadecimal."""
    return isinstance(text, str) and len(text) == _HASH_LENGTH and set(text) <= _HEX


def _is_text_map(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(one, str) for one in value.values()
    )
