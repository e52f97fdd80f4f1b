"""Cases a second time, by the documents alone: plain lines in, plain answers out.

Written from docs/cases.md, docs/statistics.md, docs/formats.md (6.3) and the design,
with nothing of the product; holidays are those of another library.
"""

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone

import jpholiday

JAPAN = timezone(timedelta(hours=9))
DONE = {"removed", "blocked_in_japan", "account_gone", "site_gone"}
SILENT = {"unreachable", "cannot_tell"}
DEFAULTS = {"how": "person", "reason": "", "note": "", "reference": "", "category": ""}


def moment(line):
    return datetime.fromisoformat(line["at"])


def day_of(line):
    return moment(line).astimezone(JAPAN).date()


def canonical(line):
    told = {k: v for k, v in line.items() if v != DEFAULTS.get(k)}
    at = moment(line).astimezone(UTC).replace(tzinfo=None)
    told["at"] = at.isoformat(timespec="microseconds") + "Z"
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def name(line):
    return hashlib.sha256(canonical(line).encode()).hexdigest()


def whole(lines):
    """Each once; of one moment in the order of their lines."""
    return sorted({canonical(one): one for one in lines}.values(), key=_order)


def _order(line):
    return moment(line), canonical(line)


def standing(lines):
    """Without what was retracted."""
    every = whole(lines)
    wrong = {one["of"] for one in every if one["fact"] == "retracted"}
    return [one for one in every if name(one) not in wrong]


def of(lines, *kinds):
    return [one for one in lines if one["fact"] in kinds]


# what may be told


def is_good(lines):
    """Whether all of these facts together can be on record."""
    by_case = {}
    for one in lines:
        by_case.setdefault(one["case_id"], []).append(one)
    owners = {}
    for case_id, told in by_case.items():
        for one in of(standing(told), "requested"):
            owners.setdefault(one["number"], set()).add(case_id)
    return all(map(_is_good_case, by_case.values())) and all(
        len(cases) == 1 for cases in owners.values()
    )


def _is_good_case(lines):
    facts, names = standing(lines), {name(one): one for one in lines}
    for one in of(lines, "retracted"):
        wrong = names.get(one["of"])
        if wrong is None or wrong["fact"] == "retracted":
            return False
    rest = [one for one in facts if one["fact"] not in {"analysed", "retracted"}]
    judged = of(facts, "analysed")
    if rest and (not judged or moment(rest[0]) < moment(judged[0])):
        return False
    if not _alternate(facts, "police_hold", "police_released"):
        return False
    if not _alternate(facts, "closed", "reopened"):
        return False
    numbers = [one["number"] for one in of(facts, "requested")]
    named = {one["number"] for one in of(facts, "answered", "returned")}
    return len(numbers) == len(set(numbers)) and named <= set(numbers)


def _alternate(facts, opens, ends):
    """What ends comes after what opens; twice opened is no fault."""
    is_open = False
    for one in of(facts, opens, ends):
        if one["fact"] == ends and not is_open:
            return False
        is_open = one["fact"] == opens
    return True


# how a case stands


def state(lines):
    """The last word of the list in docs/cases.md that applies."""
    facts = standing(lines)
    asked = [one for one in of(facts, "requested") if one["kind"] == "request"]
    seen = known(facts)
    applies = {
        "analysed": True,
        "not_requested": of(facts, "not_requested"),
        "gone": of(facts, "gone"),
        "requested": asked,
        "still_there": seen,
        "answered": waiting(facts, "answered"),
        "returned": waiting(facts, "returned"),
        "done": seen in DONE,
        "withdrawn": asked and not _rungs(facts),
        "on_hold": _last_is(facts, "police_hold", "police_released"),
        "closed": _last_is(facts, "closed", "reopened"),
    }
    return [word for word, is_so in applies.items() if is_so][-1]


def _last_is(facts, opens, ends):
    told = of(facts, opens, ends)
    return bool(told) and told[-1]["fact"] == opens


def _rungs(facts):
    """Rungs whose newest request was not taken back."""
    rungs = {}
    for one in of(facts, "requested"):
        if one["kind"] == "request":
            rungs[one["rung"]] = True
        elif one["kind"] == "withdrawal":
            rungs.pop(one["rung"], None)
    return set(rungs)


def known(facts):
    """What is known since the first request; None: nothing."""
    asked = [one for one in of(facts, "requested") if one["kind"] == "request"]
    if not asked:
        return None
    looks = [
        one
        for one in of(facts, "looked")
        if moment(one) >= moment(asked[0]) and one["outcome"] not in SILENT
    ]
    for how in ("person", "provider", "probe"):
        mine = [one for one in looks if one.get("how", "person") == how]
        if mine:
            return mine[-1]["outcome"]
    return None


def waiting(facts, kind):
    """The newest of a kind that nobody dealt with."""
    told = of(facts, kind)
    if not told:
        return None
    later = facts[facts.index(told[-1]) + 1 :]
    return None if any(map(_acts, later)) else told[-1]


def _acts(line):
    if line["fact"] == "looked":
        return line.get("how", "person") == "person" and line["outcome"] not in SILENT
    if line["fact"] == "referred":
        return line["body"] != "filter_provider"
    return line["fact"] in {"requested", "not_requested", "closed"}


# what is due


def is_business_day(day):
    turn = (day.month, day.day) in {(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)}
    return day.weekday() < 5 and not jpholiday.is_holiday(day) and not turn


def after(day, count):
    while count:
        day += timedelta(days=1)
        count -= is_business_day(day)
    return day


def due(lines, day):
    """Kind, day and number of what is to be done by the close of a day."""
    facts = standing_at(lines, day)
    if not of(facts, "analysed") or _last_is(facts, "closed", "reopened"):
        return set()
    found = {*_look(facts), *_january(facts)}
    for kind, word in (("answered", "reply"), ("returned", "bounce")):
        if one := waiting(facts, kind):
            found.add((word, day_of(one), one["number"]))
    return {one for one in found if one[1] <= day}


def standing_at(lines, day):
    """As it was known at the close of a day; what is retracted later counts still."""
    return standing([one for one in lines if day_of(one) <= day])


def _look(facts):
    rungs = _rungs(facts)
    asked = [
        one
        for one in of(facts, "requested")
        if one["kind"] in {"request", "reminder"} and one["rung"] in rungs
    ]
    if not asked or known(facts) in DONE:
        return
    day = after(day_of(asked[-1]), 5)
    if not _seen_from(facts, day):
        yield "look", day, asked[-1]["number"]


def _january(facts):
    asked = [one for one in of(facts, "requested") if one["kind"] == "request"]
    if not asked:
        return
    year = day_of(asked[0]).year + 1
    day = date(year, 1, 31)
    while not is_business_day(day):
        day -= timedelta(days=1)
    if not _seen_from(facts, date(year, 1, 1)):
        yield "look_in_january", day, asked[0]["number"]


def _seen_from(facts, day):
    return any(
        one.get("how", "person") == "person"
        and one["outcome"] not in SILENT
        and day_of(one) >= day
        for one in of(facts, "looked")
    )
