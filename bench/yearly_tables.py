"""Statistics of a year of the centre: 87,565 cases, some 400,000 facts.

    .venv/bin/python bench/yearly_tables.py [FOLDER] [--postgresql]

Writes a database and an export of its ledger into FOLDER once, then counts 2024 from
each in a process of its own: seconds and the most memory. With --postgresql a copy of
it is moved into a server of its own, and counted there too. The facts are those of the
tests, each case closed, and looked at again until there are so many. Wanted: under
10 seconds and 500 MB each.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from notices.casework.lines import read_fact
from notices.ledger import utc
from notices.store.casework import recording
from notices.store.casework.recording import FactToRecord
from notices.store.database.engine import writing
from notices.store.store import Store
from tests.statistics.facts_of_2024 import facts
from tests.store.postgres.server import private_postgres, url_of

WANTED = 400_000
AT_ONCE = 5_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def lines():
    """The facts of 2024, more looks, and a close of every case of that year."""
    count, ids = 0, {}
    for told in facts():
        plain = {
            key: utc(value) if isinstance(value, datetime) else value
            for key, value in told.items()
        }
        group = plain.pop("group", "")
        if plain["fact"] == "analysed" and plain["at"] >= "2023-12-31T15":
            ids[plain["case_id"]] = plain["at"]
        count += 1
        yield plain, group
    for case_id in ids:
        at = "2025-03-01T00:00:00.000000Z"
        yield (
            {
                "fact": "closed",
                "case_id": case_id,
                "at": at,
                "by": "b",
                "reason": "対応が済んだため",
            },
            "",
        )
        count += 1
    for case_id in ids:
        if count >= WANTED:
            break
        yield (
            {
                "fact": "looked",
                "case_id": case_id,
                "at": "2025-02-20T00:00:00.000000Z",
                "by": "b",
                "outcome": "cannot_tell",
                "note": "確認できない",
            },
            "",
        )
        count += 1


def fill(url):
    """A database with all of it, as the program writes it, in parts."""
    with Store.open(url, origin="bench.example/notices") as store:
        by_case = {}
        for plain, group in lines():
            by_case.setdefault(plain.get("case_id", ""), []).append((plain, group))
        part = []
        for told in by_case.values():
            part += [
                FactToRecord(fact=read_fact(json.dumps(plain)), group=group)
                for plain, group in told
            ]
            if len(part) >= AT_ONCE:
                write(store, part)
                part = []
        write(store, part)


def write(store, part):
    with writing(store.engine) as connection:
        recording.write(connection, part, {}, now=NOW, by="program:bench")
    store.ledger.put_in_order()


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    folder = Path(words[0] if words else tempfile.mkdtemp(prefix="statistics-"))
    folder.mkdir(exist_ok=True)
    site = folder / "site"
    notices = [sys.executable, "-m", "notices"]
    if not site.exists():
        subprocess.run([*notices, "init", site], check=True, capture_output=True)
        began = time.perf_counter()
        fill(f"sqlite:///{site}/outbox.sqlite")
        print(f"recorded in {time.perf_counter() - began:.0f} s")
    export = folder / "export.jsonl"
    if not export.exists():
        subprocess.run(
            [*notices, "ledger", "export", export, "--site", site], check=True
        )
    counting = ["statistics", "2024", "--as-of", "2025-01-31", "--format", "json"]
    for name, words in (
        ("SQLite", ["--site", str(site)]),
        ("export", ["--from", str(export)]),
    ):
        measure(name, [*notices, *counting, *words])
    if "--postgresql" in sys.argv:
        with moved(notices, folder, site) as there:
            measure("PostgreSQL", [*notices, *counting, "--site", str(there)])


@contextmanager
def moved(notices, folder, site):
    """A copy of the site, whose outbox lies in a server of its own."""
    there = folder / "moved"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(site, there)
    (there / "high-water.mark").unlink(missing_ok=True)
    # a copy lies elsewhere: it is told that it is the only one
    told = ["reconcile", "--reason", "bench", "--skip", "0", "--site", there]
    subprocess.run([*notices, *told], check=True, capture_output=True)
    with private_postgres() as server:
        admin = f"host={server} user=notices dbname=postgres"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        url = url_of(server, "bench")
        began = time.perf_counter()
        subprocess.run(
            [*notices, "migrate", url, "--site", there], check=True, capture_output=True
        )
        print(f"moved in {time.perf_counter() - began:.0f} s")
        config = there / "notices.toml"
        told = config.read_text().replace("sqlite:///outbox.sqlite", url)
        config.write_text(told)
        yield there


def measure(name, command):
    """Run it; wall clock, processor time and the most memory of that process alone."""
    with tempfile.TemporaryFile() as out:
        began = time.perf_counter()
        child = subprocess.Popen(command, stdout=out)
        _, status, used = os.wait4(child.pid, 0)
        took = time.perf_counter() - began
        assert status == 0, name
        out.seek(0)
        report = json.load(out)
    print(
        f"{name}: {took:.1f} s, of the processor {used.ru_utime + used.ru_stime:.1f} s, "
        f"{used.ru_maxrss / 1000:.0f} MB; {report['ledger']['size']} entries, "
        f"{report['tables']['1-1']['total']['analysed']} illegal"
    )


if __name__ == "__main__":
    main()
