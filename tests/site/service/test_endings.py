"""How commands end, and what ends no delivery: signals, logs, keys, loops."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time

import pytest

from notices.delivery import State
from notices.errors import NoticesError
from notices.site import Site
from tests.site.conftest import CASE_1, CASE_2_ABROAD
from tests.site.service.test_service import (  # noqa: F401 - fixtures
    ROOT,
    holding,
    queue,
    state,
    until,
    worker,
)
from tests.smtp.faulty import FaultyServer

# long: each starts processes; `.ci/run` runs all of it, `make test` leaves it out
pytestmark = pytest.mark.torture


def start(desk, *words, stdout=subprocess.PIPE):
    return subprocess.Popen(
        [sys.executable, "-m", "notices", *words, "--site", str(desk.home)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=desk.home,
    )


SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


@pytest.mark.parametrize("name", SIGNALS)
def test_work_finishes_what_is_under_way_and_begins_nothing(desk, holding, name):  # noqa: F811
    """Before, SIGTERM and SIGHUP killed it: the mail was in doubt."""
    desk.set("concurrency", "1")
    first, second = queue(desk, CASE_1, CASE_2_ABROAD)
    process = start(desk, "work")
    assert holding.has_half.wait(60)
    process.send_signal(name)
    time.sleep(1)  # the signal is heard before the server goes on
    holding.release.set()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert (state(desk, first), state(desk, second)) == (State.SENT, State.QUEUED)


@pytest.mark.parametrize("name", SIGNALS)
def test_send_finishes_its_case_and_leaves_out_the_rest(desk, holding, name):  # noqa: F811
    process = start(desk, "send", CASE_1, CASE_2_ABROAD, "--json")
    assert holding.has_half.wait(60)
    process.send_signal(name)
    time.sleep(1)  # the signal is heard before the server goes on
    holding.release.set()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 75, err
    first, second = json.loads(out)
    assert first["state"] == "sent"
    assert "stopped before its turn" in second["error"]["message"]
    assert len(desk.json("list")[1]) == 1


@pytest.mark.parametrize("words", [("work",), ("send", CASE_1)])
def test_a_second_signal_breaks_off_and_says_so(desk, holding, words):  # noqa: F811
    [number] = queue(desk, CASE_1) if words[0] == "work" else [""]
    process = start(desk, *words)
    assert holding.has_half.wait(60)
    for _ in range(2):
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, "stopped at once" in err) == (75, True), err
    number = number or desk.json("list")[1][0]["number"]
    assert state(desk, number) is State.SENDING
    assert desk.json("work")[1][0]["state"] == "in_doubt"


def test_a_hang_up_that_the_caller_ignores_is_ignored(desk, holding):  # noqa: F811
    """As under nohup(1)."""
    [number] = queue(desk, CASE_1)
    process = subprocess.Popen(
        ["nohup", sys.executable, "-m", "notices", "work", "--site", str(desk.home)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=desk.home,
    )
    assert holding.has_half.wait(60)
    for _ in range(2):
        process.send_signal(signal.SIGHUP)
        time.sleep(0.1)
    holding.release.set()
    process.communicate(timeout=60)
    assert state(desk, number) is State.SENT


def all_sent(desk, numbers, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if {state(desk, number) for number in numbers} == {State.SENT}:
            return True
        time.sleep(1)  # the signal is heard before the server goes on
    return False


@pytest.mark.parametrize("log", ["dead", "full", "unread"])
def test_a_log_that_takes_nothing_stops_no_delivery(desk, received, log):
    """Before, 10 of 10 stayed `sending`, and the worker looked healthy."""
    cases = [desk.case(CASE_1, case_id=f"IHC-2026-00700{n}") for n in range(5)]
    numbers = queue(desk, *cases)
    reader, writer = os.pipe()
    if log == "dead":
        os.close(reader)
    if log == "full":
        writer = os.open("/dev/full", os.O_WRONLY)
    if log == "unread":
        os.set_blocking(writer, False)  # filled to the brim, and nobody reads
        with contextlib.suppress(BlockingIOError):
            while os.write(writer, b"x" * 4096):
                pass
        os.set_blocking(writer, True)
    process = start(desk, "work", "--watch", stdout=writer)
    os.close(writer)
    try:
        assert all_sent(desk, numbers)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err) == (0, "")
    finally:
        process.kill()
    assert len(list(received.iterdir())) == 5


def test_a_machine_without_the_key_delivers_by_the_certificate(desk, received):
    """Before, it deferred everything for the others, too."""
    numbers = queue(desk, CASE_1, CASE_2_ABROAD)
    for path in (desk.home / "certs" / "example").glob("signer*.p12"):
        path.unlink()
    code, rows = desk.json("work")
    assert code == 0, rows
    assert {state(desk, number) for number in numbers} == {State.SENT}
    assert desk.run("send", desk.case(CASE_1, case_id="IHC-2026-007100"))[0] == 77


def test_by_the_certificate_a_revoked_one_is_refused_without_the_key(desk, received):
    """What stands in the mail is judged as the key's own certificate was."""
    [number] = queue(desk, CASE_1)
    with Site.open(desk.home) as site:
        end = site.parts.desk.key(site.clock()).certificate.not_valid_after_utc
    for path in (desk.home / "certs" / "example").glob("signer*.p12"):
        path.unlink()
    late = end.replace(year=end.year + 1)
    with Site.open(desk.home, clock=lambda: late) as site:
        site.work(ignore_backoff=True)
    assert state(desk, number) is not State.SENT
    assert list(received.iterdir()) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("ca", '"certs/example/README.md"'), ("password_file", '"nowhere"')],
)
def test_what_the_relay_needs_is_proved_before_anything_is_queued(
    desk, received, key, value
):
    """Before: exit code 78, and the notice left later all the same."""
    if key == "password_file":
        desk.set("username", '"someone"', section="smtp")
    desk.set(key, value, section="smtp")
    code, rows = desk.json("send", CASE_1)
    assert code in (77, 78), rows
    [row] = desk.json("list")[1]
    assert row["state"] == "held"


def test_within_an_event_loop_it_says_what_to_await(desk, received):
    async def main():
        with Site.open(desk.home) as site:
            notice = site.prepare(site.read_case(CASE_1))
            with pytest.raises(NoticesError, match="within an event loop") as wrong:
                site.send(notice)
            assert "await site.asend" in wrong.value.hint
            assert site.parts.store.get(notice.number).state is State.HELD
            with pytest.raises(NoticesError, match="within an event loop"):
                site.work()
            receipt = await site.asend(notice)
            assert receipt.state is State.SENT
            others = [
                site.prepare(site.read_case(desk.case(CASE_1, case_id=f"A-{n}000")))
                for n in range(3)
            ]
            receipts = await site.asend_many([*others, notice])
            assert [each.state for each in receipts] == [State.SENT] * 4
            assert await site.awork() == []

    asyncio.run(main())
    assert len(list(received.iterdir())) == 4


def test_an_awaited_notice_that_is_broken_off_does_not_stay_sending(desk):
    """The process lived on, so no worker took it for dead: `sending` for months."""
    desk.set("security", '"none"', section="smtp")
    server = FaultyServer(stage="end_of_data", fault="stall")

    async def main():
        async with server.running():
            desk.set("port", str(server.port), section="smtp")
            with Site.open(desk.home) as site:
                notice = site.prepare(site.read_case(CASE_1))
                sending = asyncio.create_task(site.asend(notice))
                await server.faulted.wait()
                assert site.parts.store.get(notice.number).state is State.SENDING
                sending.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await sending
                return site.parts.store.get(notice.number).state

    assert asyncio.run(main()) is State.IN_DOUBT
