"""From parsed data to the catalogue's values.

The data is ours and comes with the package: what is wrong with it is a fault of the
installation, so it raises ConfigError and does not collect faults.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from notices.catalogue.values import (
    BEGINNING,
    END,
    Alias,
    Bound,
    Category,
    Choice,
    ClassLabel,
    Group,
    Law,
    Name,
    Period,
    Provision,
    Title,
)

Data = Mapping[str, Any]


def laws(data: Data) -> dict[str, Law]:
    """Read the laws, by key."""
    return {
        key: Law(
            key=key,
            law_number=row["law_number"],
            egov_id=row["egov_id"],
            titles=tuple(
                Title(
                    official=title["official"],
                    short=title["short"],
                    period=period,
                    en=title.get("en", ""),
                    en_source=title.get("en_source", ""),
                )
                for title, period in _in_turn(row["titles"])
            ),
        )
        for key, row in data.items()
    }


def groups(data: Data) -> dict[str, Group]:
    """Read the groups, by key."""
    return {
        key: Group(key=key, name=row["ja"], name_en=row["en"])
        for key, row in data.items()
    }


def class_labels(data: Data) -> dict[str, tuple[ClassLabel, ...]]:
    """Read the boxes of form 2, by form."""
    return {
        form: tuple(
            ClassLabel(key=row["key"], name=row["ja"], name_en=row["en"])
            for row in rows
        )
        for form, rows in data.items()
    }


def category(row: Data) -> Category:
    """Read one category."""
    return Category(
        slug=row["slug"],
        edition=row["edition"],
        ordinal=row["ordinal"],
        form=row["form"],
        group=row["group"],
        class_2006=row.get("class_2006"),
        names=tuple(
            Name(ja=name["ja"], en=name["en"], period=period)
            for name, period in _in_turn(row["names"])
        ),
        period=_period(row),
        aliases=tuple(
            Alias(text=alias["text"], period=_period(alias))
            for alias in row.get("aliases", ())
        ),
        sub_types=_choices(row.get("sub_types", ())),
        substances=_choices(row.get("substances", ())),
        provisions=tuple(map(_provision, row["provisions"])),
        background=tuple(map(_provision, row.get("background", ()))),
        disabled_reason="" if row["enabled"] else row["disabled_reason"],
        superseded_by=row["superseded_by"],
        source=row["source"],
        confidence=row["confidence"],
        note=row.get("note", ""),
    )


def _provision(row: Data) -> Provision:
    return Provision(
        law=row["law"],
        article=row["article"],
        period=_period(row),
        substances=tuple(row.get("substances", ())),
        source=row["source"],
        confidence=row["confidence"],
    )


def _choices(rows: Sequence[Data]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            name=row["ja"],
            name_en=row.get("en", ""),
            aliases=tuple(row.get("aliases", ())),
        )
        for row in rows
    )


def _in_turn(rows: Sequence[Data]) -> list[tuple[Data, Period]]:
    """Let each row begin on the day after the one before it ended."""
    first, result = BEGINNING, []
    for row in rows:
        last = _bound(row["valid_to"], END)
        result.append((row, Period(first=first, last=last)))
        if last != END:
            day = timedelta(days=1)
            first = Bound(earliest=last.earliest + day, latest=last.latest + day)
    return result


def _period(row: Data) -> Period:
    return Period(
        first=_bound(row.get("valid_from"), BEGINNING),
        last=_bound(row.get("valid_to"), END),
    )


def _bound(data: Data | None, unbounded: Bound) -> Bound:
    if data is None:
        return unbounded
    earliest, latest = data["earliest"], data["latest"]
    return Bound(
        earliest=date.fromisoformat(earliest) if earliest else date.min,
        latest=date.fromisoformat(latest) if latest else date.max,
    )
