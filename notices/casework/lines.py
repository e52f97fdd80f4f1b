"""Facts as JSON lines: read with all faults at once, written in one way.

A line is one flat object: `fact`, `case_id`, `at`, `by`, and the fields of its kind.
The canonical line has every field that is not at its default, times in UTC; its
SHA-256 names the fact, for `retracted` and to know it when it comes again.
"""

import dataclasses
import hashlib
import json
from datetime import date, datetime
from enum import Enum
from typing import Any

from notices.casework import facts, fields
from notices.casework.facts import Fact
from notices.casework.words import FactKind
from notices.codec.parsing import Unreadable, parse
from notices.codec.reading import read, untold, written_fields
from notices.errors import Fault, InputError
from notices.ledger import FactValue, utc
from notices.messages import Text


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What every line has."""

    fact: FactKind
    at: datetime
    by: str
    case_id: str = ""


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_HEAD = frozenset(field.name for field in dataclasses.fields(_Head))


def read_fact(line: str | bytes) -> Fact:
    """Read one line; InputError with every fault of its fields.

    What needs the catalogue, the clock or other facts is judged by `known_faults`
    and `set_faults`.
    """
    try:
        data, told = parse(line)
    except Unreadable as wrong:
        raise InputError(
            Text("the fact cannot be read: {wrong}", wrong=wrong),
            hint="each line is one object of JSON; see `notices schema fact`",
        ) from wrong
    fact, found = _fact(data)
    told = [*told, *found]
    told += untold(fields.faults(fact), told)
    if told:
        raise InputError("the fact is not in order", faults=told)
    return fact


def _fact(data: Any) -> tuple[Fact, list[Fault]]:
    if not isinstance(data, dict):
        return _fact({"": data})
    head_data = {name: value for name, value in data.items() if name in _HEAD}
    head, wrong_head = read(_Head, head_data)
    rest = {name: value for name, value in data.items() if name not in _HEAD}
    if any(fault.path == "fact" for fault in wrong_head):
        # which fields belong to it is not known: only the head can be judged
        details: facts.Details = facts.Closed()
        return _made(head, details), wrong_head
    details, wrong = read(facts.CLASSES[head.fact], rest)
    return _made(head, details), [*wrong_head, *wrong]


def _made(head: _Head, details: facts.Details) -> Fact:
    return Fact(case_id=head.case_id, at=head.at, by=head.by, details=details)


def plain_fact(fact: Fact) -> dict[str, FactValue]:
    """The fields of a line, without those at their default."""
    plain: dict[str, FactValue] = {"fact": fact.kind.value}
    if fact.case_id:
        plain["case_id"] = fact.case_id
    plain |= {"at": utc(fact.at), "by": fact.by}
    cls: Any = type(fact.details)
    for name, field in written_fields(cls).items():
        value = getattr(fact.details, field.name)
        if value != field.default:
            plain[name] = _plain(value)
    return plain


def canonical_line(fact: Fact) -> str:
    """The one way to write a fact: canonical JSON (RFC 8785)."""
    return _CANONICAL.encode(plain_fact(fact))


def line_hash(line: str) -> str:
    """SHA-256 of a canonical line in UTF-8, in hexadecimal: it names the fact."""
    return hashlib.sha256(line.encode()).hexdigest()


def fact_hash(fact: Fact) -> str:
    """Give the name of a fact: `line_hash` of its canonical line."""
    return line_hash(canonical_line(fact))


def _plain(value: Any) -> FactValue:
    told: FactValue = value
    if isinstance(value, Enum):
        told = value.value
    elif isinstance(value, date):
        told = value.isoformat()
    return told
