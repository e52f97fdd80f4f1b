"""Mails that came in, read from a Maildir and recorded: seconds, and where they go.

    python bench/inbox.py [--mails 10000] [--notices 500] [--profile]

Four kinds, each into a fresh SQLite outbox of sent notices: strangers' mails, which are
for a person; answers of people that name our Message-ID; reports of delivery (RFC 3464)
with our envelope id; bounces in words. Processor seconds (user and system) tell more than
the wall's where others work on the same machine.
"""

import argparse
import cProfile
import os
import pstats
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from notices.delivery import Attempt, Envelope, Reply, Stage, State
from notices.inbox.maildir import Maildir
from notices.inbox.polling import read_once
from notices.inbox.reports import InboundReports
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.store.model import CaseKey
from notices.store.store import Store
from tests.store.conftest import MESSAGE, NOW, make_number, prepared_for

TO = "abuse@provider.example"


def main() -> int:
    args = _arguments()
    for name, write in KINDS.items():
        _measure(name, write, args)
    return 0


def _measure(
    name: str, write: Callable[[int, str], str], args: argparse.Namespace
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder, "box")
        for part in ("new", "cur", "tmp"):
            (box / part).mkdir(parents=True)
        with Store.open(f"sqlite:///{folder}/outbox.sqlite") as store:
            ids = [_sent(store, index) for index in range(args.notices)]
            for index in range(args.mails):
                mail = write(index, ids[index % len(ids)])
                (box / "new" / f"{index:08}.mx").write_text(mail, "utf-8")
            profile = cProfile.Profile() if args.profile else None
            wall, before = time.perf_counter(), os.times()
            if profile:
                profile.enable()
            found = Counter(
                str(filed.report.kind)
                for filed in read_once(
                    Maildir(box),
                    InboundReports(store.engine),
                    clock=lambda: datetime.now(UTC),
                )
            )
            if profile:
                profile.disable()
            after = os.times()
            spent = after.user + after.system - before.user - before.system
            wall = time.perf_counter() - wall
            print(
                f"{name:10} {args.mails} mails: {spent:5.1f} s of the processor,"
                f" {wall:5.1f} s in all; {dict(found)};"
                f" bounced {store.queries.counts()[State.BOUNCED]}",
                flush=True,
            )
            if profile:
                pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def _sent(store: Store, index: int) -> str:
    """One notice that a server took; gives its Message-ID's left part."""
    number = make_number(index + 1)
    local = f"{number}.{index:024x}@hotline.example"
    message = MESSAGE.replace(b"<1@hotline.example>", f"<{local}>".encode())
    key = CaseKey(case_id=f"IHC-{index:06}", rung="website_administrator")
    store.reserve_number(key, year=2026, make_number=make_number, now=NOW)
    envelope = Envelope(
        reverse_path="request@hotline.example",
        forward_path=TO,
        envid=f"{number}.5f3a9c01",
    )
    made = prepared_for(number, key, message=message, envelope=envelope)
    store.add(replace(made, message_id=f"<{local}>"), now=NOW)
    store.queue(number, now=NOW)
    store.make(Claim(number=number, now=NOW))
    store.make(Arm(number=number, now=NOW))
    attempt = Attempt(
        started_at=NOW,
        ended_at=NOW,
        state=State.SENT,
        stage=Stage.END_OF_DATA,
        remote="relay.test:25",
        reply=Reply(code=250),
    )
    store.make(Finish(number=number, attempt=attempt, next_attempt_at=None, now=NOW))
    return local


def _head(index: int, sender: str, subject: str, more: str = "") -> str:
    return (
        f"Received: from mx.other.example by mx.hotline.example; {index}\n"
        f"From: {sender}\nTo: request@hotline.example\nSubject: {subject}\n"
        f"Date: Thu, 05 Mar 2026 18:00:09 +0900\nMessage-ID: <{index}@mx.test>\n"
        f"{more}MIME-Version: 1.0\n"
    )


def _stranger(index: int, local: str) -> str:
    del local
    text = "Content-Type: text/plain; charset=utf-8\n\n" + "良い品を揃えました。\n" * 60
    return _head(index, f"a{index}@shop.example", f"Offer {index}") + text


def _answer(index: int, local: str) -> str:
    more = f"In-Reply-To: <{local}>\nReferences: <{local}>\n"
    text = f"Content-Type: text/plain; charset=utf-8\n\n対応済\n\n担当 {index}\n\n"
    return (
        _head(index, TO, f"Re: [{local.partition('.')[0]}] 依頼", more)
        + text
        + "> 依頼\n" * 60
    )


def _returned(local: str) -> str:
    return (
        f"From: <request@hotline.example>\nTo: <{TO}>\nSubject: [{local.partition('.')[0]}]\n"
        f"Message-ID: <{local}>\nDate: Thu, 05 Mar 2026 18:00:00 +0900\n"
        "MIME-Version: 1.0\n\n" + "body\n" * 400
    )


def _report(index: int, local: str) -> str:
    return (
        _head(index, "MAILER-DAEMON@mx.test", "Delivery Status", "Return-Path: <>\n")
        + 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\n\nIt failed.\n\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.test\nOriginal-Envelope-Id: {local.partition('.')[0]}.5f3a9c01\n\n"
        f"Final-Recipient: rfc822; {TO}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: message/rfc822\n\n{_returned(local)}\n--b--\n"
    )


def _bounce(index: int, local: str) -> str:
    return (
        _head(index, "MAILER-DAEMON@mx.test", "failure notice", "Return-Path: <>\n")
        + "\nHi. This is the qmail-send program at mx.test.\n"
        f"I've given up.\n\n<{TO}>:\n550 5.1.1 no such user {index}\n\n"
        f"--- Below this line is a copy of the message.\n\n{_returned(local)}"
    )


KINDS = {
    "strangers": _stranger,
    "answers": _answer,
    "reports": _report,
    "bounces": _bounce,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--notices", type=int, default=500)
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
