"""A server that repeats what it was told: nothing of a secret goes on record.

A reply stands in the ledger for good and goes along with the evidence. The replies here
are those of servers that do not know a command and repeat the line, and of the odd ones.
"""

import asyncio
from base64 import b64encode

import pytest

from notices.credentials.hiding import hidden, spellings
from notices.delivery import State
from notices.smtp import Relay, Security, SmtpCourier, Timeouts
from tests.smtp.faulty import FaultyServer
from tests.smtp.test_courier import ENVELOPE, no_stage
from tests.store.conftest import MESSAGE, NOW

PASSWORD = "c0rrect-horse-battery-staple"  # noqa: S105 - a made-up one
PLAIN = b64encode(f"\0desk\0{PASSWORD}".encode()).decode()
LONG = "eyJ0eXAi" + "0123456789abcdefghijklmnopqrstuvwxyz-_" * 40
QUICK = Timeouts(connect=5, command=5, before_data=20, body=5, end_of_data=5, quit=0.2)


def attempt(**answers):
    server = FaultyServer(
        extensions=(b"AUTH PLAIN",),
        answers={verb.encode(): text.encode() for verb, text in answers.items()},
    )

    async def run():
        async with server.running():
            relay = Relay(
                host="127.0.0.1",
                port=server.port,
                security=Security.NONE,
                username="desk",
                password=PASSWORD,
                timeouts=QUICK,
            )
            courier = SmtpCourier(relay)
            try:
                return await courier.deliver(
                    ENVELOPE, MESSAGE, on_stage=no_stage, clock=lambda: NOW
                )
            finally:
                await courier.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize(
    "answers",
    [
        {"AUTH": f"500 5.5.2 not known: AUTH PLAIN {PLAIN}\r\n"},
        {"AUTH": f"535-5.7.8 no: {PLAIN[:20]}\r\n535 5.7.8 {PLAIN[20:]}\r\n"},
        {"AUTH": f"535 5.7.8 {PASSWORD.upper()} is wrong\r\n"},
        {"MAIL": f"550 5.7.1 not for {PASSWORD}\r\n"},
        {"RCPT": f"450 4.7.1 {b64encode(PASSWORD.encode()).decode()}\r\n"},
    ],
)
def test_a_password_that_is_repeated_is_not_kept(answers):
    """All of them were kept as they came."""
    made = attempt(**answers)
    assert made.state in (State.DEFERRED, State.FAILED)
    told = f"{made.reply} {made.note}"
    assert "***" in told
    for secret in (*spellings(PASSWORD), PLAIN):
        parts = [secret[at : at + 12] for at in range(len(secret) - 11)]
        assert [part for part in parts if part.lower() in told.lower()] == []


def test_what_else_was_said_is_kept():
    made = attempt(AUTH="454 4.7.0 the desk is closed, come back later\r\n")
    assert str(made.reply) == "454 4.7.0 the desk is closed, come back later"


def test_a_long_token_is_hidden_also_where_a_reply_is_cut():
    """Whole tokens alone were looked for, behind the cut at 500 signs: one of 1,500
    signs never stood there whole."""
    assert hidden(f"no: {LONG[:300]}", spellings(LONG)) == "no: ***"
    assert hidden("", spellings(LONG)) == ""


@pytest.mark.parametrize("secret", ["", "ok", "abc"])
def test_a_secret_of_a_few_signs_does_not_hide_every_reply(secret):
    assert hidden("250 ok abc", [secret]) == "250 ok abc"
