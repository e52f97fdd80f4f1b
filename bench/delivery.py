"""Notices per second from queued to 250, durable, 100 KB each, to smtp-sink.

    python bench/delivery.py [--notices 200] [--past 1000 --past 100000]

Each line: connections at once, past notices in the store, notices per second. The
last line is smtplib in a loop without any store, for comparison.
"""

import argparse
import asyncio
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from notices.delivery import Envelope, State
from notices.outbox.courier import SmtpCourier
from notices.outbox.database import writing
from notices.outbox.records import CaseKey, Prepared
from notices.outbox.relay import Relay, Security
from notices.outbox.schema import deliveries, notices, numbers
from notices.outbox.store import Store
from notices.outbox.worker import Shift, work_once

NOW = datetime(2026, 3, 5, tzinfo=UTC)
LINE = b"0123456789" * 7 + b"01234\r\n"
MESSAGE = b"Subject: bench\r\nDate: Thu, 05 Mar 2026 09:00:00 +0900\r\n\r\n"
MESSAGE += LINE * (100_000 // len(LINE))
ENVELOPE = Envelope(
    reverse_path="request@hotline.example", forward_path="abuse@provider.example"
)


def start_sink():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    if program is None:
        raise SystemExit("smtp-sink is missing; it comes with Postfix")
    process = subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "200"])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.02)
    return process, port


def add(store, index):
    key = CaseKey(case_id=f"B-{index}", rung="website_administrator")
    number = store.reserve_number(
        key, year=2026, make_number=lambda serial: f"2026-{serial:07}", now=NOW
    )
    prepared = Prepared(
        number=number,
        key=key,
        form="form1",
        recipient_name="Example",
        letter_date=NOW.date(),
        judgment="{}",
        notice="{}",
        signer_certificate_sha256="0" * 64,
        message=MESSAGE,
        message_id=f"<{number}@hotline.example>",
        envelope=ENVELOPE,
    )
    store.add(prepared, now=NOW)
    store.queue(number, now=NOW)


def add_past(store, count):
    """Rows of notices sent long ago, without their bytes."""
    keys = [
        {
            "number": f"2020-{index:07}",
            "case_id": f"P-{index}",
            "rung": "r",
            "kind": "notice",
            "ordinal": 1,
        }
        for index in range(count)
    ]
    texts = dict.fromkeys(
        ("form", "recipient_name", "letter_date", "again_reason", "rung_reason"), ""
    )
    with writing(store._engine) as connection:  # noqa: SLF001
        connection.exec_driver_sql("DROP TRIGGER deliveries_start")
        for start in range(0, count, 50_000):
            part = keys[start : start + 50_000]
            connection.execute(
                insert(numbers).values(series="", year=2020, reserved_at=NOW),
                [{**key, "serial": start + n} for n, key in enumerate(part, 1)],
            )
            connection.execute(
                insert(notices).values(
                    **texts,
                    judgment="{}",
                    notice="{}",
                    signer_certificate_sha256="",
                    created_at=NOW,
                ),
                part,
            )
            connection.execute(
                insert(deliveries).values(
                    state=str(State.SENT),
                    reverse_path="a",
                    forward_path="b",
                    archive_path="",
                    envid="",
                    message_sha256="0" * 64,
                    attempts=1,
                    changed_at=NOW,
                ),
                [
                    {"number": key["number"], "message_id": key["number"]}
                    for key in part
                ],
            )


def measure(port, *, connections, past, count):
    folder = Path(tempfile.mkdtemp())
    with Store.open(f"sqlite:///{folder}/outbox.db") as store:
        add_past(store, past)
        started = time.perf_counter()
        for index in range(count):
            add(store, index)
        added = time.perf_counter() - started
        shift = Shift(
            store=store,
            courier=SmtpCourier(
                Relay(host="127.0.0.1", port=port, security=Security.NONE)
            ),
            clock=lambda: datetime.now(UTC),
            jitter=lambda: 0.0,
        )
        started = time.perf_counter()
        summary = asyncio.run(work_once(shift, concurrency=connections))
        spent = time.perf_counter() - started
        assert len(summary.attempts) == count
        assert {each.state for each in summary.attempts.values()} == {State.SENT}
    shutil.rmtree(folder)
    return count / added, count / spent


def measure_smtplib(port, count):
    started = time.perf_counter()
    for _ in range(count):
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail(ENVELOPE.reverse_path, [ENVELOPE.forward_path], MESSAGE)
    return count / (time.perf_counter() - started)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--notices", type=int, default=200)
    parser.add_argument("--past", type=int, action="append")
    chosen = parser.parse_args()
    sink, port = start_sink()
    try:
        print(f"{'connections':>12} {'past':>9} {'stored/s':>9} {'sent/s':>8}")
        for past in chosen.past or [0, 100_000]:
            for connections in (1, 4, 16):
                added, sent = measure(
                    port, connections=connections, past=past, count=chosen.notices
                )
                print(f"{connections:12} {past:9} {added:9.0f} {sent:8.0f}")
        print(f"smtplib in a loop, nothing stored: {measure_smtplib(port, 200):.0f}/s")
    finally:
        sink.terminate()
        sink.wait()


if __name__ == "__main__":
    main()
