"""Disposal of cases: decided, put on record, removed, cleared, and told."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from notices.approval import EnrolledPerson
from notices.casework.disposal import PREFIX, DisposalStatement, in_parts
from notices.casework.retention import EndedCase, RetentionPolicy, rule_of
from notices.errors import NoticesError
from notices.judgment import JST
from notices.messages import Text
from notices.site.database.high_water import HighWater
from notices.site.disposal.confirming import Confirmations, Confirmed
from notices.site.disposal.persons import Sign, second_person
from notices.site.disposal.record_file import DisposalRecord, Remembered
from notices.site.disposal.sweeping import Swept
from notices.store.disposal import Certificate, Decided, StoredDisposals

SECTION = "retention"
Place = Mapping[str, Any]
"""What lies outside of the program's reach: `place` and particulars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalPlan:
    """What would be disposed of now."""

    cases: Mapping[str, str]
    """Case id to the rule that lets it go."""
    passed_over: Mapping[str, str]
    """Ended cases that would go, and why they do not."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices dispose --dry-run --json`."""
        return {
            "rules": dict(sorted(Counter(self.cases.values()).items())),
            "cases": [
                {"case_id": case_id, "rule": rule}
                for case_id, rule in self.cases.items()
            ],
            "passed_over": [
                {"case_id": case_id, "reason": reason}
                for case_id, reason in self.passed_over.items()
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DisposalDone:
    """What was disposed of."""

    certificates: tuple[Certificate, ...]
    """Of this run, and of earlier ones that could not be ended."""
    passed_over: Mapping[str, str]
    """Ended cases that stay, and why."""
    again: tuple[str, ...] = ()
    """Cases that a restored database still held."""
    trouble: NoticesError | None = None
    """Why files or free space could not be cleared yet; the texts are removed."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices dispose --json`."""
        return {
            "certificates": [each.to_json() for each in self.certificates],
            "passed_over": [
                {"case_id": case_id, "reason": reason}
                for case_id, reason in self.passed_over.items()
            ],
            "again": list(self.again),
            "cleared": self.trouble is None,
        }


@dataclass(frozen=True, kw_only=True)
class Disposer:
    """Disposes of cases by the section `[retention]`, or by a day."""

    disposals: StoredDisposals
    """What the database holds and held."""
    confirmations: Confirmations
    """Judges what second persons signed."""
    policy: RetentionPolicy
    """The section `[retention]`."""
    record: DisposalRecord
    """The file that remembers disposals beside the database."""
    high_water: HighWater
    """The mark beside the site."""
    log: str
    """Origin of the ledger."""
    by: str
    """Who acts: `user:` or `person:` and a name."""
    places: Callable[[], Sequence[Place]]
    """What lies outside, as the configuration tells."""
    sweep: Callable[[Sequence[str], Sequence[str]], Swept]
    """Removes files: of these cases, of these numbers."""
    require_whole: Callable[[], None]
    """Refuses while the database may be an older one than it was."""
    sign: Sign
    """Has the second person sign."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def plan(self, *, before: date | None = None) -> DisposalPlan:
        """Say what would go now, and what would not although it ended. Nothing is done.

        before: all that ended before this day in Japan, whatever `[retention]` says.
        """
        _, plan = self._plan(before)
        return plan

    def dispose(self, *, before: date | None = None, second: str = "") -> DisposalDone:
        """Remove the texts of what may go, and clear files and free space.

        second: id of the second person, where people are enrolled; RefusedError
        without. What was begun before and not ended is ended. Nothing is half removed:
        the cases of one decision go together.
        """
        self.require_whole()
        enrolled = self.disposals.people()
        people = second_person(self.by, second, enrolled, self.disposals.names())
        confirming = enrolled[people[-1]] if people else None
        self.note_policy()
        again = self.again()
        ended, plan = self._plan(before)
        by_rule: dict[str, list[str]] = defaultdict(list)
        for case_id, rule in plan.cases.items():
            by_rule[rule].append(case_id)
        outside = tuple(self._outside()) if by_rule else ()
        for rule, case_ids in sorted(by_rule.items()):
            for part in in_parts(case_ids):
                decided = Decided(
                    statement=self._statement(rule, part, before),
                    cases=part,
                    people=people,
                    outside=outside,
                )
                self._decide(decided, [ended[each] for each in part], confirming)
        certificates, trouble = self.clear()
        return DisposalDone(
            certificates=certificates,
            passed_over=plan.passed_over,
            again=again,
            trouble=trouble,
        )

    def again(self) -> tuple[str, ...]:
        """Dispose again of what was disposed of, and a restored database still holds.

        Gives the cases. `clear` is to follow.
        """
        removed_again: list[str] = []
        for remembered in self.record.read():
            here = self.disposals.undisposed(remembered.statement.cases)
            if not here:
                continue
            decided = Decided(
                statement=remembered.statement,
                cases=here,
                confirmation=remembered.confirmation,
                outside=tuple(self._outside()),
                is_again=True,
            )
            self.disposals.dispose(decided, None, now=self.clock())
            removed_again += here
        if removed_again:
            self.high_water.keep_quietly()
        return tuple(sorted(removed_again))

    def again_and_clear(self) -> tuple[str, ...]:
        """`again`, and what follows it; raises what is in the way of clearing."""
        removed_again = self.again()
        _, trouble = self.clear()
        if trouble is not None:
            raise trouble
        return removed_again

    def clear(self) -> tuple[tuple[Certificate, ...], NoticesError | None]:
        """Clear files and free space of all that was removed; gives the certificates.

        With what was in the way, if it could not be done; it is done the next time.
        """
        open_ones = self.disposals.certificates(uncleared=True)
        if not open_ones:
            return (), None
        case_ids = sorted({one for each in open_ones for one in each.statement.cases})
        try:
            swept = self.sweep(case_ids, self.disposals.numbers_of(case_ids))
            self.disposals.compact()
            self.disposals.set_cleared(open_ones, swept.to_json(), now=self.clock())
        except NoticesError as trouble:
            return open_ones, trouble
        names = {each.statement.sha256 for each in open_ones}
        done = self.disposals.certificates()
        return tuple(each for each in done if each.statement.sha256 in names), None

    def certificates(self) -> tuple[Certificate, ...]:
        """All that was ever disposed of, the oldest first."""
        return self.disposals.certificates()

    def confirmed(self, certificate: Certificate) -> Confirmed:
        """Whether another person signed what was decided, judged anew."""
        return self.confirmations.judge(certificate)

    def note_policy(self) -> bool:
        """Put `[retention]` on record if it changed; tells whether it was written."""
        usual = dict.fromkeys(self.policy.facts(), 0)
        return self.disposals.note_policy(
            SECTION, self.policy.facts(), usual=usual, now=self.clock()
        )

    def _plan(
        self, before: date | None
    ) -> tuple[Mapping[str, EndedCase], DisposalPlan]:
        today = self.clock().astimezone(JST).date()
        ended = {case.case_id: case for case in self.disposals.ended()}
        going = {
            case_id: rule
            for case_id, case in ended.items()
            if (rule := rule_of(case, self.policy, today=today, before=before))
        }
        passed_over = {
            case_id: _why_not(case)
            for case_id, case in ended.items()
            if rule_of(_unhindered(case), self.policy, today=today, before=before)
            and case_id not in going
        }
        return ended, DisposalPlan(cases=going, passed_over=passed_over)

    def _statement(
        self, rule: str, cases: tuple[str, ...], before: date | None
    ) -> DisposalStatement:
        now = self.clock()
        return DisposalStatement(
            log=self.log,
            cases=cases,
            rule=rule,
            before=before,
            backups_until=self.policy.backups_until(now.astimezone(JST).date()),
            by=self.by,
            at=now,
            nonce=token_hex(32),
        )

    def _decide(
        self,
        decided: Decided,
        ended: Iterable[EndedCase],
        confirming: EnrolledPerson | None,
    ) -> None:
        """Have it signed, remove it, and remember that beside the database."""
        statement = decided.statement
        if confirming is not None:
            signed = PREFIX + statement.octets()
            confirmation = self.sign(confirming.person, signed)
            self.confirmations.require(statement, confirmation, confirming)
            decided = replace(decided, confirmation=confirmation)
        remembered = Remembered(statement=statement, confirmation=decided.confirmation)
        self.disposals.dispose(
            decided,
            ended,
            now=self.clock(),
            remember=lambda: self.record.add(remembered),
        )
        self.high_water.keep_quietly()

    def _outside(self) -> Iterator[Place]:
        yield from self.places()
        for place, count in self.disposals.strays().items():
            if count:
                yield {"place": place, "count": count}


def _unhindered(case: EndedCase) -> EndedCase:
    return EndedCase(
        case_id=case.case_id,
        group=case.group,
        ended_at=case.ended_at,
        is_requested=case.is_requested,
    )


def _why_not(case: EndedCase) -> str:
    if case.is_kept:
        return Text("it is kept")
    return Text(
        "not settled: {numbers}; withdraw or resolve",
        numbers=", ".join(case.unsettled),
    )
