"""A fact as the leaf of the ledger states it (`docs/formats.md`, 6.3)."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from notices.casework.facts import Fact, Retracted
from notices.codec.reading import written_fields
from notices.ledger import FactValue, utc

LINE = "line"
"""Under this name the canonical line lies beside the leaf, never in it."""


def leaf_facts(
    fact: Fact, line: str, *, group: str = "", of: tuple[int, str] | None = None
) -> Mapping[str, FactValue]:
    """Give what the event tells: words, and texts that will lie beside the leaf.

    line: its canonical line. group: key of the category's group, where the fact is
    `analysed`. of: place and leaf hash of the fact that is retracted. The number
    stands in the leaf itself.
    """
    told: dict[str, FactValue] = {"at": utc(fact.at), "by": fact.by}
    cls: Any = type(fact.details)
    for written, field in written_fields(cls).items():
        if written not in {"number", "of"}:
            told[written] = _word(getattr(fact.details, field.name))
    if group:
        told["group"] = group
    if of is not None:
        told["of_seq"], told["of_leaf"] = of
    texts = {name: value for name, value in told.items() if value != ""}
    return {**texts, LINE: line}


def number_of(fact: Fact) -> str:
    """整理番号 in whose chain the event stands; empty: in none."""
    if isinstance(fact.details, Retracted):
        return ""
    return str(getattr(fact.details, "number", ""))


def _word(value: Any) -> FactValue:
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, date):
        return value.isoformat()
    plain: FactValue = value
    return plain
