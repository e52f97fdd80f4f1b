"""The judgment that passed its rules, as a type of its own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from notices import grammar
from notices.catalogue.checks import faults
from notices.catalogue.lookup import Catalogue
from notices.errors import Fault, InvalidJudgment
from notices.judgment import Judgment

_FIELDS = tuple(item.name for item in fields(Judgment))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CheckedJudgment(Judgment):
    """A judgment that has no fault: there is no way to make another one.

    Whoever is given one need not ask again. A copy with other values
    (`dataclasses.replace`) is checked like any new one; InvalidJudgment if it has
    faults. It is equal to a plain judgment of the same values.
    """

    catalogue: Catalogue = field(repr=False)
    """What it was checked by, and what its statutes are cited from."""

    def __post_init__(self) -> None:
        if found := faults(self, self.catalogue):
            raise refusal(self, found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Judgment) and _values(self) == _values(other)

    __hash__ = Judgment.__hash__

    @property
    def plain(self) -> Judgment:
        """The same values without the promise: for records, and to be changed."""
        return Judgment(**_values(self))


def check(judgment: Judgment, catalogue: Catalogue) -> CheckedJudgment:
    """Check a judgment, unless that was done; InvalidJudgment with every fault."""
    if isinstance(judgment, CheckedJudgment) and judgment.catalogue is catalogue:
        return judgment
    return CheckedJudgment(**_values(judgment), catalogue=catalogue)


def refusal(judgment: Judgment, found: Iterable[Fault]) -> InvalidJudgment:
    """The error that names all faults, in the order of the fields."""
    listed = sorted(found, key=_place)
    unknown = grammar.case_id_fault(judgment.case_id)
    return InvalidJudgment(
        f"{'the judgment' if unknown else judgment.case_id} has {len(listed)} "
        f"fault{'s' * (len(listed) > 1)}",
        hint="`notices schema` prints every field",
        faults=listed,
    )


def _values(judgment: Judgment) -> dict[str, Any]:
    return {name: getattr(judgment, name) for name in _FIELDS}


def _place(fault: Fault) -> tuple[int, list[tuple[int, str]]]:
    """Faults stand in the order of the fields; unknown ones come last."""
    parts = re.split(r"[\[\].]+", fault.path)
    first = _FIELDS.index(parts[0]) if parts[0] in _FIELDS else len(_FIELDS)
    return first, [(int(part) if part.isdigit() else -1, part) for part in parts]
