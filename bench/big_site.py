"""A site with very many notices and cases, made by bulk inserts honest to the schema.

Each notice has its number, bytes, delivery, attempt and six entries of the ledger, each
case its facts and two entries more; chains, hashes, commitments and summaries are as the
program writes them. `check` reads a sample back with the program's own strict readers.
A few notices among them are made and sent by the program itself.
"""

import hashlib
import hmac
import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from notices.casework import canonical_line, fact_hash, read_fact
from notices.ledger import ChainFollower, read_entry

BEGAN = datetime(2025, 1, 6, 1, 0, tzinfo=UTC)
CATEGORIES = ("bank-account-transfer-solicitation", "controlled-drug-advertising")
_PREFIX = b"notices/beside/v2\n"
TABLES = (
    "numbers",
    "notices",
    "artifacts",
    "deliveries",
    "attempts",
    "events",
    "beside",
    "case_facts",
    "cases",
)
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Chains:
    """Where the ledger stands: place of the next entry, and its chains' ends."""

    seq: int
    chance: random.Random

    def event(
        self,
        rows: Rows,
        *,
        kind: str,
        at: str,
        number: str = "",
        case_id: str = "",
        facts: str = "",
        beside: str = "",
        by: str = "user:bench",
        notice: tuple[int, str] | None = None,
        case: tuple[int, str] | None = None,
    ) -> tuple[int, str]:
        """Write one leaf of version 2, canonical as it is; gives its place and hash."""
        seq, nonce = self.seq, self.chance.randbytes(16).hex()
        previous = []
        if case_id:
            previous.append(f'"case":{_link(case)}')
        if number:
            previous.append(f'"notice":{_link(notice)}')
        if kind == "queued":
            previous.append('"policy":null')
        named = f'"number":"{number}",' if number else ""
        of_case = f'"case_id":"{case_id}",' if case_id else ""
        payload = (
            f'{{"at":"{at}","beside":{{{beside}}},"by":"{by}",{of_case}'
            f'"event":"{kind}","facts":{{{facts}}},"nonce":"{nonce}",{named}'
            f'"previous":{{{",".join(previous)}}},"seq":{seq},"v":2}}'
        )
        leaf = hashlib.sha256(b"\x00" + payload.encode()).digest()
        rows["events"].append((seq, number, kind, at, payload, leaf, case_id, ""))
        self.seq += 1
        return seq, leaf.hex()

    def lie(self, rows: Rows, seq: int, name: str, text: str) -> str:
        """Put a text beside an entry; gives the member of the leaf."""
        salt = self.chance.randbytes(32)
        octets = text.encode()
        told = hmac.digest(salt, _PREFIX + name.encode() + b"\n" + octets, "sha256")
        rows["beside"].append((seq, name, salt, "", octets))
        return f'"{name}":"{told.hex()}"'


def _link(head: tuple[int, str] | None) -> str:
    return "null" if head is None else f'{{"leaf":"{head[1]}","seq":{head[0]}}}'


def make_rows(first: int, count: int, seq: int, seed: int) -> tuple[Rows, int]:
    """Rows of notices `first` to `first + count` - 1; gives the next place, too."""
    chains = Chains(seq, random.Random(seed))  # noqa: S311
    rows: Rows = {name: [] for name in TABLES}
    for index in range(first, first + count):
        _one(rows, chains, index)
    return rows, chains.seq


def _one(rows: Rows, chains: Chains, index: int) -> None:
    number, case_id = f"R7-1-{index:07d}", f"BIG-{index:08d}"
    began = BEGAN + timedelta(seconds=40 * index)
    at, sent = _moment(began), _moment(began + timedelta(seconds=9))
    digest = hashlib.sha256(number.encode()).hexdigest()
    message_id = f"<{number}.{digest[:24]}@hotline.example.jp>"
    message = f"Message-ID: {message_id}\r\n\r\nbulk\r\n".encode()
    message_sha256 = hashlib.sha256(message).hexdigest()
    case = _judged(rows, chains, case_id, began, at)
    own = '"kind":"notice","ordinal":1,"rung":"board_administrator"'
    head = chains.event(
        rows,
        kind="numbered",
        at=at,
        number=number,
        case_id=case_id,
        facts=f'"form":"form1",{own},"serial":{index},"series":"","year":2025',
        case=case,
    )
    beside = ",".join(
        chains.lie(rows, chains.seq, name, text)
        for name, text in (
            ("mailbox", "abuse@board.example.jp"),
            ("recipient", "Example Board"),
        )
    )
    head = case = chains.event(
        rows,
        kind="prepared",
        at=at,
        number=number,
        case_id=case_id,
        beside=beside,
        facts='"channel":"smtp","clock_tolerance_seconds":60,"form":"form1",'
        f'"kind":"notice","message_id":"{message_id}","ordinal":1,'
        f'"rung":"board_administrator","signer_certificate_sha256":"{"ab" * 32}",'
        '"test":false,"timestamped":false,"warnings":0',
        notice=head,
        case=head,
    )
    head = chains.event(rows, kind="queued", at=at, number=number, notice=head)
    outcome = (
        f'"attempt":1,"ended_at":"{sent}","remote":"relay.example:587",'
        '"reply_code":250,"reply_enhanced":"2.0.0","stage":"end_of_data",'
        f'"started_at":"{at}","state":"sent","tls":"TLSv1.3"'
    )
    for kind, facts in (
        ("attempted", '"attempt":1'),
        ("armed", f'"attempt":1,"message_sha256":"{message_sha256}"'),
        ("outcome", outcome),
    ):
        head = chains.event(
            rows,
            kind=kind,
            at=sent,
            number=number,
            facts=facts,
            by="program:worker",
            notice=head,
        )
    _asked(rows, chains, case_id, number, began, sent, head, case)
    target = f'{{"urls":["https://board.example.jp/{index}"]}}'
    judgment = f'{{"case_id":"{case_id}","target":{target}}}'
    key = (case_id, "board_administrator", "notice", 1)
    rows["numbers"].append((number, "", 2025, index, *key, at))
    rows["notices"].append(
        (
            number,
            *key,
            "form1",
            "Example Board",
            began.date().isoformat(),
            "",
            "",
            judgment,
            f'{{"number":"{number}"}}',
            "ab" * 32,
            at,
            "",
        )
    )
    rows["artifacts"].append(
        (number, "message.eml", "message/rfc822", message_sha256, message)
    )
    rows["deliveries"].append(
        (
            number,
            "sent",
            None,
            "notices@hotline.example.jp",
            "abuse@board.example.jp",
            "",
            digest[:32],
            message_id,
            message_sha256,
            1,
            at,
            None,
            None,
            None,
            sent,
            "smtp",
            0,
        )
    )
    rows["attempts"].append(
        (
            number,
            1,
            at,
            sent,
            "sent",
            "end_of_data",
            "relay.example:587",
            "TLSv1.3",
            250,
            "2.0.0",
            "2.0.0 Ok: queued",
            "",
        )
    )


def _fact(rows: Rows, line: dict[str, Any], written: str) -> str:
    """A fact in its canonical line; the readers of the program check a sample."""
    text = json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    name = hashlib.sha256(text.encode()).hexdigest()
    rows["case_facts"].append(
        (
            line["case_id"],
            line["fact"],
            line["at"],
            line.get("number", ""),
            text,
            name,
            written,
        )
    )
    return text


def _judged(
    rows: Rows, chains: Chains, case_id: str, began: datetime, at: str
) -> tuple[int, str]:
    category = CATEGORIES[int(case_id[-3:]) % 2]
    day = began.date().isoformat()
    fact = {
        "fact": "analysed",
        "case_id": case_id,
        "at": at,
        "by": "bench",
        "category": category,
        "found_on": day,
        "provider_location": "JP",
        "server_location": "JP",
        "source": "public",
        "edition": "2025-09-25",
        "urls": 1,
    }
    text = _fact(rows, fact, at)
    beside = chains.lie(rows, chains.seq, "line", text)
    return chains.event(
        rows,
        kind="analysed",
        at=at,
        case_id=case_id,
        beside=beside,
        facts=f'"at":"{at}","by":"bench","category":"{category}",'
        f'"edition":"2025-09-25","found_on":"{day}","group":"illegal",'
        '"hotline_country":null,"provider_location":"JP","server_location":"JP",'
        '"source":"public","urls":1',
    )


def _asked(
    rows: Rows,
    chains: Chains,
    case_id: str,
    number: str,
    began: datetime,
    sent: str,
    notice: tuple[int, str],
    case: tuple[int, str],
) -> None:
    fact = {
        "fact": "requested",
        "case_id": case_id,
        "at": sent,
        "by": "bench",
        "number": number,
        "kind": "request",
        "rung": "board_administrator",
        "form": "form1",
        "provider": "example-board",
        "country": "JP",
    }
    text = _fact(rows, fact, sent)
    beside = chains.lie(rows, chains.seq, "line", text)
    head = chains.event(
        rows,
        kind="requested",
        at=sent,
        number=number,
        case_id=case_id,
        beside=beside,
        facts=f'"at":"{sent}","by":"bench","country":"JP","form":"form1",'
        '"kind":"request","provider":"example-board","rung":"board_administrator"',
        notice=notice,
        case=case,
    )
    is_done = int(case_id[-2:]) != 0
    due_on = (began + timedelta(days=7)).date().isoformat()
    if is_done:
        looked = {
            "fact": "looked",
            "case_id": case_id,
            "at": sent,
            "by": "bench",
            "outcome": "removed",
            "from": "JP",
        }
        text = _fact(rows, looked, sent)
        beside = chains.lie(rows, chains.seq, "line", text)
        chains.event(
            rows,
            kind="looked",
            at=sent,
            case_id=case_id,
            beside=beside,
            facts=f'"at":"{sent}","by":"bench","from":"JP","how":"person",'
            '"outcome":"removed"',
            case=head,
        )
    # at the end of January all are looked at again
    rows["cases"].append(
        (
            case_id,
            "done" if is_done else "requested",
            CATEGORIES[int(case_id[-3:]) % 2],
            "illegal",
            _moment(began),
            "example-board",
            "2027-01-31" if is_done else due_on,
            sent,
            _moment(began),
            sent,
        )
    )


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


COLUMNS = {
    "cases": "case_id, state, category, case_group, analysed_at, provider, due_on, "
    "changed_at, told_since, told_until",
    "case_facts": "case_id, kind, at, number, line, sha256, written_at",
    "events": "seq, number, kind, at, payload, leaf, case_id, subject",
    "beside": "seq, name, salt, source, octets",
}


def fill_sqlite(path: Path, batches: Iterator[Rows]) -> None:
    """Insert; triggers and indexes are put back as they were."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA cache_size=-400000")
        kept = connection.execute(
            "SELECT type, name, sql FROM sqlite_master "
            "WHERE type IN ('trigger', 'index') AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in kept:
            connection.execute(f"DROP {kind} {name}")
        for rows in batches:
            for table in TABLES:
                if rows[table]:
                    marks = ",".join("?" * len(rows[table][0]))
                    columns = f"({COLUMNS[table]})" if table in COLUMNS else ""
                    connection.executemany(
                        f"INSERT INTO {table} {columns} VALUES ({marks})",  # noqa: S608
                        rows[table],
                    )
            connection.commit()
        for _, _, sql in sorted(kept):
            connection.execute(sql)
        connection.commit()
        connection.execute("PRAGMA journal_mode=WAL")


def fill_postgres(url: str, batches: Iterator[Rows]) -> None:
    """COPY; triggers sleep for this session, indexes are made anew at the end."""
    import psycopg  # noqa: PLC0415

    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SET maintenance_work_mem = '512MB'")
        kept = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "AND indexname LIKE 'ix_%'"
        ).fetchall()
        for name, _ in kept:
            connection.execute(f"DROP INDEX {name}")
        for rows in batches:
            for table in TABLES:
                columns = f"({COLUMNS[table]})" if table in COLUMNS else ""
                with (
                    connection.cursor() as cursor,
                    cursor.copy(f"COPY {table} {columns} FROM STDIN") as copy,
                ):
                    for row in rows[table]:
                        copy.write_row(row)
        for _, sql in kept:
            connection.execute(sql)
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE")


def batches(
    count: int, seq: int, *, told: Callable[[int], None], size: int = 5000
) -> Iterator[Rows]:
    """The rows of so many notices, some thousands at a time."""
    for first in range(1, count + 1, size):
        rows, seq = make_rows(first, min(size, count + 1 - first), seq, first)
        told(first)
        yield rows


def check(leaves: Iterable[bytes]) -> None:
    """The program's own strict readers take the entries; every chain is whole."""
    follower = ChainFollower()
    for octets in leaves:
        faults = list(follower.faults(read_entry(octets)))
        assert not faults, faults


def check_facts(lines: Iterable[tuple[str, str]]) -> None:
    """The lines of facts are canonical, and named by their hashes."""
    for line, name in lines:
        fact = read_fact(line)
        assert (canonical_line(fact), fact_hash(fact)) == (line, name), line
