"""Disposal of a year of the centre: 87,565 closed cases, 18,033 notices with documents.

    .venv/bin/python bench/disposal.py FOLDER

FOLDER is that of `bench/yearly_tables.py`, whose database is copied. Each case that was
asked for gets a notice with six documents of 10 kB and texts beside its events; then
`notices dispose` is timed, and the raw file is searched. Wanted: under 2 minutes.
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert, select

from notices.store.database.casework_tables import case_facts
from notices.store.database.engine import writing
from notices.store.database.schema import artifacts, deliveries, notices, numbers
from notices.store.database.triggers import without_start
from notices.store.store import Store

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SAID = "ここに判断の理由が書かれている www.board.example.jp"
NAMES = (
    "message.eml",
    "letter.pdf",
    "letter.docx",
    "letter.txt",
    "notice.json",
    "warnings.json",
)


def give_notices(url):
    """A notice for each number that was sent, as the program stores it."""
    with Store.open(url) as store, writing(store.engine) as connection:
        query = select(case_facts.c.case_id, case_facts.c.number).where(
            case_facts.c.kind == "requested"
        )
        rows = connection.execute(query).all()
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            connection.execute(
                insert(numbers),
                [number_of(row, start + n) for n, row in enumerate(part, 1)],
            )
            connection.execute(insert(notices), [notice_of(row) for row in part])
            connection.execute(
                insert(artifacts), [one for row in part for one in artifacts_of(row)]
            )
            with without_start(connection):
                connection.execute(
                    insert(deliveries), [delivery_of(row) for row in part]
                )
    return len(rows)


def key_of(row):
    return {
        "case_id": row.case_id,
        "rung": "website_administrator",
        "kind": "notice",
        "ordinal": 1,
    }


def number_of(row, serial):
    return {
        "number": row.number,
        "series": "bench",
        "year": 2024,
        "serial": serial,
        "reserved_at": NOW,
        **key_of(row),
    }


def notice_of(row):
    return {
        "number": row.number,
        **key_of(row),
        "form": "form1",
        "recipient_name": "見本掲示板",
        "letter_date": "2024-06-01",
        "again_reason": "",
        "rung_reason": "",
        "judgment": f'{{"reason":"{SAID}"}}' * 20,
        "notice": "{}",
        "signer_certificate_sha256": "ab" * 32,
        "created_at": NOW,
        "salt": "",
    }


def artifacts_of(row):
    for name in NAMES:
        content = SAID.encode() + os.urandom(10_000)
        yield {
            "number": row.number,
            "name": name,
            "media_type": "x/y",
            "sha256": "ab" * 32,
            "content": content,
        }


def delivery_of(row):
    return {
        "number": row.number,
        "state": "sent",
        "stage": None,
        "reverse_path": "a@hotline.example.jp",
        "forward_path": "abuse@board.example.jp",
        "archive_path": "",
        "envid": row.number,
        "message_id": f"<{row.number}@hotline.example.jp>",
        "message_sha256": "ab" * 32,
        "attempts": 1,
        "queued_at": NOW,
        "next_attempt_at": None,
        "lease_owner": None,
        "lease_until": None,
        "changed_at": NOW,
        "channel": "smtp",
        "is_test": 0,
    }


def main():
    folder = Path(sys.argv[1])
    site = folder / "disposed"
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(folder / "site", site)
    (site / "high-water.mark").unlink(missing_ok=True)
    count = give_notices(f"sqlite:///{site}/outbox.sqlite")
    # a copy lies elsewhere: it is told that it is the only one
    told = ["reconcile", "--reason", "bench", "--skip", "0", "--site", site]
    subprocess.run(
        [sys.executable, "-m", "notices", *told], check=True, capture_output=True
    )
    size = (site / "outbox.sqlite").stat().st_size
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-m",
        "notices",
        "dispose",
        "--before",
        "2099-01-01",
        "--yes",
        "--json",
        "--site",
        site,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took, after = (
        time.perf_counter() - began,
        resource.getrusage(resource.RUSAGE_CHILDREN),
    )
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    left = b"".join(
        path.read_bytes() for path in site.glob("outbox.sqlite*") if path.is_file()
    )
    print(
        f"{count} notices, {size / 1e6:.0f} MB: disposed in {took:.0f} s, of the processor "
        f"{processor:.0f} s, {after.ru_maxrss / 1000:.0f} MB; then {len(left) / 1e6:.0f} MB, "
        f"exit {done.returncode}, found: {SAID.encode() in left}, {'対応が済んだため'.encode() in left}"
    )
    print(done.stderr[-500:])


if __name__ == "__main__":
    main()
