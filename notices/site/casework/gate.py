"""The gate before a notice is made: the case is on record, and lets it go out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from notices.casework import (
    Act,
    Analysed,
    Case,
    CaseworkPolicy,
    Fact,
    Permission,
    PoliceReported,
    allowed,
    make_case,
)
from notices.casework.judged import analysed
from notices.catalogue import Catalogue
from notices.errors import Fault, OnHold, RefusedError
from notices.judgment import Judgment
from notices.letters.template.hygiene import Remark
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.store.casework import FactToRecord, StoredCasework


@dataclass(frozen=True, kw_only=True)
class CaseGate:
    """Asks whether a case lets a request go out; knows the case from then on."""

    casework: StoredCasework
    """Facts and cases of the database."""
    catalogue: Catalogue
    """Groups of categories."""
    calendar: Calendar
    """Business days."""
    policy: CaseworkPolicy
    """The section `[casework]`."""
    by: str
    """Who acts, as facts tell it."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def require(self, judgment: Judgment, act: Act = Act.SEND) -> None:
        """Put the judgment on record, once, and refuse what the case forbids.

        act: what is to be done; a corrected judgment is put on record beside the first.
        OnHold while the police ask to wait, RefusedError with the reasons else. What
        was told before decides, not what the judgment says of it later.
        """
        now = self.clock()

        def decide(
            known: Mapping[str, Sequence[Fact]], _: Mapping[str, str]
        ) -> Iterator[FactToRecord]:
            facts = known.get(judgment.case_id, ())
            new = list(self._judged(judgment, facts, now, act))
            case = make_case(judgment.case_id, [*facts, *(one.fact for one in new)])
            self._require_allowed(case, self._verdict(case, judgment, now, act), act)
            return iter(new)

        self.casework.take([judgment.case_id], decide, now=now)

    def first_facts(
        self, judgment: Judgment, now: datetime
    ) -> tuple[FactToRecord, ...]:
        """What a judgment tells of a case that nothing is known of yet."""
        return tuple(self._judged(judgment, (), now, Act.SEND))

    def remarks(self, judgment: Judgment, act: Act = Act.SEND) -> Iterator[Remark]:
        """What speaks against it and does not forbid it."""
        case = self.casework.case(judgment.case_id)
        for text in self._verdict(case, judgment, self.clock(), act).warnings:
            yield Remark("case", text, "casework")

    def _verdict(
        self, case: Case, judgment: Judgment, now: datetime, act: Act
    ) -> Permission:
        return allowed(
            case,
            act,
            group=self._group(judgment),
            now=now,
            calendar=self.calendar,
            policy=self.policy,
        )

    def _group(self, judgment: Judgment) -> str:
        category = self.catalogue.category(judgment.category)
        return category.group if category else ""

    def _judged(
        self, judgment: Judgment, known: Sequence[Fact], now: datetime, act: Act
    ) -> Iterator[FactToRecord]:
        """`analysed` and what the police were told, unless the case is known."""
        case = make_case(judgment.case_id, known)
        told, at = case.analysed, min(judgment.checked_at, now)
        details = analysed(judgment)
        if told is None or (act is Act.CORRECT and told.details != details):
            is_later = told is None or at > told.at
            yield FactToRecord(
                fact=self._fact(judgment, at if is_later else now, details),
                group=self._group(judgment),
            )
        told_at = judgment.police.reported_at
        if case.analysed is None and told_at is not None:
            told = self._fact(judgment, min(told_at, now), PoliceReported())
            yield FactToRecord(fact=told)

    def _fact(
        self, judgment: Judgment, at: datetime, details: Analysed | PoliceReported
    ) -> Fact:
        return Fact(case_id=judgment.case_id, at=at, by=self.by, details=details)

    def _require_allowed(self, case: Case, verdict: Permission, act: Act) -> None:
        if verdict.is_allowed:
            return
        reasons = [Fault(case.case_id, reason) for reason in verdict.refusals]
        if case.is_on_hold:
            raise OnHold(
                Text(
                    "{case_id} is on hold, nothing was prepared", case_id=case.case_id
                ),
                hint='when they give word: notices police CASE-ID --release "..."',
                faults=reasons,
            )
        raise RefusedError(
            _refusal(case.case_id, act),
            faults=reasons,
        )


def _refusal(case_id: str, act: Act) -> Text:
    if act is Act.REMIND:
        return Text("no reminder may go out now")
    if act is Act.CORRECT:
        return Text("no correction may go out now")
    if act is Act.WITHDRAW:
        return Text("there is nothing to take back")
    return Text(
        "{case_id} cannot be asked for now; nothing was prepared", case_id=case_id
    )
