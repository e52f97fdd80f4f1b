"""A bundle whose operator keeps another log: leaves, tree and note by the page alone.

The other forgeries have one log, which bears out what happened. Here whoever holds all
keys writes what he likes, links it anew and signs it; so only what contradicts can tell.
"""

import base64
import json
import secrets
from typing import Any

from tests.evidence.conftest import members_of
from tests.vectors.specification import (
    canonical,
    commitment_2,
    leaf_hash,
    note,
    path,
    tree_hash,
    verifier_key,
)

SEED = bytes(range(1, 33))
ORIGIN = "hotline.example.jp/notices"
RECORD = "ledger/record.json"


class Relogged:
    """The members of a bundle, and its leaves to be altered."""

    def __init__(self, bundle: bytes) -> None:
        self.members: dict[str, bytes | None] = dict(members_of(bundle))
        self.record: dict[str, Any] = json.loads(self.members[RECORD] or b"")
        self.leaves = [_leaf(one) for one in self.record["notice"]]

    def event(self, kind: str) -> dict[str, Any]:
        """The one leaf of that event."""
        (found,) = [leaf for leaf in self.leaves if leaf["event"] == kind]
        return found

    def facts(self, event: str, /, **changes: Any) -> None:
        """Other facts of an event."""
        self.event(event)["facts"].update(changes)

    def text(self, leaf: dict[str, Any], name: str, text: str) -> None:
        """Another text beside a leaf, committed to."""
        salt = secrets.token_bytes(32)
        leaf["beside"][name] = commitment_2(salt, name, text.encode())
        opened = self.record["beside"].setdefault(str(leaf["seq"]), {})
        opened[name] = {"salt": salt.hex(), "text": text}

    def document(self, name: str, octets: bytes) -> None:
        """Another document, committed to where the notice was prepared."""
        leaf, salt = self.event("prepared"), secrets.token_bytes(32)
        beside = f"document/{name}"
        leaf["beside"][beside] = commitment_2(salt, beside, octets)
        self.record["beside"][str(leaf["seq"])][beside] = {"salt": salt.hex()}
        self.members[f"documents/{name}"] = octets

    def judgment(self, change: Any) -> None:
        """Another judgment."""
        judgment = json.loads(self.members["documents/judgment.json"] or b"")
        change(judgment)
        self.document("judgment.json", json.dumps(judgment).encode())

    def received(self, mail: bytes, **facts: Any) -> None:
        """A mail that came in, before the export, and what it is said to prove."""
        before, last = self.leaves[-2:]
        leaf = {**before, "event": "evidence", "facts": facts, "beside": {}}
        leaf.pop("case_id", None)
        leaf |= {"seq": last["seq"], "previous": {"notice": None}}
        last["seq"] += 1
        salt, name = secrets.token_bytes(32), "document/report.eml"
        leaf["beside"][name] = commitment_2(salt, name, mail)
        self.record["beside"][str(leaf["seq"])] = {name: {"salt": salt.hex()}}
        self.members[f"received/{leaf['seq']}.eml"] = mail
        self.leaves.insert(-1, leaf)

    def changes(self) -> dict[str, bytes | None]:
        """All members, with links, tree, proofs and note made anew."""
        self._link()
        octets = {leaf["seq"]: canonical(leaf) for leaf in self.leaves}
        size = max(octets) + 1
        hashes = [leaf_hash(octets.get(place, b"%d" % place)) for place in range(size)]
        shown = [
            {"leaf": _base64(one), "proof": [*map(_base64, path(place, hashes))]}
            for place, one in sorted(octets.items())
        ]
        record = self.record | {"notice": shown, "size": size}
        return {
            **self.members,
            RECORD: canonical(record),
            "ledger/checkpoint.txt": note(
                ORIGIN, size, tree_hash(hashes), SEED
            ).encode(),
            "ledger/checkpoint.tst": None,
            "ledger/log.pub": f"{log_key()}\n".encode(),
        }

    def _link(self) -> None:
        before = None
        for leaf in self.leaves:
            leaf["previous"]["notice"] = before and {
                "leaf": leaf_hash(canonical(before)).hex(),
                "seq": before["seq"],
            }
            before = leaf


def log_key() -> str:
    """The other log's key, which the auditor pinned."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: PLC0415
        Ed25519PrivateKey,
    )

    key = Ed25519PrivateKey.from_private_bytes(SEED).public_key()
    return verifier_key(ORIGIN, key.public_bytes_raw())


def _leaf(shown: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(base64.b64decode(shown["leaf"])))


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
