"""Random lives of cases, counted twice: here and by a second implementation."""

from datetime import date

import pytest

from tests.statistics.conftest import leaf_of, report_of
from tests.statistics.random_lives import Lives
from tests.statistics.second_count import SecondCount, share

DAYS = ("12-30", "12-31", "01-01", "01-30", "01-31", "02-01", "06-01")
HOTLINE = "foreign_hotline"


def differences(report, count):
    """Each figure that the two tell apart: table, theirs, ours."""
    for name, wanted, found in (*centre(report, count), *further(report, count)):
        if wanted != found:
            yield name, wanted, found


def centre(report, count):
    tables = report["tables"]
    totals = count.totals()
    for row in tables["1"]["rows"]:
        told = (row["count"], row["share_percent"], row["delta_from_previous_year"])
        yield "1", totals[row["group"]], told
    yield "analysed", sum(n for n, *_ in totals.values()), report["analysed"]
    for key in ("1-1", "1-2", "1-3"):
        for row, of in rows_of(tables[key], count.own, tables[key]["group"]):
            told = (row["analysed"], row["domestic"], row["foreign"])
            yield (
                key,
                (of["analysed"], of["analysed"] - of["foreign"], of["foreign"]),
                told,
            )
    home = [case for case in count.own if not case.is_foreign]
    for row, of in rows_of(tables["processing-1"], home, "illegal", count):
        names = ("analysed_domestic", "police_reported", "requested", "removed")
        more = ("removed_at_end_of_january", "unconfirmed", "not_requested")
        wanted = (
            *(of["analysed"], of["police"], of["requested"], of["five"]),
            *(of["january"], of["five_by"]["unconfirmed"], of["not_requested"]),
        )
        yield "processing-1", wanted, tuple(row[name] for name in (*names, *more))
    for key, group in (("processing-2", "serious-crime"), ("processing-3", "suicide")):
        for row, of in rows_of(tables[key], count.own, group, count):
            names = ("analysed", "requested", "removed", "unconfirmed", "not_requested")
            wanted = (
                "analysed",
                "requested",
                "january",
                "unconfirmed",
                "not_requested",
            )
            told = tuple(row[name] for name in names)
            yield key, tuple(of[name] for name in wanted), told
        rate = share(of["january"], of["requested"])
        yield key, rate, tables[key]["text"]["rate_percent"]


def further(report, count):
    tables = report["tables"]
    found = [(row["iso3166"], row["count"]) for row in tables["inhope-out"]["rows"]]
    yield "inhope-out", count.referred(), found
    abroad = [case for case in count.all if case.source == HOTLINE]
    [home] = [
        count.row([c for c in abroad if c.group == "illegal" and not c.is_foreign])
    ]
    done = tables["inhope-in-2-3"]
    names = ("analysed_domestic", "police_reported", "requested", "removed")
    wanted = (home["analysed"], home["police"], home["requested"], home["five"])
    yield "inhope-in-2-3", wanted, tuple(done[name] for name in names)
    if "form-1-abroad" in tables:
        foreign = [case for case in count.all if case.is_foreign]
        for row, of in rows_of(tables["form-1-abroad"], foreign, "illegal", count):
            told = {state: row[state] for state in of["five_by"]}
            yield "form-1-abroad", of["five_by"], told
    days = tables["days-until-done"]["total"]
    asked = [case for case in count.all if case.is_requested]
    gone = sum(case.days is not None for case in asked)
    names = ("requested", "done", "median_days", "percentile_90_days", "not_done")
    wanted = (len(asked), gone, count.percentile(50), count.percentile(90))
    told = tuple(days[name] for name in names)
    yield "days-until-done", (*wanted, len(asked) - gone), told
    for row in tables["providers"]["rows"]:
        states = [
            case.by_provider[row["provider"]]
            for case in asked
            if row["provider"] in case.by_provider
        ]
        removed = sum(state in {"removed", "blocked_in_japan"} for state in states)
        names = (
            "requested",
            "removed_at_5_business_days",
            "unconfirmed",
            "rate_percent",
        )
        wanted = (len(states), removed, states.count("unconfirmed"))
        told = tuple(row[name] for name in names)
        yield "providers", (*wanted, share(removed, len(states))), told
    kinds = [notice["kind"] for case in count.all for notice in case.notices]
    objects = tables["objects-and-notices"]
    notices = {kind: kinds.count(kind) for kind in objects["notices"]}
    yield "objects", notices, objects["notices"]
    yield "urls", sum(case.urls for case in asked), objects["urls_requested"]


def rows_of(table, cases, group, count=None):
    """Each row with the second count of its cases, the total last."""
    cases = [case for case in cases if case.group == group]
    counter = count or SecondCount([], 2000, date(2000, 1, 1))
    for row in table["rows"]:
        yield row, counter.row([c for c in cases if c.category == row["slug"]])
    yield table["total"], counter.row(cases)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("day", DAYS)
def test_both_count_the_same(seed, day):
    year = 2024 + seed % 2
    lines = Lives(seed, year).make(250)
    as_of = date.fromisoformat(f"{year + (day < '12')}-{day}")
    settings = {"grace_business_days": seed % 3}
    if seed % 2:
        settings["hotlines_abroad"] = "apart"
    leaves = [leaf_of(seq, line) for seq, line in enumerate(lines)]
    report = report_of(leaves, as_of=as_of, year=year, **settings)
    count = SecondCount(lines, year, as_of, grace=seed % 3, is_apart=bool(seed % 2))
    assert list(differences(report, count)) == []
    assert report["tables"]["processing-1"]["total"]["requested"] > 3
