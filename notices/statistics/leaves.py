"""Facts from leaves of the ledger: what an export holds is enough.

No free text is in a leaf, so none is in these facts. A fact that was retracted by the
day of the count is left out.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

from notices.casework import Case, Fact, FactKind, Intake, Referred
from notices.casework.case import end_of, in_order
from notices.casework.facts import CLASSES, Details
from notices.codec.reading import inner, written_fields
from notices.errors import EvidenceBroken
from notices.ledger import Leaf, QuickLeaf
from notices.messages import Text

KINDS = {kind.value: kind for kind in FactKind}
COUNTED = KINDS.keys() - {
    str(kind)
    for kind in (
        *(FactKind.ANSWERED, FactKind.RETURNED, FactKind.KEPT, FactKind.DISPOSED),
        *(FactKind.CLOSED, FactKind.REOPENED),
    )
}
"""What a table is counted from; a retraction of another fact changes nothing."""
Told = Leaf | QuickLeaf
"""A leaf, as far as its facts are asked for."""
_HEAD = frozenset({"at", "by", "clock_behind_ms"})


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is counted: the cases and the figures of a day, at a size of the ledger."""

    cases: tuple[Case, ...]
    """Every case with a fact, in the order of their ids."""
    groups: Mapping[str, str]
    """Case id to the group of its newest judgment."""
    intakes: tuple[Intake, ...]
    """Figures of the case system."""
    referrals: tuple[tuple[datetime, Referred], ...]
    """Every referral, with its time; also of cases."""


def facts_of_leaves(leaves: Iterable[Told], as_of: date) -> Selection:
    """Select the facts up to the close of a day in Japan.

    EvidenceBroken for a leaf that has the name of a fact and not its fields.
    """
    end = end_of(as_of)
    told: dict[int, Fact] = {}
    groups: dict[int, str] = {}
    wrong: set[int] = set()
    reader = _FactReader()
    for leaf in leaves:
        if leaf.event not in COUNTED or (at := _moment(leaf)) >= end:
            continue
        if leaf.event == FactKind.RETRACTED:
            wrong.add(_retracted(leaf))
            continue
        told[leaf.seq] = reader.fact(leaf, at)
        if group := leaf.facts.get("group"):
            groups[leaf.seq] = sys.intern(str(group))
    for seq in wrong:
        told.pop(seq, None)
    return _selection(told, groups)


def _selection(told: Mapping[int, Fact], groups: Mapping[int, str]) -> Selection:
    by_case: dict[str, list[Fact]] = defaultdict(list)
    judged: dict[str, tuple[datetime, str]] = {}
    intakes, referrals = [], []
    for seq, fact in told.items():
        if isinstance(fact.details, Intake):
            intakes.append(fact.details)
        if isinstance(fact.details, Referred):
            referrals.append((fact.at, fact.details))
        if fact.case_id:
            by_case[fact.case_id].append(fact)
        if group := groups.get(seq):
            judged[fact.case_id] = max(
                (fact.at, group), judged.get(fact.case_id, (fact.at, group))
            )
    return Selection(
        cases=tuple(
            Case(case_id=case_id, facts=in_order(facts))
            for case_id, facts in sorted(by_case.items())
        ),
        groups={case_id: group for case_id, (_, group) in judged.items()},
        intakes=tuple(intakes),
        referrals=tuple(referrals),
    )


class _FactReader:
    """Makes facts of leaves; what many of them have in common is made once."""

    def __init__(self) -> None:
        self._details: dict[tuple[object, ...], Details] = {}
        self._cases: dict[str, str] = {}

    def fact(self, leaf: Told, at: datetime) -> Fact:
        """The fact that a leaf states, without its free texts."""
        told = leaf.facts
        key: tuple[object, ...]
        if isinstance(leaf, QuickLeaf) and leaf.particulars:
            key = (leaf.event, leaf.number, leaf.particulars)
        else:
            own = [one for one in told.items() if one[0] not in _HEAD]
            key = (leaf.event, leaf.number, *own)
        details = self._details.get(key)
        if details is None:
            details = self._details[key] = _details(leaf)
        case_id = leaf.case_id or ""
        return Fact(
            case_id=self._cases.setdefault(case_id, case_id),
            at=at,
            by=sys.intern(str(told.get("by") or "")),
            details=details,
        )


def _retracted(leaf: Told) -> int:
    """The place of the entry that it takes back: an earlier one."""
    seq = leaf.facts.get("of_seq")
    if type(seq) is not int or not 0 <= seq < leaf.seq:
        raise _no_fact(leaf, Text("of_seq names no earlier entry"))
    return seq


def _why(wrong: Exception) -> str:
    """In our words: those of Python are for programmers."""
    if isinstance(wrong, KeyError):
        return Text(
            "{key} is missing, or no word that can stand there", key=str(wrong.args[0])
        )
    return Text("something has another kind of value than it must")


def _no_fact(leaf: Told, wrong: str) -> EvidenceBroken:
    return EvidenceBroken(
        Text(
            "entry {seq} of the ledger is no {event}: {wrong}",
            seq=leaf.seq,
            event=leaf.event,
            wrong=wrong,
        ),
        hint="`notices ledger verify` tells whether it was altered",
    )


def _details(leaf: Told) -> Details:
    cls: Any = CLASSES[KINDS[leaf.event]]
    told = {**leaf.facts, "number": leaf.number}
    try:
        values = {
            name: convert(told[written])
            for written, name, convert in _fields(cls)
            if told.get(written) is not None
        }
        details: Details = cls(**values)
    except (KeyError, TypeError, ValueError) as wrong:
        raise _no_fact(leaf, _why(wrong)) from wrong
    return details


@cache
def _fields(cls: Any) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """Name in the leaf, name in the dataclass, and how a word becomes the value."""
    hints = get_type_hints(cls)
    return tuple(
        (written, field.name, _converter(inner(hints[field.name])))
        for written, field in written_fields(cls).items()
    )


def _converter(kind: Any) -> Callable[[Any], Any]:
    """Words of a leaf are exact: no conversion but to days and words of a list."""
    if issubclass(kind, Enum):
        return {member.value: member for member in kind}.__getitem__
    if kind is date:
        return date.fromisoformat

    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return same


def _moment(leaf: Told) -> datetime:
    """When it happened, as told; not when it was written down."""
    if isinstance(leaf, QuickLeaf):
        return leaf.told_at or leaf.at
    at = leaf.facts.get("at")
    return datetime.fromisoformat(at) if isinstance(at, str) else leaf.at
