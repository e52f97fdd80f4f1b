"""`notices ledger`: what an operator and an auditor do with the log."""

import json
import shutil
import sqlite3

import pytest

from notices.cli import run
from notices.errors import ConfigError, KeyUnavailable
from notices.evidence import check_record
from notices.ledger import parse_verifier_key
from notices.site import Site
from notices.site.starting import start_site
from notices.verifying import open_checkpoint

CASE, OTHER = "IHC-2026-004217", "IHC-2026-004218"


@pytest.fixture
def home(tmp_path):
    start_site(tmp_path / "site")
    with Site.open(tmp_path / "site") as site:
        site.prepare(site.read_case(CASE))
    return tmp_path / "site"


@pytest.fixture
def ledger(home, capsys):
    def call(*words):
        code = run(["ledger", *map(str, words), "--site", str(home)])
        return code, capsys.readouterr().out

    return call


def more(home):
    with Site.open(home) as site:
        site.prepare(site.read_case(OTHER))


def tamper(home, sql):
    """As somebody would who owns the database: triggers taken away first."""
    with sqlite3.connect(home / "outbox.sqlite") as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type='trigger'"
        )
        for (name,) in names.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(sql)
    connection.close()


def test_a_checkpoint_is_signed_recorded_and_the_same_twice(home, ledger, tmp_path):
    out = tmp_path / "c1"
    assert ledger("checkpoint", "--out", out)[0] == 0
    assert ledger("checkpoint") == (0, out.read_text())
    key = parse_verifier_key(ledger("key")[1])
    assert open_checkpoint(out.read_text(), key).size == 5
    assert (home / "ledger.key").stat().st_mode & 0o777 == 0o600
    assert str(key) not in (home / "ledger.key").read_text()


def test_a_consistent_log_is_proven_without_the_site(home, ledger, tmp_path, capsys):
    old, new, proof = (tmp_path / name for name in ("old", "new", "proof"))
    ledger("checkpoint", "--out", old)
    more(home)
    ledger("checkpoint", "--out", new)
    assert ledger("consistency", old, new, "--out", proof)[0] == 0
    check = ["ledger", "consistency", str(old), str(new), "--proof", str(proof)]
    check += ["--log-key", str(home / "ledger.pub"), "--site", "/nonexistent"]
    assert run(check) == 0
    broken = json.loads(proof.read_text())
    broken["consistency_proof"][0] = "A" * 43 + "="
    proof.write_text(json.dumps(broken))
    assert run(check) == 1
    capsys.readouterr()
    assert ledger("consistency", new, old)[0] == 65


def test_prove_shows_one_case_and_its_proofs_hold(home, ledger):
    more(home)
    code, text = ledger("prove", CASE)
    proof = json.loads(text)
    key = parse_verifier_key(proof["log_key"])
    checkpoint = open_checkpoint(proof["checkpoint"], key)
    (record,) = proof["records"]
    assert (code, check_record(record, trusted_root=checkpoint.root)) == (0, [])
    assert OTHER not in text


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (
            "UPDATE events SET payload = replace(payload, 'IHC', 'XHC') WHERE seq = 1",
            "entry 1 does not have the hash",
        ),
        ("UPDATE events SET number = 'X' WHERE seq = 1", "the columns beside it"),
        ("DELETE FROM events WHERE seq = 0", "where entry 0 should be"),
        ("DELETE FROM events WHERE seq = 3", "rolled back or cut"),
        (
            "UPDATE events SET leaf = zeroblob(32) WHERE seq = 0",
            "entry 0 does not have the hash",
        ),
    ],
)
def test_whoever_gets_round_the_triggers_is_found(home, ledger, sql, words):
    more(home)
    ledger("checkpoint")
    assert ledger("verify")[0] == 0
    tamper(home, sql)
    code, text = ledger("verify")
    assert code == 1
    assert words in text


def test_a_database_rolled_back_whole_is_found_by_an_outside_checkpoint(
    home, ledger, tmp_path
):
    before = {
        path: path.read_bytes()
        for path in home.glob("outbox.sqlite*")
        if path.is_file()
    }
    outside = tmp_path / "outside"
    more(home)
    ledger("checkpoint", "--out", outside)
    for path in home.glob("outbox.sqlite*"):
        if path.is_file():
            path.unlink()
    for path, content in before.items():
        path.write_bytes(content)
    assert ledger("verify")[0] == 0
    code, text = ledger("verify", "--checkpoint", outside)
    assert code == 1
    assert "rolled back" in text


def test_two_histories_are_never_signed(home, ledger):
    ledger("checkpoint")
    tamper(home, "DELETE FROM events WHERE seq = 4")
    assert ledger("checkpoint")[0] == 65


def test_a_lost_key_is_not_replaced(home, ledger):
    ledger("checkpoint")
    (home / "ledger.key").unlink()
    more(home)
    assert ledger("checkpoint")[0] == KeyUnavailable.exit_code


def test_a_key_that_others_can_read_does_not_sign(home, ledger):
    ledger("key")
    (home / "ledger.key").chmod(0o644)
    assert ledger("checkpoint")[0] == KeyUnavailable.exit_code


def test_a_checkpoint_of_another_log_is_refused(home, ledger, tmp_path):
    (tmp_path / "c").write_text("other.example\n1\nAAAA\n\n— other.example AAAA\n")
    assert ledger("verify", "--checkpoint", tmp_path / "c")[0] == 65
    assert ledger("consistency", tmp_path / "c", tmp_path / "c")[0] == 65


def test_a_bundle_of_the_example_needs_the_package_and_the_root_alone(
    home, tmp_path, capsys
):
    """In an empty folder, without the site, the log's key or a network."""
    assert run(["export", CASE, "--out", str(tmp_path), "--site", str(home)]) == 0
    (bundle,) = tmp_path.glob("*.asice")
    root = (home / "certs" / "example" / "root.pem").read_bytes()
    shutil.rmtree(home)
    (tmp_path / "root.pem").write_bytes(root)
    capsys.readouterr()
    assert run(["verify", str(bundle), "--trust", str(tmp_path / "root.pem")]) == 0
    text = capsys.readouterr().out
    assert "verdict TOTAL-PASSED" in text
    assert "letter and mail were made and signed, by user:" in text
    assert "[ledger entry 4]" in text


def test_one_file_cannot_hold_two_bundles(home, tmp_path):
    with Site.open(home) as site:
        site.prepare(site.read_case(CASE), again="asked again")
    out = ["--out", str(tmp_path / "one.asice"), "--site", str(home)]
    assert run(["export", CASE, *out]) == 65
    assert run(["export", CASE, "--out", str(tmp_path), "--site", str(home)]) == 0
    assert len(list(tmp_path.glob("*.asice"))) == 2


def test_a_renewal_needs_an_authority(home, tmp_path):
    assert run(["export", CASE, "--out", str(tmp_path), "--site", str(home)]) == 0
    (bundle,) = tmp_path.glob("*.asice")
    before = bundle.read_bytes()
    assert run(["renew", str(bundle), "--site", str(home)]) == ConfigError.exit_code
    assert bundle.read_bytes() == before
