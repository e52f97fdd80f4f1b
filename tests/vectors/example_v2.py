"""A short log in which everything of version 2 happens once; standard library only.

Nonces and salts are hashes of counters here, so that the page can print them. In a
real log they are random: whoever could compute them would know what was disposed of.
"""

import hashlib
from typing import Any

from tests.vectors import specification as page

ORIGIN = "hotline.example.jp/notices"
CASE, NUMBER, OLD = "IHC-2026-004217", "R8-1-000008", "R8-1-000007"
DAY = "2026-11-24T"
CHECKER, ADMINISTRATOR = "sato-h", "kimura-a"
ROLE_KEYS = {
    person: hashlib.sha256(f"example key of {person}".encode()).digest()
    for person in (CHECKER, ADMINISTRATOR)
}
SPKI = bytes.fromhex("302a300506032b6570032100")
"""SubjectPublicKeyInfo of Ed25519 (RFC 8410, 4) up to the 32 octets of the key."""


def example(label: str, octets: int) -> bytes:
    return hashlib.sha256(f"notices example {label}".encode()).digest()[:octets]


def spki(person: str) -> bytes:
    return SPKI + page.ed25519.public(ROLE_KEYS[person])


def key_sha256(person: str) -> str:
    return hashlib.sha256(spki(person)).hexdigest()


class Log:
    """The leaves in order, the newest of each chain, and what lies beside."""

    def __init__(self) -> None:
        self.leaves: list[bytes] = []
        self.heads: dict[tuple[str, str], dict[str, Any]] = {}
        self.beside: list[dict[str, Any]] = []

    @property
    def hashes(self) -> list[bytes]:
        return [page.leaf_hash(leaf) for leaf in self.leaves]

    def old(self, event: str, at: str, **facts: Any) -> None:
        """A leaf of version 1."""
        told = {**facts, "at": at, "event": event, "number": OLD}
        self._add({**told, "seq": len(self.leaves)})

    def add(
        self,
        event: str,
        at: str,
        by: str,
        /,
        *,
        about: dict[str, str] | None = None,
        refers: tuple[str, ...] = (),
        beside: dict[str, bytes] | None = None,
        **facts: Any,
    ) -> None:
        """A leaf of version 2."""
        place = len(self.leaves)
        leaf = {
            "v": 2,
            "seq": place,
            "at": at,
            "event": event,
            **(about or {}),
            "nonce": example(f"nonce {place}", 16).hex(),
            "by": by,
            "facts": facts,
            "beside": self._commit(place, beside or {}),
            "previous": dict.fromkeys(refers),
        }
        leaf["previous"] |= dict.fromkeys(page.chains(leaf))
        leaf["previous"] = {
            name: self.heads.get((name, key)) for name, key in page.links(leaf).items()
        }
        self._add(leaf)

    def _commit(self, place: int, texts: dict[str, bytes]) -> dict[str, str]:
        made = {}
        for name, value in texts.items():
            salt = example(f"salt {place} {name}", 32)
            made[name] = page.commitment_2(salt, name, value)
            row = {"seq": place, "name": name, "salt": salt.hex()}
            self.beside.append({**row, "value": value.decode()})
        return made

    def _add(self, leaf: dict[str, Any]) -> None:
        octets = page.canonical(leaf)
        link = {"seq": len(self.leaves), "leaf": page.leaf_hash(octets).hex()}
        self.leaves.append(octets)
        for chain in page.chains(leaf).items():
            self.heads[chain] = link


DOCUMENTS = {
    "judgment.json": b'{"case_id":"IHC-2026-004217"}',
    "letter.unsigned.pdf": b"%PDF-1.7 as it stands before it is signed\n",
    "letter.txt": "整理番号 R8-1-000008\n".encode(),
    "mail.txt": "整理番号 R8-1-000008\r\n".encode(),
    "notice.json": b'{"number":"R8-1-000008","schema":"urn:notices:notice:2"}',
}
"""A few octets for each: what is shown is how they are bound."""
SIGNED_PDF = DOCUMENTS["letter.unsigned.pdf"] + b"and what signing appends\n"
MESSAGE = b"the signed message, as it goes over the wire\r\n"


def draft() -> dict[str, Any]:
    """What is approved."""
    digests = {
        name: hashlib.sha256(octets).hexdigest() for name, octets in DOCUMENTS.items()
    }
    return {
        "case_id": CASE,
        "number": NUMBER,
        "kind": "request",
        "rung": "board_administrator",
        "ordinal": 1,
        "form": "form1",
        "language": "ja",
        "channel": "smtp",
        "test": False,
        "recipient": {
            "name": "みほん掲示板運営事務局",
            "mailbox": "abuse@board.example.jp",
        },
        "subject": "[R8-1-000008] 違法情報の送信防止措置依頼",
        "assessor": "田中 一郎",
        "documents": digests,
        "pdf_bytes": len(DOCUMENTS["letter.unsigned.pdf"]),
        "templates": "2026-10-01",
        "catalogue": "2025-09-25",
    }


def approval(enrolled: dict[str, Any]) -> bytes:
    """`approval.json` of the checker."""
    return page.canonical(
        {
            "schema": "urn:notices:approval:1",
            "log": ORIGIN,
            "draft": draft(),
            "draft_sha256": page.draft_hash(draft()),
            "decision": "approve",
            "reason": "",
            "approver": {
                "person": CHECKER,
                "name": "佐藤 花子",
                "role": "checker",
                "key_sha256": key_sha256(CHECKER),
                "enrolled": enrolled,
            },
            "at": f"{DAY}02:10:00.000000Z",
            "nonce": example("approval", 32).hex(),
        }
    )
