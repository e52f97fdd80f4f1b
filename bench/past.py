"""Rows of notices that were sent long ago, made by the database itself.

For each notice what a notice leaves: a number, the notice, the delivery, its attempt,
a report, one artifact and the six entries of the ledger in their usual sizes. Left out
for room: the text of documents and mails (200 and 100 octets instead of 3 and 140 kB;
nothing reads past ones while sending) and true leaf hashes. A tenth lies in the year in
which the bench goes on.
"""

import sqlite3
from contextlib import closing

import psycopg
from sqlalchemy import make_url

EVENTS = {
    "numbered": 207,
    "prepared": 1011,
    "queued": 85,
    "attempted": 100,
    "armed": 180,
    "outcome": 358,
}
"""Kind of each entry that sending leaves, and how many characters it has."""
MOMENT = "'2026-01-05T01:02:03.000000Z'"
NUMBER = "(2017 + i % 10) || '-' || {padded}"
HEX_64 = "'" + "0123456789abcdef" * 4 + "'"

TABLES = {
    "numbers": (
        "number, series, year, serial, case_id, rung, kind, ordinal, reserved_at",
        (
            f"{NUMBER}, '', 2017 + i % 10, i / 10 + 1, 'P-' || i, 'website_administrator',"
            f" 'notice', 1, {MOMENT}"
        ),
    ),
    "notices": (
        (
            "number, case_id, rung, kind, ordinal, form, recipient_name, letter_date,"
            " again_reason, rung_reason, judgment, notice, signer_certificate_sha256,"
            " created_at, salt"
        ),
        (
            f"{NUMBER}, 'P-' || i, 'website_administrator', 'notice', 1, 'form1', 'Example',"
            f" '2020-03-05', '', '', {{text_200}}, {{text_200}}, {HEX_64}, {MOMENT}, {HEX_64}"
        ),
    ),
    "artifacts": (
        "number, name, media_type, sha256, content",
        f"{NUMBER}, 'message.eml', 'message/rfc822', {HEX_64}, {{octets_100}}",
    ),
    "deliveries": (
        (
            "number, state, reverse_path, forward_path, archive_path, envid, message_id,"
            " message_sha256, attempts, queued_at, changed_at"
        ),
        (
            f"{NUMBER}, 'delivered', 'request@hotline.test', 'abuse@provider.test',"
            f" 'archive@hotline.test', {NUMBER} || '.5f3a9c01',"
            f" '<' || {NUMBER} || '.00112233445566778899aabb@hotline.test>',"
            f" {HEX_64}, 1, {MOMENT}, {MOMENT}"
        ),
    ),
    "attempts": (
        (
            "number, ordinal, started_at, ended_at, state, stage, remote, tls, reply_code,"
            " reply_enhanced, reply_text, note"
        ),
        (
            f"{NUMBER}, 1, {MOMENT}, {MOMENT}, 'sent', 'end_of_data', '192.0.2.25:587',"
            " 'TLSv1.3 TLS_AES_256_GCM_SHA384', 250, '2.0.0', 'Ok: queued as 3C1', ''"
        ),
    ),
    "reports": (
        "sha256, number, kind, proves, waits, reason, mailbox, received_at, facts",
        (
            f"{{hash}}, {NUMBER}, 'delivery_status', 'delivered', 0,"
            f" 'ENVID and recipient', 'INBOX', {MOMENT}, '{{{{}}}}'"
        ),
    ),
}


def add_past(url, count):
    """Fill an empty outbox with so many notices and their history."""
    if not count:
        return
    if make_url(url).get_backend_name() == "sqlite":
        _fill_sqlite(make_url(url).database, count)
    else:
        _fill_postgresql(url, count)


def _fill_sqlite(path, count):
    words = {
        "padded": "printf('%07d', i / 10 + 1)",
        "hash": "lower(hex(randomblob(32)))",
        "text_200": "hex(zeroblob(100))",
        "octets_100": "zeroblob(100)",
        "leaf": "randomblob(32)",
        "text": "hex(zeroblob({} / 2))",
        "series": "WITH RECURSIVE s(j) AS"
        " (SELECT 0 UNION ALL SELECT j + 1 FROM s WHERE j + 1 < {})",
    }
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-500000")
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("BEGIN IMMEDIATE")
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.execute(query).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in _statements(words, count):
            connection.execute(statement)
        for _, made in triggers:
            connection.execute(made)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _fill_postgresql(url, count):
    words = {
        "padded": "lpad((i / 10 + 1)::text, 7, '0')",
        "hash": "md5(i::text) || md5((-i)::text)",
        "text_200": "rpad('', 200, 'x')",
        "octets_100": "decode(repeat('00', 100), 'hex')",
        "leaf": "decode(md5(i::text) || md5(i::text), 'hex')",
        "text": "rpad('', {}, 'x')",
        "series": "WITH s(j) AS (SELECT generate_series(0, {} - 1))",
    }
    with psycopg.connect(url, autocommit=True) as connection:
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            for statement in _statements(words, count):
                connection.execute(statement)
        # as the server itself does within a minute or two
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _statements(words, count):
    for table, (columns, values) in TABLES.items():
        cells = values.format(**words)
        series = _series(words, count, each=1)
        yield f"INSERT INTO {table} ({columns}) {series} SELECT {cells} FROM n"  # noqa: S608
    # in the order in which the ledger was written
    kinds = _by_place(f"'{kind}'" for kind in EVENTS)
    texts = _by_place(words["text"].format(size) for size in EVENTS.values())
    yield (
        "INSERT INTO events (seq, number, kind, at, payload, leaf)"  # noqa: S608
        f" {_series(words, count, each=len(EVENTS))}"
        f" SELECT i * {len(EVENTS)} + place, {NUMBER.format(**words)}, {kinds},"
        f" {MOMENT}, {texts}, {words['leaf']} FROM n"
    )


def _series(words, count, *, each):
    """Rows `n (i, place)`: i from 0 to count - 1, and for each place from 0."""
    series = words["series"].format(count * each)
    return f"{series}, n(i, place) AS (SELECT j / {each}, j % {each} FROM s)"  # noqa: S608


def _by_place(values):
    cases = (f"WHEN {place} THEN {value}" for place, value in enumerate(values))
    return f"CASE place {' '.join(cases)} END"
