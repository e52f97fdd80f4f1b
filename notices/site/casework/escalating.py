"""Asking the next rung of the ladder, by the facts of the case (第3の5(1))."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from notices.casework import (
    Act,
    Case,
    CaseworkPolicy,
    Requested,
    Returned,
    allowed,
)
from notices.casework.due import look_due, looked_since
from notices.catalogue import Catalogue
from notices.codec import read_judgment
from notices.errors import Fault, InputError, RefusedError
from notices.judgment import Judgment, LadderStep, Rung, Skip
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.site.casework.as_sent import CasesAsSent
from notices.store import Store


@dataclass(frozen=True, kw_only=True)
class Escalator:
    """Makes the judgment with which the next rung is asked."""

    store: Store
    """The outbox."""
    cases: CasesAsSent
    """Cases as the site's mode has them: in test mode by their tests."""
    catalogue: Catalogue
    """Groups of categories."""
    calendar: Calendar
    """Business days."""
    policy: CaseworkPolicy
    """The section `[casework]`."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def judgment(self, case_id: str) -> Judgment:
        """The judgment that was asked with, its ladder led on by what is known.

        Nobody types the earlier number or the time of the look: they come from the
        facts. RefusedError with the reasons where the next rung may not be asked,
        InputError where the ladder names nobody above.
        """
        case = self.cases.case(case_id)
        asked = self._require_allowed(case)
        frozen = self.store.judgment(asked.number).encode()
        judgment: Judgment = read_judgment(frozen, self.catalogue)
        ladder = tuple(
            self._passed_over(case, asked) if step.rung is asked.rung else step
            for step in judgment.ladder
        )
        if not any(_is_above(step, asked.rung, judgment) for step in judgment.ladder):
            raise InputError(
                Text("the judgment of {case_id} names nobody above", case_id=case_id),
                hint="add the next rung to its ladder and hand it over again: "
                "notices send CASE-ID --rung RUNG --reason REASON",
            )
        return replace(judgment, ladder=ladder)

    def _require_allowed(self, case: Case) -> Requested:
        verdict = allowed(
            case,
            Act.ESCALATE,
            group="",
            now=self.clock(),
            calendar=self.calendar,
            policy=self.policy,
            is_test=self.cases.mode.is_test,
        )
        standing = case.standing_request
        if verdict.refusals or standing is None:
            raise RefusedError(
                Text(
                    "{case_id}: the next rung may not be asked now",
                    case_id=case.case_id,
                ),
                faults=[Fault(case.case_id, reason) for reason in verdict.refusals],
            )
        assert isinstance(standing.details, Requested)  # noqa: S101 - what stands was asked
        return standing.details

    def _passed_over(self, case: Case, asked: Requested) -> LadderStep:
        """The rung that did nothing, or that no mail reaches."""
        if case.pending(Returned):
            return LadderStep(
                rung=asked.rung,
                skipped=Skip.NOT_IDENTIFIED,
                reason=f"整理番号{asked.number}の依頼が宛先に届かなかったため。",
            )
        return LadderStep(
            rung=asked.rung,
            skipped=Skip.NO_ACTION,
            reason="依頼から5営業日後に確認したが、対応が行われていなかったため。",
            earlier_number=asked.number,
            rechecked_at=self._looked_at(case),
        )

    def _looked_at(self, case: Case) -> datetime | None:
        """When somebody saw that it is there; a trial waits for nobody's look."""
        counted = look_due(case, self.calendar)
        look = looked_since(case, counted.day) if counted else None
        if look is None and self.cases.mode.is_test:
            return self.clock()
        return look.at if look else None


def _is_above(step: LadderStep, rung: Rung, judgment: Judgment) -> bool:
    """A rung that stands further up than the one that was asked."""
    rungs = [one.rung for one in judgment.ladder]
    return step.skipped is None and rungs.index(step.rung) > rungs.index(rung)
