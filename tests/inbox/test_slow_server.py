"""A server that trickles is waited for no longer than for one that is silent.

The patience of a socket begins anew with every octet; outgoing mail would wait for as
long as somebody sends one now and then.
"""

import imaplib
import time
from contextlib import closing

import pytest

from notices.errors import NoticesError, TryLater
from notices.inbox.account import Account
from notices.inbox.imap.transport import Patience, uids_of
from notices.inbox.imap.words import words_of
from notices.inbox.imap_mailbox import ImapMailbox
from notices.inbox.mailbox import MOST_READ, Sought
from notices.smtp.relay import Security
from tests.inbox import slow_server as server

WHOLE, PATIENCE, MORE = 1.5, 1.0, 30.0
WANTED = Sought(sender="notice@hotline.example", largest=1_000_000, newest=5)
CASES = [
    *((stage, server.OCTETS) for stage in server.STAGES),
    *((stage, server.LINES) for stage in server.STAGES),
    (server.LOGIN, server.CONTINUATIONS),
]


def account(port, stage, **changes):
    is_tls = stage == server.STARTTLS
    return Account(
        host="127.0.0.1",
        port=port,
        security=Security.STARTTLS if is_tls else Security.NONE,
        username="desk",
        password="loopback-only",  # noqa: S106
        **{"timeout": PATIENCE, "whole": WHOLE, **changes},
    )


@pytest.mark.parametrize(("stage", "manner"), CASES)
def test_a_look_ends_wherever_the_server_begins_to_trickle(stage, manner):
    with server.slow_server(stage, manner) as port:
        began = time.monotonic()
        with (
            closing(ImapMailbox(account(port, stage))) as mailbox,
            pytest.raises(TryLater, match="cannot be read"),
        ):
            list(mailbox.sought(WANTED))
        assert time.monotonic() - began < WHOLE + MORE


@pytest.mark.parametrize("manner", [server.OCTETS, server.LINES])
def test_without_a_limit_for_all_each_answer_has_one(manner):
    """`notices inbox` may take its time for many mails, and for no single answer."""
    with server.slow_server(server.SEARCH, manner) as port:
        began = time.monotonic()
        calm = account(port, server.SEARCH, timeout=0.3, whole=float("inf"))
        with closing(ImapMailbox(calm)) as mailbox, pytest.raises(NoticesError):
            list(mailbox.sought(WANTED))
        assert time.monotonic() - began < 10 * 0.3 + MORE


def test_what_comes_is_waited_for_at_the_least_rate():
    patience = Patience(0.01, float("inf"))
    patience.took(16_384)
    time.sleep(0.15)
    assert 0 < patience.left() <= 0.01


def test_an_answer_ends_somewhere():
    patience = Patience(10, float("inf"))
    patience.took(MOST_READ)
    with pytest.raises(TimeoutError, match="octets"):
        patience.took(MOST_READ + 1)


def test_the_next_answer_has_its_own_time():
    patience = Patience(0.01, float("inf"))
    time.sleep(0.12)
    with pytest.raises(TimeoutError, match="too long"):
        patience.left()
    patience.ask()
    assert patience.left() > 0


@pytest.mark.parametrize(
    "word", [b"x", b"-1", b"0", b"4294967296", b"9" * 5000, b"\xff"]
)
def test_what_is_no_uid_is_no_answer(word: bytes) -> None:
    """`SEARCH x` was read as `no news`, with exit 0, for ever."""
    with pytest.raises(imaplib.IMAP4.error) as raised:
        list(uids_of([b"7 " + word]))
    assert "which is no UID" in words_of(raised.value)
    assert list(uids_of([b"7 4294967295", None, b""])) == [7, 4294967295]
