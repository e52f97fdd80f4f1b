"""What `doctor` says of what comes in, and of a database that was set back."""

import shutil

import pytest
from sqlalchemy import event

from notices import Site
from tests.inbox.dovecot import PASSWORD, USER, private_dovecot
from tests.inbox.sample import report
from tests.site.conftest import CASE_1
from tests.store.conftest import authority

__all__ = ["authority"]


@pytest.fixture(scope="module")
def dovecot(authority):
    with private_dovecot(authority.issue_cert("127.0.0.1")) as running:
        yield running


@pytest.fixture
def maildir(desk):
    """The site's Maildir; gives what delivers a mail to it."""
    for place in ("new", "cur", "tmp"):
        (desk.home / "inbox" / place).mkdir(parents=True)
    desk.set("url", '"maildir:inbox"', section="inbox")
    return desk.home / "inbox"


@pytest.fixture
def account(desk, dovecot, authority):
    """The site reads an account of a real IMAP server."""
    authority.cert_pem.write_to_path(str(desk.home / "imap.pem"))
    secret = desk.home / "imap.password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    desk.set("url", f'"imaps://127.0.0.1:{dovecot.port}"', section="inbox")
    desk.set("username", f'"{USER}"', section="inbox")
    desk.set("password_file", '"imap.password"', section="inbox")
    desk.set("ca", '"imap.pem"', section="inbox")
    desk.set("archive_folder", '"Archive"')
    return secret


def told(desk, name):
    """Exit code of doctor, and its one finding of that name."""
    code, parts = desk.json("doctor")
    (found,) = [part for part in parts if part["name"] == name]
    return code, found


def test_without_inbox_and_archive_there_is_nothing_to_complain_of(desk, arrived):
    code, found = told(desk, "inbox")
    assert (code, found["status"]) == (0, "ok")
    assert "none is configured" in found["detail"]


def test_copies_that_nobody_reads_are_a_warning(desk, arrived):
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    code, found = told(desk, "inbox")
    assert (code, found["status"]) == (0, "warning")
    assert "archive@hotline.example" in found["detail"]
    assert "[inbox] url" in found["advice"]


def test_a_maildir_is_counted_and_nothing_in_it_is_touched(desk, arrived, maildir):
    (maildir / "new" / "1.a.host").write_bytes(report())
    code, found = told(desk, "inbox")
    assert (code, found["status"]) == (0, "ok")
    assert "1 mail" in found["detail"]
    assert "none was recorded" in found["detail"]
    assert [each.name for each in (maildir / "new").iterdir()] == ["1.a.host"]


def test_when_the_newest_mail_was_read_is_said(desk, arrived, maildir):
    (maildir / "new" / "1.a.host").write_bytes(report())
    _, [arrival] = desk.json("inbox")
    _, found = told(desk, "inbox")
    day = arrival["received_at"][:4]
    assert f"the newest was recorded {day}-" in found["detail"]
    assert "JST" in found["detail"]


def test_a_maildir_that_is_none_is_a_fault(desk, arrived, maildir):
    shutil.rmtree(maildir / "cur")
    code, found = told(desk, "inbox")
    assert (code, found["status"]) == (78, "fault")
    assert "is no Maildir" in found["detail"]
    assert found["advice"]


def test_an_imap_account_is_opened_folder_by_folder(desk, arrived, account, dovecot):
    dovecot.put(report())
    code, found = told(desk, "inbox")
    assert (code, found["status"]) == (0, "ok"), found
    assert f"127.0.0.1:{dovecot.port}" in found["detail"]
    assert "INBOX 1 mail" in found["detail"]
    assert "Archive 0 mails" in found["detail"]
    new = dovecot.maildir() / "new"
    (path,) = [*new.iterdir(), *(dovecot.maildir() / "cur").iterdir()]
    assert "S" not in path.name.partition(":2,")[2]


@pytest.mark.parametrize(
    ("key", "value", "exit_code", "words"),
    [
        ("folder", '"Nowhere"', 78, "does not open the folder Nowhere"),
        ("archive_folder", '"Nowhere"', 78, "does not open the folder Nowhere"),
        ("move_to", '"Nowhere"', 78, "does not open the folder Nowhere"),
        ("url", '"imaps://127.0.0.1:9"', 75, "cannot be read"),
        ("ca", '""', 75, "certificate refused"),
        ("password_file", '"nowhere"', 77, "nowhere"),
    ],
)
def test_what_keeps_an_imap_account_shut_is_named_once(
    desk, arrived, account, key, value, exit_code, words
):
    """Also with an archive, which the look for a hold opens, too."""
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    desk.set(key, value, section="inbox")
    code, parts = desk.json("doctor")
    (fault,) = [part for part in parts if part["status"] == "fault"]
    assert (code, fault["name"]) == (exit_code, "inbox")
    assert words in fault["detail"]
    assert fault["advice"]


def test_a_wrong_imap_password_is_said_and_not_shown(desk, arrived, account):
    account.write_text("wr0ng")
    code, found = told(desk, "inbox")
    assert (code, found["status"]) == (77, "fault")
    assert "refuses the login of desk" in found["detail"]
    assert "wr0ng" not in str(found)


def test_a_site_that_was_not_set_back_is_not_on_hold(desk, arrived):
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    code, found = told(desk, "hold")
    assert (code, found["status"]) == (0, "ok")


def test_the_database_is_counted_and_its_ledger_not_hashed(desk, arrived):
    """That takes half a minute where a million notices are."""
    desk.run("send", CASE_1)
    assert told(desk, "database")[1]["detail"] == "1 notice, ledger of 10 entries"
    with Site.open(desk.home) as site:
        engine = site.parts.store.engine
        asked = []
        event.listen(
            engine, "before_cursor_execute", lambda *each: asked.append(each[2])
        )
        site.doctor()
    assert asked
    # the people's own events are few, and read by an index
    whole = [one for one in asked if "events.leaf" in one and "subject" not in one]
    assert whole == []


def test_a_hold_is_a_fault_that_says_why_and_what_to_type(desk, arrived, tmp_path):
    desk.run("backup", str(tmp_path / "saved.db"))
    desk.run("send", CASE_1)
    desk.run("ledger", "checkpoint")
    for path in desk.home.glob("outbox.sqlite-*"):
        if path.is_file():
            path.unlink()
    shutil.copy(tmp_path / "saved.db", desk.home / "outbox.sqlite")
    code, found = told(desk, "hold")
    assert (code, found["status"]) == (69, "fault")
    assert "checkpoint of 10 entries" in found["detail"]
    assert "notices reconcile --reason" in found["advice"]
    assert desk.run("reconcile", "--reason", "the disk broke")[0] == 0
    assert told(desk, "hold")[1]["status"] == "ok"


def test_a_database_that_does_not_open_is_one_fault(desk, arrived):
    (desk.home / "outbox.sqlite").write_bytes(b"no database at all" * 100)
    _, parts = desk.json("doctor")
    assert [one["name"] for one in parts if one["status"] == "fault"] == ["database"]


def test_a_relay_that_replaces_the_message_id_is_a_warning(desk, arrived, maildir):
    """Answers name the relay's id then; the archive's copy shows both."""
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    code, [row] = desk.json("send", CASE_1)
    assert code == 0, row
    with Site.open(desk.home) as site:
        octets = site.parts.store.artifact(row["number"], "message.eml")
    own = row["message_id"].encode()
    assert octets.count(b"Message-ID: " + own) == 2  # outside, and protected inside
    copies = {
        "1.a.host": octets,
        "2.a.host": octets.replace(own, b"<made.by@relay.example>", 1),
    }
    trace = b"Received: from relay.example by archive.example; now\r\n"
    for name, copy in copies.items():
        (maildir / "new" / name).write_bytes((trace + copy).replace(b"\r\n", b"\n"))
        assert desk.run("inbox")[0] == 0
        if name == "1.a.host":
            assert all(x["name"] != "Message-ID" for x in desk.json("doctor")[1])
    code, found = told(desk, "Message-ID")
    assert (code, found["status"]) == (0, "warning")
    assert row["number"] in found["detail"]
    assert "keep the Message-ID" in found["advice"]
