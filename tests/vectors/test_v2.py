"""The vectors of version 2 are what the page says, and the page prints what they are."""

import base64
import hashlib
import json
import re

import pytest

from tests.vectors import make_v2
from tests.vectors import specification as page
from tests.vectors.places import PAGE, V2

EXPORT = (V2 / "export.jsonl").read_bytes()
WITHHELD = (V2 / "export-withheld.jsonl").read_bytes()
TEXT = PAGE.read_text("utf-8")
MADE = make_v2.make()


@pytest.mark.parametrize("name", sorted(MADE))
def test_each_file_is_made_again(name):
    assert MADE[name] == (V2 / name).read_bytes()


def test_the_page_prints_exactly_these_values():
    values = json.loads((V2 / "values.json").read_bytes())
    printed = re.findall(r"\b[0-9a-f]{32,}\b", TEXT)
    assert set(printed) == set(values.values())


def test_the_page_prints_leaf_7():
    (line,) = re.findall(r"^\{\"at\".*$", TEXT, re.MULTILINE)
    assert line.encode() == EXPORT.split(b"\n")[7]


def test_both_exports_have_the_root_that_the_log_signed():
    note, key = (V2 / "checkpoint.txt").read_text("utf-8"), (V2 / "log.pub").read_text()
    origin, size, root = page.open_note(note, key)
    assert origin == key.split("+")[0]
    for export in (EXPORT, WITHHELD):
        hashes = page.read_export(export)
        assert (len(hashes), page.tree_hash(hashes)) == (size, root)


LINES = EXPORT.split(b"\n")[:-1]


def without(place):
    return b"\n".join([*LINES[:place], *LINES[place + 1 :]]) + b"\n"


def withheld(place):
    digest = page.leaf_hash(LINES[place]).hex()
    line = page.canonical({"v": 1, "seq": place, "leaf": digest})
    return b"\n".join([*LINES[:place], line, *LINES[place + 1 :]]) + b"\n"


BROKEN = {
    "a leaf is missing": without(9),
    "the beginning of version 2 is missing": without(2),
    "a leaf twice": EXPORT.replace(LINES[9], LINES[9] + b"\n" + LINES[9]),
    "two leaves changed places": b"\n".join([*LINES[:9], LINES[10], LINES[9], *LINES[11:]]) + b"\n",
    "a line is cut": EXPORT[:-1],
    "a blank line": EXPORT + b"\n",
    "carriage returns": EXPORT.replace(b"\n", b"\r\n"),
    "a leaf of version 2 withheld": withheld(9),
    "the first leaf of version 2 withheld": withheld(2),
    "a leaf of version 1 at the end": EXPORT + LINES[0].replace(b'"seq":0', b'"seq":22') + b"\n",
    "a link that passes over an event": EXPORT.replace(
        LINES[19], LINES[19].replace(page.leaf_hash(LINES[18]).hex().encode(), page.leaf_hash(LINES[16]).hex().encode()).replace(b'"seq":18}', b'"seq":16}')
    ),
    "an older policy": EXPORT.replace(LINES[12], re.sub(rb'"policy":\{[^}]*\}', b'"policy":null', LINES[12])),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_an_export_that_is_not_whole_is_refused(name):
    assert BROKEN[name] != EXPORT
    with pytest.raises(ValueError):
        page.read_export(BROKEN[name])


def test_each_text_beside_is_opened_and_disposed_of():
    rows = json.loads((V2 / "beside.json").read_bytes())
    opened = 0
    for row in rows:
        leaf = page.leaf_2(LINES[row["seq"]])
        salt, value = bytes.fromhex(row["salt"]), row["value"].encode()
        committed = leaf["beside"][row["name"]]
        assert page.commitment_2(salt, row["name"], value) == committed
        for other in (
            b"",
            b"note\n" + value,
            value + b"\n",
            row["name"].encode() + value,
        ):
            assert page.commitment_2(salt, row["name"], other) != committed
        assert row["value"] not in LINES[row["seq"]].decode()
        opened += 1
    assert opened == sum(
        len(page.leaf_2(line)["beside"]) for line in LINES if b'"v":2' in line
    )


def test_the_approval_is_signed_and_binds_the_draft():
    statement = (V2 / "approval.json").read_bytes()
    told, signed = (
        page.parse(statement),
        page.parse((V2 / "assertion.json").read_bytes()),
    )
    assert told["draft_sha256"] == page.draft_hash(told["draft"])
    (approved,) = (page.leaf_2(line) for line in LINES if b'"approved"' in line)
    digest = page.approval_hash(statement)
    assert approved["facts"]["statement_sha256"] == digest.hex()
    assert approved["previous"]["person"] == told["approver"]["enrolled"]
    data, client, key, signature = (
        base64.b64decode(signed[name], validate=True)
        for name in (
            "authenticator_data",
            "client_data_json",
            "public_key",
            "signature",
        )
    )
    challenge = json.loads(client)["challenge"]
    assert base64.urlsafe_b64decode(challenge + "=") == digest
    assert hashlib.sha256(key).hexdigest() == told["approver"]["key_sha256"]
    over = data + hashlib.sha256(client).digest()
    assert page.ed25519.verify(key[-32:], over, signature)
    assert not page.ed25519.verify(key[-32:], over + b"\0", signature)


def test_the_record_is_complete():
    record = page.parse((V2 / "record.json").read_bytes())
    root = page.tree_hash([page.leaf_hash(line) for line in LINES[: record["size"]]])
    shown = {}
    for event in (*record["notice"], *record["others"]):
        octets = base64.b64decode(event["leaf"], validate=True)
        leaf, hashed = page.leaf_2(octets), page.leaf_hash(octets)
        proof = [base64.b64decode(one, validate=True) for one in event["proof"]]
        assert page.root_of_path(hashed, leaf["seq"], record["size"], proof) == root
        shown[leaf["seq"]] = leaf, hashed.hex()
    before = None
    for event in record["notice"]:
        leaf = page.leaf_2(base64.b64decode(event["leaf"]))
        assert leaf["previous"]["notice"] == before
        before = {"seq": leaf["seq"], "leaf": shown[leaf["seq"]][1]}
        for name in ("policy", "person"):
            link = leaf["previous"].get(name)
            assert link is None or shown[link["seq"]][1] == link["leaf"]
        assert set(leaf["beside"]) == set(record["beside"].get(str(leaf["seq"]), {}))
    assert leaf["event"] == "exported"
