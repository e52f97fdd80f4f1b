"""There and back through a real Postfix: reports and copies end in the right state."""

import asyncio
import contextlib
import random
import subprocess
import time

import pytest
from aiosmtpd.controller import Controller

from notices.delivery import Envelope, State
from notices.inbox.maildir import Maildir
from notices.inbox.polling import read_once
from notices.inbox.reports import InboundReports
from notices.queue.worker import WorkerSetup, deliver_one
from notices.smtp import Relay, Security, Timeouts
from notices.smtp.courier import SmtpCourier
from notices.store.model import CaseKey
from tests.inbox.dovecot import free_ports
from tests.programs import require_program
from tests.smtp.postfix import private_postfix
from tests.store.conftest import NOW, due, prepared_for

FULL = "full@provider.test"


class FullMailboxes:
    """The next server on the way: it takes nothing."""

    async def handle_RCPT(self, *_):  # noqa: N802 - aiosmtpd's name
        return "552 5.2.2 mailbox full"


@pytest.fixture(scope="module")
def postfix(authority):
    with private_postfix(authority.issue_cert("127.0.0.1")) as running:
        (port,) = free_ports(1)
        next_server = Controller(FullMailboxes(), hostname="127.0.0.1", port=port)
        next_server.start()
        try:
            _route(running.folder, port)
            yield running
        finally:
            next_server.stop()


def _route(folder, port):
    """FULL is accepted in the dialogue and refused further on."""
    with (folder / "mailboxes").open("a") as file:
        file.write(f"{FULL} full/\n")
    (folder / "transport").write_text(f"{FULL} smtp:[127.0.0.1]:{port}\n")
    etc = str(folder / "etc")
    setting = f"transport_maps=texthash:{folder}/transport"
    subprocess.run([require_program("postconf"), "-c", etc, "-e", setting], check=True)
    postfix = require_program("postfix")
    subprocess.run([postfix, "-c", etc, "reload"], check=True, capture_output=True)


@pytest.fixture
def mailbox(postfix):
    """Reports in one Maildir, archive copies in another; empty at first."""
    folders = [postfix.folder / "mail" / name for name in ("request", "archive")]
    for folder in folders:
        for place in ("new", "cur"):
            (folder / place).mkdir(parents=True, exist_ok=True)
            for path in (folder / place).iterdir():
                path.unlink()
        subprocess.run(["chown", "-R", "nobody", str(folder)], check=True)
    return Maildir(*folders)


def relay(postfix, authority, port=None):
    return Relay(
        host="127.0.0.1",
        port=port or postfix.port,
        security=Security.STARTTLS,
        ca=authority.cert_pem.bytes().decode(),
        local_hostname="hotline.test",
        timeouts=Timeouts(connect=10, command=10, body=10, end_of_data=10),
    )


def message_of(number, size):
    head = f"Date: x\r\nFrom: <request@hotline.test>\r\nMessage-ID: <{number}@hotline.example>\r\n\r\n"
    source = random.Random(number)  # noqa: S311
    lines = (f"{source.getrandbits(256):064x}\r\n" for _ in range(size // 66))
    return (head + "".join(lines)).encode()


def queued(store, number, *, to, size=1000):
    key = CaseKey(case_id=f"HL-{number}".upper(), rung="website_administrator")
    store.reserve_number(key, year=2026, make_number=lambda _: number, now=NOW)
    envelope = Envelope(
        reverse_path="request@hotline.test",
        forward_path=to,
        archive_path="archive@hotline.test",
        envid=f"{number}.7a7a7a7a",
    )
    message = message_of(number, size)
    store.add(prepared_for(number, key, message=message, envelope=envelope), now=NOW)
    store.queue(number, now=NOW)


def attempt(store, number, relay, clock):
    setup = WorkerSetup(
        store=store, courier=SmtpCourier(relay), clock=clock, jitter=lambda: 0.0
    )
    return asyncio.run(deliver_one(setup, number)).state


def read_until(store, mailbox, clock, number, *states, wait=10.0):
    """Read the mailbox until the delivery is in one of these states."""
    filed = []
    end = time.monotonic() + wait
    while time.monotonic() < end:
        filed += read_once(mailbox, InboundReports(store.engine), clock=clock)
        if store.get(number).state in states:
            return filed
        time.sleep(0.05)
    pytest.fail(f"{store.get(number).state}: {[each.report for each in filed]}")


@pytest.mark.parametrize(
    ("to", "state", "status"),
    [
        ("abuse@provider.test", State.DELIVERED, "2.0.0"),
        (FULL, State.BOUNCED, "5.2.2"),
    ],
)
def test_the_report_that_was_asked_for_comes_back_and_decides(
    postfix, authority, store, clock, mailbox, to, state, status
):
    number = f"R8-1-{state}"
    queued(store, number, to=to)
    assert attempt(store, number, relay(postfix, authority), clock) is State.SENT
    read_until(store, mailbox, clock, number, state)
    reports = InboundReports(store.engine).of(number)
    (report,) = [each for each in reports if each.kind == "delivery_status"]
    assert (report.facts["status"], report.reason) == (status, "ENVID and recipient")


@contextlib.asynccontextmanager
async def cutting_proxy(port, *, after, grace):
    """Pass `after` octets to the server, then let no reply come back any more.

    grace: seconds until both sides are cut.
    """

    async def serve(reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        passed = 0

        async def down():
            while data := await up_reader.read(65536):
                if passed < after:
                    writer.write(data)

        replies = asyncio.create_task(down())
        while data := await reader.read(8192):
            passed += len(data)
            up_writer.write(data)
            await up_writer.drain()
            if passed >= after and grace == 0:
                break
            if passed >= after:
                asyncio.get_running_loop().call_later(grace, writer.transport.abort)
        for transport in (writer.transport, up_writer.transport):
            transport.abort()
        replies.cancel()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0.05)


def attempt_cut(store, number, postfix, authority, clock, *, after, grace):
    async def once():
        async with cutting_proxy(postfix.port, after=after, grace=grace) as port:
            setup = WorkerSetup(
                store=store,
                courier=SmtpCourier(relay(postfix, authority, port)),
                clock=clock,
                jitter=lambda: 0.0,
            )
            return (await deliver_one(setup, number)).state

    return asyncio.run(once())


def test_cut_after_the_dot_the_archive_copy_settles_the_doubt(
    postfix, authority, store, clock, mailbox
):
    """The server took it, and its reply never came."""
    number, size = "R8-1-000901", 200_000
    queued(store, number, to="abuse@provider.test", size=size)
    state = attempt_cut(store, number, postfix, authority, clock, after=size, grace=1.0)
    assert state is State.IN_DOUBT
    archive = Maildir(postfix.folder / "mail" / "archive")
    (copy,) = read_until(store, archive, clock, number, State.SENT)
    assert (copy.report.kind, copy.changed) == ("archive_copy", True)
    read_until(store, mailbox, clock, number, State.DELIVERED)
    assert store.get(number).attempts == 1


def test_cut_before_the_dot_the_doubt_stays(postfix, authority, store, clock, mailbox):
    """Nothing arrived, so there is no evidence, and nothing is sent by itself."""
    number = "R8-1-000902"
    queued(store, number, to="abuse@provider.test", size=1_000_000)
    state = attempt_cut(
        store, number, postfix, authority, clock, after=300_000, grace=0
    )
    assert state is State.IN_DOUBT
    time.sleep(1)
    assert list(read_once(mailbox, InboundReports(store.engine), clock=clock)) == []
    assert store.get(number).state is State.IN_DOUBT
    assert due(store, clock.advance(days=3)) == ()
