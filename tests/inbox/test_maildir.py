"""A Maildir: read, marked, never emptied."""

import os

import pytest

from notices.delivery import State
from notices.errors import ConfigError, TryLater
from notices.inbox import mailbox
from notices.inbox.maildir import Maildir
from notices.inbox.polling import read_once, watch
from tests.inbox.sample import MESSAGE, TRACE, report


def make_maildir(path):
    for name in ("new", "cur", "tmp"):
        (path / name).mkdir(parents=True)
    return path


@pytest.fixture
def folder(tmp_path):
    return make_maildir(tmp_path / "inbox")


@pytest.fixture
def archive(tmp_path):
    return make_maildir(tmp_path / "archive")


def put(folder, name, octets, *, place="new"):
    (folder / place / name).write_bytes(octets.replace(b"\r\n", b"\n"))


def names(folder, place):
    return sorted(path.name for path in (folder / place).iterdir())


def test_what_is_filed_moves_to_cur_with_the_flag_s(folder, sent):
    put(folder, "1.a.host", report())
    put(folder, "2.b.host:2,F", b"From: x@spam.example\r\n\r\n", place="cur")
    put(folder, "3.c.host:2,S", report(action="failed"), place="cur")
    done = list(read_once(Maildir(folder), sent.reports, clock=sent.clock))
    assert [each.report.kind.value for each in done] == ["delivery_status", "unrelated"]
    assert sent.state is State.DELIVERED
    assert names(folder, "new") == []
    # what is about none of ours stays unread: it is for a person
    assert names(folder, "cur") == ["1.a.host:2,S", "2.b.host:2,F", "3.c.host:2,S"]


def test_what_is_about_none_of_ours_stays_unread_and_is_told_of_once(folder, sent):
    put(folder, "1.a.host", b"From: x@spam.example\r\nSubject: hello\r\n\r\n")
    box = Maildir(folder)
    (filed,) = read_once(box, sent.reports, clock=sent.clock)
    assert filed.report.facts == {"from": "x@spam.example", "subject": "hello"}
    assert list(read_once(box, sent.reports, clock=sent.clock)) == []
    assert names(folder, "new") == ["1.a.host"]
    (again,) = read_once(Maildir(folder), sent.reports, clock=sent.clock)
    assert not again.is_new


def test_left_as_it_is_it_is_known_by_its_hash(folder, sent):
    put(folder, "1.a.host", report())
    for is_new in (True, False):
        box = Maildir(folder, mark_read=False)
        (filed,) = read_once(box, sent.reports, clock=sent.clock)
        assert filed.is_new is is_new
        assert list(read_once(box, sent.reports, clock=sent.clock)) == []
    assert names(folder, "new") == ["1.a.host"]


def test_killed_between_filing_and_marking_nothing_is_recorded_twice(folder, sent):
    put(folder, "1.a.host", report())
    rounds = read_once(Maildir(folder), sent.reports, clock=sent.clock)
    next(rounds)
    (folder / "cur" / "1.a.host:2,S").rename(folder / "new" / "1.a.host")
    (again,) = read_once(Maildir(folder), sent.reports, clock=sent.clock)
    assert not again.is_new
    assert len(sent.store.ledger.events()) == len(set(sent.store.ledger.events()))


def test_only_the_archive_s_maildir_has_copies_that_count(folder, archive, in_doubt):
    put(folder, "1.a.host", TRACE + MESSAGE)
    box = Maildir(folder, archive)
    list(read_once(box, in_doubt.reports, clock=in_doubt.clock))
    assert in_doubt.state is State.IN_DOUBT
    put(archive, "1.a.host", TRACE + b"X-Archive: 1\r\n" + MESSAGE)
    list(read_once(box, in_doubt.reports, clock=in_doubt.clock))
    assert in_doubt.state is State.SENT


def test_links_folders_and_hidden_files_are_no_mails(folder, sent, tmp_path):
    (tmp_path / "secret").write_bytes(report())
    (folder / "new" / "1.link").symlink_to(tmp_path / "secret")
    (folder / "new" / "folder").mkdir()
    os.mkfifo(folder / "new" / "pipe")
    (folder / "new" / ".hidden").write_bytes(report())
    assert list(read_once(Maildir(folder), sent.reports, clock=sent.clock)) == []


def test_a_mail_that_cannot_be_read_stalls_no_other(folder, sent, monkeypatch):
    put(folder, "1.a.host", report(action="failed"))
    put(folder, "2.b.host", report())
    real = os.open

    def refusing(path, *arguments, **words):
        if str(path).endswith("1.a.host"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **words)

    monkeypatch.setattr(os, "open", refusing)
    with pytest.raises(TryLater, match=r"1\.a\.host"):
        list(read_once(Maildir(folder), sent.reports, clock=sent.clock))
    assert sent.state is State.DELIVERED


def test_a_huge_mail_is_not_read_whole(folder, sent, monkeypatch):
    monkeypatch.setattr("notices.inbox.classifying.MAX_MAIL", 10_000)
    monkeypatch.setattr("notices.inbox.maildir.MOST_READ", 10_001)
    put(folder, "1.a.host", report() + b"x" * 20_000)
    (filed,) = read_once(Maildir(folder), sent.reports, clock=sent.clock)
    assert "more than 10000 octets" in filed.report.reason
    assert sent.state is State.SENT


def test_what_is_no_maildir_is_a_configuration_error(tmp_path):
    with pytest.raises(ConfigError, match="no Maildir"):
        Maildir(tmp_path)


def test_a_maildir_that_went_away_is_tried_later_and_reported(folder, sent):
    box = Maildir(folder)
    for place in ("new", "cur"):
        (folder / place).rmdir()
    troubles = []
    watch(
        box,
        sent.reports,
        clock=sent.clock,
        poll=0.01,
        stopped=lambda: len(troubles) == 2,
        report=lambda _: None,
        trouble=troubles.append,
    )
    assert all("cannot be read" in each.message for each in troubles)


def test_a_pause_ends_when_it_is_told_to():
    asked = []
    mailbox.pause(60, lambda: bool(asked.append(1) or len(asked) > 1))
    assert len(asked) == 2


def test_mails_of_one_transaction_follow_each_other(folder, sent):
    """Sixty at once, one of them twice: the same is on record as one by one."""
    for index in range(60):
        put(folder, f"{index:02}.a.host", b"From: x@spam.example\r\n\r\n%d" % index)
    put(folder, "70.a.host", report(action="delayed", status="4.0.0"))
    put(folder, "71.a.host", report())
    put(folder, "72.a.host", report())
    done = list(read_once(Maildir(folder), sent.reports, clock=sent.clock))
    assert [each.is_new for each in done] == [True] * 62 + [False]
    assert [each.changed for each in done] == [False] * 61 + [True, False]
    assert sent.state is State.DELIVERED
    assert names(folder, "cur") == [f"{each}.a.host:2,S" for each in (70, 71, 72)]
