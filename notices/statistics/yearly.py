"""The report of a year: all tables, in the structure of the centre's own."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from notices.casework import Intake
from notices.catalogue import Catalogue
from notices.judgment import Source
from notices.rules.calendar import Calendar
from notices.statistics import abroad, further, tables
from notices.statistics.counting import Settings, count_case, source_of, year_of
from notices.statistics.eras import era
from notices.statistics.leaves import Selection
from notices.statistics.tables import ILLEGAL, OUT_OF_SCOPE, SERIOUS, SUICIDE, Year


def yearly(
    selection: Selection,
    year: int,
    as_of: date,
    *,
    catalogue: Catalogue,
    calendar: Calendar,
    countries: Mapping[str, str],
    settings: Settings,
) -> dict[str, Any]:
    """Count a year, in Japan, as it was known at the close of a day.

    selection: facts up to that day. countries: ISO 3166-1 alpha-2 to Japanese name.
    The result is plain data for JSON: `tables` by their numbers in the report.
    """
    years = {case.case_id: year_of(case) for case in selection.cases}
    counted = [
        count_case(
            case,
            selection.groups.get(case.case_id, ""),
            as_of=as_of,
            calendar=calendar,
            settings=settings,
        )
        for case in selection.cases
        if years[case.case_id] == year
    ]
    before = Counter(
        selection.groups.get(case.case_id, "")
        for case in selection.cases
        if years[case.case_id] == year - 1 and _is_within(source_of(case), settings)
    )
    intakes = _of_year(selection.intakes, year)
    own = [line for line in intakes if _is_within(line.source, settings)]
    whole = Year(
        year=year,
        cases=[case for case in counted if case],
        out_of_scope=sum(line.out_of_scope for line in own),
        previous=_previous(selection, before, year - 1, settings),
        catalogue=catalogue,
        january=date(year + 1, 1, 31),
        is_over=as_of >= date(year + 1, 1, 31),
    )
    centre = _without_hotlines(whole, settings)
    return {
        "title_ja": _title(year),
        "period": {"from": f"{year}-01-01", "to": f"{year}-12-31"},
        "as_of": as_of.isoformat(),
        "settings": asdict(settings),
        "reports_received": sum(line.received for line in own),
        "analysed": len(centre.cases) + centre.out_of_scope,
        "tables": {
            **_centre(centre),
            **_hotlines(whole, selection, intakes, countries, settings),
            **_further(whole),
        },
    }


def _without_hotlines(year: Year, settings: Settings) -> Year:
    """The year of the centre's own tables, as the settings read it."""
    own = [case for case in year.cases if _is_within(case.source, settings)]
    return replace(year, cases=own)


def _is_within(source: Source | None, settings: Settings) -> bool:
    """Whether what came from there is within the centre's own tables."""
    is_apart = settings.hotlines_abroad != "inside"
    return not (is_apart and source is Source.FOREIGN_HOTLINE)


def _of_year(intakes: Iterable[Intake], year: int) -> list[Intake]:
    return [line for line in intakes if line.month[:4] == str(year)]


def _title(year: int) -> str:
    return f"{era(year)}におけるインターネット・ホットラインセンターの運用状況について"


def _previous(
    selection: Selection, cases: Mapping[str, int], year: int, settings: Settings
) -> dict[str, int] | None:
    """The year before by group; None if nothing of it is on record."""
    intakes = _of_year(selection.intakes, year)
    if not cases and not intakes:
        return None
    own = [line for line in intakes if _is_within(line.source, settings)]
    counts = {group: cases.get(group, 0) for group in (ILLEGAL, SERIOUS, SUICIDE)}
    return {**counts, OUT_OF_SCOPE: sum(line.out_of_scope for line in own)}


def _centre(year: Year) -> dict[str, Any]:
    return {
        "1": tables.totals(year),
        "1-1": tables.analysed(year, ILLEGAL, "違法情報と判断した通報"),
        "1-2": tables.analysed(year, SERIOUS, "重要犯罪密接関連情報と判断した通報"),
        "1-3": tables.analysed(year, SUICIDE, "自殺誘引等情報と判断した通報"),
        "processing-1": tables.illegal_processed(year),
        "processing-2": tables.processed(
            year, SERIOUS, "重要犯罪密接関連情報の処理結果"
        ),
        "processing-3": tables.processed(year, SUICIDE, "自殺誘引等情報の処理結果"),
    }


def _hotlines(
    year: Year,
    selection: Selection,
    intakes: list[Intake],
    countries: Mapping[str, str],
    settings: Settings,
) -> dict[str, Any]:
    return {
        "inhope-out": abroad.referred_out(selection.referrals, year.year, countries),
        "inhope-in": abroad.received(intakes, countries),
        "inhope-in-2-1": abroad.judged_of_received(year, intakes),
        "inhope-in-2-2": abroad.categories_of_received(year),
        "inhope-in-2-3": abroad.processed_of_received(year, settings),
    }


def _further(year: Year) -> dict[str, Any]:
    tables = {
        "days-until-done": further.days_until_done(year),
        "providers": further.providers(year),
        "asking-again": further.asking_again(year),
        "objects-and-notices": further.objects_and_notices(year),
    }
    if year.year >= abroad.FIRST_FORM_1_ABROAD:
        tables = {"form-1-abroad": abroad.form_1_abroad(year), **tables}
    return tables
