"""The judgment that passed its rules, as a type of its own."""

import re
from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from notices import grammar, rules
from notices.catalogue.checks import faults
from notices.catalogue.lookup import Catalogue
from notices.errors import Fault, InvalidJudgment
from notices.judgment import Judgment
from notices.messages import Text

_FIELDS = tuple(item.name for item in fields(Judgment))


class CheckedJudgment(Judgment):
    """A judgment without a fault; only `check` makes one, so nobody asks again.

    Everywhere else it is the plain judgment that it equals. A copy with other values
    (`dataclasses.replace`) is a plain one: nobody has checked that.
    """

    __slots__ = ("catalogue",)
    catalogue: Catalogue
    """What it was checked by, and what its statutes are cited from."""

    def __new__(cls, **values: Any) -> Judgment:  # type: ignore[misc]
        """Make the plain judgment of these values."""
        return Judgment(**values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Judgment) and _values(self) == _values(other)

    __hash__ = Judgment.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return _judgment, (_values(self),)

    @property
    def plain(self) -> Judgment:
        """The same values without the promise."""
        return _judgment(_values(self))


def check(
    judgment: Judgment,
    catalogue: Catalogue,
    *,
    told: Collection[Fault] = (),
    until: datetime | None = None,
) -> CheckedJudgment:
    """Check a judgment, unless that was done; InvalidJudgment with every fault.

    told: faults that are known already. A field of which one tells holds a placeholder,
    nothing more is said about it. until: the latest time at which somebody can have
    judged or checked, asked for each time; None: not compared with any clock.
    """
    unread = tuple(fault.path for fault in told)
    ahead = rules.in_future(judgment, until) if until else ()
    faults_told = [*told, *(fault for fault in ahead if fault.path not in unread)]
    if not isinstance(judgment, CheckedJudgment) or judgment.catalogue is not catalogue:
        faults_told += faults(judgment, catalogue, unread=unread)
    elif not faults_told:
        return judgment
    if faults_told:
        raise _refusal(judgment, faults_told)
    checked = object.__new__(CheckedJudgment)
    for name, value in (*_values(judgment).items(), ("catalogue", catalogue)):
        object.__setattr__(checked, name, value)
    return checked


def _refusal(judgment: Judgment, found: Collection[Fault]) -> InvalidJudgment:
    """The error that names all faults, in the order of the fields."""
    listed = sorted(found, key=_place)
    unknown = grammar.case_id_fault(judgment.case_id)
    return InvalidJudgment(
        Text(
            "{judgment} has {count} faults",
            judgment="the judgment" if unknown else judgment.case_id,
            count=len(listed),
        ),
        hint="`notices schema` prints every field",
        faults=listed,
    )


def _judgment(values: dict[str, Any]) -> Judgment:
    return Judgment(**values)


def _values(judgment: Judgment) -> dict[str, Any]:
    return {name: getattr(judgment, name) for name in _FIELDS}


def _place(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    """Faults stand in the order of the fields; unknown ones come last."""
    parts = re.split(r"[\[\].]+", fault.path)
    first = _FIELDS.index(parts[0]) if parts[0] in _FIELDS else len(_FIELDS)
    return first, [(int(part) if part.isdigit() else -1, part) for part in parts]
