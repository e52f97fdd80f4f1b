"""Keys through the site: several with their days, in a token, and endesive's signature."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from notices import Site, read_judgment
from notices.cli import run
from notices.config import load_config
from notices.errors import CertificateNotUsable
from notices.judgment import JST
from notices.mail import split
from tests.programs import missing, require_module, require_program
from tests.signing.site_authority import (
    equip,
    pem,
    set_by_hand,
    write_key,
    write_secret,
)
from tests.site.conftest import CASE_1, CASE_2_ABROAD

MODULE = "/usr/lib/softhsm/libsofthsm2.so"


def verdict(desk, file):
    run(["verify", str(file), "--trust", str(desk.home / "roots.pem"), "--json"])
    [report] = json.loads(desk.capsys.readouterr().out)
    return report["verdict"]


def fingerprint(authority, name):
    return authority.certificate(name).fingerprint(SHA256()).hex()


def signer_on_record(desk, case_id=CASE_1):
    _, [*_, record] = desk.json("show", case_id)
    return record["notice"]["signer_certificate_sha256"]


# -- several keys -----------------------------------------------------------------


def days(offset):
    return (datetime.now(UTC).astimezone(JST) + timedelta(days=offset)).date()


def give_keys(desk, authority, *entries):
    """Each entry: name of a signer, and further lines of its table."""
    equip(desk, authority, entries[0][0])
    path = desk.home / "notices.toml"
    text = path.read_text("utf-8")
    for line in ("key", "certificate", "passphrase_file", "keys"):
        start = text.index("\n[signing]")
        found = re.compile(rf"^{line} = .*\n", re.MULTILINE).search(text, start)
        text = text[: found.start()] + text[found.end() :]
    for name, *more in entries:
        write_key(desk.home, authority, name)
        lines = [f'key = "{name}.p12"', f'passphrase_file = "{name}.pass"', *more]
        text += "\n[[signing.keys]]\n" + "\n".join(lines) + "\n"
    path.write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("first", "second", "signs"),
    [
        ((f"until = {days(0)}",), (f"from = {days(1)}",), "rsa2048"),
        ((f"until = {days(-1)}",), (f"from = {days(0)}",), "p384"),
        ((), (f"from = {days(-3)}",), "p384"),
        ((), (f"from = {days(3)}",), "rsa2048"),
    ],
)
def test_the_key_whose_days_hold_signs(desk, arrived, authority, first, second, signs):
    give_keys(desk, authority, ("rsa2048", *first), ("p384", *second))
    assert desk.run("send", CASE_1)[0] == 0
    assert signer_on_record(desk) == fingerprint(authority, signs)
    [mail] = arrived.glob("*.eml")
    assert verdict(desk, mail) == "TOTAL-PASSED"


def test_on_a_day_without_a_key_nothing_is_signed(desk, arrived, authority):
    give_keys(desk, authority, ("p256", f"until = {days(-1)}"))
    code, [row] = desk.json("send", CASE_1)
    assert code == 78
    assert f"none of signing.keys is for {days(0)}" in row["error"]["message"]
    assert not list(arrived.iterdir())


def test_doctor_shows_every_key_with_its_days(desk, arrived, authority):
    give_keys(
        desk,
        authority,
        ("rsa2048", f"until = {days(2)}"),
        ("p384", f"from = {days(3)}"),
        ("twenty-days-left", f"from = {days(30)}"),
    )
    (desk.home / "p384.pass").unlink()
    code, parts = desk.json("doctor")
    assert code == 0
    told = {one["name"]: one for one in parts if one["name"].startswith("key ")}
    first, second, third = told.values()
    assert (first["status"], "signs today" in first["detail"]) == ("ok", True)
    assert f"until {days(2)}" in first["detail"]
    assert (second["status"], "p384.pass" in second["detail"]) == ("warning", True)
    assert f"from {days(30)}" in third["detail"]
    assert third["status"] == "warning"
    assert "ends before its first day" in third["detail"]


def test_a_mail_signed_by_the_earlier_key_still_goes_out(desk, arrived, authority):
    """It is judged by the certificate that signed it."""
    give_keys(desk, authority, ("rsa2048", f"until = {days(0)}"))
    with Site.open(desk.home) as site:
        held = site.prepare(site.read_case(CASE_1))
    give_keys_text = (desk.home / "notices.toml").read_text("utf-8")
    (desk.home / "notices.toml").write_text(
        give_keys_text.replace(f"until = {days(0)}", f"until = {days(-1)}")
        + f'\n[[signing.keys]]\nkey = "p384.p12"\npassphrase_file = "p384.pass"\n'
        f"from = {days(0)}\n",
        "utf-8",
    )
    write_key(desk.home, authority, "p384")
    with Site.open(desk.home) as site:
        assert site.send(held).state == "sent"
        assert site.send(site.prepare(site.read_case(CASE_2_ABROAD))).state == "sent"
    assert signer_on_record(desk) == fingerprint(authority, "rsa2048")
    assert signer_on_record(desk, CASE_2_ABROAD) == fingerprint(authority, "p384")


def test_a_mail_whose_key_was_taken_away_does_not_go_out(desk, arrived, authority):
    give_keys(desk, authority, ("rsa2048",))
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    path = desk.home / "notices.toml"
    path.write_text(path.read_text("utf-8").replace("rsa2048", "p384"), "utf-8")
    write_key(desk.home, authority, "p384")
    code, [row] = desk.json("send", CASE_1)
    assert code == 75
    assert "not in signing.keys any more" in row["error"]["message"]
    assert "put that key back" in row["error"]["hint"]
    assert not list(arrived.iterdir())


def test_a_queued_mail_whose_key_was_rolled_over_waits_and_goes_on(
    desk, arrived, authority
):
    """It failed for good; now it waits, and goes out once the key is named again."""
    give_keys(desk, authority, ("rsa2048",))
    with Site.open(desk.home) as site:
        site.parts.store.queue(
            site.prepare(site.read_case(CASE_1)).number, now=datetime.now(UTC)
        )
    path = desk.home / "notices.toml"
    before = path.read_text("utf-8")
    path.write_text(before.replace("rsa2048", "p384"), "utf-8")
    write_key(desk.home, authority, "p384")
    code, [row] = desk.json("work", "--now")
    assert (code, row["state"]) == (75, "deferred")
    assert "is not in signing.keys any more: it was not sent and waits" in row["note"]
    path.write_text(before, "utf-8")
    code, [row] = desk.json("work", "--now")
    assert (code, row["state"]) == (0, "sent")
    assert len(list(arrived.glob("*.eml"))) == 1


def test_send_warns_from_thirty_days_on(desk, arrived, authority):
    give_keys(desk, authority, ("twenty-days-left",))
    code, [row] = desk.json("send", CASE_1)
    assert (code, row["state"]) == (0, "sent")
    [warning] = [
        one for one in row["warnings"] if one["code"] == "certificate-not-usable"
    ]
    assert "in less than 30 days" in warning["message"]
    assert "next certificate" in warning["hint"]
    code, _, err = desk.run("send", CASE_2_ABROAD)
    assert (code, "in less than 30 days" in err) == (0, True)


def test_days_without_a_key_are_told_before_they_come(desk, arrived, authority):
    give_keys(
        desk,
        authority,
        ("rsa2048", f"until = {days(3)}"),
        ("p384", f"from = {days(6)}"),
    )
    _, parts = desk.json("doctor")
    [told] = [one for one in parts if one["name"] == "keys"]
    assert told["status"] == "warning"
    assert f"on 2 days: the first is {days(4)}, the last {days(5)}" in told["detail"]
    code, [row] = desk.json("send", CASE_1)
    assert code == 0
    told = [one["message"] for one in row["warnings"]]
    assert any(f"none of signing.keys is for {days(4)}" in one for one in told)


def test_a_mail_that_waited_goes_out_until_its_certificate_ends(desk, tmp_path):
    """In the last seven days nothing new is signed, but what is signed may leave."""
    start = datetime.now(UTC)
    clock = [start]
    (tmp_path / "pki").mkdir()
    with set_by_hand(tmp_path / "pki", lambda: clock[0]) as authority:
        equip(desk, authority, "twenty-days-left")
        assert told_at_the_end(desk, clock).startswith("The certificate expired on")


def told_at_the_end(desk, clock):
    """Why a mail that waited does not go out any more."""
    start = clock[0]
    site = Site(load_config(desk.home), clock=lambda: clock[0])
    judgment = read_judgment(
        (desk.home / "cases" / f"{CASE_1}.json").read_text("utf-8")
    )
    number = site.prepare(judgment).number
    clock[0] = start + timedelta(days=15)
    site.rooms.sender.recheck(number)
    with pytest.raises(CertificateNotUsable, match="less than 7 days"):
        site.parts.desk.signer(clock[0])
    clock[0] = start + timedelta(days=21)
    with pytest.raises(CertificateNotUsable, match="expired on") as refused:
        site.rooms.sender.recheck(number)
    return refused.value.message


# -- in a token -------------------------------------------------------------------


@pytest.fixture(scope="module")
def token(authority, tmp_path_factory):
    """A SoftHSM2 token with an RSA-3072 and a P-256 key; its configuration file."""
    require_module("pkcs11")
    program = require_program("softhsm2-util")
    folder = tmp_path_factory.mktemp("hsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    words = ["--init-token", "--free", "--label", "centre", "--so-pin", "4321"]
    calls = [[*words, "--pin", "1234"]]
    for number, name in enumerate(("rsa3072", "p256"), 0xA1):
        key = authority.keys[name].private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        (folder / name).write_bytes(key)
        words = ["--import", str(folder / name), "--token", "centre", "--pin", "1234"]
        calls.append([*words, "--label", name, "--id", f"{number:x}"])
    for words in calls:
        subprocess.run(
            [program, *words],
            check=True,
            capture_output=True,
            env={"SOFTHSM2_CONF": str(config)},
        )
    return config


def use_token(desk, authority, name, *stampers, pin="1234", module=MODULE):
    equip(desk, authority, name, *stampers)
    uri = f"pkcs11:token=centre;object={name}?module-path={module}"
    desk.set("key", f'"{uri}"', section="signing")
    chain = (authority.certificate(name), *authority.chain)
    (desk.home / "chain.pem").write_bytes(pem(*chain))
    desk.set("certificate", '"chain.pem"')
    write_secret(desk.home / "pin", f"{pin}\n".encode())
    desk.set("passphrase_file", '"pin"')


def send_alone(desk, token):
    """`notices send` in a process of its own: a token library reads its
    configuration once, and a log-in is the whole process's."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "notices", "send", CASE_1, "--json"),
            *("--site", str(desk.home)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"SOFTHSM2_CONF": str(token), "PATH": "/usr/bin:/bin"},
        timeout=60,
    )
    [row] = json.loads(done.stdout)
    return done.returncode, row


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("rsa3072", "B-LTA"),
        pytest.param("p256", "B-B", marks=pytest.mark.torture),
        pytest.param("rsa3072", "B-B", marks=pytest.mark.torture),
        pytest.param("p256", "B-LTA", marks=pytest.mark.torture),
    ],
)
def test_a_token_signs_mail_and_letter(desk, arrived, authority, token, name, level):
    stampers = [authority.tsa_url] if level != "B-B" else []
    use_token(desk, authority, name, *stampers)
    desk.set("pdf_level", f'"{level}"')
    code, row = send_alone(desk, token)
    assert (code, row["state"]) == (0, "sent")
    [mail] = arrived.glob("*.eml")
    assert verdict(desk, mail) == "TOTAL-PASSED"
    assert signer_on_record(desk) == fingerprint(authority, name)
    with Site.open(desk.home) as site:
        letter, *_ = site.rooms.exporter.letters(row["number"], desk.home)
    assert verdict(desk, letter) == "TOTAL-PASSED"


def test_a_wrong_pin_is_77_and_is_not_shown(desk, arrived, authority, token):
    use_token(desk, authority, "p256", pin="987654")
    code, row = send_alone(desk, token)
    assert (code, row["error"]["code"]) == (77, "key-unavailable")
    assert "PIN" in row["error"]["message"].upper()
    assert "987654" not in json.dumps(row)
    assert not list(arrived.iterdir())


def test_a_wrong_pin_is_sent_to_the_token_once(desk, arrived, authority, token):
    """A card locks itself after some: before, each case of one command tried again.

    OpenSC's spy stands between the program and the token, and writes each call down.
    """
    found = sorted(Path("/usr/lib").glob("*/pkcs11-spy.so"))
    spy = found[0] if found else missing("pkcs11-spy.so of opensc-pkcs11 is missing")
    use_token(desk, authority, "p256", pin="987654", module=spy)
    calls = desk.home.parent / "calls.txt"
    spying = {"PKCS11SPY": MODULE, "PKCS11SPY_OUTPUT": str(calls)}
    cases = (CASE_1, CASE_2_ABROAD, desk.case(CASE_1, case_id="IHC-2026-009001"))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "notices", "send", *cases, "--json"),
            *("--site", str(desk.home)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={"SOFTHSM2_CONF": str(token), "PATH": "/usr/bin:/bin", **spying},
        timeout=60,
    )
    assert [row["error"]["code"] for row in json.loads(done.stdout)] == [
        "key-unavailable"
    ] * 3
    assert done.returncode == 77
    assert calls.read_text("utf-8", "replace").count("C_Login") == 1


def test_a_missing_module_is_78(desk, arrived, authority, token):
    use_token(desk, authority, "p256", module="/usr/lib/nowhere.so")
    code, row = send_alone(desk, token)
    assert (code, row["error"]["code"]) == (78, "configuration")
    assert "/usr/lib/nowhere.so does not load" in row["error"]["message"]
    assert not list(arrived.iterdir())


# -- endesive ---------------------------------------------------------------------


@pytest.mark.parametrize("stamped", [False, True], ids=["plain", "time stamp"])
def test_endesive_signs_the_mail_of_an_rsa_key(desk, arrived, authority, stamped):
    require_module("endesive.signer")
    equip(desk, authority, "rsa3072", *([authority.tsa_url] if stamped else []))
    desk.set("backend", '"endesive"')
    assert desk.run("send", CASE_1)[0] == 0
    [mail] = arrived.glob("*.eml")
    assert verdict(desk, mail) == "TOTAL-PASSED"
    signature = cms.ContentInfo.load(split(mail.read_bytes()).signature)
    # endesive writes the OID of the key, ours that of the whole algorithm
    [signer] = signature["content"]["signer_infos"]
    assert signer["signature_algorithm"]["algorithm"].native == "rsassa_pkcs1v15"


def test_endesive_does_not_sign_with_an_elliptic_curve(desk, arrived, authority):
    equip(desk, authority, "p256")
    desk.set("backend", '"endesive"')
    code, [row] = desk.json("send", CASE_1)
    assert code == 78
    assert "labels an ECDSA signature as RSA" in row["error"]["message"]
    assert 'signing.backend at "pyhanko"' in row["error"]["hint"]
    assert not list(arrived.iterdir())


def test_without_endesive_the_line_to_type_is_told(
    desk, arrived, authority, monkeypatch
):
    monkeypatch.setitem(sys.modules, "endesive.signer", None)
    equip(desk, authority, "rsa2048")
    desk.set("backend", '"endesive"')
    code, [row] = desk.json("send", CASE_1)
    assert code == 78
    assert row["error"]["hint"] == "pip install 'notices[endesive]'"
    assert not list(arrived.iterdir())


def test_doctor_compares_the_clock_with_those_that_servers_tell(
    desk, arrived, authority
):
    """Lists, OCSP answers and stamps come with a Date; here it is the machine's own."""
    equip(desk, authority, "p256", authority.tsa_url)
    code, parts = desk.json("doctor")
    [told] = [one for one in parts if one["name"] == "clock"]
    assert (code, told["status"]) == (0, "ok")
    assert authority.url.removeprefix("http://") in told["detail"]
    with Site.open(
        desk.home, clock=lambda: datetime.now(UTC) - timedelta(seconds=90)
    ) as site:
        [told] = [one for one in site.doctor() if one.name == "clock"]
    assert told.status == "warning"
    assert "60 s are tolerated" in told.detail
    assert "timedatectl" in told.advice
