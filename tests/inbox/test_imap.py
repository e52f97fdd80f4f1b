"""A real Dovecot: read over TLS and STARTTLS, marked, moved, told by IDLE."""

import itertools
import threading
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from notices.delivery import State
from notices.errors import ConfigError, KeyUnavailable, TryLater
from notices.inbox.account import Account
from notices.inbox.imap_mailbox import ImapMailbox
from notices.inbox.polling import read_once, watch
from notices.smtp.transport_security import Security
from tests.inbox.dovecot import PASSWORD, USER, private_dovecot
from tests.inbox.sample import MESSAGE, NUMBER, TRACE, report


@pytest.fixture(scope="module")
def dovecot(authority):
    with private_dovecot(authority.issue_cert("127.0.0.1")) as running:
        yield running


@pytest.fixture(autouse=True)
def emptied(dovecot):
    yield
    for path in dovecot.maildir().rglob("*"):
        if path.is_file() and path.parent.name in ("new", "cur"):
            path.unlink()


@pytest.fixture
def account(dovecot, authority):
    return Account(
        host="127.0.0.1",
        port=dovecot.port,
        username=USER,
        password=PASSWORD,
        ca=authority.cert_pem.bytes().decode(),
        archive_folder="Archive",
        timeout=5,
    )


@pytest.fixture
def opened():
    """Opens mailboxes and closes them in the end."""
    boxes = []

    def make(account):
        boxes.append(ImapMailbox(account))
        return boxes[-1]

    yield make
    for box in boxes:
        box.close()


def names(dovecot, folder, place):
    return sorted(path.name for path in (dovecot.maildir(folder) / place).iterdir())


def read(box, desk):
    return list(read_once(box, desk.reports, clock=desk.clock))


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_report_is_read_once_and_marked(dovecot, account, opened, sent, security):
    if security is Security.STARTTLS:
        account = replace(account, security=security, port=dovecot.starttls_port)
    dovecot.put(report())
    (filed,) = read(opened(account), sent)
    assert (filed.changed, sent.state) == (True, State.DELIVERED)
    assert read(opened(account), sent) == []
    assert len(names(dovecot, "", "cur")) == 1, "nothing is deleted"


def test_what_a_person_opened_first_is_still_read(dovecot, account, opened, sent):
    r"""\Seen alone tells that a person saw it, not that it is on record."""
    dovecot.put(report())
    (dovecot.maildir() / "new" / "1.a.host").rename(
        dovecot.maildir() / "cur" / "1.a.host:2,S"
    )
    (filed,) = read(opened(account), sent)
    assert filed.is_new


def test_what_is_about_none_of_ours_stays_unread_and_is_told_of_once(
    dovecot, account, opened, sent
):
    dovecot.put(b"From: x@spam.example\r\nSubject: hello\r\n\r\n", key="21.a.host")
    dovecot.put(report(), key="22.a.host")
    dovecot.put(TRACE + MESSAGE, name="Archive", key="23.a.host")
    assert [each.is_new for each in read(opened(account), sent)] == [True] * 3
    flags = [name.partition(":2,")[2] for name in names(dovecot, "", "cur")]
    assert sorted("S" in each for each in flags) == [False, True]
    assert ["S" in name for name in names(dovecot, "Archive", "cur")] == [True]
    assert read(opened(account), sent) == [], "our keyword tells that it is known"


def test_a_copy_in_the_archive_folder_settles_a_doubt(
    dovecot, account, opened, in_doubt
):
    dovecot.put(TRACE + MESSAGE, name="Archive")
    (filed,) = read(opened(account), in_doubt)
    assert filed.changed
    assert filed.report.mailbox == "Archive"
    assert in_doubt.state is State.SENT


def test_what_is_filed_moves_where_it_should(dovecot, account, opened, sent):
    dovecot.put(report())
    read(opened(replace(account, move_to="Done")), sent)
    assert names(dovecot, "", "cur") == names(dovecot, "", "new") == []
    assert len(names(dovecot, "Done", "cur") + names(dovecot, "Done", "new")) == 1


def test_what_cannot_be_moved_holds_up_no_other(dovecot, account, opened, sent):
    """Before, the first batch was read at each start and nothing behind it, ever."""
    told = b"From: x@spam.example\r\nSubject: [%s] %d\r\n\r\nx\r\n"
    for each in range(120):
        dovecot.put(told % (NUMBER.encode(), each), key=f"{1000 + each}.a.host")
    dovecot.put(report(), key="9999.a.host")
    box = opened(replace(account, move_to="Nowhere"))
    with pytest.raises(TryLater, match="could not be marked"):
        read(box, sent)
    assert sent.state is State.DELIVERED


def test_a_connection_that_breaks_between_is_taken_up_again(
    dovecot, account, opened, sent
):
    for each in range(120):
        dovecot.put(b"Subject: %d\r\n\r\nx\r\n" % each, key=f"{3000 + each}.b.host")
    dovecot.put(report(), key="9999.b.host")
    box = opened(account)
    rounds = read_once(box, sent.reports, clock=sent.clock)
    next(rounds)
    box._wire.shutdown()
    with suppress(TryLater):
        list(rounds)
    read(opened(account), sent)
    assert sent.state is State.DELIVERED
    flags = [name.partition(":2,")[2] for name in names(dovecot, "", "cur")]
    assert sum("S" in each for each in flags) == 1


def test_everything_is_given_again_also_what_was_moved(dovecot, account, opened, sent):
    """A restored database does not know what the marks say; nothing moves twice."""
    account = replace(account, move_to="Done")
    dovecot.put(report())
    dovecot.put(TRACE + MESSAGE, name="Archive", key="2.a.host")
    assert len(read(opened(account), sent)) == 2
    dovecot.put(b"From: x@spam.example\r\nSubject: hello\r\n\r\n", key="3.a.host")
    again = read(opened(replace(account, everything=True)), sent)
    assert sorted(each.is_new for each in again) == [False, False, True]
    assert len(names(dovecot, "Done", "cur") + names(dovecot, "Done", "new")) == 2
    assert read(opened(account), sent) == []


def test_left_alone_nothing_in_the_account_changes(dovecot, account, opened, sent):
    dovecot.put(report())
    untouched = replace(account, mark_read=False)
    assert [each.is_new for each in read(opened(untouched), sent)] == [True]
    assert [each.is_new for each in read(opened(untouched), sent)] == [False]
    dovecot.put(report(action="failed", status="5.1.1"), key="2.b.host")
    (dovecot_files,) = [names(dovecot, "", "cur") + names(dovecot, "", "new")]
    assert not any("S" in name.partition(":2,")[2] for name in dovecot_files)


def test_idle_tells_at_once(dovecot, account, opened, sent):
    """The next poll would come after a minute."""
    done = threading.Event()
    box = opened(account)
    began = time.monotonic()

    def deliver():
        time.sleep(0.5)
        dovecot.put(report())

    sender = threading.Thread(target=deliver)
    sender.start()
    watch(
        box,
        sent.reports,
        clock=sent.clock,
        poll=60,
        stopped=lambda: done.is_set() or time.monotonic() - began > 20,
        report=lambda _: done.set(),
        trouble=lambda error: pytest.fail(str(error)),
    )
    sender.join()
    assert sent.state is State.DELIVERED


def test_a_wrong_password_is_tried_once_and_said(account, opened, sent):
    with pytest.raises(KeyUnavailable, match="refuses the login of desk") as caught:
        read(opened(replace(account, password="wr0ng")), sent)  # noqa: S106
    assert "wr0ng" not in str(caught.value)


def test_an_untrusted_server_gets_no_password(account, opened, sent):
    with pytest.raises(TryLater, match="certificate refused"):
        read(opened(replace(account, ca="")), sent)


def test_a_server_of_another_name_gets_no_password(account, opened, sent):
    with pytest.raises(TryLater, match="certificate refused"):
        read(opened(replace(account, host="localhost")), sent)


def test_a_folder_that_is_not_there_is_a_configuration_error(account, opened, sent):
    with pytest.raises(ConfigError, match="does not open the folder Nowhere"):
        read(opened(replace(account, folder="Nowhere")), sent)


def test_a_server_that_is_away_is_tried_later(account, opened, sent):
    with pytest.raises(TryLater, match="cannot be read"):
        read(opened(replace(account, port=9)), sent)


KEYS = itertools.count(100)
"""A name of a file in a Maildir is never given twice; Dovecot counts on that."""


def fill(dovecot, count, *, name="Archive"):
    """Mails whose subjects count from 1, in the order of their arrival."""
    keys = [f"{next(KEYS)}.a.host" for _ in range(count)]
    for index, key in enumerate(keys, 1):
        octets = b"From: x@hotline.example\r\nSubject: %d\r\n\r\n" % index
        dovecot.put(octets, name=name, key=key)
    return keys


def subjects(letters):
    return [int(each.content.split(b"Subject: ")[1].split()[0]) for each in letters]


def test_the_archive_is_read_newest_first_and_left_as_it_is(dovecot, account, opened):
    fill(dovecot, 5)
    box = opened(account)
    for _ in range(2):
        letters = list(box.archived())
        assert subjects(letters) == [5, 4, 3, 2, 1]
        assert {(each.place, each.is_archived) for each in letters} == {
            ("Archive", True)
        }
    assert subjects(box.archived(2)) == [5, 4]
    assert list(box.archived(0)) == []
    files = names(dovecot, "Archive", "cur") + names(dovecot, "Archive", "new")
    assert len(files) == 5
    assert not any("S" in name.partition(":2,")[2] for name in files)


def test_what_was_filed_long_ago_is_in_the_archive_still(
    dovecot, account, opened, in_doubt
):
    dovecot.put(TRACE + MESSAGE, name="Archive", key=f"{next(KEYS)}.a.host")
    box = opened(account)
    read(box, in_doubt)
    (letter,) = box.archived()
    assert letter.content == TRACE + MESSAGE, "byte for byte, with CRLF"
    assert read(box, in_doubt) == []


def test_without_a_folder_of_its_own_copies_are_where_the_rest_is(
    dovecot, account, opened
):
    fill(dovecot, 1, name="Archive")
    fill(dovecot, 2, name="")
    box = opened(replace(account, archive_folder=""))
    assert subjects(box.archived()) == [2, 1]
    assert {each.place for each in box.archived()} == {"INBOX"}


def test_an_archive_with_nothing_in_it_is_empty(account, opened):
    assert list(opened(account).archived()) == []
    assert list(opened(account).archived(3)) == []


def test_a_mail_that_goes_while_the_archive_is_read_is_passed_over(
    dovecot, account, opened
):
    _, second, _ = fill(dovecot, 3)
    letters = opened(account).archived()
    assert subjects([next(letters)]) == [3]
    for path in dovecot.maildir("Archive").rglob(f"{second}*"):
        path.unlink()
    assert subjects(letters) == [1]


def test_many_mails_are_asked_for_piece_by_piece(
    dovecot, account, opened, sent, monkeypatch
):
    """All their numbers in one answer would be a line of many megabytes."""
    monkeypatch.setattr("notices.inbox.imap_mailbox._AT_ONCE", 2)
    fill(dovecot, 5)
    fill(dovecot, 5, name="")
    box = opened(account)
    assert subjects(box.archived()) == [5, 4, 3, 2, 1]
    assert subjects(box.archived(3)) == [5, 4, 3]
    assert [each.report.kind.value for each in read(box, sent)] == ["unrelated"] * 10
    assert read(box, sent) == []
    fill(dovecot, 6, name="")
    untouched = opened(replace(account, mark_read=False))
    assert subjects(untouched.new())[:6] == [*range(1, 6), 1]


def test_an_archive_that_is_not_there_is_a_configuration_error(account, opened):
    with pytest.raises(ConfigError, match="does not open the folder Nowhere"):
        list(opened(replace(account, archive_folder="Nowhere")).archived(3))


def test_folders_are_looked_at_and_counted(dovecot, account, opened):
    fill(dovecot, 2)
    found = opened(replace(account, move_to="Done")).look()
    told = [(each.name, each.mails) for each in found]
    assert told == [("INBOX", 0), ("Archive", 2), ("Done", 0)]
    with pytest.raises(ConfigError, match="folder Nowhere"):
        opened(replace(account, move_to="Nowhere")).look()


def test_a_folder_that_became_another_one_meanwhile_is_not_marked(
    authority, account, opened, sent
):
    """UIDs count within a UIDVALIDITY: the same one may be another mail now."""
    with private_dovecot(authority.issue_cert("127.0.0.1")) as dovecot:
        account = replace(account, port=dovecot.port)
        dovecot.put(b"Subject: hello\r\n\r\nx\r\n", key="1.a.host")
        dovecot.put(report(), key="2.a.host")
        box = opened(account)
        letters = list(box.new())
        box.close()
        for path in dovecot.maildir().glob("dovecot*"):
            path.unlink()
        time.sleep(1.1)  # the new UIDVALIDITY is the second
        for letter in letters:
            box.mark(letter)
        flags = [name.partition(":2,")[2] for name in names(dovecot, "", "cur")]
        assert not any("S" in each for each in flags)
        assert len(read(opened(account), sent)) == 2
        assert sent.state is State.DELIVERED
