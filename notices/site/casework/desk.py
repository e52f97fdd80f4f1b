"""The case desk: facts taken in from files and from operators' acts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.arguments import require_reason
from notices.casework import (
    Act,
    Analysed,
    Case,
    CaseworkPolicy,
    Details,
    Fact,
    Referred,
    allowed,
    known_faults,
    make_case,
    set_faults,
)
from notices.casework.fields import faults as field_faults
from notices.casework.leaf_form import number_of
from notices.catalogue import Catalogue
from notices.errors import Fault, InputError, RefusedError
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.site.casework.lines import good_ones, read_lines
from notices.site.casework.looks import looks_in
from notices.site.casework.told import CaseTold, FileRecorded, refused
from notices.site.database.high_water import HighWater
from notices.store.casework import FactToRecord, Recorded, StoredCasework

Known = Mapping[str, Sequence[Fact]]
Numbers = Mapping[str, str]
Decide = Callable[[Known, Numbers], Iterable[FactToRecord]]


@dataclass(frozen=True, kw_only=True)
class CaseDesk:
    """Takes facts of cases in."""

    casework: StoredCasework
    """Facts and cases of the database."""
    catalogue: Catalogue
    """Categories by date."""
    calendar: Calendar
    """Business days."""
    policy: CaseworkPolicy
    """The section `[casework]`."""
    high_water: HighWater
    """The mark beside the site."""
    judged: Callable[[str, datetime], Sequence[FactToRecord]]
    """What the judgment of a case tells of which nothing is on record yet."""
    by: str
    """Who acts, as facts tell it."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def record(
        self,
        lines: Iterable[bytes],
        *,
        partial: bool = False,
        progress: Callable[[], None] = lambda: None,
    ) -> FileRecorded:
        """Take facts in, one JSON object a line; all of them, or none.

        partial: take what is in order, and tell the rest. InputError with the faulty
        lines otherwise.
        """
        now = self.clock()
        read = read_lines(lines, self.catalogue, now, progress)
        left_out: list[Fault] = []

        def decide(known: Known, numbers: Numbers) -> Iterable[FactToRecord]:
            placed, faults = good_ones(read, known, numbers)
            if faults and not partial:
                raise refused(faults)
            left_out.extend(faults)
            return [self._to_record(fact) for _, fact in placed]

        done = self._take([fact for _, fact in read.placed], decide, now)
        return FileRecorded(added=done.added, known=done.known, faults=tuple(left_out))

    def add(self, facts: Sequence[Fact]) -> Recorded:
        """Take facts in that a program made; InputError names each by its place."""
        now = self.clock()
        placed = [(f"facts[{place}]", fact) for place, fact in enumerate(facts)]
        _require_zones(placed)
        wrong = [
            Fault(f"{place}.{fault.path}", fault.message)
            for place, fact in placed
            for fault in (*field_faults(fact), *known_faults(fact, self.catalogue, now))
        ]

        def decide(known: Known, numbers: Numbers) -> Iterable[FactToRecord]:
            if found := [*wrong, *set_faults(placed, known, numbers)]:
                raise refused(found)
            return [self._to_record(fact) for fact in facts]

        return self._take(facts, decide, now)

    def act(
        self,
        case_ids: Sequence[str],
        act: Act,
        details: Details,
        *,
        at: datetime | None = None,
    ) -> tuple[CaseTold, ...]:
        """Do one thing with several cases: with all of them, or with none.

        A case of which nothing is known yet is put on record by its judgment, as
        `prepare` does it. at: when it happened; None: now. InputError for an unknown
        case or a wrong field, RefusedError with the reasons where it is not allowed.
        """
        require_reason(getattr(details, "reason", None))
        _require_zone(at)
        now = self.clock()
        facts = [
            Fact(case_id=case_id, at=at or now, by=self.by, details=details)
            for case_id in dict.fromkeys(case_ids)
        ]
        return self._do(act, facts, now)

    def look_all(self, rows: Sequence[Mapping[str, str]]) -> tuple[CaseTold, ...]:
        """A morning's looks: all of them, or none.

        rows: `case_id`, `outcome`, and if wanted `at`, `from`, `how`, `note`, as texts;
        rows without an outcome and other columns are passed over. InputError names each
        fault by its row, the first below the headings being 2.
        """
        now = self.clock()
        facts = looks_in(rows, now=now, by=self.by)
        return self._do(Act.LOOK, facts, now)

    def note(self, details: Referred, *, at: datetime | None = None) -> Recorded:
        """Record what is about no case of ours."""
        _require_zone(at)
        now = self.clock()
        fact = Fact(at=at or now, by=self.by, details=details)
        wrong = [*field_faults(fact), *known_faults(fact, self.catalogue, now)]
        if wrong:
            raise InputError("this cannot be recorded", faults=wrong)
        return self.add([fact])

    def _do(
        self, act: Act, facts: Sequence[Fact], now: datetime
    ) -> tuple[CaseTold, ...]:
        warnings: dict[str, tuple[str, ...]] = {}

        def decide(known: Known, _: Numbers) -> Iterable[FactToRecord]:
            first = self._first_facts(facts, known, now)
            known = {**known, **_by_case(first)}
            _require_known(facts, known)
            _require_judged(facts, known)
            warnings.update(self._require_allowed(act, facts, known, now))
            self._require_good(facts, known, now)
            return [*first, *(self._to_record(fact) for fact in facts)]

        done = self._take(facts, decide, now)
        cases = self.casework.cases_of({fact.case_id for fact in facts})
        return tuple(
            CaseTold(
                case=case,
                warnings=warnings.get(case.case_id, ()),
                added=done.added > 0,
            )
            for case in cases
        )

    def _first_facts(
        self, facts: Sequence[Fact], known: Known, now: datetime
    ) -> list[FactToRecord]:
        """What puts cases on record that only their judgments are known of."""
        unknown = dict.fromkeys(
            fact.case_id for fact in facts if not known.get(fact.case_id)
        )
        return [one for case_id in unknown for one in self.judged(case_id, now)]

    def _require_good(self, facts: Sequence[Fact], known: Known, now: datetime) -> None:
        placed = [(fact.case_id, fact) for fact in facts]
        wrong = [
            Fault(f"{fact.case_id}.{fault.path}", fault.message)
            for fact in facts
            for fault in (*field_faults(fact), *known_faults(fact, self.catalogue, now))
        ]
        if found := [*wrong, *set_faults(placed, known)]:
            raise InputError("this cannot be recorded", faults=found)

    def _require_allowed(
        self, act: Act, facts: Sequence[Fact], known: Known, now: datetime
    ) -> dict[str, tuple[str, ...]]:
        told: dict[str, tuple[str, ...]] = {}
        refused: list[Fault] = []
        for fact in facts:
            case_id = fact.case_id
            case = make_case(case_id, known.get(case_id, ()), until=fact.at)
            verdict = allowed(
                case,
                act,
                group=self._group(case),
                now=now,
                calendar=self.calendar,
                policy=self.policy,
            )
            refused += [Fault(case_id, reason) for reason in verdict.refusals]
            told[case_id] = verdict.warnings
        if refused:
            raise RefusedError(
                "this is not allowed now; nothing was recorded", faults=refused
            )
        return told

    def _group(self, case: Case) -> str:
        analysed = case.analysed
        if analysed is None or not isinstance(analysed.details, Analysed):
            return ""
        category = self.catalogue.category(analysed.details.category)
        return category.group if category else ""

    def _to_record(self, fact: Fact) -> FactToRecord:
        group = ""
        if isinstance(fact.details, Analysed):
            category = self.catalogue.category(fact.details.category)
            group = category.group if category else ""
        return FactToRecord(fact=fact, group=group)

    def _take(
        self,
        facts: Sequence[Fact],
        decide: Decide,
        now: datetime,
    ) -> Recorded:
        done = self.casework.take(
            frozenset(fact.case_id for fact in facts),
            decide,
            numbers=frozenset(number_of(fact) for fact in facts) - {""},
            now=now,
        )
        self.high_water.keep_quietly()
        return done


def _require_zones(placed: Iterable[tuple[str, Fact]]) -> None:
    """InputError for facts of whose time nobody knows when it was."""
    wrong = [
        Fault(f"{place}.at", "must have a time zone")
        for place, fact in placed
        if fact.at.tzinfo is None
    ]
    if wrong:
        raise refused(wrong)


def _require_zone(at: datetime | None) -> None:
    if at is not None and at.tzinfo is None:
        raise refused([Fault("at", "must have a time zone")])


def _by_case(facts: Iterable[FactToRecord]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for one in facts:
        found.setdefault(one.fact.case_id, []).append(one.fact)
    return found


def _require_known(facts: Iterable[Fact], known: Known) -> None:
    unknown = [fact.case_id for fact in facts if not known.get(fact.case_id)]
    if unknown:
        raise InputError(
            Text("there is no case {ids} on record", ids=", ".join(unknown)),
            hint="`notices cases` lists them; `notices record` takes them in",
        )


def _require_judged(facts: Iterable[Fact], known: Known) -> None:
    """InputError for what happened before its case was judged."""
    early = []
    for fact in facts:
        judged = make_case(fact.case_id, known[fact.case_id]).of(Analysed)
        if judged and fact.at < judged[0].at:
            told = Text("is before the judgment of {case_id}", case_id=fact.case_id)
            early.append(Fault(f"{fact.case_id}.at", told))
    if early:
        raise InputError("this cannot be recorded", faults=early)
