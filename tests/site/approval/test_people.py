"""Who is enrolled, by whom, and what the list says."""

import json
import subprocess
from dataclasses import replace

import pytest

from notices.approval import ENROLMENT_PREFIX, Role, read_enrolment
from notices.cli import run
from notices.errors import ConfigError, InputError, NoticesError
from notices.site.approval.people_desk import NO_KEY
from notices.verifying.approval.signatures import SignatureKind
from tests.programs import require_program
from tests.site.approval.people import CHECKER, Card, enrol
from tests.site.conftest import CASE_1


def key_file(tmp_path, card):
    path = tmp_path / f"{card.person}.p12"
    path.write_bytes(card.p12)
    path.chmod(0o600)
    (tmp_path / f"{card.person}.pem").write_bytes(card.pem())
    return path


def test_from_the_first_administrator_to_an_approval_by_commands(
    desk, opened, tmp_path, cards
):
    desk.set("required", '"checker"', section="approval")
    for card in cards.values():
        key_file(tmp_path, card)
    admin = ["--as", "kanri-a", "--key", f"pkcs12:{tmp_path}/kanri-a.p12"]
    first = desk.run(
        "people", "enrol", "kanri-a", "--role", "administrator",
        "--certificate", f"{tmp_path}/kanri-a.pem", "--key", f"{tmp_path}/kanri-a.p12",
    )  # fmt: skip
    assert first[0] == 0, first
    second = desk.run(
        "people", "enrol", "reiji-t", "--role", "checker",
        "--certificate", f"{tmp_path}/reiji-t.pem", *admin,
    )  # fmt: skip
    assert second[0] == 0, second
    code, found = desk.json("people", "list")
    assert (code, found["faults"]) == (0, [])
    assert [each["name"] for each in found["people"]] == ["管理 明", CHECKER]
    assert desk.json("prepare", CASE_1)[1][0]["state"] == "drafted"
    code, [row] = desk.json(
        "approve",
        CASE_1,
        "--as",
        "reiji-t",
        "--key",
        f"{tmp_path}/reiji-t.p12",
        "--yes",
    )
    assert (code, row["decision"], row["state"]) == (0, "approve", "drafted")
    assert desk.json("sign")[1][0]["state"] == "held"
    assert desk.json("approvals")[1][0]["error"] is None
    revoked = desk.run("people", "revoke", "reiji-t", "--reason", "lost", *admin)
    assert revoked[0] == 0, revoked
    assert desk.json("approvals")[1][0]["error"]["code"] == "approver-revoked"


def test_the_list_is_for_reading_and_a_difference_is_a_fault(wanting, opened):
    path = wanting.home / "people.toml"
    text = path.read_text("utf-8")
    assert text.startswith("# Who may act")
    path.write_text(
        text.replace('\nroles = ["checker"]', '\nroles = ["operator"]', 1), "utf-8"
    )
    code, found = wanting.json("people", "list")
    assert code == 78
    assert found["faults"]
    with opened() as site, pytest.raises(ConfigError):
        site.rooms.approvals.people.require_same()
    assert wanting.run("people", "list", "--write")[0] == 0
    assert path.read_text("utf-8") == text


def test_a_list_with_faults_names_every_line(wanting):
    path = wanting.home / "people.toml"
    path.write_text('[Sato]\nname = ""\nroles = ["boss"]\nkey_sha256 = "x"\n', "utf-8")
    code = run(["people", "list", "--site", str(wanting.home), "--json"])
    told = json.loads(wanting.capsys.readouterr().out)
    assert code == 78
    lines = {fault["path"].rpartition(":")[2] for fault in told["error"]["faults"]}
    assert {"1", "2", "3", "4"} <= lines


def code_of(action):
    with pytest.raises(NoticesError) as caught:
        action()
    return caught.value.code


def test_nobody_gets_in_alone(desk, opened, cards):
    admin = cards["kanri-a"]
    with opened() as site:
        no_admin = Card.made("a", "A")
        assert code_of(lambda: enrol(site, no_admin.candidate, no_admin)) == "bad-input"
        enrol(site, admin.candidate, admin)
        people = site.rooms.approvals.people
        # a second first one, by himself
        other = Card.made("b", "B", Role.ADMINISTRATOR)
        assert (
            code_of(lambda: enrol(site, other.candidate, other)) == "approver-unknown"
        )
        # a new key of his own, by himself
        renewed = Card.made("kanri-a", "管理 明", Role.ADMINISTRATOR)
        assert (
            code_of(lambda: enrol(site, renewed.candidate, admin)) == "self-enrolment"
        )
        # himself again under another id, as the name is written or looks
        for name in (admin.name, "管理　明", "管理明"):
            again = Card.made("kanri-z", name, Role.CHECKER)
            assert code_of(lambda a=again: enrol(site, a.candidate, admin)) == (
                "self-enrolment"
            )
        # a key that is another's
        twin = Card("twin", "Twin", (Role.CHECKER,), "rsa", admin.p12)
        assert code_of(lambda: enrol(site, twin.candidate, admin)) == "key-of-another"
        # a checker enrols nobody
        enrol(site, cards["reiji-t"].candidate, admin)
        by_checker = cards["reiji-t"]
        wanted = people.request(cards["suzuki-m"].candidate, "reiji-t").octets()
        signature = by_checker.sign(wanted, ENROLMENT_PREFIX, site.clock())
        key = cards["suzuki-m"].candidate.key
        assert (
            code_of(lambda: people.take(wanted, SignatureKind.CMS, signature, key))
            == "approver-role"
        )
        # signed for one key, brought with another
        wanted = people.request(cards["suzuki-m"].candidate, "kanri-a").octets()
        signature = admin.sign(wanted, ENROLMENT_PREFIX, site.clock())
        assert (
            code_of(lambda: people.take(wanted, SignatureKind.CMS, signature, NO_KEY))
            == "bad-input"
        )
        assert sorted(people.known()) == ["kanri-a", "reiji-t"]


def test_a_recovery_is_loud_for_ever(wanting, opened, cards):
    with opened() as site:
        people = site.rooms.approvals.people
        new = Card.made("kanri-b", "管理 二郎", Role.ADMINISTRATOR)
        people.recover(new.candidate, reason="the card of kanri-a broke")
        assert people.known()["kanri-b"].enrolled.is_recovered
        enrol(site, Card.made("new-c", "新 三郎").candidate, new)
        places = site.parts.store.ledger.recoveries()
        assert len(places) == 1
    assert wanting.run("ledger", "verify")[0] == 0


@pytest.mark.parametrize(
    ("begins", "ends"),
    [("20200101000000Z", "20210101000000Z"), ("20980101000000Z", "20990101000000Z")],
)
def test_a_certificate_of_another_time_is_not_enrolled(
    wanting, tmp_path, cards, begins, ends
):
    """Made by OpenSSL; who brings it took the wrong file."""
    admin = key_file(tmp_path, cards["kanri-a"])
    folder = tmp_path / "ca"
    folder.mkdir()
    (folder / "index.txt").write_text("")
    (folder / "ca.cnf").write_text(
        "[ca]\ndefault_ca = own\n[own]\ndatabase = index.txt\nnew_certs_dir = .\n"
        "rand_serial = yes\ndefault_md = sha256\npolicy = any\n[any]\n"
        "commonName = supplied\n"
    )
    for words in (
        "req -new -newkey rsa:2048 -nodes -keyout k.pem -out r.pem -subj /CN=Sato",
        (
            "ca -batch -selfsign -config ca.cnf -in r.pem -keyfile k.pem -out c.pem "
            f"-startdate {begins} -enddate {ends} -notext"
        ),
    ):
        command = [require_program("openssl"), *words.split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    code, _, err = wanting.run(
        "people", "enrol", "sato-h", "--role", "checker", "--certificate",
        f"{folder}/c.pem", "--as", "kanri-a", "--key", f"pkcs12:{admin}",
    )  # fmt: skip
    assert code == 65
    assert f"valid from {begins[:4]}-01-01 to {ends[:4]}-01-01" in err
    people = wanting.json("people", "list")[1]["people"]
    assert "sato-h" not in [each["person"] for each in people]


@pytest.mark.parametrize(
    "name",
    ["a\x1b[31mb", "例示\n太郎", "例示\u2028太郎", " ", "\u200b", "x" * 301, "\x00"],
)
def test_a_name_that_the_list_could_not_hold_enrols_nobody(
    wanting, opened, cards, name
):
    """It would stay in the ledger for ever, and the list could not be read any more."""
    odd = Card.made("odd-n", CHECKER)
    candidate = replace(odd.candidate, name=name)
    with opened() as site:
        people = site.rooms.approvals.people
        with pytest.raises(InputError, match="the name"):
            people.request(candidate, "kanri-a")
        with pytest.raises(InputError, match="the name"):
            people.recover(candidate, reason="x")
        genuine = people.request(odd.candidate, "kanri-a")
        octets = replace(genuine, name=name).octets()
        signature = cards["kanri-a"].sign(octets, ENROLMENT_PREFIX, site.clock())
        with pytest.raises(InputError):
            people.take(octets, SignatureKind.CMS, signature, odd.candidate.key)
        assert "odd-n" not in people.known()
        people.require_same()


def test_whom_a_version_before_enrolled_by_such_a_name_stops_nobody(
    wanting, opened, cards
):
    odd = Card.made("odd-n", CHECKER)
    candidate = replace(odd.candidate, name="例示\x1b[31m太郎")
    with opened() as site:
        people = site.rooms.approvals.people
        genuine = people.request(odd.candidate, "kanri-a")
        octets = replace(genuine, name=candidate.name).octets()
        statement = read_enrolment(octets)
        signature = cards["kanri-a"].sign(octets, ENROLMENT_PREFIX, site.clock())
        people.people.enrol(
            statement, SignatureKind.CMS, signature, candidate.key, now=site.clock()
        )
        people.write_list()
        people.require_same()
        assert "odd-n" in people.known()
