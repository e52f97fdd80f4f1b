"""Approvals by a card: SoftHSM2 holds the checker's key, and its PIN is asked for once."""

import os
import pty
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from notices.delivery import State
from tests.programs import require_module, require_program
from tests.site.approval.people import CHECKER, Card, enrol
from tests.site.conftest import CASE_1, CASE_2_ABROAD

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"
URI = f"pkcs11:token=checker;object=reiji-t?module-path={MODULE}"
PATIENCE = 60


@pytest.fixture(scope="module", params=["p256", "rsa"])
def card(request):
    return Card.made("reiji-t", CHECKER, kind=request.param)


@pytest.fixture
def token(card, tmp_path):
    """SoftHSM2's configuration; the one key in it is the checker's."""
    require_module("pkcs11")
    program = require_program("softhsm2-util")
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    pkcs8 = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    private, _, _ = pkcs12.load_key_and_certificates(card.p12, None)
    (tmp_path / "key.pem").write_bytes(private.private_bytes(*pkcs8))
    of_token = ("--label", "checker", "--so-pin", "4321", "--pin", PIN)
    of_key = ("--token", "checker", "--pin", PIN, "--label", "reiji-t", "--id", "a1")
    for words in (
        ("--init-token", "--free", *of_token),
        ("--import", str(tmp_path / "key.pem"), *of_key),
    ):
        environment = {**os.environ, "SOFTHSM2_CONF": str(config)}
        command = [program, *words]
        subprocess.run(command, check=True, capture_output=True, env=environment)
    return config


@pytest.fixture
def asking(desk, opened, cards, card, token, tmp_path):
    """A site that wants approvals, whose checker has a card; two drafts wait."""
    desk.set("required", '"checker"', section="approval")
    (tmp_path / "checker.pem").write_bytes(card.pem())
    with opened() as site:
        enrol(site, cards["kanri-a"].candidate, cards["kanri-a"])
        enrol(site, card.candidate, cards["kanri-a"])
        for case_id in (CASE_1, CASE_2_ABROAD):
            site.prepare(site.read_case(case_id))
    return desk


def approve(desk, token, tmp_path, pin):
    """`notices approve` on a terminal, in a process of its own: a token library reads
    its configuration once. Gives exit code and all that stood on the terminal."""
    ours, theirs = pty.openpty()
    words = [
        *("approve", CASE_1, CASE_2_ABROAD, "--as", "reiji-t", "--yes"),
        *("--key", URI, "--key-certificate", str(tmp_path / "checker.pem")),
        *("--site", str(desk.home)),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "notices", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={"SOFTHSM2_CONF": str(token), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    os.close(theirs)
    said, asked, end = b"", 0, time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            octets = os.read(ours, 4096)
        except OSError:  # Linux: the other end is closed
            break
        said += octets
        if said.count(b"passphrase or PIN") > asked:
            asked += 1
            os.write(ours, f"{pin}\n".encode())
    os.close(ours)
    return process.wait(PATIENCE), said.decode("utf-8", "replace")


def test_a_card_approves_several_and_its_pin_is_asked_for_once(
    asking, received, opened, token, tmp_path
):
    code, said = approve(asking, token, tmp_path, PIN)
    assert code == 0, said
    assert said.count("passphrase or PIN") == 1
    assert PIN not in said.split("passphrase or PIN")[1].splitlines()[0]
    with opened() as site:
        assert {each.state for each in site.sign_drafts()} == {State.HELD}
        notice = site.prepare(site.read_case(CASE_1))
        assert site.send(notice).state is State.SENT
    assert len(list(received.glob("*.eml"))) == 1


def test_a_wrong_pin_approves_nothing_and_is_tried_once(
    asking, opened, token, tmp_path
):
    """A card locks itself after a few: nothing here may try again by itself."""
    code, said = approve(asking, token, tmp_path, "9999")
    assert code == 77, said
    assert said.count("passphrase or PIN") == 1
    with opened() as site:
        assert site.sign_drafts() == []


def test_the_card_of_somebody_else_approves_nothing(
    asking, opened, cards, card, token, tmp_path
):
    """The certificate names the checker; the key in the token is another one."""
    other = replace(cards["suzuki-m"], name=CHECKER)
    (tmp_path / "checker.pem").write_bytes(other.pem())
    code, said = approve(asking, token, tmp_path, PIN)
    assert code != 0, said
    with opened() as site:
        assert site.sign_drafts() == []
