"""Tables of the hotlines abroad, and of form 1 that goes abroad."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from notices.casework import Body, Direction, Intake, Referred
from notices.judgment import JST, Source
from notices.statistics.counting import GONE, CountedCase, KnownOutcome, Settings
from notices.statistics.figures import share
from notices.statistics.tables import ILLEGAL, TOTAL, Year

FIRST_FORM_1_ABROAD = 2025
"""Since autumn 2025 requests for illegal information go abroad in bulk."""
Row = dict[str, Any]


def referred_out(
    referrals: Iterable[tuple[datetime, Referred]], year: int, names: Mapping[str, str]
) -> Row:
    """Table inhope-out: referrals to hotlines abroad, by the year of their own."""
    counts = Counter(
        referral.country
        for at, referral in referrals
        if referral.direction is Direction.OUT
        and referral.body is Body.HOTLINE
        and at.astimezone(JST).year == year
    )
    return _places("国外のホットラインへの通報先と通報件数", counts, names)


def received(intakes: Iterable[Intake], names: Mapping[str, str]) -> Row:
    """Table inhope-in: what hotlines abroad reported to the centre."""
    counts: Counter[str | None] = Counter()
    for intake in _of_hotlines(intakes):
        counts[intake.hotline_country] += intake.received
    return _places("国外のホットラインからの通報元と通報受理件数", counts, names)


def _places(
    title: str, counts: Mapping[str | None, int], names: Mapping[str, str]
) -> Row:
    """By count, ties by code, 不明 last."""
    ordered = sorted(
        (place for place in counts.items() if place[1]),
        key=lambda place: (place[0] is None, -place[1], place[0] or ""),
    )
    rows = [
        {
            "name_ja": "不明" if code is None else names.get(code, code),
            "count": count,
            "iso3166": code,
        }
        for code, count in ordered
    ]
    return {
        "title_ja": title,
        "rows": rows,
        "total": {"name_ja": TOTAL, "count": sum(counts.values())},
        "named_places": sum(code is not None for code, _ in ordered),
    }


def judged_of_received(year: Year, intakes: Sequence[Intake]) -> Row:
    """Table inhope-in-2-1."""
    illegal = len(_illegal_of_hotlines(year))
    out_of_scope = sum(intake.out_of_scope for intake in _of_hotlines(intakes))
    return {
        "title_ja": "国外のホットラインからの通報分析結果",
        "illegal": illegal,
        "out_of_scope": out_of_scope,
        "total": illegal + out_of_scope,
    }


def categories_of_received(year: Year) -> Row:
    """Table inhope-in-2-2: only categories that there were."""
    counts = Counter(case.category for case in _illegal_of_hotlines(year))
    return {
        "title_ja": "国外のホットラインからの通報により判断した違法情報の類型",
        "rows": [
            {"slug": slug, "name_ja": name, "count": counts[slug]}
            for slug, name in year.categories(ILLEGAL)
            if counts[slug]
        ],
        "total": counts.total(),
    }


def processed_of_received(year: Year, settings: Settings) -> Row:
    """Table inhope-in-2-3: those at home."""
    cases = [case for case in _illegal_of_hotlines(year) if not case.is_foreign]
    requested = sum(case.is_requested for case in cases)
    removed: int | None = sum(case.at_five in GONE for case in cases)
    if settings.abroad_removed_at == "january":
        gone = sum(case.at_january in GONE for case in cases)
        removed = gone if year.is_over else None
    return {
        "title_ja": "国外のホットラインからの通報により判断した違法情報の処理結果",
        "analysed_domestic": len(cases),
        "police_reported": sum(case.is_reported for case in cases),
        "requested": requested,
        "removed": removed,
        "rate_percent": share(removed, requested),
    }


def form_1_abroad(year: Year) -> Row:
    """Illegal information abroad that somebody was asked to remove."""
    cases = [case for case in year.of(ILLEGAL) if case.is_foreign]
    rows = [
        {
            "name_ja": name,
            "slug": slug,
            **_abroad_row([case for case in cases if case.category == slug]),
        }
        for slug, name in year.categories(ILLEGAL)
    ]
    return {
        "title_ja": "国外の違法情報の処理結果",
        "group": ILLEGAL,
        "rows": rows,
        "total": {"name_ja": TOTAL, **_abroad_row(cases)},
    }


def _abroad_row(cases: Sequence[CountedCase]) -> Row:
    five = [case.at_five for case in cases if case.at_five]
    return {
        "analysed_foreign": len(cases),
        "requested": len(five),
        **{known.value: five.count(known) for known in KnownOutcome},
    }


def _of_hotlines(intakes: Iterable[Intake]) -> list[Intake]:
    return [intake for intake in intakes if intake.source is Source.FOREIGN_HOTLINE]


def _illegal_of_hotlines(year: Year) -> list[CountedCase]:
    return [case for case in year.of(ILLEGAL) if case.source is Source.FOREIGN_HOTLINE]
