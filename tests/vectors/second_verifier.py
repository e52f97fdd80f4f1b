"""A second verifier of bundles of version 2: `docs/formats.md`, the standard library, and
the openssl command for signatures. Nothing of the program is used.

    python -m tests.vectors.second_verifier BUNDLE ROOTS.pem LOG.pub SECONDS-SINCE-1970

It judges what the page says of the container, the log, the chain, the moves and what lies
beside; mail and letter it leaves to openssl and to PDF readers.
"""

import base64
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tests.vectors import specification as page

ASIC = "{http://uri.etsi.org/02918/v1.2.1#}"
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"
LEGAL = {
    "": {"drafted", "held"},
    "drafted": {"held", "withdrawn"},
    "held": {"queued", "withdrawn"},
    "queued": {"sending", "withdrawn", "sent", "delivered", "bounced"},
    "sending": {"sent", "deferred", "failed", "in_doubt", "queued"},
    "deferred": {"sending", "withdrawn", "sent", "delivered", "bounced"},
    "in_doubt": {"queued", "sent", "delivered", "bounced"},
    "sent": {"delivered", "bounced"},
}
ONLY_IN = {
    "queued": "held",
    "outcome": "sending",
    "recovered": "sending",
    "resolved": "in_doubt",
}
NAMED = {
    "drafted": ("policy",),
    "approved": ("policy", "person"),
    "rejected": ("policy", "person"),
    "queued": ("policy",),
}


class Incomplete(Exception):
    """Something is not shown; nothing contradicts what is."""


def judge(bundle: bytes, roots: Path, log_key: str, at: int) -> str:
    """`passed`, `not complete`, or `failed`; the reason behind it."""
    try:
        _judge(bundle, roots, log_key, at)
    except Incomplete as error:
        return f"not complete: {error}"
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        return f"failed: {type(error).__name__} {error}"
    except zipfile.BadZipFile as error:
        return f"failed: {error}"
    return "passed"


def _judge(bundle: bytes, roots: Path, log_key: str, at: int) -> None:
    members = container(bundle)
    manifest(members)
    seal(members, roots, at)
    need(members["ledger/log.pub"].decode().strip() == log_key.strip(), "the log's key")
    note = members["ledger/checkpoint.txt"].decode()
    _, size, root = page.open_note(note, log_key)
    record = page.parse(members["ledger/record.json"])
    wanted = {"schema", "number", "size", "notice", "others", "beside", "redacted"}
    need(set(record) == wanted, "the record's members")
    need(record["schema"] == "urn:notices:record:2", "the record's schema")
    need(record["size"] == size, "the size of the tree")
    redacted = record["redacted"]
    need(
        isinstance(redacted, list) and all(isinstance(s, str) for s in redacted), "list"
    )
    need(redacted == sorted({one for one in redacted if one}), "the list of redactions")
    need("delivery.json" not in members, "delivery.json")
    events = [shown(one, size, root) for one in record["notice"]]
    others = [shown(one, size, root) for one in record["others"]]
    places = [event["seq"] for event, _ in events]
    need(bool(events) and places == sorted(set(places)), "the order")
    for event, _ in events:
        need(event.get("number") == record["number"], "the number")
    opened = beside(record, events, members)
    moves([event for event, _ in events])
    complete(events, others, record, opened)


def need(is_so: bool, what: str) -> None:
    if not is_so:
        raise ValueError(what)


def container(bundle: bytes) -> dict[str, bytes]:
    """3.6, as far as a ZIP library tells."""
    archive = zipfile.ZipFile(io.BytesIO(bundle))
    infos = archive.infolist()
    need(infos[0].filename == "mimetype" and infos[0].compress_type == 0, "mimetype")
    need(len({info.filename.lower() for info in infos}) == len(infos), "a name twice")
    found = {info.filename: archive.read(info) for info in infos}
    need(found.pop("mimetype") == b"application/vnd.etsi.asic-e+zip", "mimetype")
    return found


def manifest(members: dict[str, bytes]) -> None:
    """Every member but the two of the signature stands in it with its SHA-256."""
    root = ET.fromstring(members["META-INF/ASiCManifest.xml"])  # noqa: S314
    told = {
        element.get("URI"): element.findtext(f"{DSIG}DigestValue")
        for element in root.iter(f"{ASIC}DataObjectReference")
    }
    own = {"META-INF/ASiCManifest.xml", "META-INF/signature.p7s"}
    hashes = {
        name: base64.b64encode(hashlib.sha256(octets).digest()).decode()
        for name, octets in members.items()
        if name not in own
    }
    need(told == hashes, "the manifest")


def seal(members: dict[str, bytes], roots: Path, at: int) -> None:
    """The signature over the manifest, by openssl."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("ASiCManifest.xml", "signature.p7s"):
            (Path(folder) / name).write_bytes(members[f"META-INF/{name}"])
        words = (
            f"openssl cms -verify -binary -inform DER -in signature.p7s "
            f"-content ASiCManifest.xml -CAfile {roots} -purpose any "
            f"-attime {at} -out out"
        )
        done = subprocess.run(
            words.split(), cwd=folder, capture_output=True, check=False
        )
    need(done.returncode == 0, "the seal")


def shown(event: Any, size: int, root: bytes) -> tuple[dict[str, Any], str]:
    """A leaf and its hash, if it is in the tree."""
    need(set(event) == {"leaf", "proof"}, "an event's members")
    octets = base64.b64decode(event["leaf"], validate=True)
    leaf = page.leaf_2(octets) if b'"v":2}' in octets[-6:] else page.parse(octets)
    proof = [base64.b64decode(one, validate=True) for one in event["proof"]]
    hashed = page.leaf_hash(octets)
    need(page.root_of_path(hashed, leaf["seq"], size, proof) == root, "the root")
    return leaf, hashed.hex()


def beside(
    record: Any, events: list[tuple[dict[str, Any], str]], members: dict[str, bytes]
) -> set[tuple[int, str]]:
    """4.4 and 9: every salt that is shown opens its commitment."""
    leaves = {leaf["seq"]: leaf for leaf, _ in events}
    newest = {}
    for leaf, _ in events:
        for name in leaf.get("beside", ()):
            if name.startswith("document/") and name != "document/report.eml":
                newest[name] = leaf["seq"]
    opened, used = set(), set()
    for place, names in record["beside"].items():
        leaf = leaves[int(place)]
        for name, opening in names.items():
            need(set(opening) <= {"salt", "text"}, "an opening's members")
            salt = bytes.fromhex(opening["salt"])
            if "text" in opening:
                octets = opening["text"].encode()
            elif name == "document/report.eml":
                member = f"received/{place}.eml"
                octets = members[member]
                used.add(member)
            elif newest.get(name) != leaf["seq"]:
                continue
            else:
                member = f"documents/{name.removeprefix('document/')}"
                octets = members[member]
                used.add(member)
            need(len(salt) == 32, "a salt")
            made = page.commitment_2(salt, name, octets)
            need(made == leaf["beside"][name], f"{name} of entry {place}")
            opened.add((leaf["seq"], name))
    there = {one for one in members if one.startswith(("documents/", "received/"))}
    need(there == used, f"a document that nothing commits to: {there ^ used}")
    return opened


def moves(events: list[dict[str, Any]]) -> str:
    """6.2."""
    state, attempts, armed = "", 0, False
    before = ""
    for event in events:
        kind, facts = event["event"], event.get("facts", event)
        if "v" in event:
            need(event["at"] >= before, "times run backwards")
            before = event["at"]
        need(state == ONLY_IN.get(kind, state), f"{kind} in {state}")
        if kind == "attempted":
            attempts, armed = attempts + 1, False
        if kind == "armed":
            need(state == "sending" and not armed, "armed")
            armed = True
        if kind in ("attempted", "armed", "outcome", "recovered"):
            need(facts["attempt"] == attempts, "the attempt")
        to = {
            "drafted": "drafted",
            "prepared": "held",
            "queued": "queued",
            "attempted": "sending",
            "withdrawn": "withdrawn",
        }.get(kind)
        if kind in ("outcome", "recovered", "evidence"):
            to = facts["state"]
        if kind == "resolved":
            to = {"sent": "sent", "resend": "queued"}[facts["decision"]]
        if to is None or (kind == "evidence" and to == state):
            continue
        need(to in LEGAL.get(state, ()), f"{kind}: {state} to {to}")
        need(not (kind == "recovered" and armed and to == "queued"), "queued in doubt")
        need(kind != "evidence" or attempts > 0, "evidence before an attempt")
        state = to
    return state


def complete(
    events: list[tuple[dict[str, Any], str]],
    others: list[tuple[dict[str, Any], str]],
    record: Any,
    opened: set[tuple[int, str]],
) -> None:
    """9: links first, for what contradicts; then what is missing."""
    missing: list[str] = []
    others_shown = {leaf["seq"]: hashed for leaf, hashed in others}
    before = None
    for leaf, hashed in events:
        if "v" not in leaf:
            need(before is None or before[2] == 1, "version 1 after version 2")
            before = leaf["seq"], hashed, 1
            continue
        link = leaf["previous"]["notice"]
        if link is None:
            need(before is None, "a beginning in the middle")
        elif before is None or link["seq"] > before[0]:
            missing.append(f"entry {link['seq']}")
        else:
            need((link["seq"], link["leaf"]) == before[:2], "a link to another event")
        for name in ("policy", "person"):
            link = leaf["previous"].get(name)
            if link and link["seq"] not in others_shown:
                missing.append(f"entry {link['seq']}")
            elif link:
                need(others_shown[link["seq"]] == link["leaf"], "another policy")
        before = leaf["seq"], hashed, 2
        missing += [
            f"{name} of entry {leaf['seq']}"
            for name in leaf["beside"]
            if (leaf["seq"], name) not in opened and not left_out(name, record)
        ]
    if events[-1][0]["event"] != "exported":
        missing.append("the export")
    if missing:
        raise Incomplete(", ".join(missing))


def left_out(name: str, record: Any) -> bool:
    """Said to be, or a text of a redacted bundle."""
    if name.startswith("document/"):
        return name.removeprefix("document/") in record["redacted"]
    return bool(record["redacted"])


def main() -> None:
    """Judge one file."""
    bundle, roots, key, at = sys.argv[1:]
    told = judge(
        Path(bundle).read_bytes(), Path(roots).resolve(), Path(key).read_text(), int(at)
    )
    sys.stdout.write(f"{told}\n")
    sys.exit(told != "passed")


if __name__ == "__main__":
    main()
