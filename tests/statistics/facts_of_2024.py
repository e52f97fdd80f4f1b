"""Facts that lead to the centre's report of 2024, made from its tables.

Deterministic: the n-th case of a category always has the same life. Among the lives are
looks before the request, at the last second of a due day and one second after it,
requests at the end of the year whose fifth business day lies in the next one, words of
providers and probes, and things retracted. The report is data of another hand; here it
is only taken apart.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import holidays

REPORT = json.loads(Path(__file__).with_name("report-2024.json").read_text("utf-8"))
TABLES = REPORT["tables"]
JST = timedelta(hours=9)
HOME = (
    {"provider_location": "JP"},
    {"server_location": "JP"},
    {
        "provider_location": "JP",
        "server_location": "JP",
    },
)
ABROAD = (
    {},
    {"provider_location": "US"},
    {"server_location": "NL"},
    {"provider_location": "US", "server_location": "NL"},
)
JAPAN = holidays.country_holidays("JP", years=range(2022, 2028))
for _year in range(2022, 2028):
    for _month, _day in ((1, 1), (1, 2), (1, 3), (12, 29), (12, 30), (12, 31)):
        JAPAN.append(date(_year, _month, _day))


def at_japan(day: date, hour=12, minute=0, second=0) -> datetime:
    """A time of a day in Japan, in UTC."""
    local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=UTC)
    return local - JST


def facts() -> Iterator[dict]:
    """Every fact, as a plain line; `group` is what the leaf has besides."""
    yield from _intake()
    yield from _referrals()
    serial = count(1)
    for group, table, done in (
        ("illegal", "1-1", "processing-1"),
        ("serious-crime", "1-2", "processing-2"),
        ("suicide", "1-3", "processing-3"),
    ):
        yield from _group(group, TABLES[table], TABLES[done], serial)
    for group, cases in REPORT["previous"].items():
        if group != "out-of-scope":
            yield from _of_2023(group, cases, serial)


def _line(fact, at, case_id="", **fields):
    head = {"case_id": case_id} if case_id else {}
    return {"fact": fact, **head, "at": at, "by": "importer", **fields}


def _intake():
    abroad = {row["iso3166"]: row["count"] for row in TABLES["inhope-in"]["rows"]}
    out = TABLES["inhope-in-2-1"]["out_of_scope"]
    at = at_japan(date(2025, 1, 6))
    for country, received in abroad.items():
        scoped = min(out, received)
        out -= scoped
        yield _line(
            "intake",
            at,
            month="2024-06",
            received=received,
            out_of_scope=scoped,
            source="foreign_hotline",
            hotline_country=country,
        )
    rest = TABLES["1"]["rows"][3]["count"] - TABLES["inhope-in-2-1"]["out_of_scope"]
    for source, share in (("public", rest - 70_000), ("cyber_patrol_center", 70_000)):
        received = share
        if source == "public":
            received = REPORT["reports_received"] - sum(abroad.values()) - 70_000
        yield _line(
            "intake",
            at,
            month="2024-07",
            received=received,
            out_of_scope=share,
            source=source,
        )
    yield _line(
        "intake",
        at,
        month="2023-07",
        received=400_000,
        out_of_scope=REPORT["previous"]["out-of-scope"],
    )


def _referrals():
    for row in TABLES["inhope-out"]["rows"]:
        for place in range(row["count"]):
            day = date(2024, 1, 1) + timedelta(days=place % 366)
            country = {"country": row["iso3166"]} if row.get("iso3166") else {}
            yield _line(
                "referred",
                at_japan(day),
                direction="out",
                body="hotline",
                category="csam-display",
                reference=f"{row.get('iso3166')}-{place}",
                **country,
            )
    # neither of these is a referral of that year to a hotline
    new_year = at_japan(date(2025, 1, 1), 0)
    other = {"direction": "out", "country": "US", "category": "csam-display"}
    yield _line("referred", new_year, body="hotline", reference="late", **other)
    yield _line("referred", new_year - timedelta(days=9), body="authority", **other)


def _of_2023(group, cases, serial):
    slug = {"illegal": "1-1", "serious-crime": "1-2", "suicide": "1-3"}[group]
    slug = TABLES[slug]["rows"][0]["slug"]
    for place in range(cases):
        day = date(2023, 10, 1) + timedelta(days=place % 92)
        yield _analysed(f"IHC-{next(serial):06}", group, slug, day, "public", {})


def _analysed(case_id, group, slug, day, source, places, hour=12):
    country = {"hotline_country": "NL"} if source == "foreign_hotline" else {}
    return _line(
        "analysed",
        at_japan(day, hour),
        case_id,
        category=slug,
        found_on=day.isoformat(),
        source=source,
        group=group,
        **places,
        **country,
    )


def _group(group, analysed, processed, serial):
    """The cases of a group, with what each category and each total needs."""
    patrol = _patrol(analysed, processed)
    hotline = _hotline() if group == "illegal" else {}
    police_of = processed["text"].get("police_reported")
    silent = processed["text"].get("gone_before_police", 0) if police_of else 0
    january = _spread(processed) if group == "illegal" else {}
    for row, done in zip(analysed["rows"], processed["rows"], strict=True):
        slug, asked = row["slug"], done["requested"]
        removed = done["removed"]
        for place in range(row["analysed"]):
            at_home = place < row["domestic"]
            plan = {"asked": False, "reported": False, "five": False, "end": False}
            source = "public"
            if group == "illegal":
                plan["reported"] = at_home and place < done["police_reported"]
                plan["asked"] = at_home and place < asked
                plan["five"] = at_home and place < removed
                plan["end"] = plan["five"] or (
                    plan["asked"] and place < removed + january[slug]
                )
                if _take(hotline, (slug, at_home, plan["asked"], plan["five"])):
                    source = "foreign_hotline"
            else:
                # those that are asked for stand at the end: at home and abroad mixed
                plan["asked"] = place >= row["analysed"] - asked
                plan["end"] = place >= row["analysed"] - removed
                plan["five"] = plan["end"] and place % 3 > 0
                plan["reported"] = group == "suicide" and place % 2 == 0
                if group != "suicide":
                    plan["reported"] = plan["asked"] or silent <= 0
                    silent -= not plan["reported"]
                if _take(patrol, (at_home, plan["asked"], plan["end"])):
                    source = "cyber_patrol_center"
            yield from _life(
                f"IHC-{next(serial):06}", group, slug, place, at_home, source, plan
            )
    assert not any(patrol.values()), patrol
    assert not any(hotline.values()), hotline


def _take(left, key):
    if left.get(key, 0) > 0:
        left[key] -= 1
        return True
    return False


def _spread(processed):
    """How many more were gone at the end of January, by category."""
    text = processed["text"]
    more = text["removed_at_end_of_january"] - text["removed_at_5_business_days"]
    spread = {}
    for row in processed["rows"]:
        spread[row["slug"]] = min(more, row["requested"] - row["removed"])
        more -= spread[row["slug"]]
    return spread


def _hotline():
    """Of those that hotlines abroad reported: category, home, asked, removed."""
    [obscene, csam] = TABLES["inhope-in-2-2"]["rows"]
    figures = TABLES["inhope-in-2-3"]
    home, asked, removed = (
        figures["analysed_domestic"],
        figures["requested"],
        figures["removed"],
    )
    first, second = obscene["slug"], csam["slug"]
    return {
        (first, True, True, True): removed,
        (second, True, True, False): asked - removed,
        (second, True, False, False): home - asked,
        (first, False, False, False): obscene["count"] - removed,
        (second, False, False, False): csam["count"] - (home - removed),
    }


def _patrol(analysed, processed):
    """Of the cyber patrol centre, in brackets: home, asked, removed."""
    seen = analysed["total"].get("of_which_cyber_patrol_center")
    if seen is None:
        return {}
    done = processed["total"]["of_which_cyber_patrol_center"]
    kinds = _kinds(analysed, processed)
    wanted = {
        "home": seen["domestic"],
        "asked": done["requested"],
        "removed": done["removed"],
        "analysed": seen["analysed"],
    }
    left = dict.fromkeys(kinds, 0)
    # at home first, of each kind as many as fit; then abroad what is left
    silent, home = wanted["analysed"] - wanted["asked"], wanted["home"]
    left[True, False, False] = min(kinds[True, False, False], silent, home)
    home -= left[True, False, False]
    left[True, True, True] = min(kinds[True, True, True], home)
    left[True, True, False] = home - left[True, True, True]
    left[False, False, False] = silent - left[True, False, False]
    left[False, True, True] = wanted["removed"] - left[True, True, True]
    not_removed = wanted["asked"] - wanted["removed"]
    left[False, True, False] = not_removed - left[True, True, False]
    assert all(0 <= left[kind] <= kinds[kind] for kind in kinds), (left, kinds)
    return left


def _kinds(analysed, processed):
    """How many of each kind the categories give."""
    kinds = {
        (home, asked, removed): 0
        for home in (True, False)
        for asked, removed in ((True, True), (True, False), (False, False))
    }
    for row, done in zip(analysed["rows"], processed["rows"], strict=True):
        for place in range(row["analysed"]):
            asked = place >= row["analysed"] - done["requested"]
            removed = place >= row["analysed"] - done["removed"]
            kinds[place < row["domestic"], asked, removed] += 1
    return kinds


def _life(case_id, group, slug, place, at_home, source, plan):
    """All facts of a case: what happens to the n-th of a category is always the same."""
    day = date(2024, 1, 1) + timedelta(days=(place * 7) % 366)
    if place % 50 == 49:
        day = date(2024, 12, 25) + timedelta(days=place % 7)
    places = (HOME if at_home else ABROAD)[place % 3]
    yield _analysed(case_id, group, slug, day, source, places, hour=place % 24)
    judged = at_japan(day, place % 24)
    if plan["reported"]:
        late = timedelta(days=20) if place % 17 == 0 else timedelta(minutes=5)
        yield _line("police_reported", judged + late, case_id, reference=f"P-{place}")
    if not plan["asked"]:
        yield from _silent(case_id, place, judged, plan)
        return
    sent = judged + timedelta(hours=1 + place % 30)
    yield _line(
        "requested",
        sent,
        case_id,
        number=f"R6-{case_id[4:]}",
        kind="request",
        rung="website_administrator",
        provider=f"provider-{place % 5}",
        imported=True,
    )
    due = JAPAN.get_nth_working_day((sent + JST).date(), 5)
    yield from _looks(case_id, place, sent, due, plan)


def _silent(case_id, place, judged, plan):
    """Nobody was asked: gone before, told why not, or on hold. `removed` counts not."""
    soon = judged + timedelta(minutes=30)
    if not plan["reported"]:
        yield _line("gone", soon, case_id, before="police_report")
    elif place % 3 == 0:
        yield _line("gone", soon, case_id, before="request")
    elif place % 3 == 1:
        yield _line("not_requested", soon, case_id, reason="no_contact")
    else:
        yield _line("police_hold", soon, case_id, reason="証拠の保全")
    if place % 5 == 0:
        yield _line("looked", soon, case_id, outcome="removed", how="person")


def _looks(case_id, place, sent, due, plan):
    """Looks that give what the plan wants, in many ways."""

    def look(at, outcome, how="person"):
        return _line("looked", at, case_id, outcome=outcome, how=how)

    last_second = at_japan(due, 23, 59, 59)
    midnight = last_second + timedelta(seconds=1)
    january = at_japan(date(2025, 1, 31), 23, 59, 59)
    done = ("removed", "account_gone", "site_gone", "blocked_in_japan")[place % 4]
    if place % 4 == 0:  # before the request: counts for nothing
        yield look(sent - timedelta(minutes=1), "removed")
    if plan["five"]:
        yield look((last_second, sent + timedelta(minutes=1), sent)[place % 3], done)
        if place % 6 == 0:  # weaker than a person, and later
            yield look(last_second, "still_there", ("provider", "probe")[place % 2])
        if not plan["end"]:
            yield look(midnight, "still_there")
    elif plan["end"]:
        yield look(last_second, ("still_there", "partly", "unreachable")[place % 3])
        yield look((midnight, january)[place % 2], done)
    elif place % 3 == 0:  # nobody's look tells
        yield look(last_second, "cannot_tell")
        yield look(january + timedelta(seconds=1), "removed")
    elif place % 3 == 1:
        yield look(last_second, "moved")
        yield look(january, "unreachable")
    else:
        yield look(last_second, "still_there")
        yield look(last_second - timedelta(hours=1), "removed", "provider")
