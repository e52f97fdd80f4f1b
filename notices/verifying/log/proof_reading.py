"""Reading what `notices ledger prove` hands out (`docs/formats.md`, 11): strictly.

A member more, or a value of another type, would be believed by somebody.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notices.messages import Text
from notices.verifying.checks import malformed

_OF_RECORD = frozenset({"notice", "artifacts", "events", "ledger", "others"})
_NEEDED = _OF_RECORD - {"artifacts", "others"}
_OF_OTHER = frozenset({"leaf_bytes", "inclusion_proof"})
_OF_TREE = frozenset({"size", "root"})
_OF_EVENT = frozenset({"leaf", "leaf_bytes", "inclusion_proof", "salts"})
_OF_NOTICE = frozenset(
    {
        *("number", "case_id", "rung", "ordinal", "form", "date", "recipient"),
        *("mailbox", "state", "message_id", "message_sha256", "envid", "channel"),
        *("signer_certificate_sha256", "again_reason", "rung_reason", "test"),
    }
)
_HEX = re.compile(r"([0-9a-f]{2})*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEvent:
    """An event as it is shown, not proven yet."""

    told: Mapping[str, Any]
    """Its values as one object, free texts among them."""
    leaf: bytes
    """The octets of the leaf."""
    proof: tuple[bytes, ...]
    """Hashes that lead to the root."""
    salts: Mapping[str, bytes]
    """What opens the commitments of the texts; empty: not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """One notice as it is shown."""

    notice: Mapping[str, Any]
    """What is told of it, outside of the ledger."""
    artifacts: Mapping[str, Any]
    """Name to SHA-256 of each document, as it is told."""
    size: int
    """Entries of the tree that the proofs lead to."""
    root: bytes
    """Its root."""
    events: tuple[ShownEvent, ...]
    """In their order."""
    others: tuple[ShownEvent, ...]
    """Policy and people that these name; nothing beside them is told."""


def read_shown_record(shown: Any) -> ShownRecord:
    """One of `records`; Refusal if it is not exactly that."""
    _require_members("records[]", shown, _OF_RECORD, _NEEDED)
    told, artifacts = shown["ledger"], shown.get("artifacts", {})
    _require_members("ledger", told, _OF_TREE, _OF_TREE)
    _require_members("notice", shown["notice"], _OF_NOTICE, frozenset({"number"}))
    require_text("number", shown["notice"]["number"])
    if not isinstance(artifacts, dict) or not isinstance(shown["events"], list):
        raise malformed("artifacts or events have another form")
    if type(told["size"]) is not int:
        raise malformed(Text("{name} is no whole number", name="size"))
    return ShownRecord(
        notice=shown["notice"],
        artifacts=artifacts,
        size=told["size"],
        root=_base64("root", told["root"]),
        events=tuple(map(_event, shown["events"])),
        others=tuple(map(_other, require_array("others", shown.get("others", [])))),
    )


def require_text(name: str, value: Any) -> str:
    """The value, if it is a text; Refusal else."""
    if not isinstance(value, str):
        raise malformed(Text("{name} is no text", name=name))
    return value


def require_array(name: str, value: Any) -> list[Any]:
    """The value, if it is an array; Refusal else."""
    if not isinstance(value, list):
        raise malformed(Text("{what} is no array", what=name))
    return value


def _base64(name: str, text: Any) -> bytes:
    """Octets in their one form (`docs/formats.md`, 2.1)."""
    try:
        found = b64decode(text, validate=True)
    except (ValueError, TypeError):
        found = None
    if found is None or b64encode(found).decode("ascii") != text:
        raise malformed(Text("{name} is no base64", name=name))
    return found


def _salt(name: str, text: Any) -> bytes:
    if not isinstance(text, str) or not _HEX.fullmatch(text):
        raise malformed(Text("the salt of {name} is no hexadecimal", name=name))
    return bytes.fromhex(text)


def _require_members(
    what: str, shown: Any, known: frozenset[str], needed: frozenset[str]
) -> None:
    """Exactly what `ledger prove` writes: a member more would be believed, too."""
    if not isinstance(shown, dict):
        raise malformed(Text("{what} is no object", what=what))
    if not needed <= shown.keys() <= known:
        raise malformed(
            Text("{what} has the members {names}", what=what, names=", ".join(shown))
        )


def _event(shown: Any) -> ShownEvent:
    _require_members("events[]", shown, _OF_EVENT, _OF_EVENT - {"salts"})
    if not isinstance(shown["leaf"], dict):
        raise malformed(Text("{what} is no object", what="leaf"))
    steps = require_array("inclusion_proof", shown["inclusion_proof"])
    proof = [_base64("inclusion_proof", one) for one in steps]
    leaf = _base64("leaf_bytes", shown["leaf_bytes"])
    salts = shown.get("salts", {})
    if not isinstance(salts, dict):
        raise malformed(Text("{what} is no object", what="salts"))
    return ShownEvent(
        told=shown["leaf"],
        leaf=leaf,
        proof=tuple(proof),
        salts={name: _salt(name, salt) for name, salt in salts.items()},
    )


def _other(shown: Any) -> ShownEvent:
    _require_members("others[]", shown, _OF_OTHER, _OF_OTHER)
    return _event({**shown, "leaf": {}})
