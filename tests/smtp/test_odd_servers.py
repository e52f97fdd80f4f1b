"""Servers that offer what they do not mean, and names that would become commands."""

import asyncio

import pytest

from notices.delivery import Envelope, Stage, State
from notices.errors import ConfigError
from notices.smtp import Relay, Security, SmtpCourier
from tests.smtp.faulty import FaultyServer
from tests.store.conftest import MESSAGE, NOW

ENVELOPE = Envelope(
    reverse_path="request@hotline.example",
    forward_path="abuse@provider.example",
    archive_path="archive@hotline.example",
    envid="A-1",
)


class NoDsn(FaultyServer):
    """Offers DSN, and refuses its parameters at one command."""

    at, reply = b"MAIL", b"555 5.5.4 unsupported option\r\n"

    async def _answer(self, writer, verb, *, is_encrypted):
        line = self.lines[-1]
        if verb == self.at and any(w in line for w in (b"RET=", b"ENVID=", b"NOTIFY=")):
            await self._write(writer, self.reply)
            return
        await super()._answer(writer, verb, is_encrypted=is_encrypted)


def deliver(server):
    async def main():
        async with server.running():
            courier = SmtpCourier(
                Relay(host="127.0.0.1", port=server.port, security=Security.NONE)
            )

            async def on_stage(stage):
                pass

            try:
                return await courier.deliver(
                    ENVELOPE, MESSAGE, on_stage=on_stage, clock=lambda: NOW
                )
            finally:
                await courier.aclose()

    return asyncio.run(main())


@pytest.mark.parametrize("at", [b"MAIL", b"RCPT"])
@pytest.mark.parametrize("code", [b"555 5.5.4 x", b"501 5.5.4 x", b"504 5.5.1 x"])
def test_dsn_that_is_offered_and_refused_is_left_out(at, code):
    """Before, the notice failed for good at a server that takes it without."""
    server = NoDsn(extensions=(b"DSN", b"SIZE 1000000"))
    server.at, server.reply = at, code + b"\r\n"
    attempt = deliver(server)
    assert (attempt.state, len(server.accepted)) == (State.SENT, 1)
    assert b"RCPT TO:<abuse@provider.example>\r\n" in server.lines


def test_a_refusal_of_the_recipient_stays_one():
    server = FaultyServer(
        extensions=(b"DSN",), answers={b"RCPT": b"501 5.1.3 bad address\r\n"}
    )
    attempt = deliver(server)
    assert (attempt.state, attempt.stage) == (State.FAILED, Stage.RCPT)
    assert sum(line.startswith(b"RCPT") for line in server.lines) == 2


@pytest.mark.parametrize("size", [b"9" * 450, b"0" * 19 + b"1", b"-1", b"x"])
def test_an_odd_size_is_no_fault_of_the_program(size):
    """RFC 1870 has 20 digits; Python refuses to read more than 4,300."""
    server = FaultyServer(extensions=(b"SIZE " + size,))
    attempt = deliver(server)
    expected = State.FAILED if size.strip(b"0") == b"1" else State.SENT
    assert attempt.state is expected, attempt


def test_a_size_of_five_thousand_digits_is_a_named_error():
    """Longer than a reply's line may be: no SMTP server says that."""
    attempt = deliver(FaultyServer(extensions=(b"SIZE " + b"9" * 5000,)))
    assert attempt.state in (State.DEFERRED, State.SENT), attempt


@pytest.mark.parametrize(
    "name", ["a\r\nMAIL FROM:<x@y>", "", "a b", "ä.example", "x\0"]
)
def test_what_ehlo_cannot_say_is_a_fault_of_configuration(name):
    with pytest.raises(ConfigError, match="local_hostname"):
        SmtpCourier(
            Relay(
                host="127.0.0.1", port=25, security=Security.NONE, local_hostname=name
            )
        )
