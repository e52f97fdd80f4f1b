"""Judgments as JSON: reading with all faults at once, and writing."""

import dataclasses
import json
import re
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from notices import catalogue as catalogues
from notices import grammar
from notices.addresses import name_fault
from notices.catalogue import Catalogue
from notices.codec.package_data import load_catalogue
from notices.codec.parsing import parse
from notices.codec.reading import read
from notices.errors import Fault, InvalidJudgment
from notices.judgment import Judgment


def read_judgment(text: str | bytes, catalogue: Catalogue | None = None) -> Judgment:
    """Read a judgment from JSON (UTF-8) and check it whole.

    InvalidJudgment names every fault by its path: unknown and missing fields, wrong
    types, and all that `notices.rules` and the catalogue find in what can be read.
    Without `catalogue` the one of the package is used.

    >>> from notices.codec import load_examples, read_judgment
    >>> judgment = read_judgment(load_examples()["IHC-2026-004217.json"])
    >>> judgment.category, judgment.found_on.isoformat()
    ('bank-account-transfer-solicitation', '2026-11-16')
    """
    data, duplicates = parse(text)
    judgment, structural = read(Judgment, data)
    duplicates += structural
    unread = tuple(fault.path for fault in duplicates)
    duplicates += catalogues.faults(
        judgment, catalogue or load_catalogue(), unread=unread
    )
    duplicates += _addresses(judgment, {fault.path for fault in duplicates})
    if duplicates:
        raise InvalidJudgment(
            f"{_called(data)} has {len(duplicates)} fault{'s' * (len(duplicates) > 1)}",
            hint="`notices schema` prints every field",
            faults=sorted(duplicates, key=_place),
        )
    return judgment


def write_judgment(judgment: Judgment) -> str:
    """Write a judgment as JSON: fields in order, without those at their default."""
    return json.dumps(_plain(judgment), ensure_ascii=False, indent=2) + "\n"


def _addresses(judgment: Judgment, told: Collection[str]) -> Iterator[Fault]:
    """Find mailboxes that the grammar took and no mail can reach."""
    for index, step in enumerate(judgment.ladder):
        path = f"ladder[{index}].mailbox"
        if step.mailbox and path not in told and (wrong := name_fault(step.mailbox)):
            yield Fault(path, wrong)


def _called(data: dict[str, Any]) -> str:
    case_id = data.get("case_id")
    good = isinstance(case_id, str) and grammar.case_id_fault(case_id) is None
    return str(case_id) if good else "the judgment"


_ORDER = [field.name for field in dataclasses.fields(Judgment)]


def _place(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    """Faults stand in the order of the fields; unknown ones come last."""
    parts = re.split(r"[\[\].]+", fault.path)
    first = _ORDER.index(parts[0]) if parts[0] in _ORDER else len(_ORDER)
    return first, [(int(part) if part.isdigit() else -1, part) for part in parts]


def _plain(part: Any) -> Any:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {
            field.name: _plain(getattr(part, field.name))
            for field in dataclasses.fields(part)
            if getattr(part, field.name) != _default(field)
        }
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    return part.isoformat() if isinstance(part, date) else part


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
