"""Who judged, who checked, and when (ダブルチェック方式, guideline 第3の4)."""

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime

from notices import grammar
from notices.errors import Fault
from notices.judgment import JST, Judgment, Person
from notices.messages import Text
from notices.signs import as_seen, is_blank

CHECKER = "責任者"
"""The checker's role: the one who is responsible."""


def compact(text: str) -> str:
    """Make two spellings of one name equal: NFKC, no white space, one case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def people(judgment: Judgment) -> Iterator[Fault]:
    """Find names and roles that cannot stand in a letter."""
    for path in ("assessor", "checker"):
        person: Person = getattr(judgment, path)
        for name in ("name", "name_en", "role"):
            if wrong := grammar.line_fault(getattr(person, name), longest=100):
                yield Fault(f"{path}.{name}", wrong)
        for name in ("name", "role"):
            if is_blank(getattr(person, name)):
                yield Fault(f"{path}.{name}", "is empty")
        if person.name_en and is_blank(person.name_en):
            yield Fault(f"{path}.name_en", "is empty; leave it out, or give the name")
    role = judgment.checker.role
    if role.strip() and compact(role) != CHECKER:
        yield Fault(
            "checker.role",
            Text("must be {checker}: the guideline wants their check", checker=CHECKER),
        )


def two_persons(judgment: Judgment) -> Iterator[Fault]:
    """Find one person who judges and checks: names that look alike are one."""
    assessor, checker = judgment.assessor, judgment.checker
    names = as_seen(assessor.name), as_seen(checker.name)
    if names[0] and names[0] == names[1]:
        yield Fault("checker.name", "is the assessor; a second person must check")


def order(judgment: Judgment) -> Iterator[Fault]:
    """Find a check before the judgment."""
    judged, checked = judgment.judged_at, judgment.checked_at
    if _aware(judged) and _aware(checked) and checked < judged:
        yield Fault("checked_at", "is before judged_at; the check comes after")


def finding(judgment: Judgment) -> Iterator[Fault]:
    """Find a finding after the judgment about it."""
    if judgment.found_on > day(judgment.judged_at):
        yield Fault("found_on", "is after the day of the judgment")


def edition(judgment: Judgment) -> Iterator[Fault]:
    """Find an edition of the guideline that is no date or came later."""
    try:
        first_day = date.fromisoformat(judgment.edition)
    except ValueError:
        first_day = None
    if first_day is None or first_day.isoformat() != judgment.edition:
        yield Fault("edition", "must be the edition's first day, such as 2025-09-25")
    elif first_day > day(judgment.judged_at):
        yield Fault("edition", "is an edition from after the day of the judgment")


def instants(judgment: Judgment) -> Iterator[Fault]:
    """Find times without an offset: they could be any hour."""
    shown = ("target.locator.posted_at", judgment.target.locator.posted_at)
    for path, time in (*_acts(judgment), shown):
        if time is not None and not _aware(time):
            yield Fault(path, "needs its offset from UTC, such as +09:00")


def in_future(judgment: Judgment, until: datetime) -> Iterator[Fault]:
    """Find what somebody did at a time that has not come.

    until: the latest time that is taken, aware: now, and how far clocks may differ.
    What a page shows as the time of a post is not ours to judge.
    """
    if judgment.found_on > day(until):
        yield Fault("found_on", _ahead(day(until)))
    for path, time in _acts(judgment):
        if time is not None and _aware(time) and time > until:
            here = until.astimezone(JST).isoformat(timespec="seconds")
            yield Fault(path, _ahead(here))


def _ahead(until: object) -> Text:
    return Text("is in the future: by the clock here at most {until}", until=until)


def _acts(judgment: Judgment) -> Iterator[tuple[str, datetime | None]]:
    """Give the times at which somebody did something, by path."""
    yield "judged_at", judgment.judged_at
    yield "checked_at", judgment.checked_at
    yield "police.reported_at", judgment.police.reported_at
    yield "target.ip_checked_at", judgment.target.ip_checked_at
    if judgment.consultation:
        yield "consultation.at", judgment.consultation.at
    for index, step in enumerate(judgment.ladder):
        yield f"ladder[{index}].rechecked_at", step.rechecked_at


def _aware(time: datetime) -> bool:
    return time.utcoffset() is not None


def day(time: datetime) -> date:
    """Tell the day in Japan; of a time without an offset, its own."""
    if not _aware(time):
        return time.date()
    try:
        return time.astimezone(JST).date()
    except OverflowError:  # the first and last hours of the calendar
        return time.date()
