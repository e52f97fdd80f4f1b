"""Takes the free texts out of the lines of facts, and their hashes with them.

A hash of a short text is found by guessing. So the line is written anew without its
texts, and its name is the hash of that; a retraction follows the fact that it names.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from notices.casework import FactKind
from notices.casework.facts import CLASSES, FREE_TEXTS
from notices.store.database.casework_tables import case_facts

_TEXTS = {str(kind): FREE_TEXTS.get(cls, ()) for kind, cls in CLASSES.items()}
_WITH_TEXTS = [kind for kind, names in _TEXTS.items() if names]
_RETRACTED = str(FactKind.RETRACTED)
_WRITE = (
    update(case_facts)
    .where(case_facts.c.id == bindparam("of_id"))
    .values(line=bindparam("new_line"), sha256=bindparam("new_sha256"))
)
_DROP = delete(case_facts).where(case_facts.c.id == bindparam("of_id"))


def redact_facts(connection: Connection, case_ids: Sequence[str]) -> int:
    """Rewrite the lines of these cases that hold texts; tells how many there were."""
    query = select(
        case_facts.c.id,
        case_facts.c.case_id,
        case_facts.c.kind,
        case_facts.c.line,
        case_facts.c.sha256,
    ).where(case_facts.c.case_id.in_(case_ids), case_facts.c.kind.in_(_WITH_TEXTS))
    by_case: dict[str, list[Any]] = defaultdict(list)
    for row in connection.execute(query.order_by(case_facts.c.id)):
        by_case[row.case_id].append(row)
    written: list[dict[str, Any]] = []
    dropped: list[dict[str, Any]] = []
    for rows in by_case.values():
        _redact(rows, written, dropped)
    for statement, values in ((_DROP, dropped), (_WRITE, written)):
        if values:
            connection.execute(statement, values)
    return len(written) + len(dropped)


def _redact(
    rows: Iterable[Any], written: list[dict[str, Any]], dropped: list[Any]
) -> None:
    names: dict[str, str] = {}
    seen: set[str] = set()
    # a retraction names another fact, never another retraction
    for row in sorted(rows, key=lambda row: row.kind == _RETRACTED):
        line = _without(row.line, _TEXTS[row.kind], names)
        digest = hashlib.sha256(line.encode()).hexdigest()
        names[row.sha256] = digest
        if digest in seen:
            dropped.append({"of_id": row.id})  # told apart by their texts alone
        elif line != row.line:
            written.append({"of_id": row.id, "new_line": line, "new_sha256": digest})
        seen.add(digest)


def _without(line: str, texts: Sequence[str], names: dict[str, str]) -> str:
    plain = json.loads(line)
    for name in texts:
        plain.pop(name, None)
    if "of" in plain:
        plain["of"] = names.get(plain["of"], plain["of"])
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
