"""Who may put a site on hold by a mail in its archive: its own signature, nobody else.

Each vector lies alone in the archive of a site whose database was set back by one
notice. The inbox in trouble stops nothing that is sent.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest

from notices.errors import SetBack
from notices.site import Site
from notices.site.starting import start_site
from tests.inbox import slow_server
from tests.inbox.dovecot import PASSWORD, USER, private_dovecot
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk
from tests.site.own_pki import give_own_key
from tests.store.conftest import authority

__all__ = ["authority"]

OURS = "notice@hotline.example.jp"
REASON = ("--reason", "the disk broke")
UNKNOWN = "archive mailbox holds a notice that it does not know"


def message_of(home, case_id):
    """The signed mail of a case's notice, prepared in that site."""
    with Site.open(home) as site:
        number = site.prepare(site.read_case(case_id)).number
        return site.parts.store.artifact(number, "message.eml")


@dataclass
class Mails:
    """What there is to forge from."""

    genuine: bytes
    """Signed by the site, and unknown to its database."""
    known: bytes
    """Signed by the site, and in its database."""
    of_stranger: bytes
    """The same for our mailbox, signed by a key and a root that somebody made."""
    of_other_centre: bytes
    """Properly signed by another centre."""
    of_test: bytes
    """Signed by the site's key in test mode."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """The set-back site and the mails, made once."""
    folder = tmp_path_factory.mktemp("archive")
    home = folder / "site"
    for name in ("site", "stranger", "other", "test"):
        start_site(folder / name)
    for name in ("new", "cur", "tmp"):
        (home / "archive" / name).mkdir(parents=True)
    desk = Desk(home, None)
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    desk.set("url", '"maildir:archive"', section="inbox")
    give_own_key(Desk(folder / "stranger", None))
    other = Desk(folder / "other", None)
    give_own_key(other, mailbox="notice@other.example.jp")
    other.set("mailbox", '"notice@other.example.jp"', section="center")
    Desk(folder / "test", None).set("address", '"test@hotline.example"', section="test")
    # the stranger's root is one of ours: a root that many trust signs for many
    root = (folder / "stranger" / "own-root.pem").read_bytes()
    (home / "public-root.pem").write_bytes(root)
    desk.set("trust", '["certs/example/root.pem", "public-root.pem"]')
    known = message_of(home, CASE_2_ABROAD)
    with Site.open(home) as site:
        site.rooms.database.back_up(folder / "saved.db")
    mails = Mails(
        genuine=message_of(home, CASE_1),
        known=known,
        of_stranger=message_of(folder / "stranger", CASE_1),
        of_other_centre=message_of(folder / "other", CASE_1),
        of_test=message_of(folder / "test", CASE_1),
    )
    set_back(home, folder / "saved.db")
    return home, mails


def set_back(home, saved):
    for path in home.glob("outbox.sqlite-*"):
        if path.is_file():
            path.unlink()
    (home / "outbox.sqlite").write_bytes(saved.read_bytes())


@pytest.fixture
def archive(shared):
    """Puts mails into the archive of the set-back site, the oldest first."""
    home, _ = shared
    names = []

    def put(*octets):
        for each in octets:
            name = f"17{len(names):08}.M{len(names)}.host"
            (home / "archive" / "new" / name).write_bytes(each)
            names.append(name)

    yield put
    for name in names:
        (home / "archive" / "new" / name).unlink()


def look(home, at=None):
    """The reason and the trouble that a site finds in its archive."""
    options = {"clock": lambda: at} if at else {}
    with Site.open(home, **options) as site:
        found = site.parts.rollback.archive_look
    return found.reason, found.trouble


UNSIGNED = f"From: {OURS}\r\nMessage-ID: <x@hotline.example.jp>\r\n\r\nx".encode()


def outside(mail, **fields):
    """The mail with other outer fields, and the signed part as it was."""
    head, body = mail.split(b"\r\n\r\n", 1)
    for name, value in fields.items():
        field = name.replace("_", "-")
        old = rb"%s: [^\r]*\r\n([ \t][^\r]*\r\n)*" % field.encode()
        head, count = re.subn(old, b"", head + b"\r\n")
        assert count == 1
        head += f"{field}: {value}".encode()
    return head + b"\r\n\r\n" + body


def flipped(mail, where):
    """One base64 digit behind a place is another one."""
    at = mail.index(where)
    at = mail.index(b"\r\n\r\n", at) + 30
    return mail[:at] + (b"B" if mail[at : at + 1] == b"A" else b"A") + mail[at + 1 :]


def other_value(mail):
    """The last octets of the CMS are the signature's value; its shape stays."""
    body, end = mail[: mail.rindex(b"\r\n--")], mail[mail.rindex(b"\r\n--") :]
    at = len(body) - 40
    return (
        body[:at] + (b"B" if body[at : at + 1] == b"A" else b"A") + body[at + 1 :] + end
    )


TRACE = b"Received: from mail.example by archive.example; now\r\n"
FORGERIES = {
    "From is our mailbox and nothing is signed": lambda _: UNSIGNED,
    "our mailbox is the display name of somebody": lambda _: UNSIGNED.replace(
        OURS.encode(), f'"{OURS}" <x@stranger.example>'.encode()
    ),
    "our mailbox stands in a comment": lambda _: UNSIGNED.replace(
        OURS.encode(), f"x@stranger.example ({OURS})".encode()
    ),
    "a stranger signed it, with a root that we trust": lambda m: m.of_stranger,
    "another centre signed it, properly": lambda mails: mails.of_other_centre,
    "another centre signed it, and From was made ours": lambda mails: outside(
        mails.of_other_centre, From=OURS
    ),
    "our key signed it in test mode: nothing was asked": lambda mails: mails.of_test,
    "ours, which the database knows": lambda mails: TRACE + mails.known,
    "ours, known, under another Message-ID and number outside": lambda mails: outside(
        mails.known, Message_ID="<new@hotline.example.jp>", Subject="[R8-1-009999]"
    ),
    "ours as an attachment of somebody who got it": lambda mails: (
        f"From: {OURS}\r\nMessage-ID: <y@stranger.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: message/rfc822\r\n\r\n".encode()
        + mails.genuine
    ),
    "ours within a multipart of somebody": lambda mails: (
        f"From: {OURS}\r\nMessage-ID: <y@stranger.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
        "Content-Type: message/rfc822\r\n\r\n".encode()
        + mails.genuine
        + b"\r\n--b--\r\n"
    ),
    "ours with another text in the signed part": lambda mails: flipped(
        mails.genuine, b"charset=utf-8"
    ),
    "ours with a broken signature": lambda mails: flipped(mails.genuine, b"smime.p7s"),
    "ours with another signature value": lambda mails: other_value(mails.genuine),
    "ours with the signature of a stranger": lambda mails: (
        mails.genuine[: mails.genuine.rindex(b"Content-Type: application/pkcs7")]
        + mails.of_stranger[
            mails.of_stranger.rindex(b"Content-Type: application/pkcs7") :
        ]
    ),
    "ours cut in the middle": lambda m: m.genuine[: len(m.genuine) // 2],
    "ours with seventeen megabytes behind it": lambda m: m.genuine + bytes(17 << 20),
    "a header without end": lambda _: UNSIGNED[:-5] + b"\r\n x" * 50_000,
    "JSON within JSON within JSON": lambda m: m.genuine[:600] + b"[" * 100_000,
    "nothing": lambda _: b"",
}
"""Each for the reason that its name says."""


@pytest.mark.parametrize("name", FORGERIES)
def test_what_we_did_not_sign_puts_nothing_on_hold(shared, archive, name):
    home, mails = shared
    archive(FORGERIES[name](mails))
    assert look(home) == ("", None)


GENUINE = {
    "with trace fields": lambda mails: TRACE + mails.genuine,
    "as a Maildir keeps it": lambda mails: mails.genuine.replace(b"\r\n", b"\n"),
    "known outside, unknown inside": lambda mails: outside(
        mails.genuine,
        Message_ID=re.search(rb"Message-ID: (\S+)", mails.known)[1].decode(),
        Subject="[R8-2-000001]",
    ),
}


@pytest.mark.parametrize("name", GENUINE)
def test_what_we_signed_and_do_not_know_does(shared, archive, name):
    """Only the signed part tells which notice it is; a relay may change the rest."""
    home, mails = shared
    archive(GENUINE[name](mails))
    assert look(home)[0] == UNKNOWN.replace("archive", "the archive", 1)


@pytest.mark.parametrize("count", [3, 300])
@pytest.mark.parametrize("what", ["forged", "unrelated"])
def test_what_strangers_put_on_top_hides_nothing(shared, archive, count, what):
    home, mails = shared
    stranger = UNSIGNED if what == "forged" else b"From: x@stranger.example\r\n\r\nx"
    archive(TRACE + mails.known, TRACE + mails.genuine, *[stranger] * count)
    assert look(home)[0]


def test_replays_of_one_known_copy_hide_nothing(shared, archive):
    """Who got a mail of ours can send it to the archive as often as he likes."""
    home, mails = shared
    replays = [TRACE * each + mails.known for each in range(1, 21)]
    archive(TRACE + mails.genuine, *replays)
    assert look(home)[0]


def test_altered_copies_of_known_ones_hide_nothing(shared, archive):
    """What the database knows ends the search only if it is as it was signed."""
    home, mails = shared
    body = mails.known.index(b"charset=utf-8")
    text = mails.known.index(b"\r\n\r\n", body) + 4
    altered = [
        mails.known[:at] + bytes([mails.known[at] ^ 1]) + mails.known[at + 1 :]
        for at in range(text, text + 12)
    ]
    archive(TRACE + mails.genuine, *altered)
    assert look(home)[0]


def test_a_reached_bound_is_told_and_stops_nothing(shared, archive, monkeypatch):
    home, mails = shared
    for name, value in {"MOST_MAILS": 20, "MOST_CLAIMS": 10}.items():
        with monkeypatch.context() as patch:
            patch.setattr(f"notices.site.database.rollback.{name}", value)
            archive(TRACE + mails.genuine, *[UNSIGNED] * (value + 1))
            reason, trouble = look(home)
            assert reason == ""
            assert "no copy of ours was found" in trouble.message
            archive(TRACE + mails.known)
            assert look(home) == ("", None), "the newest known one is on top"


def test_years_later_a_copy_is_still_ours(shared, archive):
    """The certificate has ended, and no revocation answer is fresh any more."""
    home, mails = shared
    archive(TRACE + mails.genuine)
    with Site.open(home) as site:
        end = site.parts.desk.key(site.clock()).certificate.not_valid_after_utc
    later = end + timedelta(days=4000)
    assert look(home, later)[0]
    with Site.open(home, clock=lambda: later) as site, pytest.raises(SetBack):
        site.work()


@pytest.fixture
def maildir(desk):
    folder = desk.home / "archive"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    desk.set("url", '"maildir:archive"', section="inbox")
    return folder / "new"


def test_a_key_that_signs_no_more_is_still_ours(desk, maildir, tmp_path):
    """Restored to before the key was first used, which is out of use by now."""
    with Site.open(desk.home) as site:
        site.rooms.database.back_up(tmp_path / "saved.db")
    give_own_key(desk)
    copy = message_of(desk.home, CASE_1)
    set_back(desk.home, tmp_path / "saved.db")
    example = "certs/example/signer"
    past = '{ key = "own.p12", passphrase_file = "own.passphrase", until = 2020-12-31 }'
    now = (
        f'{{ key = "{example}.p12", passphrase_file = "{example}.passphrase", '
        "from = 2021-01-01 }"
    )
    desk.set("key", '""', section="signing")
    desk.set("passphrase_file", '""', section="signing")
    desk.set("keys", f"[{past}, {now}]", section="signing")
    desk.set("trust", '["certs/example/root.pem", "own-root.pem"]')
    (maildir / "1700000000.a.host").write_bytes(copy)
    code, _, err = desk.run("work")
    assert (code, UNKNOWN in err) == (69, True), err


def test_a_mail_from_anybody_stops_nothing_also_after_reconcile(
    desk, received, maildir
):
    (maildir / "1700000000.a.host").write_bytes(UNSIGNED)
    assert desk.run("send", CASE_1)[0] == 0
    code, told = desk.json("reconcile", *REASON, "--skip", "0")
    assert code == 0
    assert told["doubtful"] == ["<x@hotline.example.jp>"]
    assert (told["lost"], told["skipped"], told["archive_copies"]) == ([], [], 0)
    assert desk.run("work")[0] == 0
    assert desk.run("send", CASE_2_ABROAD)[0] == 0


def test_reconcile_believes_no_stranger_under_a_trusted_root(shared, archive):
    """Numbers would be used up, and cases not asked, by a mail of anybody."""
    home, mails = shared
    archive(mails.of_stranger, mails.of_other_centre, flipped(mails.genuine, b"p7s"))
    with Site.open(home) as site:
        told = site.rooms.reconciler.reconcile(reason="looking")
    assert (told.lost, told.dismissed, told.copies) == ((), (), 0)
    assert len(told.doubtful) == 2


def test_what_was_dismissed_stays_dismissed(desk, received, maildir, tmp_path):
    """The number went to another notice meanwhile: it cannot be kept as lost."""
    with Site.open(desk.home) as site:
        site.rooms.database.back_up(tmp_path / "saved.db")
    copy = message_of(desk.home, CASE_1)
    set_back(desk.home, tmp_path / "saved.db")
    (desk.home / "high-water.mark").unlink()
    assert desk.run("send", CASE_2_ABROAD)[0] == 0, "nobody knew of a restoration"
    (maildir / "1700000000.a.host").write_bytes(TRACE + copy)
    assert desk.run("work")[0] == 69
    code, told = desk.json("reconcile", *REASON)
    assert (code, told["lost"]) == (0, [])
    assert told["dismissed"] == [re.search(rb"Message-ID: (\S+)", copy)[1].decode()]
    for _ in range(2):
        code, _, err = desk.run("work")
        assert code == 0, err
        assert desk.run("reconcile", *REASON)[0] == 0
    (maildir / "1800000000.a.host").write_bytes(outside(copy, Subject="[R8-1-7]"))
    assert desk.run("work")[0] == 0, "its outside is of no account"
    with Site.open(desk.home) as site:
        events = site.parts.store.ledger.told("")
        leaves = [each for each in events if each["event"] == "reconciled"]
    digests = [each.get("dismissed") for each in leaves]
    assert re.fullmatch("[0-9a-f]{64}", digests[0])
    assert digests[1:] == ["", ""]
    code, [row] = desk.json("send", CASE_1)
    assert code == 69, "the case was asked, and is not asked a second time"
    assert "before the database was restored" in row["error"]["message"]
    code, [row] = desk.json("send", CASE_1, "--again", "no answer")
    assert (code, row["number"][-6:]) == (0, "000003")


def test_reconcile_needs_every_key_to_tell_whose_a_copy_is(
    desk, received, maildir, tmp_path
):
    """Else it would lift the hold over a notice that it could not recognise."""
    with Site.open(desk.home) as site:
        site.rooms.database.back_up(tmp_path / "saved.db")
    copy = message_of(desk.home, CASE_1)
    set_back(desk.home, tmp_path / "saved.db")
    (maildir / "1700000000.a.host").write_bytes(copy)
    secret = desk.home / "certs" / "example" / "signer.passphrase"
    right = secret.read_text()
    secret.write_text("wrong")
    assert desk.run("reconcile", *REASON)[0] == 77
    secret.write_text(right)
    assert desk.json("reconcile", *REASON)[1]["lost"]


# the inbox in trouble


@pytest.fixture(scope="module")
def dovecot(authority):
    with private_dovecot(authority.issue_cert("127.0.0.1")) as running:
        yield running


@pytest.fixture
def account(desk, received, dovecot, authority):
    """The archive is a folder of an account on a real IMAP server."""
    authority.cert_pem.write_to_path(str(desk.home / "imap.pem"))
    secret = desk.home / "imap.password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    for key, value in {
        "url": f"imaps://127.0.0.1:{dovecot.port}",
        "username": USER,
        "password_file": "imap.password",
        "ca": "imap.pem",
        "archive_folder": "Archive",
    }.items():
        desk.set(key, f'"{value}"', section="inbox")
    desk.set("mailbox", '"archive@hotline.example"', section="archive")
    return secret


@pytest.fixture
def silent():
    """A server that takes connections and never says a word; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def chatty():
    """A server that says something else than IMAP; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            while True:
                try:
                    link, _ = listening.accept()
                except OSError:
                    return
                with link:
                    link.sendall(b"\x1b[31m220 I am no IMAP server\r\n" * 3)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


TROUBLES = {
    "a wrong password": ("password", "wr0ng", 77, "refuses the login"),
    "no password file": ("password_file", "nowhere", 77, "nowhere"),
    "a folder that is missing": ("archive_folder", "Nowhere", 78, "does not open"),
    "a server that is away": ("url", "imaps://127.0.0.1:9", 75, "cannot be read"),
    "a certificate that nobody vouches for": ("ca", "", 75, "certificate refused"),
    "roots that are none": ("ca", "notices.toml", 78, "ca cannot be used"),
    "a server that says nothing": ("url", "silent", 75, "cannot be read"),
    "a server of another kind": ("url", "chatty", 75, "cannot be read"),
    "a name that is none": ("url", f"imaps://{'x' * 64}.example", 75, "cannot be read"),
    "a Maildir that is none": ("url", "maildir:nowhere", 78, "is no Maildir"),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_trouble_with_the_inbox_is_told_and_stops_nothing(
    desk, received, account, silent, chatty, monkeypatch, name
):
    key, value, exit_code, words = TROUBLES[name]
    # a server takes its time before it refuses a password
    patience = 0.5 if value == "silent" else 8
    monkeypatch.setattr("notices.site.database.rollback.PATIENCE", patience)
    port = {"silent": silent, "chatty": chatty}.get(value)
    if key == "password":
        account.write_text(value)
    else:
        value = f"imaps://127.0.0.1:{port}" if port else value
        desk.set(key, f'"{value}"', section="inbox")
    code, out, err = desk.run("send", CASE_1, "--json")
    assert code == 0, err
    [row] = json.loads(out)
    assert row["state"] == "sent"
    [warning] = row["warnings"]
    assert words in warning["message"]
    assert warning["hint"]
    codes = {75: "try-later", 77: "key-unavailable", 78: "configuration"}
    assert warning["code"] == codes[exit_code]
    assert f"notices: warning: {warning['message'][:20]}" in err
    assert "\x1b" not in err
    assert "wr0ng" not in err
    code, _, err = desk.run("work")
    assert (code, words in err) == (0, True), err
    assert len(list(received.iterdir())) == 1
    if port is None or value == "chatty":
        assert desk.run("inbox")[0] == exit_code
        assert desk.run("reconcile", *REASON)[0] == exit_code
        code, parts = desk.json("doctor")
        [fault] = [part for part in parts if part["status"] == "fault"]
        assert (code, fault["name"]) == (exit_code, "inbox")


@pytest.mark.parametrize(
    ("stage", "manner"),
    [
        (slow_server.GREETING, slow_server.OCTETS),
        (slow_server.STARTTLS, slow_server.LINES),
    ],
)
def test_a_server_that_trickles_holds_up_neither_mail_nor_doctor(
    desk, received, account, monkeypatch, stage, manner
):
    """Its patience was per receive: one octet every four seconds stopped all mail."""
    for room in ("database.rollback", "doctor.inbox"):
        monkeypatch.setattr(f"notices.site.{room}.WHOLE", 1.5)
    with slow_server.slow_server(stage, manner) as port:
        desk.set("url", f'"imap://127.0.0.1:{port}"', section="inbox")
        began = time.monotonic()
        code, rows = desk.json("send", CASE_1)
        assert (code, rows[0]["state"]) == (0, "sent")
        [warning] = rows[0]["warnings"]
        assert "cannot be read" in warning["message"]
        code, parts = desk.json("doctor")
        [fault] = [part for part in parts if part["status"] == "fault"]
        assert (code, fault["name"]) == (75, "inbox")
        assert time.monotonic() - began < 60
    assert len(list(received.iterdir())) == 1


def test_an_inbox_in_order_is_no_trouble(desk, received, account, dovecot):
    with Site.open(desk.home) as site:
        assert site.troubles == ()
    code, rows = desk.json("send", CASE_1)
    assert (code, "warnings" in rows[0]) == (0, False)


def test_a_copy_on_a_server_is_found_among_what_strangers_sent(
    desk, received, account, dovecot, tmp_path
):
    with Site.open(desk.home) as site:
        site.rooms.database.back_up(tmp_path / "saved.db")
    copy = message_of(desk.home, CASE_1)
    set_back(desk.home, tmp_path / "saved.db")
    dovecot.put(copy, name="Archive", key="1.a.host")
    for index in range(2, 40):
        sender = OURS if index % 2 else "x@stranger.example"
        mail = UNSIGNED.replace(OURS.encode(), sender.encode())
        dovecot.put(mail, name="Archive", key=f"{index}.a.host")
    dovecot.put(UNSIGNED + bytes(17 << 20), name="Archive", key="40.a.host")
    code, _, err = desk.run("work")
    assert (code, UNKNOWN in err) == (69, True), err
    assert desk.json("reconcile", *REASON)[1]["lost"]
    assert desk.run("work")[0] == 0
    for path in dovecot.maildir("Archive").rglob("*.a.host*"):
        path.unlink()


def test_a_watching_worker_logs_the_trouble_and_works(desk, received, account):
    account.write_text("wr0ng")
    desk.set("log", '"json"', section="worker")
    words = ["-m", "notices", "work", "--watch", "--site", str(desk.home)]
    with subprocess.Popen(
        [sys.executable, *words], stdout=subprocess.PIPE, text=True
    ) as worker:
        try:
            events = [json.loads(worker.stdout.readline()) for _ in range(2)]
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(15) == 0
    [trouble] = [each for each in events if each["event"] == "worker.trouble"]
    assert trouble["level"] == "warning"
    assert "refuses the login of desk" in trouble["note"]
