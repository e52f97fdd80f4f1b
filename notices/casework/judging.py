"""Faults of facts that need the catalogue, the clock or other facts."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from notices.casework.case import Case, make_case
from notices.casework.facts import (
    Analysed,
    Closed,
    Details,
    Disposed,
    Fact,
    Intake,
    PoliceHold,
    PoliceReleased,
    Referred,
    Reopened,
    Requested,
    Retracted,
)
from notices.casework.lines import fact_hash
from notices.catalogue import Catalogue
from notices.errors import Fault
from notices.judgment import JST
from notices.messages import Text

Placed = tuple[str, Fact]
"""Where a fact stands, such as `line 7`, and the fact."""


def known_faults(fact: Fact, catalogue: Catalogue, now: datetime) -> Iterator[Fault]:
    """Find what the catalogue and the clock have against one fact."""
    if fact.at > now:
        yield Fault("at", "must not lie in the future")
    details = fact.details
    if isinstance(details, Intake) and details.month > f"{now.astimezone(JST):%Y-%m}":
        yield Fault("month", "must not lie in the future")
    if isinstance(details, Disposed):
        yield Fault("fact", "is told by `notices dispose` alone")
    if isinstance(details, Analysed):
        yield from _category(details, catalogue)
        if details.found_on > fact.at.astimezone(JST).date():
            yield Fault("found_on", "must not be after the judgment")
    if isinstance(details, Referred) and details.category:
        if catalogue.category(details.category) is None:
            yield Fault("category", "is no category; see `notices catalogue`")
    elif isinstance(details, Referred) and not fact.case_id:
        yield Fault("category", "must be told for what is no case of ours")


def _category(details: Analysed, catalogue: Catalogue) -> Iterator[Fault]:
    if catalogue.category(details.category) is None:
        yield Fault("category", "is no category; see `notices catalogue`")
    elif catalogue.category(details.category, details.found_on) is None:
        yield Fault("category", Text("was no category on {day}", day=details.found_on))


def set_faults(
    new: Sequence[Placed],
    known: Mapping[str, Iterable[Fact]],
    numbers: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Fault]:
    """Find what facts have against each other; their order tells nothing.

    new: the facts of a file. known: what is on record already, by case id; under the
    empty id what is about no case. numbers: the case of each number on record, as far
    as the new facts tell of them. The paths are the places, a dot, and the field.
    """
    by_case: dict[str, list[Placed]] = defaultdict(list)
    for place, fact in new:
        by_case[fact.case_id].append((place, fact))
    sent: dict[str, set[str]] = defaultdict(set)
    for case_id, placed in by_case.items():
        on_record = tuple(known.get(case_id, ()))
        facts = [*on_record, *(fact for _, fact in placed)]
        if not case_id:
            yield from _intakes(placed, facts)
            yield from _retractions(placed, facts)
            continue
        case = make_case(case_id, facts)
        for number in _sent_numbers(case):
            sent[number].add(case_id)
        yield from _disposed(placed, on_record)
        for rule in _RULES:
            yield from rule(placed, case)
        yield from _retractions(placed, facts)
        yield from _rested_on(placed, case, on_record)
    yield from _foreign_numbers(new, sent, numbers)


def _sent_numbers(case: Case) -> Iterator[str]:
    for fact in case.of(Requested):
        if number := getattr(fact.details, "number", ""):
            yield number


def _foreign_numbers(
    new: Sequence[Placed], sent: Mapping[str, set[str]], numbers: Mapping[str, str]
) -> Iterator[Fault]:
    """A number belongs to one case; what was retracted gives it free."""
    for place, fact in new:
        if not isinstance(fact.details, Requested):
            continue
        number = fact.details.number
        cases = {*sent.get(number, ()), numbers.get(number, "")}
        if fact.case_id in cases and (others := cases - {fact.case_id, ""}):
            yield Fault(
                f"{place}.number",
                Text("is a number of the case {case_id}", case_id=min(others)),
            )


def _disposed(placed: Sequence[Placed], on_record: Sequence[Fact]) -> Iterator[Fault]:
    """Nothing is added once the texts of a case are gone; else they would be back."""
    done = next((one for one in on_record if isinstance(one.details, Disposed)), None)
    if done is None:
        return
    day = done.at.astimezone(JST).date()
    for place, fact in placed:
        if fact not in on_record:
            yield Fault(
                f"{place}.case_id",
                Text(
                    "{case_id} was disposed of on {day}: nothing is added any more",
                    case_id=fact.case_id,
                    day=day,
                ),
            )


def _after_judgment(placed: Sequence[Placed], case: Case) -> Iterator[Fault]:
    judged = case.of(Analysed)
    for place, fact in placed:
        if isinstance(fact.details, Analysed | Retracted):
            continue
        if not judged:
            yield Fault(
                f"{place}.case_id",
                Text(
                    "{case_id} is no case: its judgment is neither here nor on record",
                    case_id=case.case_id,
                ),
            )
        elif fact.at < judged[0].at:
            yield Fault(
                f"{place}.at",
                Text(
                    "is before the judgment of {case_id}",
                    case_id=case.case_id,
                ),
            )


def _released(placed: Sequence[Placed], case: Case) -> Iterator[Fault]:
    yield from _pairs(
        placed, case, PoliceHold, PoliceReleased, "there was no police hold before it"
    )


def _reopened(placed: Sequence[Placed], case: Case) -> Iterator[Fault]:
    yield from _pairs(placed, case, Closed, Reopened, "the case was not closed before")


def _pairs(
    placed: Sequence[Placed],
    case: Case,
    opens: type[Details],
    ends: type[Details],
    message: str,
) -> Iterator[Fault]:
    """What ends must come after what opens."""
    is_open, orphans = False, []
    for fact in case.of(opens, ends):
        if isinstance(fact.details, ends) and not is_open:
            orphans.append(fact)
        is_open = isinstance(fact.details, opens)
    for place, fact in placed:
        if fact in orphans:
            yield Fault(f"{place}.at", message)


def _numbers(placed: Sequence[Placed], case: Case) -> Iterator[Fault]:
    """A number is sent once; what names a number must know it."""
    sent: dict[str, Fact] = {}
    twice = set()
    for fact in case.of(Requested):
        number = getattr(fact.details, "number", "")
        if number in sent and sent[number] != fact:
            twice.add(number)
        sent[number] = fact
    for place, fact in placed:
        number = getattr(fact.details, "number", "")
        if not number:
            continue
        if isinstance(fact.details, Requested):
            if number in twice:
                yield Fault(f"{place}.number", "was sent before, in another fact")
        elif number not in sent:
            yield Fault(f"{place}.number", "was not sent in this case")


_RULES = (_after_judgment, _released, _reopened, _numbers)
"""What facts of a case have against each other."""


def _rested_on(
    placed: Sequence[Placed], case: Case, on_record: Sequence[Fact]
) -> Iterator[Fault]:
    """Nothing may be retracted on which something rests that is on record."""
    back = [place for place, fact in placed if isinstance(fact.details, Retracted)]
    if not back:
        return
    before = [("", fact) for fact in case.facts if fact in on_record]
    if any(fault for rule in _RULES for fault in rule(before, case)):
        for place in back:
            yield Fault(
                f"{place}.of",
                "other facts of the case rest on it; retract those, too, or tell "
                "what takes its place",
            )


def _intakes(placed: Sequence[Placed], facts: Iterable[Fact]) -> Iterator[Fault]:
    """One line per month, source and country; none within another."""
    lines = {
        fact.details for fact in _standing(facts) if isinstance(fact.details, Intake)
    }
    for place, fact in placed:
        line = fact.details
        if not isinstance(line, Intake) or line not in lines:
            continue
        if any(_overlap(line, other) for other in lines - {line}):
            yield Fault(f"{place}.month", "overlaps another line of the same month")


def _standing(facts: Iterable[Fact]) -> Iterator[Fact]:
    facts = tuple(facts)
    wrong = {fact.details.of for fact in facts if isinstance(fact.details, Retracted)}
    return (fact for fact in facts if not wrong or fact_hash(fact) not in wrong)


def _overlap(one: Intake, other: Intake) -> bool:
    """A line without source or country is about all of them."""
    return (
        one.month == other.month
        and (one.source == other.source or None in (one.source, other.source))
        and (
            one.hotline_country == other.hotline_country
            or None in (one.hotline_country, other.hotline_country)
        )
    )


def _retractions(placed: Sequence[Placed], facts: Iterable[Fact]) -> Iterator[Fault]:
    retracted = [place for place in placed if isinstance(place[1].details, Retracted)]
    if not retracted:
        return
    hashes = {fact_hash(fact): fact for fact in facts}
    for place, fact in retracted:
        wrong = hashes.get(getattr(fact.details, "of", ""))
        if wrong is None:
            yield Fault(f"{place}.of", "names no fact of this case")
        elif isinstance(wrong.details, Retracted):
            yield Fault(f"{place}.of", "is a retraction; tell the fact again")
