"""Whatever lies in the mailbox: nothing crashes, stalls, or moves a delivery."""

import os
import time

import pytest
from sqlalchemy import text

from notices.delivery import State
from notices.errors import InputError, TryLater
from notices.inbox.maildir import Maildir
from notices.inbox.polling import read_once
from tests.effort import effort
from tests.inbox.hostile import ALL
from tests.inbox.sample import MESSAGE_ID, NUMBER, report
from tests.inbox.test_maildir import make_maildir

CALLS = 2_000_000
"""That any one mail may cost."""
MOST_SECONDS = 2
"""Of the processor; an expression that looks everywhere makes no call."""


@pytest.mark.parametrize("name", ALL)
def test_no_mail_moves_a_delivery_in_doubt(in_doubt, name):
    octets = ALL[name]()
    begin = time.process_time()
    with effort(CALLS):
        filed = in_doubt.file(octets, archive=True)
    assert time.process_time() - begin < MOST_SECONDS
    assert (filed.changed, filed.report.proves) == (False, None), filed.report.reason
    assert in_doubt.state is State.IN_DOUBT
    assert not in_doubt.file(octets, archive=True).is_new


def put(folder, name, octets):
    (folder / "new" / os.fsdecode(name)).write_bytes(octets)


def test_a_maildir_full_of_them_is_read_to_its_end(in_doubt, tmp_path):
    folder = make_maildir(tmp_path / "inbox")
    for index, make in enumerate(ALL.values()):
        put(folder, f"{index:03}.a.host", make())
    put(folder, "999.last.host", report())
    done = list(read_once(Maildir(folder), in_doubt.reports, clock=in_doubt.clock))
    assert len(done) == len(ALL) + 1
    assert [each.changed for each in done] == [False] * len(ALL) + [True]
    assert in_doubt.state is State.DELIVERED
    again = read_once(Maildir(folder), in_doubt.reports, clock=in_doubt.clock)
    assert not any(each.is_new or each.changed for each in again)


NAMES = [
    b"1.\xff\xfe.host",
    b"2.\n\x1b[31m.host",
    b"3.a.host:2,",
    b":2,F",
    b"4.a.host:2,RST:2,D",
    b"5." + b"a" * 230,
    b"6.%s%n.host",
    b"7 and ' and \" and ;",
]


def test_names_of_files_are_nothing_but_names(in_doubt, tmp_path):
    folder = make_maildir(tmp_path / "inbox")
    for index, name in enumerate(NAMES):
        put(folder, name, b"From: x@spam.example\r\nSubject: %d\r\n\r\n" % index)
    for is_new in (True, False):
        box = Maildir(folder)
        read = list(read_once(box, in_doubt.reports, clock=in_doubt.clock))
        assert {each.report.kind.value for each in read} <= {"unrelated"}
        assert {each.is_new for each in read} == {is_new}
    assert len(list((folder / "new").iterdir())) == len(NAMES), "left as they lie"


def test_a_file_of_gigabytes_is_read_in_bounds(in_doubt, tmp_path):
    folder = make_maildir(tmp_path / "inbox")
    put(folder, "1.a.host", report())
    os.truncate(folder / "new" / "1.a.host", 5_000_000_000)
    (filed,) = read_once(Maildir(folder), in_doubt.reports, clock=in_doubt.clock)
    assert "octets" in filed.report.reason
    assert in_doubt.state is State.IN_DOUBT


def test_a_mail_that_the_store_refuses_stalls_no_other(in_doubt, tmp_path):
    """Here by a trigger; whatever it is, it must not become a cork in the bottle."""
    with in_doubt.store.engine.begin() as connection:
        connection.execute(
            text(
                "CREATE TRIGGER cork BEFORE INSERT ON reports WHEN NEW.kind = 'reply'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        )
    folder = make_maildir(tmp_path / "inbox")
    put(folder, "1.a.host", b"In-Reply-To: %s\r\n\r\n" % MESSAGE_ID.encode())
    put(folder, "2.a.host", report())
    rounds = read_once(Maildir(folder), in_doubt.reports, clock=in_doubt.clock)
    assert next(rounds).changed
    with pytest.raises(TryLater, match="1 mail could not be recorded"):
        next(rounds)
    assert in_doubt.state is State.DELIVERED
    assert [each.name for each in (folder / "new").iterdir()] == ["1.a.host"]


LARGE = b"x" * 1024 * 1024


@pytest.mark.parametrize(
    ("octets", "is_kept"),
    [
        (report(envid="", message_id="<a@b.example>"), True),
        (report(envid="", message_id="<a@b.example>") + LARGE, False),
        (b"Subject: [%s]\r\n\r\nhello" % NUMBER.encode(), True),
        (b"Subject: [%s]\r\n\r\n" % NUMBER.encode() + LARGE, False),
        (b"In-Reply-To: %s\r\n\r\n" % MESSAGE_ID.encode() + LARGE, True),
        (report() + LARGE, True),
    ],
    ids=["report", "large report", "number", "large number", "reply", "our report"],
)
def test_strangers_do_not_fill_our_disk(in_doubt, octets, is_kept):
    """Numbers can be guessed and reports written by anybody; our ids cannot."""
    digest = in_doubt.file(octets).report.sha256
    if is_kept:
        assert in_doubt.reports.raw(digest) == octets.replace(b"\r\n", b"\n").replace(
            b"\n", b"\r\n"
        )
    else:
        with pytest.raises(InputError, match="was not kept"):
            in_doubt.reports.raw(digest)
