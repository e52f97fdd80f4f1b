"""What is done next in the life of a case, by people who have no key of the centre.

A request is led on, repeated, put right or taken back. Each makes a draft that whoever
holds the key signs; nothing is sent or signed here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from notices.casework import Act, Case, CaseworkPolicy, Permission, allowed
from notices.catalogue import Catalogue
from notices.errors import (
    Fault,
    InputError,
    InvalidJudgment,
    NoticesError,
    RefusedError,
)
from notices.judgment import Judgment
from notices.messages import Text
from notices.rules.calendar import Calendar
from notices.site.casework.as_sent import CasesAsSent
from notices.site.casework.escalating import Escalator
from notices.site.casework.following import FollowingDesk
from notices.site.deciding import DecisionDesk
from notices.site.preparing.follow_up import FollowUp
from notices.site.preparing.preparer import Preparer
from notices.site.preparing.previewer import Preview, Previewer
from notices.store import Store, StoredNotice

STEPS = (Act.ESCALATE, Act.REMIND, Act.CORRECT, Act.WITHDRAW)
"""What may follow a request."""
MadeOf = tuple[Judgment, FollowUp | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """A step that somebody wants to take."""

    act: Act
    """One of `STEPS`."""
    case_id: str
    """Of which case."""
    number: str = ""
    """Which notice is taken back; empty: the only one that can be."""
    reason: str = ""
    """Why: of a correction and a withdrawal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStep:
    """What would go out, or that nothing would."""

    step: NextStep
    """What is wanted."""
    preview: Preview | None
    """Letter and mail; None: what is taken back was not sent, nobody hears of it."""
    before: StoredNotice | None = None
    """What is followed, or taken back; None: another recipient is asked."""
    overtaken: tuple[str, ...] = ()
    """Numbers of what waits and is withdrawn with it."""
    earlier: StoredNotice | None = None
    """The same, made before: there is nothing to do; None: it may be made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextWays:
    """What may be done next with a case."""

    permissions: Mapping[Act, Permission]
    """Of each of `STEPS`: whether it may be taken now, and why not."""
    withdrawable: tuple[StoredNotice, ...]
    """The notices that can be taken back, each by its number."""


@dataclass(frozen=True, kw_only=True)
class NextStepDesk:
    """Shows and takes the next steps of cases."""

    store: Store
    """The outbox."""
    cases: CasesAsSent
    """Cases as the site's mode has them."""
    escalator: Escalator
    """Who is asked next."""
    following: FollowingDesk
    """Reminders, corrections, withdrawals; its preparer stops at the draft."""
    preparer: Preparer
    """Makes drafts: it stops before the key."""
    previewer: Previewer
    """Shows letters and mails."""
    decisions: DecisionDesk
    """Takes back what was not sent."""
    read_case: Callable[[str], Judgment]
    """The judgment in the folder of cases, checked."""
    catalogue: Catalogue
    """Groups of categories."""
    calendar: Calendar
    """Business days."""
    policy: CaseworkPolicy
    """The section `[casework]`."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def ways(self, case_id: str) -> NextWays:
        """Which steps may be taken now, and why the others may not.

        InputError if nothing is known of the case.
        """
        case = self.cases.case(case_id)
        takeable = self.following.withdrawable(case_id)
        ways = {act: self._permission(case, act, takeable) for act in STEPS}
        return NextWays(permissions=ways, withdrawable=takeable)

    def shown(self, step: NextStep) -> ShownStep:
        """What would go out; changes nothing.

        RefusedError with the reasons where the step may not be taken, InvalidJudgment
        where the corrected judgment is not in order.
        """
        self._require_permitted(step)
        if step.act is Act.WITHDRAW:
            stored = self.following.to_withdraw(step.case_id, step.number)
            if self.following.is_pending(stored):
                return self._quiet(step, stored)
        judgment, follow_up = self._made_of(step)
        if follow_up is None:
            preview = self.previewer.case(judgment)
            return ShownStep(
                step=step,
                preview=preview,
                earlier=self._latest(preview, judgment.case_id),
            )
        preview = self.previewer.follow_up(judgment, follow_up)
        return self._followed(step, judgment, follow_up, preview)

    def take(self, step: NextStep) -> StoredNotice:
        """Make the draft, or take back what was not sent.

        Raises what `shown` does, and what stands in the way of a draft.
        """
        self._require_permitted(step)
        if step.act is Act.ESCALATE:
            return self.preparer.prepare(self.escalator.judgment(step.case_id))
        if step.act is Act.REMIND:
            return self.following.remind(step.case_id)
        if step.act is Act.CORRECT:
            judgment = self.read_case(step.case_id)
            return self.following.correct(judgment, reason=step.reason)
        stored = self.following.to_withdraw(step.case_id, step.number)
        if not self.following.is_pending(stored):
            return self.following.withdraw(stored, reason=step.reason)
        self.decisions.withdraw(step.case_id, reason=step.reason, number=stored.number)
        return self.store.get(stored.number)

    def _quiet(self, step: NextStep, stored: StoredNotice) -> ShownStep:
        return ShownStep(step=step, preview=None, before=stored)

    def _followed(
        self, step: NextStep, judgment: Judgment, follow_up: FollowUp, preview: Preview
    ) -> ShownStep:
        earlier = self._latest(preview, step.case_id)
        is_same = earlier is not None and self.preparer.waits(earlier, judgment)
        taken_back = step.act is Act.WITHDRAW
        return ShownStep(
            step=step,
            preview=preview,
            before=follow_up.before,
            overtaken=tuple(self.preparer.overtaken(follow_up.before.key))
            if taken_back
            else (),
            earlier=earlier if is_same else None,
        )

    def _latest(self, preview: Preview, case_id: str) -> StoredNotice | None:
        """The newest notice of the same kind to the same rung."""
        kind = self.preparer.mode.kind_of(preview.notice.kind)
        rung = preview.notice.recipient.rung.value
        return self.store.latest(case_id, rung, kind=kind)

    def _made_of(self, step: NextStep) -> MadeOf:
        if step.act is Act.ESCALATE:
            return self.escalator.judgment(step.case_id), None
        if step.act is Act.REMIND:
            return self.following.reminder(step.case_id)
        if step.act is Act.CORRECT:
            judgment = self.read_case(step.case_id)
            return self.following.correction(judgment, reason=step.reason)
        stored = self.following.to_withdraw(step.case_id, step.number)
        return self.following.withdrawal(stored, reason=step.reason)

    def _require_permitted(self, step: NextStep) -> None:
        case = self.cases.case(step.case_id)
        takeable = self._takeable(step)
        if refusals := self._permission(case, step.act, takeable).refusals:
            raise RefusedError(
                Text("{case_id}: this may not be done now", case_id=step.case_id),
                faults=[Fault(step.case_id, reason) for reason in refusals],
            )

    def _takeable(self, step: NextStep) -> tuple[StoredNotice, ...]:
        is_asked = step.act is Act.WITHDRAW
        return self.following.withdrawable(step.case_id) if is_asked else ()

    def _permission(
        self, case: Case, act: Act, takeable: tuple[StoredNotice, ...]
    ) -> Permission:
        if act is Act.WITHDRAW and takeable:
            return Permission()
        acts = (act, Act.SEND) if act is Act.ESCALATE else (act,)
        verdicts = [self._verdict(case, one) for one in acts]
        warnings = dict.fromkeys(told for one in verdicts for told in one.warnings)
        refusals = dict.fromkeys(told for one in verdicts for told in one.refusals)
        if not refusals:
            refusals = dict.fromkeys(
                self._obstacles(NextStep(act=act, case_id=case.case_id))
            )
        return Permission(refusals=tuple(refusals), warnings=tuple(warnings))

    def _verdict(self, case: Case, act: Act) -> Permission:
        analysed = case.analysed
        slug = getattr(analysed.details, "category", "") if analysed else ""
        category = self.catalogue.category(slug)
        return allowed(
            case,
            act,
            group=category.group if category else "",
            now=self.clock(),
            calendar=self.calendar,
            policy=self.policy,
            is_test=self.cases.mode.is_test,
        )

    def _obstacles(self, step: NextStep) -> Iterator[str]:
        """What the facts do not tell: no rung above, nothing that was corrected."""
        try:
            self._made_of(step)
        except InvalidJudgment:
            return  # all that is wrong with it is told where it is looked at
        except InputError as error:
            yield _without_path(error, step)
        except NoticesError as error:
            yield error.message


def _without_path(error: InputError, step: NextStep) -> str:
    """A folder of this machine is nobody's business in a browser."""
    if isinstance(error.__cause__, OSError):
        return Text(
            "no judgment of {case_id} lies in the folder of cases", case_id=step.case_id
        )
    return error.message
