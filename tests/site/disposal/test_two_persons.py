"""Where people are enrolled a second one signs what is disposed of."""

import base64
import json
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from notices.approval import EnrolledPerson, KeyKind, Role
from notices.casework.disposal import PREFIX, read_statement
from notices.errors import RefusedError
from notices.files import safe_write
from notices.ledger import Link
from notices.site import Site
from notices.site.disposal.persons import second_person
from tests.site.approval.people import Card, enrol
from tests.site.approval.test_stale import revoke
from tests.site.casework.test_case_commands import state
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.disposal.test_disposal import ALL, TOMORROW, database_of


@pytest.fixture(scope="module")
def cards():
    return {
        "kanri-a": Card.made("kanri-a", "管理 明", Role.ADMINISTRATOR, kind="rsa"),
        "reiji-t": Card.made("reiji-t", "例示 太郎"),
        "mihon-h": Card.made("mihon-h", "見本 花子", Role.ASSESSOR, Role.AUDITOR),
    }


@pytest.fixture
def staffed(life, cards):
    """Two may confirm, one may not; each has his key in a file."""
    with Site.open(life.desk.home) as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
    folder = life.desk.home.parent / "keys"
    folder.mkdir()
    for name, card in cards.items():
        safe_write(folder / f"{name}.p12", card.p12, mode=0o600)
    return life


def confirmed_by(desk, person, key=""):
    path = desk.home.parent / "keys" / f"{key or person}.p12"
    return ("--confirmed-by", person, "--key", f"pkcs12:{path}")


def person(name, *roles):
    return EnrolledPerson(
        person=name,
        roles=frozenset(roles),
        key_kind=KeyKind.CERTIFICATE,
        key_sha256="ab" * 32,
        enrolled=Link(seq=1, leaf="cd" * 32),
    )


@pytest.mark.parametrize("second", ["", "tanaka", "nobody", "mihon"])
def test_with_people_another_one_decides_too(second):
    enrolled = {
        "sato": person("sato", Role.CHECKER),
        "tanaka": person("tanaka", Role.ADMINISTRATOR),
        "mihon": person("mihon", Role.ASSESSOR, Role.OPERATOR),
    }
    decide = partial(second_person, enrolled=enrolled, names={})
    assert decide("user:tanaka", "sato") == ("tanaka", "sato")
    assert decide("user:x", "tanaka") == ("tanaka",)
    with pytest.raises(RefusedError):
        decide("user:tanaka", second)


def test_a_card_and_a_passkey_of_one_person_are_no_two():
    """Ids were compared alone, and who has two of them decided with himself."""
    both = {
        "sato-c": person("sato-c", Role.CHECKER),
        "sato-p": person("sato-p", Role.CHECKER),
    }
    decide = partial(second_person, "user:sato-c", "sato-p", both)
    for other in ("佐藤 薫", "佐藤　薫"):
        with pytest.raises(RefusedError, match="must be another one than you"):
            decide({"sato-c": "佐藤 薫", "sato-p": other})
    assert decide({"sato-c": "佐藤 薫", "sato-p": "佐藤 馨"}) == ("sato-c", "sato-p")
    # whose names are not kept are told apart by their ids
    assert decide({}) == ("sato-c", "sato-p")


@pytest.mark.parametrize("who", ["kanri-a", "reiji-t"])
def test_the_second_person_signs_and_the_certificate_is_judged(staffed, who, tmp_path):
    desk = staffed.desk
    assert desk.run("dispose", *ALL)[0] == 69
    assert state(desk) == "closed"
    code, out, _ = desk.run("dispose", *ALL, *confirmed_by(desk, who))
    assert (code, who in out) == (0, True)
    assert staffed.found(database_of(desk.home)) == []
    code, [certificate] = desk.json("disposals")
    assert code == 0
    assert certificate["confirmed"] == {"status": "passed", "person": who, "detail": ""}
    [disposed] = desk.json("show", CASE_1)[1][0]["disposed"]
    assert disposed["approver"] == who
    assert desk.run("ledger", "verify")[0] == 0
    openssl_agrees(certificate, tmp_path)


def openssl_agrees(certificate, tmp_path):
    """As docs/formats.md, 5.3, tells for approvals."""
    import subprocess  # noqa: PLC0415

    statement = json.dumps(
        certificate["statement"],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    assert read_statement(statement).sha256 == certificate["statement_sha256"]
    signature = base64.b64decode(certificate["confirmation"]["approval.p7s"])
    (tmp_path / "signed").write_bytes(PREFIX + statement)
    (tmp_path / "approval.p7s").write_bytes(signature)
    words = "openssl cms -verify -binary -inform DER -in approval.p7s -content signed"
    done = subprocess.run(
        [*words.split(), "-noverify", "-out", "out"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("who", "key", "code"),
    [
        ("reiji-t", "kanri-a", 69),
        ("mihon-h", "mihon-h", 69),
        ("nobody", "reiji-t", 69),
    ],
)
def test_whoever_may_not_removes_nothing(staffed, who, key, code):
    desk = staffed.desk
    assert desk.run("dispose", *ALL, *confirmed_by(desk, who, key))[0] == code
    assert desk.run("dispose", *ALL, "--confirmed-by", who)[0] == 2
    assert state(desk) == "closed"
    assert desk.json("disposals") == (0, [])
    assert not (desk.home / "disposals.jsonl").exists()


def test_a_revoked_key_confirms_nothing_and_what_it_confirmed_holds(staffed, cards):
    desk = staffed.desk
    assert desk.run("dispose", *ALL, *confirmed_by(desk, "reiji-t"))[0] == 0
    with Site.open(desk.home) as site:
        revoke(site, "reiji-t", cards["kanri-a"])
    assert desk.json("disposals")[0] == 0
    assert desk.run("close", CASE_2_ABROAD, "--reason", "x")[0] == 0
    assert desk.run("dispose", *ALL, *confirmed_by(desk, "reiji-t"))[0] == 69
    assert state(desk, CASE_2_ABROAD) == "closed"


def changed(confirmation):
    [(name, octets)] = confirmation.items()
    broken = bytearray(base64.b64decode(octets))
    broken[-1] ^= 1
    return {name: base64.b64encode(bytes(broken)).decode()}


@pytest.mark.parametrize(
    "forge",
    [changed, lambda _: {}, lambda _: {"approval.p7s": "?"}, lambda _: {"x": ""}],
    ids=["a bit", "none", "no base64", "another name"],
)
def test_a_forged_confirmation_is_told(staffed, forge):
    desk = staffed.desk
    assert desk.run("dispose", *ALL, *confirmed_by(desk, "reiji-t"))[0] == 0
    [certificate] = desk.json("disposals")[1]
    forged = forge(certificate["confirmation"])
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        connection,
    ):
        connection.execute("DROP TRIGGER disposals_update")
        told = json.dumps(forged) if forged else ""
        connection.execute("UPDATE disposals SET confirmation = ?", [told])
    code, [certificate] = desk.json("disposals")
    assert (code, certificate["confirmed"]["status"]) == (1, "failed")


def test_a_certificate_of_another_person_is_told(staffed, cards):
    """Signed by an administrator, where the ledger names the checker."""
    desk = staffed.desk
    assert desk.run("dispose", *ALL, *confirmed_by(desk, "reiji-t"))[0] == 0
    [certificate] = desk.json("disposals")[1]
    octets = json.dumps(
        certificate["statement"],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()
    other = base64.b64encode(cards["kanri-a"].sign(octets, PREFIX)).decode()
    with (
        closing(sqlite3.connect(desk.home / "outbox.sqlite")) as connection,
        connection,
    ):
        connection.execute("DROP TRIGGER disposals_update")
        told = json.dumps({"approval.p7s": other})
        connection.execute("UPDATE disposals SET confirmation = ?", [told])
    code, [certificate] = desk.json("disposals")
    assert (code, certificate["confirmed"]["person"]) == (1, "kanri-a")


def test_a_restored_backup_keeps_what_was_signed(staffed):
    desk = staffed.desk
    saved = desk.home.parent / "saved.db"
    assert desk.run("backup", str(saved))[0] == 0
    assert desk.run("dispose", *ALL, *confirmed_by(desk, "reiji-t"))[0] == 0
    for path in desk.home.glob("outbox.sqlite-*"):
        if path.is_file():
            path.unlink()
    (desk.home / "outbox.sqlite").write_bytes(saved.read_bytes())
    assert desk.json("reconcile", "--reason", "the disk broke")[0] == 0
    code, [certificate] = desk.json("disposals")
    assert (code, certificate["again"]) == (0, True)
    assert certificate["confirmed"]["person"] == "reiji-t"
    assert certificate["statement"]["rule"] == f"before {TOMORROW}"
