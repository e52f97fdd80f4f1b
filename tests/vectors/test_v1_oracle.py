"""A second implementation, from the page alone, agrees with what version 1 wrote."""

import base64
import hashlib
import io
import json
import zipfile
from xml.etree import ElementTree as ET

import pytest

from tests.vectors import specification as page
from tests.vectors.places import V1

LEAVES = (V1 / "ledger/leaves.jsonl").read_bytes().split(b"\n")[:-1]
HASHES = [page.leaf_hash(leaf) for leaf in LEAVES]
KEY = (V1 / "ledger/log.pub").read_text("ascii")
BUNDLES = sorted((V1 / "bundles").iterdir())
EVENTS = {
    "numbered", "prepared", "queued", "attempted", "armed", "outcome",
    "recovered", "resolved", "evidence", "withdrawn", "reconciled",
}  # fmt: skip
DSIG = "{http://www.w3.org/2000/09/xmldsig#}"


def checkpoint(name):
    return page.open_note((V1 / "ledger" / name).read_text("utf-8"), KEY)


def members(path):
    archive = zipfile.ZipFile(io.BytesIO(path.read_bytes()))
    return {name: archive.read(name) for name in archive.namelist()}


def octets(text):
    return base64.b64decode(text, validate=True)


def test_every_leaf_is_canonical_and_in_its_place():
    for place, leaf in enumerate(LEAVES):
        assert page.parse(leaf)["seq"] == place
    assert {page.parse(leaf)["event"] for leaf in LEAVES} == EVENTS


def test_there_is_a_leaf_with_every_kind_of_escape():
    (withdrawn,) = (leaf for leaf in LEAVES if b'"withdrawn"' in leaf)
    for part in (
        b'\\"',
        b"\\\\",
        b"\\t",
        b"\\n",
        b"\\u0001",
        b"\x7f",
        "🏯\u2028".encode(),
    ):
        assert part in withdrawn


@pytest.mark.parametrize("name", ["early.txt", "late.txt"])
def test_the_checkpoint_is_signed_and_has_the_root(name):
    origin, size, root = checkpoint(name)
    assert origin == KEY.split("+")[0]
    assert root == page.tree_hash(HASHES[:size])


def test_the_consistency_proof_is_this_one():
    (_, old, _), (_, size, _) = checkpoint("early.txt"), checkpoint("late.txt")
    assert 0 < old < size == len(LEAVES)
    told = json.loads((V1 / "ledger/consistency.json").read_bytes())
    assert [octets(one) for one in told["consistency_proof"]] == page.consistency(
        old, HASHES[:size]
    )


def test_each_inclusion_proof_leads_to_the_root():
    proof = json.loads((V1 / "ledger/prove.json").read_bytes())
    _, size, root = page.open_note(proof["checkpoint"], proof["log_key"])
    for event in proof["records"][0]["events"]:
        place, leaf = event["leaf"]["seq"], octets(event["leaf_bytes"])
        siblings = [octets(one) for one in event["inclusion_proof"]]
        assert leaf == LEAVES[place]
        assert siblings == page.path(place, HASHES[:size])
        found = page.root_of_path(page.leaf_hash(leaf), place, size, siblings)
        assert found == root


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_every_digest_of_every_manifest(path):
    found = members(path)
    assert found["mimetype"] == b"application/vnd.etsi.asic-e+zip"
    manifests = [name for name in found if "Manifest" in name]
    for name in manifests:
        for element in ET.fromstring(found[name])[1:]:  # noqa: S314 - our own file
            digest = hashlib.sha256(found[element.get("URI")]).digest()
            assert octets(element.find(f"{DSIG}DigestValue").text) == digest
    assert len(manifests) == (3 if path.stem == "renewed" else 1)


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_the_events_and_documents_are_those_of_the_ledger(path):
    found = members(path)
    record = json.loads(found["ledger/record.json"])
    _, size, root = page.open_note(
        found["ledger/checkpoint.txt"].decode(), found["ledger/log.pub"].decode()
    )
    assert found["ledger/log.pub"].decode() == KEY
    for event in record["events"]:
        leaf = octets(event["leaf_bytes"])
        siblings = [octets(one) for one in event["inclusion_proof"]]
        place = page.parse(leaf)["seq"]
        assert page.root_of_path(page.leaf_hash(leaf), place, size, siblings) == root
    (prepared,) = (
        event["leaf"]
        for event in record["events"]
        if event["leaf"]["event"] == "prepared"
    )
    shown = {
        name[10:]: one for name, one in found.items() if name.startswith("documents/")
    }
    assert bool(shown) == (path.stem != "redacted")
    for name, document in shown.items():
        salt = bytes.fromhex(record["salts"][name])
        assert page.commitment_1(salt, document) == prepared[f"commitment:{name}"]


def test_the_letter_names_the_hash_of_notice_json():
    found = members(V1 / "bundles/whole.asice")
    digest = hashlib.sha256(found["documents/notice.json"]).hexdigest()
    assert f"urn:sha-256:{digest}".encode() in found["documents/letter.pdf"]


@pytest.mark.parametrize(
    "path", sorted((V1 / "notices").iterdir()), ids=lambda path: path.stem
)
def test_notice_json_is_canonical(path):
    assert page.parse(path.read_bytes())["schema"] == "urn:notices:notice:1"
