"""What one SMTP attempt makes of everything that a server can do to it."""

import asyncio
import itertools
import ssl
from collections import Counter

import pytest
import trustme

from notices.delivery import Envelope, Stage, State
from notices.errors import ConfigError, TryLater
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from tests.smtp.faulty import FAULTS, STAGES, FaultyServer
from tests.store.conftest import MESSAGE, NOW

ENVELOPE = Envelope(
    reverse_path="request@hotline.example",
    forward_path="abuse@provider.example",
    envid="2026-00001=1",
)
ARCHIVED = Envelope(
    reverse_path="request@hotline.example",
    forward_path="abuse@provider.example",
    archive_path="archive@hotline.example",
)
QUICK = Timeouts(
    connect=3, command=1.5, before_data=8, body=1.5, end_of_data=1.5, quit=0.2
)
SESSION = {"connect", "ehlo", "starttls", "auth"}


async def no_stage(stage):
    pass


@pytest.fixture(scope="module")
def server_tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca_pem(authority):
    return authority.cert_pem.bytes().decode()


def relay_to(server, security, ca="", **changes):
    settings = {
        "host": "127.0.0.1",
        "port": server.port,
        "security": security,
        "username": "centre",
        "password": "secret",
        "ca": ca,
        "timeouts": QUICK,
        "local_hostname": "hotline.example",
    }
    return Relay(**{**settings, **changes})


async def attempt(
    server,
    security=Security.NONE,
    ca="",
    *,
    envelope=ENVELOPE,
    message=MESSAGE,
    on_stage=no_stage,
    **changes,
):
    async with server.running():
        courier = SmtpCourier(relay_to(server, security, ca, **changes))
        try:
            return await courier.deliver(
                envelope, message, on_stage=on_stage, clock=lambda: NOW
            )
        finally:
            await courier.aclose()


def expected(stage, fault, transport):
    """The rules of RFC 5321 and of the house, written down once more."""
    if stage == "starttls" and transport != "starttls":
        return State.SENT  # never happens there
    if fault == "trickle":
        return State.SENT
    if stage == "body":
        return State.IN_DOUBT
    if stage == "end_of_data":
        return {
            "4yz": State.DEFERRED,
            "421 and close": State.DEFERRED,
            "5yz": State.FAILED,
            "early reply": State.SENT,  # the first one counts, the rest is noise
        }.get(fault, State.IN_DOUBT)
    if fault == "5yz" and stage not in SESSION:
        return State.FAILED
    return State.DEFERRED


def told_otherwise(results, transport):
    """Stage and fault of what ended otherwise; never against the server's truth."""
    for (stage, fault), result, server in results:
        if result.state is not expected(stage, fault, transport):
            yield stage, fault
        if result.state is State.SENT:
            assert server.accepted == [MESSAGE], (stage, fault)
        if server.accepted:
            assert result.state in (State.SENT, State.IN_DOUBT), (stage, fault)
        if result.state is not State.SENT:
            assert result.reply or result.note, (stage, fault)


@pytest.mark.parametrize("transport", ["none", "starttls", "tls"])
def test_every_fault_at_every_stage_is_told_truly(transport, server_tls, ca_pem):
    """Nine stages, twelve faults: the state, and never against the server's truth."""
    gate = asyncio.Semaphore(27)

    async def one(stage, fault):
        server = FaultyServer(
            stage=stage,
            fault=fault,
            tls=None if transport == "none" else server_tls,
            direct_tls=transport == "tls",
        )

        async def on_stage(reached):
            if reached is Stage.END_OF_DATA and stage == "body" and fault != "trickle":
                await server.faulted.wait()
                await asyncio.sleep(0.05)

        async with gate:
            result = await attempt(
                server, Security(transport), ca_pem, on_stage=on_stage
            )
        return (stage, fault), result, server

    async def all_of(faults):
        return await asyncio.gather(*(one(stage, fault) for stage, fault in faults))

    results = asyncio.run(all_of(itertools.product(STAGES, FAULTS)))
    wrong = list(told_otherwise(results, transport))
    # a machine that was too busy for so many at once is asked for these few again
    for (stage, fault), result, _ in asyncio.run(all_of(wrong)):
        assert result.state is expected(stage, fault, transport), (stage, fault, result)


@pytest.mark.parametrize("security", list(Security))
def test_the_bytes_arrive_as_they_are(security, server_tls, ca_pem):
    """Leading dots, blank lines, trailing blanks and 300 KB of lines, unchanged."""
    message = MESSAGE + b"".join(b".%d\r\n" % number for number in range(50_000))
    server = FaultyServer(
        tls=None if security is Security.NONE else server_tls,
        direct_tls=security is Security.TLS,
    )
    result = asyncio.run(attempt(server, security, ca_pem, message=message))
    assert result.state is State.SENT
    assert result.stage is Stage.END_OF_DATA
    assert str(result.reply) == "250 2.0.0 queued as F1"
    assert bool(result.tls) == (security is not Security.NONE)
    assert server.accepted == [message]


def test_stages_are_announced_before_they_happen(server_tls, ca_pem):
    server = FaultyServer(tls=server_tls)
    seen = []

    async def on_stage(stage):
        seen.append((stage, len(server.lines), len(server.accepted)))

    asyncio.run(attempt(server, Security.STARTTLS, ca_pem, on_stage=on_stage))
    assert [stage for stage, _, _ in seen] == list(Stage)
    assert all(accepted == 0 for _, _, accepted in seen)


def test_what_data_raises_keeps_every_byte_back():
    """If the store cannot commit stage data, the server gets no message."""
    server = FaultyServer()

    async def on_stage(stage):
        if stage is Stage.DATA:
            raise TryLater("the disk is full")

    with pytest.raises(TryLater, match="disk is full"):
        asyncio.run(attempt(server, on_stage=on_stage))
    assert not server.accepted
    assert server.lines[-1] == b"DATA\r\n"


def test_an_os_error_of_the_callback_is_not_taken_for_the_network():
    server = FaultyServer()

    async def on_stage(stage):
        if stage is Stage.MAIL:
            raise OSError("callback")

    with pytest.raises(OSError, match="callback"):
        asyncio.run(attempt(server, on_stage=on_stage))


def test_dsn_and_size_are_asked_for_where_offered():
    server = FaultyServer()
    asyncio.run(attempt(server, envelope=ENVELOPE))
    size = str(len(MESSAGE)).encode()
    assert (
        b"MAIL FROM:<request@hotline.example> SIZE="
        + size
        + (b" RET=HDRS ENVID=2026-00001+3D1\r\n")
        in server.lines
    )
    assert (
        b"RCPT TO:<abuse@provider.example> NOTIFY=SUCCESS,FAILURE,DELAY"
        b" ORCPT=rfc822;abuse@provider.example\r\n"
    ) in server.lines


def test_nothing_is_asked_for_that_is_not_offered():
    server = FaultyServer(extensions=(b"AUTH PLAIN",))
    result = asyncio.run(attempt(server))
    assert result.state is State.SENT
    assert b"MAIL FROM:<request@hotline.example>\r\n" in server.lines
    assert b"RCPT TO:<abuse@provider.example>\r\n" in server.lines


def test_the_archive_is_a_second_recipient_of_the_same_transaction():
    server = FaultyServer()
    result = asyncio.run(attempt(server, envelope=ARCHIVED))
    assert result.state is State.SENT
    verbs = Counter(line.split()[0] for line in server.lines)
    assert (verbs[b"MAIL"], verbs[b"RCPT"], verbs[b"DATA"]) == (1, 2, 1)
    assert b"RCPT TO:<archive@hotline.example> NOTIFY=NEVER\r\n" in server.lines


def test_a_refused_archive_stops_before_data_and_is_not_final():
    class NoArchive(FaultyServer):
        async def _say(self, writer, stage, normal):
            if b"archive@" in self.lines[-1] if self.lines else False:
                normal = b"550 5.1.1 no such mailbox\r\n"
            await super()._say(writer, stage, normal)

    server = NoArchive()
    result = asyncio.run(attempt(server, envelope=ARCHIVED))
    assert result.state is State.DEFERRED
    assert result.stage is Stage.RCPT
    assert "archive" in result.note
    assert b"DATA\r\n" not in server.lines


def test_the_password_is_said_once_and_by_one_mechanism():
    server = FaultyServer(stage="auth", fault="5yz")
    result = asyncio.run(attempt(server))
    assert (result.state, result.stage) == (State.DEFERRED, Stage.AUTH)
    assert sum(line.startswith(b"AUTH") for line in server.lines) == 1
    assert "secret" not in repr(result)


def test_auth_login_where_plain_is_not_offered():
    class Login(FaultyServer):
        async def _talk(self, reader, writer):
            original = reader.readuntil

            async def readuntil(separator):
                line = await original(separator)
                if line == b"AUTH LOGIN\r\n":
                    for challenge in (b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n"):
                        await self._write(writer, challenge)
                        self.lines.append(await original(separator))
                    await self._write(writer, b"235 2.7.0 ok\r\n")
                    return await original(separator)
                return line

            reader.readuntil = readuntil
            await super()._talk(reader, writer)

    server = Login(extensions=(b"AUTH CRAM-MD5 LOGIN",))
    assert asyncio.run(attempt(server)).state is State.SENT
    assert server.lines[1:3] == [b"Y2VudHJl\r\n", b"c2VjcmV0\r\n"]


def test_no_mechanism_that_we_use_is_no_delivery():
    server = FaultyServer(extensions=(b"AUTH NTLM",))
    result = asyncio.run(attempt(server))
    assert (result.state, result.stage) == (State.DEFERRED, Stage.AUTH)


def test_a_message_larger_than_the_server_takes_fails_before_mail():
    server = FaultyServer(extensions=(b"SIZE 100",))
    result = asyncio.run(attempt(server, username=""))
    assert (result.state, result.stage) == (State.FAILED, Stage.MAIL)
    assert not any(line.startswith(b"MAIL") for line in server.lines)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (b"A: b\n\nbare\n", "CRLF"),
        (b"A: b\r\n\r\nbare\rcr\r\n", "CRLF"),
        (b"A: b\r\n\r\nno end", "CRLF"),
        (b"", "CRLF"),
        ("A: \u00e9\r\n\r\n".encode(), "ASCII"),
        (b"A: b\r\n\r\n\0\r\n", "ASCII"),
        (b"A: b\r\n\r\n" + b"x" * 999 + b"\r\n", "998"),
    ],
)
def test_bytes_that_would_not_arrive_are_not_sent(message, why):
    server = FaultyServer()
    result = asyncio.run(attempt(server, message=message))
    assert (result.state, result.stage) == (State.FAILED, Stage.CONNECT)
    assert why in result.note
    assert not server.lines


@pytest.mark.parametrize(
    "path",
    [
        "a@b.example> NOTIFY=NEVER",
        "a@b.example, c@d.example",
        "a@b@c.example",
        "",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        '"a b"@c.example',
        "あ@b.example",
        "<a@b.example>",
    ],
)
def test_an_address_that_could_say_more_never_reaches_the_wire(path):
    server = FaultyServer()
    for envelope in (
        Envelope(reverse_path=path, forward_path="a@b.example"),
        Envelope(reverse_path="a@b.example", forward_path=path),
    ):
        result = asyncio.run(attempt(server, envelope=envelope))
        assert (result.state, result.stage) == (State.FAILED, Stage.CONNECT)
    assert not server.lines


def test_starttls_that_is_not_offered_stops_everything(ca_pem):
    """An attacker who strips the offer gets neither password nor message."""
    server = FaultyServer()
    result = asyncio.run(attempt(server, Security.STARTTLS, ca_pem))
    assert (result.state, result.stage) == (State.DEFERRED, Stage.STARTTLS)
    assert [line.split()[0] for line in server.lines] == [b"EHLO", b"QUIT"] or [
        line.split()[0] for line in server.lines
    ] == [b"EHLO"]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize("trouble", ["untrusted", "wrong name", "old TLS"])
def test_a_server_that_is_not_the_one_gets_nothing(
    security, trouble, authority, server_tls, ca_pem
):
    context = server_tls
    if trouble == "untrusted":
        ca_pem = trustme.CA().cert_pem.bytes().decode()
    if trouble == "wrong name":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("other.example").configure_cert(context)
    if trouble == "old TLS":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.minimum_version = ssl.TLSVersion.TLSv1
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    server = FaultyServer(tls=context, direct_tls=security is Security.TLS)
    result = asyncio.run(attempt(server, security, ca_pem))
    assert result.state is State.DEFERRED
    assert result.note
    assert not any(b"AUTH" in line or b"MAIL" in line for line in server.lines)


def test_plain_text_goes_to_loopback_only():
    with pytest.raises(ConfigError, match="in clear"):
        SmtpCourier(
            Relay(host="mail.example.jp", port=25, security=Security.NONE),
        )


def test_a_ca_that_is_none_is_a_configuration_error(authority):
    cut = authority.cert_pem.bytes().decode()[:200]
    for ca in ("nothing", "x" * 5000, "ä", cut):
        with pytest.raises(ConfigError, match="holds no certificate"):
            SmtpCourier(Relay(host="127.0.0.1", port=25, ca=ca))
    pem = "# 認証局\n" + authority.cert_pem.bytes().decode()
    SmtpCourier(Relay(host="127.0.0.1", port=25, ca=pem))


def test_a_server_that_is_away_is_tried_later():
    async def nobody():
        courier = SmtpCourier(Relay(host="127.0.0.1", port=1, security=Security.NONE))
        return await courier.deliver(
            ENVELOPE, MESSAGE, on_stage=no_stage, clock=lambda: NOW
        )

    result = asyncio.run(nobody())
    assert (result.state, result.stage) == (State.DEFERRED, Stage.CONNECT)
    assert result.note == "connection refused"


def test_a_tarpit_cannot_outlast_the_lease():
    """Each reply in time, all of them too late: the cap before DATA ends it."""

    class Tarpit(FaultyServer):
        async def _write(self, writer, data):
            await asyncio.sleep(0.2)
            await super()._write(writer, data)

    timeouts = Timeouts(connect=5, command=1, before_data=0.5, body=1, end_of_data=1)
    result = asyncio.run(attempt(Tarpit(), timeouts=timeouts))
    assert result.state is State.DEFERRED
    assert result.note == "no answer in time"


def test_what_a_server_says_is_recorded_harmless():
    """Many lines, enhanced codes, controls and length cannot spoil a screen."""
    answer = (
        b"550-5.7.1 first\x1b[31m\r\n550-5.7.1 second\xff\r\n550 5.7.1 " + b"x" * 900
    )
    server = FaultyServer(answers={b"MAIL": answer + b"\r\n"})
    reply = asyncio.run(attempt(server)).reply
    assert (reply.code, reply.enhanced_status) == (550, "5.7.1")
    assert reply.text.startswith("first〔U+001B〕[31m second〔U+DCFF〕 xxx")
    assert reply.text.isprintable()
    assert len(reply.text) <= 501
