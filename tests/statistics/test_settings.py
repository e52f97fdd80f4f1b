"""What the report of 2024 leaves open is a setting; its reading is the default."""

from datetime import date

import pytest

from notices.statistics.sheets import method, sheets
from tests.statistics.conftest import leaf_of, report_of
from tests.statistics.facts_of_2024 import _line, at_japan

SLUG = "csam-display"
DAY = date(2025, 3, 3)


def case(case_id, source="public", group="illegal", slug=SLUG, place="JP", **looks):
    """Judged, reported, asked for; `looks`: day to outcome."""
    country = {"hotline_country": "NL"} if source == "foreign_hotline" else {}
    yield _line(
        "analysed",
        at_japan(DAY),
        case_id,
        category=slug,
        found_on="2025-03-03",
        source=source,
        group=group,
        provider_location=place,
        server_location=place,
        **country,
    )
    yield _line("police_reported", at_japan(DAY, 13), case_id)
    yield _line(
        "requested",
        at_japan(DAY, 14),
        case_id,
        number=f"R7-{case_id[4:]}",
        kind="request",
        rung="website_administrator",
        provider="board",
    )
    for day, outcome in looks.items():
        at = at_japan(DAY.replace(day=int(day[1:])), 15)
        yield _line("looked", at, case_id, outcome=outcome, how="person")


def count(*cases, **settings):
    lines = [one for told in cases for one in told]
    leaves = [leaf_of(seq, line) for seq, line in enumerate(lines)]
    return report_of(leaves, as_of=DAY.replace(year=2026), year=2025, **settings)


HOTLINE = {"source": "foreign_hotline", "d10": "removed"}


def test_what_hotlines_abroad_reported_is_inside_or_apart():
    inside = count(case("IHC-000001"), case("IHC-000002", **HOTLINE))
    apart = count(
        case("IHC-000001"), case("IHC-000002", **HOTLINE), hotlines_abroad="apart"
    )
    assert inside["tables"]["1-1"]["total"]["analysed"] == 2
    assert apart["tables"]["1-1"]["total"]["analysed"] == 1
    for report in (inside, apart):
        done = report["tables"]["inhope-in-2-3"]
        assert (done["requested"], done["removed"]) == (1, 1)
    assert apart["settings"]["hotlines_abroad"] == "apart"
    assert "apart" in str(method(apart).rows)


@pytest.mark.parametrize(
    ("setting", "key", "heading"),
    [
        ("police_by_category", "processing-2", "警察へ通報"),
        ("january_by_category", "processing-1", "削除完了（翌年1月末）"),
    ],
)
def test_a_column_is_shown_where_it_is_wanted(setting, key, heading):
    group = {"group": "serious-crime", "slug": "stalking"} if key[-1] == "2" else {}
    for wanted in (False, True):
        report = count(case("IHC-000001", **group), **{setting: wanted})
        [sheet] = [one for one in sheets(report) if one.key == key]
        assert (heading in sheet.columns) is wanted


def test_from_2025_on_form_1_abroad_tells_blocked_in_japan_apart():
    report = count(
        case("IHC-000001", place="US", d10="removed"),
        case("IHC-000002", place="US", d10="blocked_in_japan"),
        case("IHC-000003", place="US", d10="still_there"),
        case("IHC-000004", place="US"),
        case("IHC-000005", place="US", d11="removed"),
    )
    total = report["tables"]["form-1-abroad"]["total"]
    assert total == {
        "name_ja": "合計",
        "analysed_foreign": 5,
        "requested": 5,
        "removed": 1,
        "blocked_in_japan": 1,
        "still_there": 1,
        "unconfirmed": 2,
    }


def test_days_and_what_asking_again_brought():
    lines = [
        *case("IHC-000001", d4="removed"),
        *case("IHC-000002", d13="removed"),
        *case("IHC-000003", d10="still_there", d20="removed"),
        *case("IHC-000004", d10="still_there"),
    ]
    again = at_japan(DAY.replace(day=12), 9)
    lines.append(
        _line(
            "requested",
            again,
            "IHC-000003",
            number="R7-x",
            kind="reminder",
            rung="website_administrator",
        )
    )
    leaves = [leaf_of(seq, line) for seq, line in enumerate(lines)]
    tables = report_of(leaves, as_of=DAY.replace(year=2026), year=2025)["tables"]
    total = tables["days-until-done"]["total"]
    assert total == {
        "requested": 4,
        "done": 3,
        "median_days": 10,
        "percentile_90_days": 17,
        "not_done": 1,
    }
    asked = tables["asking-again"]
    assert (asked["reminded"], asked["done_after_reminder"]) == (1, 1)
    assert asked["escalated"] == 0
    objects = tables["objects-and-notices"]
    assert (objects["cases_requested"], objects["notices"]["request"]) == (4, 4)
    assert objects["notices"]["reminder"] == 1
    [provider] = tables["providers"]["rows"]
    assert (provider["provider"], provider["requested"]) == ("board", 4)
