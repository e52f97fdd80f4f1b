"""Notices per second from prepared to 250, durable, 100 KB each.

    python bench/delivery.py [--notices 200] [--target sink] [--target postfix]
                             [--engine sqlite] [--engine postgresql]
                             [--workers 1] [--connections 4] [--past 1000] [--rounds 2]
                             [--post-office PYTHON] [--mark yes] [--mark no]
                             [--shared yes] [--shared no]

Options with a name may be given several times; all combinations are run in turn,
`--rounds` times, so that noise of the machine meets all of them. `postfix` is a
private Postfix with STARTTLS and AUTH (needs root); PostgreSQL is a private server with
fsync on; `--mark no` leaves the high-water mark out, `--shared yes` has all workers keep
to their limits together ([worker] shared_limits). What is there to compare: `smtplib` in
a loop, which stores nothing, and django-post-office where the Python of `--post-office`
(default: this one) has it.
"""

import argparse
import asyncio
import base64
import itertools
import json
import os
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
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bench.past import add_past  # noqa: E402
from notices.delivery import Envelope, State  # noqa: E402
from notices.queue.limits import DeliveryLimits  # noqa: E402
from notices.queue.worker import WorkerSetup, work_once  # noqa: E402
from notices.site.database.high_water import HighWater  # noqa: E402
from notices.smtp import (  # noqa: E402
    Relay,
    Reuse,
    Security,
)
from notices.smtp.courier import SmtpCourier  # noqa: E402
from notices.store.model import CaseKey, SignedNotice  # noqa: E402
from notices.store.store import Store  # noqa: E402
from tests.smtp.postfix import private_postfix  # noqa: E402
from tests.store.postgres.server import private_postgres, url_of  # noqa: E402

NOW = datetime(2026, 3, 5, tzinfo=UTC)
MESSAGE = b"Subject: bench\r\nDate: Thu, 05 Mar 2026 09:00:00 +0900\r\n\r\n"
# as hard to compress as the signed PDF that makes most of a real message
MESSAGE += base64.encodebytes(random.Random(0).randbytes(73_000)).replace(  # noqa: S311
    b"\n", b"\r\n"
)
ENVELOPE = Envelope(
    reverse_path="request@hotline.test", forward_path="abuse@provider.test"
)


@dataclass(frozen=True)
class Target:
    """A mail server on loopback."""

    port: int
    ca: str = ""
    user: str = ""
    password: str = ""


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
        yield Target(port)
    finally:
        process.terminate()
        process.wait()


@contextmanager
def postfix():
    authority, login = trustme.CA(), ("hotline", "loopback-only")
    with private_postfix(authority.issue_cert("127.0.0.1"), login=login) as running:
        yield Target(running.port, authority.cert_pem.bytes().decode(), *login)


def add(store, case_id):
    key = CaseKey(case_id=case_id, rung="website_administrator")
    number = store.reserve_number(
        key, year=2026, make_number=lambda serial: f"2026-{serial:07}", now=NOW
    )
    prepared = SignedNotice(
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


def keeper(store, mark):
    """The high-water mark in that file, kept as a site does; None: there is none."""
    if not mark:
        return None
    return HighWater(path=Path(mark), store=store, clock=lambda: datetime.now(UTC))


def as_worker(url, target, connections, mark, *, shared):
    """One worker process: says `ready`, waits for a line, works, tells how much."""
    target = Target(**target)
    relay = Relay(
        host="127.0.0.1",
        port=target.port,
        security=Security.STARTTLS if target.ca else Security.NONE,
        username=target.user,
        password=target.password,
        ca=target.ca,
        local_hostname="hotline.test",
    )
    with Store.open(url) as store:
        high_water = keeper(store, mark)
        setup = WorkerSetup(
            store=store,
            courier=SmtpCourier(relay, Reuse(kept=connections)),
            clock=lambda: datetime.now(UTC),
            jitter=random.random,
            limits=DeliveryLimits(
                concurrency=connections, per_domain=connections, is_shared=shared
            ),
            keep=high_water and high_water.keep,
            note=high_water and high_water.note,
        )
        if setup.keep:
            setup.keep()  # as every site has one, once it has sent
        print("ready", flush=True)
        sys.stdin.readline()
        summary = asyncio.run(work_once(setup))
    states = [each.state for each in summary.attempts.values()]
    assert set(states) <= {State.SENT}, set(states)
    print(len(states), flush=True)


def measure(url, target, *, workers, connections, mark, shared, count):
    """Stored per second, sent per second: queued in advance, then all at once."""
    with Store.open(url) as store:
        before = store.queries.counts()[State.SENT]
        started = time.perf_counter()
        for index in range(count):
            add(store, f"B-{before + index}")
        stored = count / (time.perf_counter() - started)
    words = [sys.executable, __file__, "--as-worker"]
    words.append(json.dumps([url, asdict(target), connections, mark, shared]))
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
        assert store.queries.counts()[State.SENT] == before + count
    return stored, count / spent


def measure_smtplib(target, count, *, reuse):
    """Without any store: a new connection for each mail, or one for all."""
    context = ssl.create_default_context(cadata=target.ca) if target.ca else None
    started = time.perf_counter()
    client = None
    for _ in range(count):
        if client is None:
            host = "127.0.0.1", target.port
            client = smtplib.SMTP(*host, local_hostname="hotline.test")
            if context:
                client.starttls(context=context)
                client.login(target.user, target.password)
        client.sendmail(ENVELOPE.reverse_path, [ENVELOPE.forward_path], MESSAGE)
        if not reuse:
            client.quit()
            client = None
    if client:
        client.quit()
    return count / (time.perf_counter() - started)


HAS_POST_OFFICE = "from importlib.metadata import version as v; v('django-post-office')"


def has_post_office(python):
    done = subprocess.run(
        [python, "-c", HAS_POST_OFFICE], capture_output=True, check=False
    )
    return done.returncode == 0


def measure_post_office(python, target, count, *, processes, threads):
    """With its own workers; stored per second, sent per second."""
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as roots:
        roots.write(target.ca)
        roots.flush()
        words = [python, str(ROOT / "bench" / "post_office.py")]
        words += [str(target.port), str(count)]
        words += ["--processes", str(processes), "--threads", str(threads)]
        words += ["--user", target.user, "--password", target.password]
        environment = {**os.environ, "SSL_CERT_FILE": roots.name} if target.ca else None
        told = json.loads(subprocess.check_output(words, env=environment))
    return told["stored"], told["sent"]


@contextmanager
def new_store(engine, past):
    """The URL of a store with so many notices of earlier years."""
    with ExitStack() as after:
        if engine == "sqlite":
            folder = Path(tempfile.mkdtemp())
            after.callback(shutil.rmtree, folder)
            url = f"sqlite:///{folder}/outbox.db"
        else:
            folder = after.enter_context(private_postgres(is_durable=True))
            url = url_of(folder, "postgres")
        Store.open(url).close()
        add_past(url, past)
        yield url


SERVERS = {"sink": sink, "postfix": postfix}


def run(chosen):
    """Sent by us: (stored/s, sent/s) of each round for each combination.

    A store is filled once and used in all rounds: a few hundred notices more are
    nothing beside a million.
    """
    combinations = list(
        itertools.product(
            chosen.target or ["sink"],
            chosen.engine or ["sqlite", "postgresql"],
            chosen.past or [1000],
            chosen.workers or [1],
            chosen.connections or [1, 4, 16],
            chosen.mark or ["yes"],
            chosen.shared or ["no"],
        )
    )
    found = defaultdict(list)
    with ExitStack() as after:
        marks = Path(after.enter_context(tempfile.TemporaryDirectory()))
        targets = {
            name: after.enter_context(SERVERS[name]())
            for name in dict.fromkeys(one[0] for one in combinations)
        }
        urls = {
            store: after.enter_context(new_store(*store))
            for store in dict.fromkeys(one[1:3] for one in combinations)
        }
        for _, one in itertools.product(range(chosen.rounds), combinations):
            target, engine, past, workers, connections, mark, shared = one
            figures = measure(
                urls[engine, past],
                targets[target],
                workers=workers,
                connections=connections,
                mark=str(marks / f"{engine}-{past}.mark") if mark == "yes" else "",
                shared=shared == "yes",
                count=chosen.notices,
            )
            found[one].append(figures)
    return found


def run_others(chosen):
    """Sent by others: name to rates of all rounds."""
    found = defaultdict(list)
    is_there = has_post_office(chosen.post_office)
    for name in chosen.target or ["sink"]:
        with SERVERS[name]() as target:
            for _ in range(chosen.rounds):
                for how, reuse in (
                    ("a connection each", False),
                    ("one connection", True),
                ):
                    rate = measure_smtplib(target, chosen.notices, reuse=reuse)
                    found[f"smtplib to {name}, {how}"].append((None, rate))
                if not is_there:
                    continue
                for workers, connections in itertools.product(
                    chosen.workers or [1], chosen.connections or [1, 4, 16]
                ):
                    told = f"{workers} processes, {connections} threads"
                    figures = measure_post_office(
                        chosen.post_office,
                        target,
                        chosen.notices,
                        processes=workers,
                        threads=connections,
                    )
                    found[f"django-post-office to {name}, {told}"].append(figures)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--notices", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--target", action="append", choices=["sink", "postfix"])
    parser.add_argument("--engine", action="append", choices=["sqlite", "postgresql"])
    for name in ("workers", "connections", "past"):
        parser.add_argument(f"--{name}", type=int, action="append")
    for name in ("mark", "shared"):
        parser.add_argument(f"--{name}", action="append", choices=["yes", "no"])
    parser.add_argument("--post-office", metavar="PYTHON", default=sys.executable)
    parser.add_argument("--as-worker", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.as_worker:
        *given, shared = json.loads(chosen.as_worker)
        as_worker(*given, shared=shared)
        return
    found = run(chosen)
    heads = ("target", "engine", "past", "workers", "connections", "mark", "shared")
    heads += ("stored/s", "sent/s")
    print("".join(f"{head:>12}" for head in heads), "  (median, all rounds)")
    for one, rounds in found.items():
        cells = "".join(f"{cell:>12}" for cell in one)
        print(f"{cells}{_figures(rounds)}")
    for name, rounds in run_others(chosen).items():
        print(f"{name:>60}{_figures(rounds)}")


def _figures(rounds):
    """Medians of stored and sent a second, and what was sent in each round."""
    kept = [stored for stored, _ in rounds if stored is not None]
    stored = f"{statistics.median(kept):12.0f}" if kept else f"{'-':>12}"
    sent = [rate for _, rate in rounds]
    told = " ".join(f"{each:.0f}" for each in sent)
    return f"{stored}{statistics.median(sent):12.0f}  ({told})"


if __name__ == "__main__":
    main()
