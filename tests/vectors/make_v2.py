"""Make the vectors of version 2 from the page alone: the standard library only.

    python -m tests.vectors.make_v2

They are examples, not frozen: nothing has written version 2 yet. From the first
release that does they are.
"""

import base64
import hashlib
import json
from typing import Any

from tests.vectors import example_v2 as given
from tests.vectors import specification as page
from tests.vectors.example_v2 import NUMBER, Log
from tests.vectors.places import V2
from tests.vectors.refused_v2 import refused
from tests.vectors.walk_v2 import build

SEED = given.example("log key", 32)


def make() -> dict[str, bytes]:
    """Every file, by its name."""
    log = build()
    enrolled = page.parse(log.leaves[4])
    assert enrolled["facts"]["person"] == given.CHECKER
    statement = given.approval({"seq": 4, "leaf": log.hashes[4].hex()})
    size = len(log.leaves)
    origin, root = given.ORIGIN, page.tree_hash(log.hashes)
    files = {
        "export.jsonl": b"".join(leaf + b"\n" for leaf in log.leaves),
        "export-withheld.jsonl": b"".join(_withheld(log)),
        "beside.json": _json(log.beside),
        "checkpoint.txt": page.note(origin, size, root, SEED).encode(),
        "log.pub": f"{page.verifier_key(origin, page.ed25519.public(SEED))}\n".encode(),
        "approval.json": statement,
        "assertion.json": assertion(statement),
        "record.json": record(log),
        "refused.json": _json(refused(log.leaves)),
    }
    return files | {"values.json": _json(values(log, statement))}


def _withheld(log: Log) -> list[bytes]:
    """The export in which leaves of version 1 are hashes."""
    lines = []
    for place, leaf in enumerate(log.leaves):
        if "v" not in page.parse(leaf):
            digest = log.hashes[place].hex()
            leaf = page.canonical({"v": 1, "seq": place, "leaf": digest})  # noqa: PLW2901
        lines.append(leaf + b"\n")
    return lines


def assertion(statement: bytes) -> bytes:
    """A passkey's signature over an approval (WebAuthn, 7.2)."""
    challenge = base64.urlsafe_b64encode(page.approval_hash(statement)).rstrip(b"=")
    client = (
        b'{"type":"webauthn.get","challenge":"' + challenge + b'",'
        b'"origin":"https://notices.hotline.example.jp","crossOrigin":false}'
    )
    party = hashlib.sha256(b"notices.hotline.example.jp").digest()
    data = party + b"\x05" + (7).to_bytes(4, "big")
    signed = data + hashlib.sha256(client).digest()
    parts = {
        "credential_id": given.example("credential", 16),
        "public_key": given.spki(given.CHECKER),
        "authenticator_data": data,
        "client_data_json": client,
        "signature": page.ed25519.sign(given.ROLE_KEYS[given.CHECKER], signed),
    }
    encoded = {name: base64.b64encode(one).decode() for name, one in parts.items()}
    return page.canonical({"schema": "urn:notices:assertion:1", **encoded})


def record(log: Log) -> bytes:
    """`ledger/record.json` of a bundle of the notice."""
    leaves = [page.parse(leaf) for leaf in log.leaves]
    chain = [leaf["seq"] for leaf in leaves if leaf.get("number") == NUMBER]
    last = next(seq for seq in chain if leaves[seq]["event"] == "exported")
    size = last + 1
    texts: dict[str, dict[str, Any]] = {}
    for row in log.beside:
        if row["seq"] in chain:
            texts.setdefault(str(row["seq"]), {})[row["name"]] = {
                "salt": row["salt"]
            } | ({} if row["name"].startswith("document/") else {"text": row["value"]})
    others = sorted({link["seq"] for link in _referred(leaves, chain)} - set(chain))
    return page.canonical(
        {
            "schema": "urn:notices:record:2",
            "number": NUMBER,
            "size": size,
            "notice": [_proven(log, seq, size) for seq in chain],
            "others": [_proven(log, seq, size) for seq in others],
            "beside": texts,
            "redacted": [],
        }
    )


def _referred(leaves: list[dict[str, Any]], chain: list[int]) -> list[dict[str, Any]]:
    links = (
        leaves[seq]["previous"].get(name)
        for seq in chain
        for name in ("policy", "person")
    )
    return [link for link in links if link]


def _proven(log: Log, seq: int, size: int) -> dict[str, Any]:
    path = page.path(seq, log.hashes[:size])
    return {
        "leaf": base64.b64encode(log.leaves[seq]).decode(),
        "proof": [base64.b64encode(one).decode() for one in path],
    }


def values(log: Log, statement: bytes) -> dict[str, str]:
    """What the page prints, by name."""
    reported = page.parse(log.leaves[7])
    (row,) = (row for row in log.beside if row["seq"] == 7)
    found = {
        "nonce of leaf 7": reported["nonce"],
        "salt of its reference": row["salt"],
        "commitment to its reference": reported["beside"]["reference"],
    }
    found |= {
        f"hash of leaf {place}": log.hashes[place].hex() for place in (1, 2, 6, 7, 8)
    }
    found |= {
        f"root of {size} leaves": page.tree_hash(log.hashes[:size]).hex()
        for size in (2, 8, len(log.leaves))
    }
    for place, one in enumerate(page.path(7, log.hashes[:8])):
        found[f"inclusion of leaf 7 in 8 leaves, {place}"] = one.hex()
    for place, one in enumerate(page.consistency(2, log.hashes[:8])):
        found[f"consistency of 2 and 8 leaves, {place}"] = one.hex()
    return found | {
        "hash of the draft": page.draft_hash(given.draft()),
        "hash of the approval": page.approval_hash(statement).hex(),
        "SHA-256 of approval.json": hashlib.sha256(statement).hexdigest(),
        "SHA-256 of the checker's key": given.key_sha256(given.CHECKER),
    }


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def main() -> None:
    """Write them into `v2/`."""
    V2.mkdir(exist_ok=True)
    for name, content in make().items():
        (V2 / name).write_bytes(content)


if __name__ == "__main__":
    main()
