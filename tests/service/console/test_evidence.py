"""The story of a case with proofs, and its signed bundle, as an auditor takes them."""

import html
import json
import re
from base64 import b64decode
from datetime import timedelta
from hashlib import sha256

import pytest

from notices.cli import run
from notices.delivery import State
from notices.ledger import parse_verifier_key
from notices.messages import Text
from notices.site.signer.asked_bundles import make_asked
from notices.verifying import open_checkpoint
from tests.service.console.conftest import CASE, Desk
from tests.service.console.test_console import decision, signed


@pytest.fixture
def approved(desk: Desk, number: str) -> str:
    """A notice that was approved and signed."""
    client = desk.browser("reiji-t")
    form = signed(desk.people["reiji-t"], decision(client, number))
    assert client.post(f"/notices/{number}/decision", data=form).status_code == 303
    with desk.opened() as site:
        site.rooms.approvals.signer.sign(number)
        assert site.parts.store.get(number).state is State.HELD
    return number


def make(desk: Desk) -> list[tuple[str, ...]]:
    """What `notices sign --watch` does for those who asked."""
    with desk.opened("program:signer") as site:
        rooms = site.rooms
        made = make_asked(rooms.access.bundles, rooms.exporter, site.clock)
        return [outcome.files for outcome in made]


def rfc_9162_root(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2, written down from its text."""
    found, fn, sn = sha256(b"\x00" + leaf).digest(), index, size - 1
    for step in path:
        assert sn
        if fn & 1 or fn == sn:
            found = sha256(b"\x01" + step + found).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = sha256(b"\x01" + found + step).digest()
        fn, sn = fn >> 1, sn >> 1
    assert not sn
    return found


def require_proven(told: dict) -> None:
    note = told["checkpoint"]
    open_checkpoint(note, parse_verifier_key(told["log_key"]))
    size, root = int(note.split("\n")[1]), b64decode(note.split("\n")[2])
    path = [b64decode(one) for one in told["inclusion_proof"]]
    leaf = b64decode(told["leaf_bytes"])
    assert rfc_9162_root(leaf, told["seq"], size, path) == root
    assert sha256(b"\x00" + leaf).digest() == b64decode(told["leaf_hash"])


def test_the_bundle_is_asked_for_made_elsewhere_and_proves(
    desk, approved, tmp_path, capsys
):
    auditor = desk.browser("kansa-m")
    page = auditor.get(f"/cases/{CASE}").text
    assert f"/cases/{CASE}/bundles/" not in page
    for _ in range(2):  # asked twice is asked once
        answer = auditor.post(f"/cases/{CASE}/bundles", data={"bundle": "whole"})
        assert answer.status_code == 303
    assert make(desk) == [(f"{approved}.asice",)]
    page = auditor.get(f"/cases/{CASE}").text
    [path] = re.findall(rf'href="(/cases/{CASE}/bundles/[^"]+)" download', page)
    given = auditor.get(path)
    assert given.headers["content-type"] == "application/vnd.etsi.asic-e+zip"
    assert "attachment" in given.headers["content-disposition"]
    assert sha256(given.content).hexdigest() in page
    file = tmp_path / "taken.asice"
    file.write_bytes(given.content)
    root = desk.home / "certs" / "example" / "root.pem"
    assert run(["verify", str(file), "--trust", str(root)]) == 0
    assert "person:kansa-m" in page
    capsys.readouterr()

    # the checkpoint in it covers every event: now each is proven to whoever asks
    numbers = re.findall(rf'href="(/cases/{CASE}/events/(\d+)/proof)"', page)
    with desk.opened() as site:
        entries = site.parts.store.ledger.of_case(CASE, [approved])
    assert [int(seq) for _, seq in numbers] == [one.seq for one in entries]
    for link, seq in numbers:
        told = json.loads(auditor.get(link).content)
        assert told["seq"] == int(seq)
        require_proven(told)
        assert b64decode(told["leaf_hash"]).hex() in page
    whole = json.loads(auditor.get(f"/cases/{CASE}/proof").content)
    with desk.opened() as site:
        assert site.rooms.log.ledger.prove(CASE)["records"] == whole["records"]


def test_what_no_checkpoint_holds_is_not_proven_yet(desk, approved):
    auditor = desk.browser("kansa-m")
    with desk.opened() as site:
        seq = site.parts.store.ledger.of_case(CASE, [approved])[-1].seq
    for path in ("proof", f"events/{seq}/proof"):
        answer = auditor.get(f"/cases/{CASE}/{path}")
        assert answer.status_code == 409, answer.text
    with desk.opened() as site:
        other = site.parts.store.ledger.size()
    assert auditor.get(f"/cases/{CASE}/events/{other}/proof").status_code == 404


def test_what_could_not_be_made_is_told_in_both_languages(desk, approved):
    client = desk.browser("unyo-s")
    client.post(f"/cases/{CASE}/bundles", data={"bundle": "redacted"})
    away = desk.home / "certs" / "away"
    (desk.home / "certs" / "example").rename(away)
    assert make(desk) == [()]
    away.rename(desk.home / "certs" / "example")
    japanese = client.get(f"/cases/{CASE}").text
    english = client.get(f"/cases/{CASE}", params={"lang": "en"}).text
    assert "作成できませんでした" in japanese
    assert "Not made" in english
    with desk.opened() as site:
        [asked] = site.rooms.access.bundles.of(CASE, now=desk.clock.now)
    assert isinstance(asked.error, Text)
    assert asked.error in html.unescape(english)


def test_a_bundle_lies_ready_for_a_day(desk, approved):
    client = desk.browser("kansa-m")
    client.post(f"/cases/{CASE}/bundles", data={"bundle": "redacted"})
    [[name]] = make(desk)
    assert client.get(f"/cases/{CASE}/bundles/{name}").status_code == 200
    assert client.get(f"/cases/IHC-2026-004219/bundles/{name}").status_code == 404
    desk.clock.now += timedelta(days=1, seconds=1)
    client = desk.browser("kansa-m")
    assert client.get(f"/cases/{CASE}/bundles/{name}").status_code == 404
    assert make(desk) == []


def test_nothing_is_asked_of_what_is_not_signed(desk, number):
    client = desk.browser("kansa-m")
    answer = client.post(f"/cases/{CASE}/bundles", data={"bundle": "whole"})
    assert answer.status_code == 409
    assert make(desk) == []
