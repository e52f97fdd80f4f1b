"""A checkpoint goes to a witness by signed mail."""

import subprocess

import pytest

from notices.mail import split
from tests.programs import require_program
from tests.site.conftest import CASE_1


def test_the_witness_gets_the_signed_note(desk, received, tmp_path):
    desk.run("send", CASE_1)
    words = ("ledger", "checkpoint", "--mail", "auditor@witness.example")
    code, note, said = desk.run(*words)
    assert code == 0
    assert "250" in said
    [mail] = received.glob("checkpoint*.eml")
    parts = split(mail.read_bytes()).parts
    assert note in parts[0].content.decode().replace("\r\n", "\n")
    assert parts[1].content.decode() == note
    kept = tmp_path / "kept.txt"
    kept.write_bytes(parts[1].content)
    assert desk.run("ledger", "verify", "--checkpoint", str(kept))[0] == 0


def test_openssl_accepts_its_signature(desk, received):
    command = [require_program("openssl"), "cms", "-verify", "-purpose", "smimesign"]
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint", "--mail", "auditor@witness.example")
    [mail] = received.glob("checkpoint*.eml")
    done = subprocess.run(
        [*command, "-in", mail, "-CAfile", desk.root, "-out", "/dev/null"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("mailbox", ["nobody", "a@b.example, c@d.example", ""])
def test_what_is_no_mailbox_gets_nothing(desk, received, mailbox):
    desk.run("send", CASE_1)
    before = len(list(received.iterdir()))
    code, _, _ = desk.run("ledger", "checkpoint", "--mail", mailbox)
    assert code == 65
    assert len(list(received.iterdir())) == before


def test_a_relay_that_is_away_is_told(desk, received):
    desk.run("send", CASE_1)
    desk.set("port", "9", section="smtp")
    code, _, said = desk.run(
        "ledger", "checkpoint", "--mail", "auditor@witness.example"
    )
    assert code == 75
    assert "was not taken" in said
