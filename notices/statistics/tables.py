"""Tables 1 to processing-3: what was judged, reported, asked for and removed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from notices.catalogue import Catalogue
from notices.judgment import Source
from notices.statistics.counting import GONE, CountedCase, KnownOutcome
from notices.statistics.eras import january_era
from notices.statistics.figures import share

ILLEGAL, SERIOUS, SUICIDE = "illegal", "serious-crime", "suicide"
OUT_OF_SCOPE = "out-of-scope"
TOTAL = "合計"
Cases = Sequence[CountedCase]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What the tables of a year are made of."""

    year: int
    """Year in Japan."""
    cases: Cases
    """Cases judged in that year."""
    out_of_scope: int
    """Reports that were found to be 対象外."""
    previous: dict[str, int] | None
    """Figures of the year before by group, with `out-of-scope`; None: not known."""
    catalogue: Catalogue
    """Names of groups and categories."""
    january: date
    """31 January of the next year."""
    is_over: bool
    """True: the day of the count is that day or later."""

    def of(self, group: str) -> list[CountedCase]:
        """The cases of a group."""
        return [case for case in self.cases if case.group == group]

    def categories(self, group: str) -> list[tuple[str, str]]:
        """Slug and name of the group's categories of that year, in their order."""
        counted = {case.category for case in self.cases}
        last = date(self.year, 12, 31)
        return [
            (row.slug, row.name_on(last).ja)
            for row in self.catalogue.categories.values()
            if row.group == group
            and (row.slug in counted or (row.enabled and row.period.possibly(last)))
        ]


def totals(year: Year) -> Row:
    """Table 1: 分析結果の内訳と前年差."""
    counts = {group: len(year.of(group)) for group in (ILLEGAL, SERIOUS, SUICIDE)}
    counts[OUT_OF_SCOPE] = year.out_of_scope
    whole = sum(counts.values())
    names = {key: group.name for key, group in year.catalogue.groups.items()}
    names[OUT_OF_SCOPE] = "対象外"
    before = year.previous
    rows = [
        {
            "name_ja": names[group],
            "group": group,
            **_compared(count, whole, before.get(group, 0) if before else None),
        }
        for group, count in counts.items()
    ]
    total = _compared(whole, whole, sum(before.values()) if before else None)
    return {
        "title_ja": "分析結果の内訳と前年差",
        "rows": rows,
        "total": {"name_ja": TOTAL, **total},
    }


def _compared(count: int, whole: int, before: int | None) -> Row:
    return {
        "count": count,
        "share_percent": share(count, whole),
        "delta_from_previous_year": None if before is None else count - before,
    }


def analysed(year: Year, group: str, title: str) -> Row:
    """Tables 1-1 to 1-3: how many by category, at home and abroad."""
    return _table(
        year,
        group,
        {
            "title_ja": title,
            "group": group,
            "columns_ja": ["分析件数", "国内", "国外"],
        },
        year.of(group),
        _by_place,
        bracketed=group != ILLEGAL,
    )


def _by_place(cases: Cases) -> Row:
    foreign = sum(case.is_foreign for case in cases)
    return {
        "analysed": len(cases),
        "domestic": len(cases) - foreign,
        "foreign": foreign,
    }


def illegal_processed(year: Year) -> Row:
    """Table processing-1: illegal information at home, five business days after."""
    cases = [case for case in year.of(ILLEGAL) if not case.is_foreign]
    table = _table(
        year,
        ILLEGAL,
        {
            "title_ja": "違法情報の処理結果",
            "group": ILLEGAL,
            "columns_ja": ["分析件数 (国内)", "警察へ通報", "削除依頼", "削除完了"],
            "request_word_ja": "削除依頼",
            "removed_checked_ja": "削除依頼より5営業日後",
        },
        cases,
        partial(_illegal_row, year),
        bracketed=False,
    )
    total = table["total"]
    table["text"] = {
        "analysed": len(year.of(ILLEGAL)),
        "domestic": len(cases),
        **_told_and_asked(cases),
        "police_reported": total["police_reported"],
        "requested": total["requested"],
        "removed_at_5_business_days": total["removed"],
        "rate_percent": share(total["removed"], total["requested"]),
        "removed_at_end_of_january": total["removed_at_end_of_january"],
        "rate_at_end_of_january_percent": share(
            total["removed_at_end_of_january"], total["requested"]
        ),
        "end_of_january": year.january.isoformat(),
    }
    return table


def _illegal_row(year: Year, cases: Cases) -> Row:
    five = [case.at_five for case in cases if case.at_five]
    return {
        "analysed_domestic": len(cases),
        "police_reported": sum(case.is_reported for case in cases),
        "requested": sum(case.is_requested for case in cases),
        "removed": _gone(five),
        "unconfirmed": five.count(KnownOutcome.UNCONFIRMED),
        "removed_at_end_of_january": removed_in_january(year, cases),
        **_why_not(cases),
    }


def processed(year: Year, group: str, title: str) -> Row:
    """Tables processing-2 and -3: what was asked by contract, at the end of January."""
    table = _table(
        year,
        group,
        {
            "title_ja": title,
            "group": group,
            "columns_ja": ["分析件数", "対応依頼", "削除完了"],
            "request_word_ja": "対応依頼",
            "removed_checked_ja": f"{january_era(year.year + 1)}1月末",
        },
        year.of(group),
        partial(_contract_row, year, group),
        bracketed=True,
    )
    total, cases = table["total"], year.of(group)
    police = None if group == SUICIDE else sum(case.is_reported for case in cases)
    text: Row = {"analysed": len(cases)}
    if police is None:
        text["gone_before_request"] = len(cases) - total["requested"]
    else:
        text |= _told_and_asked(cases)
    table["text"] = {
        **text,
        "police_reported": police,
        "requested": total["requested"],
        "removed_at_end_of_january": total["removed"],
        "rate_percent": share(total["removed"], total["requested"]),
    }
    return table


def _told_and_asked(cases: Cases) -> Row:
    """What the sentence takes off, so that it adds up and nothing is below zero.

    Where nobody is asked before the police are told, these are analysed less reported,
    and reported less requested.
    """
    reported = sum(case.is_reported for case in cases)
    unreported = sum(case.is_requested and not case.is_reported for case in cases)
    return {
        "gone_before_police": len(cases) - reported - unreported,
        "not_requested_removed_etc": sum(
            case.is_reported and not case.is_requested for case in cases
        ),
        "requested_without_police_report": unreported,
    }


def _contract_row(year: Year, group: str, cases: Cases) -> Row:
    return {
        "analysed": len(cases),
        "requested": sum(case.is_requested for case in cases),
        "removed": removed_in_january(year, cases),
        "unconfirmed": _unconfirmed_in_january(year, cases),
        "police_reported_by_category": None
        if group == SUICIDE
        else sum(case.is_reported for case in cases),
        **_why_not(cases),
    }


def _why_not(cases: Cases) -> Row:
    """Of those that nobody was asked for: gone, other reasons, on hold."""
    silent = [case for case in cases if not case.is_requested]
    return {
        "not_requested": {
            "gone_before_police": sum(case.gone == "police_report" for case in silent),
            "gone_before_request": sum(case.gone == "request" for case in silent),
            "other": sum(
                case.gone is None and case.not_requested is not None for case in silent
            ),
            "on_hold": sum(
                case.gone is None and case.not_requested is None and case.is_on_hold
                for case in silent
            ),
        }
    }


def removed_in_january(year: Year, cases: Cases) -> int | None:
    """How many were gone at the end of January; None: that day is still to come."""
    return _gone(_january(cases)) if year.is_over else None


def _unconfirmed_in_january(year: Year, cases: Cases) -> int | None:
    return _january(cases).count(KnownOutcome.UNCONFIRMED) if year.is_over else None


def _january(cases: Cases) -> list[KnownOutcome]:
    return [case.at_january for case in cases if case.at_january]


def _gone(known: Iterable[KnownOutcome]) -> int:
    return sum(one in GONE for one in known)


def _table(
    year: Year,
    group: str,
    head: Row,
    cases: Cases,
    row: Callable[[Cases], Row],
    *,
    bracketed: bool,
) -> Row:
    """A row for each category, and a total; brackets for the cyber patrol centre."""
    rows = [
        {
            "name_ja": name,
            "slug": slug,
            **row([case for case in cases if case.category == slug]),
        }
        for slug, name in year.categories(group)
    ]
    total = {"name_ja": TOTAL, **row(cases)}
    if bracketed:
        patrol = [case for case in cases if case.source is Source.CYBER_PATROL_CENTER]
        counted = row(patrol)
        places = ("analysed", "domestic", "foreign")
        wanted = (*places, "police_reported_by_category", "requested", "removed")
        total["of_which_cyber_patrol_center"] = {
            name: counted[name] for name in wanted if name in counted
        }
    return {**head, "rows": rows, "total": total}
