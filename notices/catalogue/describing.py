"""A category told whole, and a judgment to start from; two editions compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from notices.catalogue.lookup import Catalogue
from notices.catalogue.periods import BEGINNING, END, Bound, Period
from notices.catalogue.values import Category, Provision
from notices.judgment import Facility, Rung, Source

Document = dict[str, Any]
"""Plain data, for tables and JSON."""


def describe(catalogue: Catalogue, row: Category, on: date) -> Document:
    """Tell all that is known of a category; names and titles as of a day."""
    name, held = row.name_on(on), catalogue.provisions(row, on)
    return {
        "slug": row.slug,
        "name": name.ja,
        "name_en": name.en,
        "form": row.form,
        "group": row.group,
        "group_name": catalogue.groups[row.group].name,
        "period": _days(row.period),
        "certain": row.period.surely(on),
        "enabled": row.enabled,
        "disabled_reason": row.disabled_reason,
        "edition": row.edition,
        "source": row.source,
        "confidence": row.confidence,
        "note": row.note,
        "superseded_by": row.superseded_by,
        "provisions": [
            _provision(catalogue, each, on, is_held=each in held.possibly)
            for each in (*row.provisions, *row.background)
        ],
        "sub_types": [_choice(each.name, each.aliases) for each in row.sub_types],
        "sub_types_optional": row.sub_types_optional,
        "substances": [_choice(each.name, each.aliases) for each in row.substances],
        "elements": [
            {"id": each.id, "text": each.ja, "within": list(each.within)}
            for each in row.elements
        ],
        "elements_of": row.elements_of,
        "elements_source": row.elements_source,
        "judgment": starting_judgment(catalogue, row, on) if row.enabled else None,
    }


def starting_judgment(catalogue: Catalogue, row: Category, on: date) -> Document:
    """Write a judgment of a category that only lacks the case; it passes its checks."""
    elements = [{"id": each.id, "met_by": "（理由）"} for each in _one_variant(row)]
    provisions = _to_name(catalogue, row, on)
    return {
        "case_id": "CASE-ID",
        "category": row.slug,
        "found_on": on.isoformat(),
        **({"statutes": provisions} if provisions else {}),
        **({"sub_type": row.sub_types[0].name} if row.sub_types else {}),
        **({"substance": row.substances[0].name} if row.substances else {}),
        **({"elements": elements} if elements else {}),
        "target": {
            "facility": Facility.WEBSITE.value,
            "urls": ["https://www.example.jp/"],
            "provider_location": "JP",
            "server_location": "JP",
        },
        "content": "（掲載されている情報）",
        "reason": "（理由）",
        "assessor": {"name": "（担当者の氏名）", "role": "担当者"},
        "checker": {"name": "（確認者の氏名）", "role": "責任者"},
        "judged_at": f"{on.isoformat()}T00:00:00+09:00",
        "checked_at": f"{on.isoformat()}T00:00:00+09:00",
        "edition": on.isoformat(),
        "source": Source.PUBLIC.value,
        "ladder": [
            {
                "rung": Rung.WEBSITE_ADMINISTRATOR.value,
                "name": "（管理者の名称）",
                "mailbox": "abuse@www.example.jp",
            }
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is otherwise in the second of two editions."""

    category: str
    """Slug."""
    what: str
    """`added`, `removed`, or the field that changed."""
    old: str
    """In the first."""
    new: str
    """In the second."""


def differences(old: Document, new: Document) -> Iterator[Difference]:
    """Compare two results of `edition`, category by category."""
    for slug in dict.fromkeys((*old, *new)):
        before, after = old.get(slug), new.get(slug)
        if before is None or after is None:
            what = "added" if before is None else "removed"
            yield Difference(
                category=slug,
                what=what,
                old=before["name"] if before else "",
                new=after["name"] if after else "",
            )
            continue
        for field in before:
            if before[field] != after[field]:
                yield Difference(
                    category=slug,
                    what=field,
                    old=_text(before[field]),
                    new=_text(after[field]),
                )


def edition(catalogue: Catalogue, on: date) -> Document:
    """Take down what holds on a day, by slug, for a comparison."""
    left_out = {"judgment", "certain"}
    return {
        row.slug: {
            name: _held(value) if name == "provisions" else value
            for name, value in describe(catalogue, row, on).items()
            if name not in left_out
        }
        for row in catalogue.existing(on)
    }


def _provision(
    catalogue: Catalogue, row: Provision, on: date, *, is_held: bool
) -> Document:
    cited = catalogue.cite(row, on)
    words = catalogue.text_of(row.law, row.article, on)
    return {
        "law": row.law,
        "article": row.article,
        "title": cited.title.official,
        "english": cited.english,
        "period": _days(row.period),
        "held": is_held,
        "within": row.within,
        "substances": list(row.substances),
        "source": row.source,
        "confidence": row.confidence,
        "disabled_reason": row.disabled_reason,
        "text": words.text if words else "",
        "text_source": words.source if words else "",
    }


def _days(period: Period) -> str:
    """`2023-02-15..`; a day that is only known to lie between two has a `~`."""
    first = "" if period.first == BEGINNING else _bound(period.first)
    last = "" if period.last == END else _bound(period.last)
    return f"{first}..{last}"


def _bound(bound: Bound) -> str:
    if bound.earliest == bound.latest:
        return bound.earliest.isoformat()
    days = (bound.earliest, bound.latest)
    known = [day.isoformat() if date.min < day < date.max else "?" for day in days]
    return "~".join(known)


def _choice(name: str, aliases: tuple[str, ...]) -> Document:
    return {"name": name, "aliases": list(aliases)}


def _one_variant(row: Category) -> list[Any]:
    """The elements of the first variant, which is that of the first sub-type."""
    names = [name for each in row.elements for name in each.within]
    first = row.sub_types[0].name if row.sub_types else next(iter(names), "")
    return [each for each in row.elements if not each.within or first in each.within]


def _to_name(catalogue: Catalogue, row: Category, on: date) -> list[Document]:
    """The first provision or act, where there are several to choose from."""
    if not row.is_illegal:
        return []
    drug = row.substances[0].name if row.substances else ""
    held = catalogue.provisions(row, on, drug)
    acts = [each for each in held.possibly if each.within]
    if not acts and (held.only or not held.possibly):
        return []
    first = (acts or held.possibly)[0]
    return [{"law": first.law, "article": first.article}]


def _held(provisions: list[Mapping[str, Any]]) -> list[str]:
    return [f"{each['law']} {each['article']}" for each in provisions if each["held"]]


def _text(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    if isinstance(value, dict):
        return " ".join(_text(each) for each in value.values() if each)
    return str(value)
