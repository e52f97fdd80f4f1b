"""A connection carries several mails, and each of them is told as truly as the first."""

import asyncio
import itertools
import ssl
import time
from collections import Counter
from dataclasses import replace

import pytest

from notices.delivery import Envelope, Stage, State
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from notices.smtp.pool import Reuse
from tests.smtp.faulty import FAULTS
from tests.smtp.postfix import private_postfix
from tests.smtp.servers import ClosingServer, LaterFaultyServer, SlowReader
from tests.store.conftest import MESSAGE, NOW

# long: `.ci/run` runs all of it, `make test` leaves it out
pytestmark = pytest.mark.torture

ENVELOPE = Envelope(
    reverse_path="request@hotline.example", forward_path="abuse@provider.example"
)
QUICK = Timeouts(
    connect=3,
    command=1.5,
    before_data=8,
    body=1.5,
    end_of_data=1.5,
    reset=0.5,
    quit=0.2,
)
STAGES = ("rset", "mail", "rcpt", "data", "body", "end_of_data")
NEXT = MESSAGE.replace(b"<1@", b"<2@")


@pytest.fixture(scope="module")
def server_tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture(scope="module")
def ca_pem(authority):
    return authority.cert_pem.bytes().decode()


async def no_stage(stage):
    pass


def courier_for(server, security=Security.NONE, ca="", reuse=None, timeouts=QUICK):
    relay = Relay(
        host="127.0.0.1",
        port=server.port,
        security=security,
        username="centre",
        password="secret",  # noqa: S106
        ca=ca,
        timeouts=timeouts,
    )
    return SmtpCourier(relay, reuse)


async def deliver(courier, message=MESSAGE, on_stage=no_stage):
    return await courier.deliver(
        ENVELOPE, message, on_stage=on_stage, clock=lambda: NOW
    )


async def two(server, security=Security.NONE, ca="", on_stage=no_stage):
    """One mail after the other; gives both attempts."""
    async with server.running():
        courier = courier_for(server, security, ca)
        try:
            first = await deliver(courier)
            return first, await deliver(courier, NEXT, on_stage)
        finally:
            await courier.aclose()


def verbs(server):
    return Counter(line.split()[0] for line in server.lines)


def expected(stage, fault):
    if stage == "rset" or fault == "trickle":
        return State.SENT  # seen before MAIL: a new connection, and all is well
    if stage == "body":
        return State.IN_DOUBT
    if stage == "end_of_data":
        return {
            "4yz": State.DEFERRED,
            "421 and close": State.DEFERRED,
            "5yz": State.FAILED,
            "early reply": State.SENT,
        }.get(fault, State.IN_DOUBT)
    return State.FAILED if fault == "5yz" else State.DEFERRED


@pytest.mark.parametrize("transport", ["none", "starttls", "tls"])
def test_every_fault_in_the_second_transaction_is_told_truly(
    transport, server_tls, ca_pem
):
    gate = asyncio.Semaphore(24)

    async def one(stage, fault):
        server = LaterFaultyServer(
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
            first, second = await two(server, Security(transport), ca_pem, on_stage)
        return (stage, fault), first, second, server

    async def everything():
        return await asyncio.gather(
            *(one(*which) for which in itertools.product(STAGES, FAULTS))
        )

    wrong = []
    for which, first, second, server in asyncio.run(everything()):
        assert first.state is State.SENT, which
        assert server.faulted.is_set() or which == ("body", "trickle"), which
        if second.state is not expected(*which):
            wrong.append((which, second))
        if second.state is State.SENT:
            assert server.accepted == [MESSAGE, NEXT], which
        if NEXT in server.accepted:
            assert second.state in (State.SENT, State.IN_DOUBT), which
        assert server.connections == (
            2 if which[0] == "rset" and which[1] != "trickle" else 1
        ), which
    assert not wrong


def test_twenty_mails_need_one_connection_one_handshake_and_one_password(
    server_tls, ca_pem
):
    server = LaterFaultyServer(tls=server_tls)

    async def twenty():
        async with server.running():
            courier = courier_for(server, Security.STARTTLS, ca_pem)
            attempts = [await deliver(courier) for _ in range(20)]
            await courier.aclose()
            return attempts

    attempts = asyncio.run(twenty())
    assert {attempt.state for attempt in attempts} == {State.SENT}
    assert {attempt.tls for attempt in attempts} == {attempts[0].tls}
    assert attempts[0].tls.startswith("TLSv1.")
    assert (server.connections, len(server.accepted)) == (1, 20)
    assert verbs(server)[b"AUTH"] == verbs(server)[b"STARTTLS"] == 1
    assert verbs(server)[b"QUIT"] == 1


def test_a_later_mail_announces_no_stage_that_does_not_happen():
    seen = []

    async def on_stage(stage):
        seen.append(stage)

    asyncio.run(two(LaterFaultyServer(), on_stage=on_stage))
    assert seen == [
        Stage.CONNECT,
        Stage.MAIL,
        Stage.RCPT,
        Stage.DATA,
        Stage.END_OF_DATA,
    ]


def test_a_connection_carries_so_many_mails_and_no_more():
    server = LaterFaultyServer()

    async def five():
        async with server.running():
            courier = courier_for(server, reuse=Reuse(messages=2))
            for _ in range(5):
                await deliver(courier)
            await courier.aclose()

    asyncio.run(five())
    assert (server.connections, len(server.accepted)) == (3, 5)


def test_an_idle_connection_is_closed_in_time():
    server = LaterFaultyServer()

    async def idle():
        async with server.running():
            courier = courier_for(server, reuse=Reuse(idle=0.05))
            await deliver(courier)
            await asyncio.sleep(0.3)
            assert verbs(server)[b"QUIT"] == 1
            await deliver(courier)
            await courier.aclose()

    asyncio.run(idle())
    assert server.connections == 2


def test_no_connection_is_kept_where_none_is_wanted():
    server = LaterFaultyServer()

    async def three():
        async with server.running():
            courier = courier_for(server, reuse=Reuse(kept=0))
            for _ in range(3):
                await deliver(courier)
            await courier.aclose()

    asyncio.run(three())
    assert server.connections == 3


@pytest.mark.parametrize("how", ["close", "421", "noise"])
def test_a_connection_that_died_or_spoke_while_idle_costs_no_delivery(how):
    server = ClosingServer(how=how)

    async def both():
        async with server.running():
            courier = courier_for(server)
            first = await deliver(courier)
            await asyncio.sleep(0.1)  # what the server did has arrived
            second = await deliver(courier, NEXT)
            await courier.aclose()
            return first, second

    first, second = asyncio.run(both())
    assert (first.state, second.state) == (State.SENT, State.SENT)
    assert server.accepted == [MESSAGE, NEXT]
    assert server.connections == 2


def test_a_connection_without_a_server_behind_it_is_found_out_before_mail():
    """Half open: nothing comes back. RSET waits briefly, then a new one is made."""
    first, second = asyncio.run(two(LaterFaultyServer(stage="rset", fault="stall")))
    assert (first.state, second.state) == (State.SENT, State.SENT)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data", "end_of_data"])
def test_a_refused_mail_does_not_cost_the_connection(stage):
    server = LaterFaultyServer(stage=stage, fault="5yz")

    async def three():
        async with server.running():
            courier = courier_for(server)
            states = [(await deliver(courier)).state for _ in range(2)]
            server.stage = ""
            states.append((await deliver(courier)).state)
            await courier.aclose()
            return states

    assert asyncio.run(three()) == [State.SENT, State.FAILED, State.SENT]
    assert server.connections == 1


def test_what_data_raises_closes_the_connection_that_waits_for_a_body():
    """After 354 the server takes RSET for mail: that connection must not go on."""
    server = LaterFaultyServer()

    async def raising(stage):
        if stage is Stage.DATA:
            raise RuntimeError("the disk is full")

    async def both():
        async with server.running():
            courier = courier_for(server)
            with pytest.raises(RuntimeError, match="disk is full"):
                await deliver(courier, MESSAGE, raising)
            attempt = await deliver(courier, NEXT)
            await courier.aclose()
            return attempt

    assert asyncio.run(both()).state is State.SENT
    assert server.accepted == [NEXT]
    assert server.connections == 2


@pytest.mark.parametrize("security", list(Security))
def test_a_body_that_is_taken_slowly_arrives(security, server_tls, ca_pem):
    """More than all buffers hold: writing stops, and goes on when there is room."""
    message = MESSAGE + (b"x" * 70 + b"\r\n") * 100_000
    server = SlowReader(
        tls=None if security is Security.NONE else server_tls,
        direct_tls=security is Security.TLS,
        extensions=(b"AUTH PLAIN",),
    )

    async def one():
        async with server.running():
            patience = Timeouts(body=20, end_of_data=20, quit=0.2)
            courier = courier_for(server, security, ca_pem, timeouts=patience)
            attempt = await deliver(courier, message)
            await courier.aclose()
            return attempt

    assert asyncio.run(one()).state is State.SENT
    assert server.accepted == [message]


def log_of(postfix, words):
    """The log of a Postfix, once these words are in it."""
    for _ in range(100):
        log = (postfix.folder / "postfix.log").read_text("utf-8")
        if words in log:
            break
        time.sleep(0.05)
    return log


def test_a_real_postfix_takes_several_mails_over_one_connection(authority):
    with private_postfix(authority.issue_cert("127.0.0.1")) as postfix:
        envelope = Envelope(
            reverse_path="request@hotline.test", forward_path="abuse@provider.test"
        )
        refused = replace(envelope, forward_path="gone@provider.test")

        async def four():
            relay = Relay(
                host="127.0.0.1",
                port=postfix.port,
                security=Security.STARTTLS,
                ca=authority.cert_pem.bytes().decode(),
                local_hostname="hotline.test",
            )
            courier = SmtpCourier(relay)
            attempts = [
                await courier.deliver(
                    each, MESSAGE, on_stage=no_stage, clock=lambda: NOW
                )
                for each in (envelope, refused, envelope, envelope)
            ]
            await courier.aclose()
            return [attempt.state for attempt in attempts]

        sent = State.SENT
        assert asyncio.run(four()) == [sent, State.FAILED, sent, sent]
        assert "starttls=1 mail=4 rcpt=3/4 data=3" in log_of(postfix, "mail=4")
