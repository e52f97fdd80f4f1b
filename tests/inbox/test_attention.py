"""What came in and settled nothing is seen."""

import pytest

from notices.delivery import State
from notices.inbox.attention import seen
from notices.inbox.filed import InboundReport
from notices.inbox.reading.received import Kind
from tests.inbox.sample import MESSAGE_ID, NUMBER, TO, report
from tests.store.conftest import NOW


def filed(kind, *, proves=None, why="", **facts):
    return InboundReport(
        sha256="0" * 64,
        number=NUMBER,
        kind=kind,
        proves=proves,
        reason=why,
        mailbox="INBOX",
        received_at=NOW,
        facts=facts,
    )


REPLY, PROGRAM = filed(Kind.REPLY), filed(Kind.AUTO_REPLY)
VAGUE, WARNING = filed(Kind.BOUNCE), filed(Kind.BOUNCE, action="delayed")
BACK = filed(Kind.DELIVERY_STATUS, proves=State.BOUNCED)
THERE = filed(Kind.DELIVERY_STATUS, proves=State.DELIVERED)
CHANGED = filed(
    Kind.UNRELATED, why="a copy, but its bytes are not those that we signed"
)
COPY = filed(Kind.ARCHIVE_COPY, proves=State.SENT)


@pytest.mark.parametrize(
    ("state", "reports", "words"),
    [
        (State.SENT, [], []),
        (State.SENT, [COPY, WARNING], []),
        (State.DELIVERED, [THERE], []),
        (State.DELIVERED, [filed(Kind.BOUNCE, action="delivered")], []),
        (State.SENT, [CHANGED], ["altered"]),
        (State.SENT, [VAGUE], ["bounced_without_recipient"]),
        (State.SENT, [PROGRAM], ["auto_answered"]),
        (State.DELIVERED, [PROGRAM, REPLY], ["answered"]),
        (State.DELIVERED, [BACK], ["contradicted"]),
        (State.BOUNCED, [THERE, BACK, VAGUE], ["bounced", "contradicted"]),
        (State.IN_DOUBT, [], ["in_doubt"]),
        (State.FAILED, [REPLY], ["failed", "answered"]),
        (State.WITHDRAWN, [REPLY, VAGUE], []),
    ],
)
def test_why_somebody_has_to_look(state, reports, words):
    assert [str(each) for each in seen(state, reports)] == words


def test_what_came_in_is_seen_by_its_number(sent):
    assert sent.reports.seen({NUMBER: State.SENT}) == {}
    sent.file(report(envid="", message_id=MESSAGE_ID, recipient="x@other.example"))
    sent.file(
        f"From: {TO}\r\nSubject: Re: [{NUMBER}]\r\n\r\nWe look into it.\r\n".encode()
    )
    (words,) = sent.reports.seen({NUMBER: sent.state}).values()
    assert [str(each) for each in words] == ["bounced_without_recipient", "answered"]
    assert sent.reports.seen({"R8-1-000999": State.SENT}) == {}
