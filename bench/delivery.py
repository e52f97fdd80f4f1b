"""Notices per second from prepared to 250, durable, 100 KB each.

    python bench/delivery.py [--notices 200] [--target sink] [--target postfix]
                             [--engine sqlite] [--engine postgresql]
                             [--workers 1] [--connections 4] [--past 1000] [--rounds 2]

Options with a name may be given several times; all combinations are run in turn,
`--rounds` times, so that noise of the machine meets all of them. `postfix` is a
private Postfix with STARTTLS (needs root); PostgreSQL is a private server with fsync
on. `smtplib` in a loop stores nothing and is there to compare.
"""

import argparse
import asyncio
import itertools
import json
import random
import shutil
import smtplib
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import trustme
from sqlalchemy import insert

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from notices.delivery import Envelope, State  # noqa: E402
from notices.outbox import Reuse  # noqa: E402
from notices.outbox.courier import SmtpCourier  # noqa: E402
from notices.outbox.database import writing  # noqa: E402
from notices.outbox.pacing import Limits  # noqa: E402
from notices.outbox.records import CaseKey, Prepared  # noqa: E402
from notices.outbox.relay import Relay, Security  # noqa: E402
from notices.outbox.schema import deliveries, notices, numbers  # noqa: E402
from notices.outbox.store import Store  # noqa: E402
from notices.outbox.triggers import without_start  # noqa: E402
from notices.outbox.worker import Shift, work_once  # noqa: E402
from tests.outbox.postfix import private_postfix  # noqa: E402
from tests.postgres.server import private_postgres, url_of  # noqa: E402

NOW = datetime(2026, 3, 5, tzinfo=UTC)
LINE = b"0123456789" * 7 + b"01234\r\n"
MESSAGE = b"Subject: bench\r\nDate: Thu, 05 Mar 2026 09:00:00 +0900\r\n\r\n"
MESSAGE += LINE * (100_000 // len(LINE))
ENVELOPE = Envelope(
    reverse_path="request@hotline.test", forward_path="abuse@provider.test"
)


@contextmanager
def sink():
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
    try:
        yield port, ""
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postfix():
    authority = trustme.CA()
    with private_postfix(authority.issue_cert("127.0.0.1")) as running:
        yield running.port, authority.cert_pem.bytes().decode()


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
    texts = dict.fromkeys(
        ("form", "recipient_name", "again_reason", "rung_reason"), ""
    ) | {"letter_date": "2020-03-05"}
    with writing(store._engine) as connection, without_start(connection):  # noqa: SLF001
        for start in range(0, count, 20_000):
            part = [
                {
                    "number": f"2020-{index:07}",
                    "case_id": f"P-{index}",
                    "rung": "r",
                    "kind": "notice",
                    "ordinal": 1,
                }
                for index in range(start, min(start + 20_000, count))
            ]
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


def as_worker(url, port, ca, connections):
    """One worker process: says `ready`, waits for a line, works, tells how much."""
    relay = Relay(
        host="127.0.0.1",
        port=port,
        security=Security.STARTTLS if ca else Security.NONE,
        ca=ca,
        local_hostname="hotline.test",
    )
    with Store.open(url) as store:
        shift = Shift(
            store=store,
            courier=SmtpCourier(relay, Reuse(kept=connections)),
            clock=lambda: datetime.now(UTC),
            jitter=random.random,
            limits=Limits(concurrency=connections, per_domain=connections),
        )
        print("ready", flush=True)
        sys.stdin.readline()
        summary = asyncio.run(work_once(shift))
    states = [each.state for each in summary.attempts.values()]
    assert set(states) <= {State.SENT}, set(states)
    print(len(states), flush=True)


def measure(url, port, ca, *, workers, connections, count, past):
    """Stored per second, sent per second: queued in advance, then all at once."""
    with Store.open(url) as store:
        add_past(store, past)
        started = time.perf_counter()
        for index in range(count):
            add(store, index)
        stored = count / (time.perf_counter() - started)
    words = [sys.executable, __file__, "--as-worker"]
    words.append(json.dumps([url, port, ca, connections]))
    running = [
        subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(workers)
    ]
    for each in running:
        assert each.stdout.readline() == b"ready\n"
    started = time.perf_counter()
    for each in running:
        each.stdin.write(b"go\n")
        each.stdin.flush()
    done = sum(int(each.stdout.readline()) for each in running)
    spent = time.perf_counter() - started
    for each in running:
        each.communicate()
    assert done == count, f"{done} of {count} were sent"
    with Store.open(url) as store:
        assert store.overview.counts()[State.SENT] == past + count
    return stored, count / spent


def measure_smtplib(port, ca, count, *, reuse):
    """Without any store: a new connection for each mail, or one for all."""
    context = ssl.create_default_context(cadata=ca) if ca else None
    started = time.perf_counter()
    client = None
    for _ in range(count):
        if client is None:
            client = smtplib.SMTP("127.0.0.1", port, local_hostname="hotline.test")
            if context:
                client.starttls(context=context)
        client.sendmail(ENVELOPE.reverse_path, [ENVELOPE.forward_path], MESSAGE)
        if not reuse:
            client.quit()
            client = None
    if client:
        client.quit()
    return count / (time.perf_counter() - started)


@contextmanager
def new_store(engine):
    """The URL of an empty store."""
    if engine == "sqlite":
        folder = Path(tempfile.mkdtemp())
        try:
            yield f"sqlite:///{folder}/outbox.db"
        finally:
            shutil.rmtree(folder)
        return
    with private_postgres(is_durable=True) as folder:
        yield url_of(folder, "postgres")


def run(chosen):
    servers = {"sink": sink, "postfix": postfix}
    combinations = list(
        itertools.product(
            chosen.target or ["sink"],
            chosen.engine or ["sqlite", "postgresql"],
            chosen.past or [1000],
            chosen.workers or [1],
            chosen.connections or [1, 4, 16],
        )
    )
    found, plain = defaultdict(list), defaultdict(list)
    for _, one in itertools.product(range(chosen.rounds), combinations):
        target, engine, past, workers, connections = one
        with servers[target]() as (port, ca), new_store(engine) as url:
            figures = measure(
                url,
                port,
                ca,
                workers=workers,
                connections=connections,
                count=chosen.notices,
                past=past,
            )
        found[one].append(figures)
    for target in chosen.target or ["sink"]:
        for _ in range(chosen.rounds):
            with servers[target]() as (port, ca):
                for reuse in (False, True):
                    rate = measure_smtplib(port, ca, chosen.notices, reuse=reuse)
                    plain[target, reuse].append(rate)
    return found, plain


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--notices", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--target", action="append", choices=["sink", "postfix"])
    parser.add_argument("--engine", action="append", choices=["sqlite", "postgresql"])
    for name in ("workers", "connections", "past"):
        parser.add_argument(f"--{name}", type=int, action="append")
    parser.add_argument("--as-worker", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.as_worker:
        as_worker(*json.loads(chosen.as_worker))
        return
    found, plain = run(chosen)
    heads = ("target", "engine", "past", "workers", "connections", "stored/s", "sent/s")
    print("".join(f"{head:>12}" for head in heads), "  (median, all rounds)")
    for one, rounds in found.items():
        sent = [figures[1] for figures in rounds]
        stored = statistics.median(figures[0] for figures in rounds)
        told = " ".join(f"{each:.0f}" for each in sent)
        cells = "".join(f"{cell:>12}" for cell in one)
        print(f"{cells}{stored:12.0f}{statistics.median(sent):12.0f}  ({told})")
    for (target, reuse), rates in plain.items():
        how = "one connection" if reuse else "a connection each"
        print(f"smtplib to {target}, {how}: {statistics.median(rates):.0f}/s")


if __name__ == "__main__":
    main()
