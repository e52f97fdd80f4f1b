"""The yearly tables counted a second time, from `docs/statistics.md` alone.

Nothing of the package is used here: plain loops over the lines, as a reader of that
page would write them.
"""

import json
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

JAPAN = timezone(timedelta(hours=9))
DONE = {"removed", "blocked_in_japan", "account_gone", "site_gone"}
SILENT = {"unreachable", "cannot_tell"}
GROUPS = ("illegal", "serious-crime", "suicide")
_DATA = Path(__file__).parents[2] / "notices/data/holidays.json"
HOLIDAYS = set(json.loads(_DATA.read_text())["days"])
TURN_OF_THE_YEAR = {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}


def business_day_after(day, count):
    while count:
        day += timedelta(days=1)
        is_off = day.isoformat() in HOLIDAYS or (day.month, day.day) in TURN_OF_THE_YEAR
        count -= day.weekday() < 5 and not is_off
    return day


def close_of(day):
    return datetime(day.year, day.month, day.day, tzinfo=JAPAN) + timedelta(days=1)


def day_in_japan(moment):
    return moment.astimezone(JAPAN).date()


def share(part, whole):
    if part is None or not whole:
        return None
    exact = Decimal(part) * 100 / Decimal(whole)
    return str(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def known(looks, since, until):
    """removed, blocked_in_japan, still_there or unconfirmed."""
    telling = [
        look
        for look in looks
        if since <= look["at"] < until and look["outcome"] not in SILENT
    ]
    for how in ("person", "provider", "probe"):
        of_these = [look["outcome"] for look in telling if look["how"] == how]
        if of_these:
            last = of_these[-1]
            if last == "blocked_in_japan":
                return last
            return "removed" if last in DONE else "still_there"
    return "unconfirmed"


def is_gone(state):
    return state in {"removed", "blocked_in_japan"}


class Counted:
    """What one case comes to."""

    def __init__(self, lines, year, as_of, grace):
        lines = sorted(lines, key=lambda line: line["at"])
        of = {line["fact"]: [] for line in lines}
        for line in lines:
            of[line["fact"]].append(line)
        judged = of["analysed"][-1] if "analysed" in of else None
        self.year = day_in_japan(judged["at"]).year if judged else None
        if judged is None:
            return
        self.group, self.category = judged["group"], judged["category"]
        self.source, self.urls = judged["source"], judged["urls"] or 1
        places = (judged["provider_location"], judged["server_location"])
        self.is_foreign = "JP" not in places
        self.is_reported = "police_reported" in of
        self.gone = of["gone"][-1]["before"] if "gone" in of else None
        self.has_reason = "not_requested" in of
        holds = [line for line in lines if line["fact"] in HOLDS]
        self.is_on_hold = bool(holds) and holds[-1]["fact"] == "police_hold"
        self.notices = of.get("requested", [])
        requests = [line for line in self.notices if line["kind"] == "request"]
        self.is_requested = bool(requests)
        self.five = self.january = self.days = None
        self.by_provider = {}
        looks = of.get("looked", [])
        if not requests:
            return
        first = requests[0]["at"]
        self.five = self._at_five(looks, first, grace)
        end = date(year + 1, 1, 31)
        self.january = known(looks, first, close_of(end)) if as_of >= end else None
        self.days = self._days(looks, first)
        for request in requests:
            provider = request["provider"]
            if provider not in self.by_provider:
                found = self._at_five(looks, request["at"], grace)
                self.by_provider[provider] = found

    @staticmethod
    def _at_five(looks, at, grace):
        day = business_day_after(day_in_japan(at), 5 + grace)
        return known(looks, at, close_of(day))

    @staticmethod
    def _days(looks, first):
        """The first look at which, and at every later one, it was known to be gone."""
        moments = [look["at"] for look in looks if look["at"] >= first]
        gone = [is_gone(known(looks, first, at + TICK)) for at in moments]
        for place, at in enumerate(moments):
            if all(gone[place:]):
                return (at - first).days
        return None


HOLDS = {"police_hold", "police_released"}
TICK = timedelta(microseconds=1)


class SecondCount:
    """The figures of a year."""

    def __init__(self, lines, year, as_of, *, grace=0, is_apart=False):
        self.year, self.is_over = year, as_of >= date(year + 1, 1, 31)
        lines = [line for line in lines if line["at"] < close_of(as_of)]
        by_case = {}
        for line in lines:
            by_case.setdefault(line["case_id"], []).append(line)
        by_case.pop(None, None)
        cases = [Counted(told, year, as_of, grace) for told in by_case.values()]
        self.all = [case for case in cases if case.year == year]
        self.before = [case for case in cases if case.year == year - 1]
        self.intakes = [line for line in lines if line["fact"] == "intake"]
        self.referrals = [line for line in lines if line["fact"] == "referred"]
        self.is_apart = is_apart
        self.own = self._own(self.all)

    def _own(self, told):
        def source(each):
            return each["source"] if isinstance(each, dict) else each.source

        hidden = "foreign_hotline" if self.is_apart else ""
        return [each for each in told if source(each) != hidden]

    def of_year(self, year):
        return [line for line in self.intakes if line["month"].startswith(str(year))]

    def totals(self):
        """Group to number, share and difference."""
        counts = self._counts(self.own, self.year)
        before = self._counts(self._own(self.before), self.year - 1)
        is_known = self._own(self.before) or self.of_year(self.year - 1)
        whole = sum(counts.values())
        return {
            group: (n, share(n, whole), n - before[group] if is_known else None)
            for group, n in counts.items()
        }

    def _counts(self, cases, year):
        counts = {group: sum(c.group == group for c in cases) for group in GROUPS}
        lines = self._own(self.of_year(year))
        counts["out-of-scope"] = sum(line["out_of_scope"] for line in lines)
        return counts

    def row(self, cases):
        """All that any table says of some cases."""
        five = [case.five for case in cases if case.is_requested]
        january = [case.january for case in cases if case.is_requested]
        silent = [case for case in cases if not case.is_requested]
        rest = [case for case in silent if case.gone is None]
        return {
            "analysed": len(cases),
            "foreign": sum(case.is_foreign for case in cases),
            "police": sum(case.is_reported for case in cases),
            "requested": len(five),
            "five": sum(map(is_gone, five)),
            "five_by": {state: five.count(state) for state in STATES},
            "january": sum(map(is_gone, january)) if self.is_over else None,
            "unconfirmed": january.count("unconfirmed") if self.is_over else None,
            "not_requested": {
                "gone_before_police": sum(c.gone == "police_report" for c in silent),
                "gone_before_request": sum(c.gone == "request" for c in silent),
                "other": sum(case.has_reason for case in rest),
                "on_hold": sum(c.is_on_hold and not c.has_reason for c in rest),
            },
        }

    def referred(self):
        """Country and number, as they stand in the table."""
        counts = {}
        for line in self.referrals:
            is_out = (line["direction"], line["body"]) == ("out", "hotline")
            if is_out and day_in_japan(line["at"]).year == self.year:
                counts[line["country"]] = counts.get(line["country"], 0) + 1
        return sorted(
            counts.items(), key=lambda one: (one[0] is None, -one[1], one[0] or "")
        )

    def percentile(self, percent):
        days = sorted(case.days for case in self.all if case.days is not None)
        if not days:
            return None
        return days[max(-(-len(days) * percent // 100), 1) - 1]


STATES = ("removed", "blocked_in_japan", "still_there", "unconfirmed")
