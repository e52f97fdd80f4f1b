"""Facts of a case system: what is in order is taken, and each is told its result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from notices.casework import Analysed, Fact, Requested, fact_hash
from notices.casework.leaf_form import number_of
from notices.catalogue import Catalogue
from notices.errors import Fault
from notices.site.casework.lines import ReadLines, good_ones, read_lines
from notices.site.database.high_water import HighWater
from notices.store.access import StoredHandIns
from notices.store.casework import FactToRecord, StoredCasework

Known = Mapping[str, Sequence[Fact]]
Numbers = Mapping[str, str]


class FactResult(StrEnum):
    """What became of a fact that was handed in."""

    ADDED = "added"
    """It is on record now."""
    KNOWN = "known"
    """The very same was on record before, or stands earlier in the same request."""
    REFUSED = "refused"
    """It has faults; nothing of it is on record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOutcome:
    """What became of one fact."""

    index: int
    """Which, from 0."""
    result: FactResult
    """What became of it."""
    sha256: str = ""
    """Names the fact; empty: it could not be read."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with it; the paths are within the fact."""


@dataclass(frozen=True, kw_only=True)
class OwnFacts:
    """Takes facts in for one case system."""

    casework: StoredCasework
    """Facts and cases of the database."""
    hand_ins: StoredHandIns
    """Whose cases are whose."""
    catalogue: Catalogue
    """Categories by date."""
    high_water: HighWater
    """The mark beside the site."""
    owner: str
    """The case system."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def take(self, lines: Sequence[bytes]) -> tuple[FactOutcome, ...]:
        """Take in what is in order, one JSON object a line; what rests on it waits.

        A case belongs to who hands in its judgment first: facts of other cases are
        refused, as if there were no such case.
        """
        now = self.clock()
        read = self._own(read_lines(lines, self.catalogue, now), now)
        placed: list[tuple[str, Fact]] = []
        faults: list[Fault] = []
        before: set[str] = set()

        def decide(known: Known, numbers: Numbers) -> Iterable[FactToRecord]:
            good, wrong = good_ones(read, known, numbers)
            placed.extend(good)
            faults.extend(wrong)
            before.update(fact_hash(fact) for facts in known.values() for fact in facts)
            return [self._to_record(fact) for _, fact in good]

        facts = [fact for _, fact in read.placed]
        self.casework.take(
            frozenset(fact.case_id for fact in facts),
            decide,
            numbers=frozenset(map(number_of, facts)) - {""},
            now=now,
        )
        self.high_water.keep_quietly()
        return tuple(_outcomes(len(lines), placed, faults, before))

    def _own(self, read: ReadLines, now: datetime) -> ReadLines:
        """Leave out what is of other people's cases, and what no case system tells."""
        judged = {
            fact.case_id
            for _, fact in read.placed
            if isinstance(fact.details, Analysed)
        }
        if judged:
            self.hand_ins.claim(judged, self.owner, now=now)
        named = {fact.case_id for _, fact in read.placed}
        own = self.hand_ins.owned(named, self.owner) | {""}
        placed, faults = [], list(read.faults)
        for place, fact in read.placed:
            if wrong := _foreign(fact, own):
                faults.append(Fault(f"{place}.{wrong.path}", wrong.message))
            else:
                placed.append((place, fact))
        return ReadLines(
            placed=tuple(placed),
            faults=tuple(faults),
        )

    def _to_record(self, fact: Fact) -> FactToRecord:
        group = ""
        if isinstance(fact.details, Analysed):
            category = self.catalogue.category(fact.details.category)
            group = category.group if category else ""
        return FactToRecord(fact=fact, group=group)


def _foreign(fact: Fact, own: frozenset[str]) -> Fault | None:
    if isinstance(fact.details, Requested):
        told = "the program adds it itself; earlier years come by `notices record`"
        return Fault("fact", told)
    if fact.case_id not in own:
        return Fault("case_id", "is no case that was handed in with this token")
    return None


def _outcomes(
    count: int,
    placed: Iterable[tuple[str, Fact]],
    faults: Iterable[Fault],
    before: set[str],
) -> Iterable[FactOutcome]:
    good = {_index(place): fact for place, fact in placed}
    wrong: dict[int, list[Fault]] = {}
    for fault in faults:
        place, _, path = fault.path.partition(".")
        wrong.setdefault(_index(place), []).append(Fault(path, fault.message))
    for index in range(count):
        if fact := good.get(index):
            name = fact_hash(fact)
            result = FactResult.KNOWN if name in before else FactResult.ADDED
            before.add(name)
            yield FactOutcome(index=index, result=result, sha256=name)
        else:
            found = wrong.get(index) or [Fault("", "is empty")]
            yield FactOutcome(
                index=index, result=FactResult.REFUSED, faults=tuple(found)
            )


def _index(place: str) -> int:
    return int(place.removeprefix("line ")) - 1
