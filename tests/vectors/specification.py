"""`docs/formats.md` once more in Python: the standard library and nothing of ours.

Written from the page, to judge the program and the page by each other. Where RFC 9162
gives a definition and an algorithm, this follows the definition; the program follows
the algorithm.
"""

import calendar
import hashlib
import hmac
import json
import re
from base64 import b64decode, b64encode
from typing import Any

from tests.vectors import ed25519

Json = Any

BESIDE = b"notices/beside/v2\n"
DRAFT = b"notices/draft/v1\n"
APPROVAL = b"notices/approval/v1\n"
PEOPLE = ("person_enrolled", "person_revoked", "people_recovered")

# --- 2.2 canonical JSON


def canonical(value: Json) -> bytes:
    """RFC 8785 for what the page allows: no fractions, ASCII names."""
    return _text(value).encode("utf-8")


_SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def _text(value: Json) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) < 2**53:
        return str(value)
    if isinstance(value, str):
        return '"' + "".join(map(_character, value)) + '"'
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, dict) and all(name.isascii() for name in value):
        members = (f"{_text(name)}:{_text(value[name])}" for name in sorted(value))
        return "{" + ",".join(members) + "}"
    raise ValueError(f"no canonical form: {value!r}")


def _character(character: str) -> str:
    point = ord(character)
    if point in _SHORT:
        return _SHORT[point]
    return f"\\u{point:04x}" if point < 0x20 else character


def parse(octets: bytes) -> Json:
    """Read canonical JSON; ValueError for anything else."""
    value = json.loads(octets.decode("utf-8"))
    if canonical(value) != octets:
        raise ValueError("not canonical")
    return value


# --- 2.3 hashes


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def tree_hash(hashes: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1, over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return node_hash(tree_hash(hashes[:k]), tree_hash(hashes[k:]))


def path(index: int, hashes: list[bytes]) -> list[bytes]:
    """PATH of RFC 9162, 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return [*path(index, hashes[:k]), tree_hash(hashes[k:])]
    return [*path(index - k, hashes[k:]), tree_hash(hashes[:k])]


def root_of_path(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to; IndexError if it is too short."""
    if size == 1:
        if proof:
            raise ValueError("the proof is too long")
        return leaf
    k, last = _split(size), proof[-1]
    if index < k:
        return node_hash(root_of_path(leaf, index, k, proof[:-1]), last)
    return node_hash(last, root_of_path(leaf, index - k, size - k, proof[:-1]))


def consistency(old: int, hashes: list[bytes], *, whole: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of RFC 9162, 2.1.4.1."""
    if old == len(hashes):
        return [] if whole else [tree_hash(hashes)]
    k = _split(len(hashes))
    if old <= k:
        return [*consistency(old, hashes[:k], whole=whole), tree_hash(hashes[k:])]
    later = consistency(old - k, hashes[k:], whole=False)
    return [*later, tree_hash(hashes[:k])]


# --- 2.4 checkpoints


def key_hash(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n\x01" + key).digest()[:4]


def verifier_key(name: str, key: bytes) -> str:
    encoded = b64encode(b"\x01" + key).decode()
    return f"{name}+{key_hash(name, key).hex()}+{encoded}"


def open_note(note: str, verifier: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint; ValueError if the key did not sign it."""
    name, hexadecimal, encoded = verifier.strip().split("+", 2)
    key = b64decode(encoded, validate=True)[1:]
    body, _, tail = note.rpartition("\n\n")
    signatures = [line.split(" ") for line in tail.splitlines()]
    (signature,) = (
        b64decode(octets, validate=True)
        for dash, signer, octets in signatures
        if (dash, signer) == ("—", name)
    )
    if signature[:4] != key_hash(name, key) or signature[:4].hex() != hexadecimal:
        raise ValueError("another key")
    if not ed25519.verify(key, f"{body}\n".encode(), signature[4:]):
        raise ValueError("a bad signature")
    origin, size, root = body.split("\n")
    return origin, int(size), b64decode(root, validate=True)


def note(origin: str, size: int, root: bytes, seed: bytes) -> str:
    """A checkpoint, signed."""
    text = f"{origin}\n{size}\n{b64encode(root).decode()}\n"
    key = ed25519.public(seed)
    octets = key_hash(origin, key) + ed25519.sign(seed, text.encode())
    return f"{text}\n— {origin} {b64encode(octets).decode()}\n"


# --- 3.1 commitments of version 1, 4.4 of version 2


def commitment_1(salt: bytes, document: bytes) -> str:
    return hashlib.sha256(salt + document).hexdigest()


def commitment_2(salt: bytes, name: str, value: bytes) -> str:
    return hmac.digest(salt, BESIDE + name.encode() + b"\n" + value, "sha256").hex()


# --- 4.1 leaf of version 2

_AT = re.compile(
    r"20\d\d-[01]\d-[0-3]\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z", re.ASCII
)
_HEX = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_BESIDE = re.compile(rf"{_NAME.pattern}|document/[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}")
_WORD = re.compile(r"(?!.*(@|://))[ -~]{0,255}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,253}>")
_TEXTS = {
    "at": _AT,
    "event": _NAME,
    "number": re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"),
    "case_id": re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}"),
    "nonce": re.compile(r"[0-9a-f]{32}"),
    "by": re.compile(r"(program|user|token|person):[A-Za-z0-9][A-Za-z0-9._-]{0,39}"),
}
_TELLER = re.compile(r"[A-Za-z0-9._-]{1,40}")


def leaf_2(octets: bytes) -> dict[str, Json]:
    """The members of a leaf, if it is one of version 2; ValueError else."""
    value = parse(octets)
    names = set(value) - {"number", "case_id"}
    wanted = {"v", "seq", "at", "event", "previous", "nonce", "by", "facts", "beside"}
    good = (
        names == wanted
        and value["v"] == 2
        and len(octets) <= 8192
        and _is_place(value["seq"])
        and all(_TEXTS[name].fullmatch(value[name]) for name in _TEXTS if name in value)
        and _is_day(value["at"])
        and ("number" in value) == ("notice" in value["previous"])
        and ("case_id" in value) == ("case" in value["previous"])
        and all(map(_HEX.fullmatch, value["beside"].values()))
        and all(map(_BESIDE.fullmatch, value["beside"]))
        and all(map(_NAME.fullmatch, value["previous"]))
        and all(_is_fact(name, fact) for name, fact in value["facts"].items())
        and all(len(value[name]) <= 64 for name in ("previous", "facts", "beside"))
        and _told(value["facts"].get("at"), value["facts"].get("by"), value["at"])
        and all(
            link is None
            or (
                _is_place(link["seq"])
                and link["seq"] < value["seq"]
                and _HEX.fullmatch(link["leaf"])
            )
            for link in value["previous"].values()
        )
    )
    if not good:
        raise ValueError("no leaf of version 2")
    return value


def _is_place(value: Json) -> bool:
    return type(value) is int and value >= 0


def _is_day(at: str) -> bool:
    return int(at[8:10]) <= calendar.monthrange(int(at[:4]), int(at[5:7]))[1]


def _is_fact(name: str, value: Json) -> bool:
    """4.2: a word, a number, or a truth value."""
    text = _MESSAGE_ID if name == "message_id" else _WORD
    is_scalar = value is None or type(value) in (bool, int)
    return bool(_NAME.fullmatch(name) and (is_scalar or text.fullmatch(value)))


def _told(at: Json, by: Json, written_at: str) -> bool:
    """4.2: when it happened and who did it."""
    is_moment = at is None or (_AT.fullmatch(at) and _is_day(at) and at <= written_at)
    return bool(is_moment and (by is None or _TELLER.fullmatch(by)))


# --- 4.3 chains


def chains(leaf: dict[str, Json]) -> dict[str, str]:
    """The chains that a leaf of either version stands in: name to key."""
    found = {}
    if leaf.get("number"):
        found["notice"] = leaf["number"]
    if leaf.get("case_id"):
        found["case"] = leaf["case_id"]
    facts = leaf.get("facts", {})
    if leaf["event"] == "policy_changed":
        found["policy"] = facts["section"]
    if leaf["event"] in PEOPLE:
        found["person"] = facts["person"]
    return found


def links(leaf: dict[str, Json]) -> dict[str, str]:
    """What the members of `previous` are about: the chains, and what is referred to."""
    facts = leaf["facts"]
    keys = {
        "notice": leaf.get("number"),
        "case": leaf.get("case_id"),
        "policy": facts.get("section", "approval"),
        "person": facts.get("person", facts.get("approver")),
    }
    return {name: keys[name] for name in leaf["previous"] if name in keys}


# --- 7 export


def read_export(octets: bytes) -> list[bytes]:
    """The leaf hashes of an export; ValueError for one that is not whole."""
    heads: dict[tuple[str, str], tuple[int, str]] = {}
    hashes: list[bytes] = []
    withheld: dict[int, str] = {}
    began = False
    for place, line in enumerate(_lines(octets)):
        leaf = parse(line)
        if leaf["seq"] != place:
            raise ValueError(f"entry {place} is missing")
        if set(leaf) == {"leaf", "seq", "v"} and leaf["v"] == 1 and not began:
            withheld[place] = leaf["leaf"]
            hashes.append(bytes.fromhex(leaf["leaf"]))
            continue
        if "v" in leaf:
            leaf = leaf_2(line)
            if began == (leaf["event"] == "version_began"):
                raise ValueError("version 2 begins once, with version_began")
            began = True
            _check_chains(leaf, heads, withheld)
        elif began:
            raise ValueError("a leaf of version 1 after version 2 began")
        hashes.append(leaf_hash(line))
        for chain in chains(leaf).items():
            heads[chain] = (place, hashes[-1].hex())
    return hashes


def _lines(octets: bytes) -> list[bytes]:
    if octets and not octets.endswith(b"\n"):
        raise ValueError("the last line is cut")
    return octets.split(b"\n")[:-1]


def _check_chains(
    leaf: dict[str, Json],
    heads: dict[tuple[str, str], tuple[int, str]],
    withheld: dict[int, str],
) -> None:
    if missing := chains(leaf).keys() - leaf["previous"].keys():
        raise ValueError(f"entry {leaf['seq']} says nothing of {missing}")
    for name, key in links(leaf).items():
        link = leaf["previous"][name]
        told = None if link is None else (link["seq"], link["leaf"])
        known = heads.get((name, key))
        if told == known or (told and not known and withheld.get(told[0]) == told[1]):
            continue
        raise ValueError(f"entry {leaf['seq']}: its {name} chain is broken")


# --- 5 approval


def draft_hash(draft: Json) -> str:
    return hashlib.sha256(DRAFT + canonical(draft)).hexdigest()


def approval_hash(approval: bytes) -> bytes:
    """The digest in the CMS signature, and the challenge of the assertion."""
    return hashlib.sha256(APPROVAL + approval).digest()
