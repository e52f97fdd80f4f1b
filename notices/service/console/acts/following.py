"""What follows a request, from its case: looked at as it would go out, then made.

The next rung, a reminder, a correction, a withdrawal. What is made is what was seen,
and the case must stand as it stood then. This process has no key: each stops at the
draft, and whoever signs goes on.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from notices.casework import Act
from notices.delivery import State
from notices.errors import InputError, InvalidJudgment
from notices.judgment import JST
from notices.messages import Text
from notices.rules import Channel
from notices.service.console.acts.pictures import (
    drawn,
    picture_of,
)
from notices.service.console.asking import (
    ConsoleFile,
    ConsoleMove,
    ConsolePage,
    ConsoleRequest,
)
from notices.service.console.naming import category_namer
from notices.service.console.previews import (
    faults_page,
    hash_of,
    shown_values,
    what_is_seen,
)
from notices.service.console.stale import StalePage
from notices.service.console.words import LABELS
from notices.service.guard.role import PREPARING
from notices.site import Site
from notices.site.access.next_steps import STEPS, NextStep, NextStepDesk, ShownStep

MOST_REASON = 500
WITH_REASON = frozenset({Act.CORRECT, Act.WITHDRAW})
"""Steps that the record wants a reason of."""
Shower = Callable[[ConsoleRequest], ConsolePage]


def steps_of(desk: NextStepDesk, case_id: str) -> list[dict[str, object]]:
    """The steps of a case for its page: where each is taken, or why it may not be."""
    ways = desk.ways(case_id)
    takeable = [stored.number for stored in ways.withdrawable]
    return [
        {
            "act": act.value,
            "refusals": permission.refusals,
            "numbers": takeable if act is Act.WITHDRAW else [""],
        }
        for act, permission in ways.permissions.items()
    ]


def show_step(act: Act, request: ConsoleRequest) -> ConsolePage:
    """What would go out, with the reason that is asked for and the button."""
    step = _step(act, request, request.query)
    try:
        shown = request.site.rooms.access.next_steps.shown(step)
    except InvalidJudgment as error:
        return faults_page(step.case_id, error)
    return ConsolePage(
        template="step.html",
        values={
            **_shown_values(request, shown),
            "version": _version(request.site, shown),
            "wants_reason": act in WITH_REASON,
            "is_danger": act is Act.WITHDRAW,
            "may_act": request.may(*PREPARING),
            "is_fresh": request.session is not None
            and request.session.is_fresh(request.now),
        },
    )


def step_picture(request: ConsoleRequest) -> ConsoleFile:
    """One page of the letter as it would go out, marked 見本."""
    page = request.path["page"]
    if found := drawn(request.query.get("of", ""), page):
        return found
    step = _step(_act(request.path["act"]), request, request.query)
    preview = request.site.rooms.access.next_steps.shown(step).preview
    if preview is None:
        raise InputError("the letter has no such page")
    return picture_of(preview.letter.pdf, page)


def take_step(act: Act, request: ConsoleRequest) -> ConsoleMove:
    """Make the draft that was seen; StalePage, which says who did what, else."""
    step = _step(act, request, request.form)
    desk = request.site.rooms.access.next_steps
    _require_same_case(request, step)
    if act in WITH_REASON and not 0 < len(step.reason) <= MOST_REASON:
        raise InputError(
            "that needs its reason", hint="at most 500 characters; it goes on record"
        )
    shown = desk.shown(step)
    if shown.earlier is not None or request.form["version"] != _version(
        request.site, shown
    ):
        raise _stale(request.site, step.case_id)
    made = desk.take(step)
    is_to_go = made.state is State.DRAFTED and made.channel is Channel.SMTP
    if is_to_go and request.form.get("send") == "yes":
        request.site.rooms.access.sending.ask(made.number)
    return ConsoleMove(to=f"/cases/{step.case_id}")


def _step(act: Act, request: ConsoleRequest, told: Mapping[str, str]) -> NextStep:
    return NextStep(
        act=act,
        case_id=request.path["case_id"],
        number=told.get("number", ""),
        reason=told.get("reason", "").strip(),
    )


def _act(word: str) -> Act:
    if word not in STEPS:
        raise InputError(Text("{act} is no step of a case", act=word))
    return Act(word)


def _shown_values(request: ConsoleRequest, shown: ShownStep) -> dict[str, object]:
    return {
        **shown_values(shown.preview),
        "step": shown.step,
        "before": shown.before,
        "overtaken": shown.overtaken,
        "earlier": shown.earlier,
        "named": category_namer(request),
    }


def _version(site: Site, shown: ShownStep) -> str:
    """Hash of how the case stands, then of all that was seen."""
    preview = shown.preview
    told: tuple[object, ...] = (
        shown.step.act.value,
        shown.before and shown.before.number,
    )
    if preview is not None:
        told += what_is_seen(preview.notice.judgment, preview)
    return _stamp(site, shown.step.case_id) + hash_of(told)


def _stamp(site: Site, case_id: str) -> str:
    """Hash of how its notices and its facts stand."""
    notices = [(one.number, one.state.value) for one in site.parts.store.find(case_id)]
    facts = [case.facts for case in site.parts.casework.cases_of([case_id])]
    return hash_of((case_id, notices, facts))


def _require_same_case(request: ConsoleRequest, step: NextStep) -> None:
    """Before anything is made: whoever was quicker is named, whatever is so by now."""
    stamp = _stamp(request.site, step.case_id)
    if not request.form.get("version", "").startswith(stamp):
        raise _stale(request.site, step.case_id)


def _stale(site: Site, case_id: str) -> StalePage:
    """That it is not what the page showed, and what was done last with the case."""
    deeds = [*_events(site, case_id), *_facts(site, case_id)]
    if not deeds:
        raise InputError(Text("nothing is known of {case_id}", case_id=case_id))
    at, what, who = max(deeds)
    return StalePage(
        Text(
            "{case_id} is not as the page has it; done last: {what}, by {who} at {at}",
            case_id=case_id,
            what=LABELS.get(what, what),
            who=who,
            at=at.astimezone(JST).strftime("%Y-%m-%d %H:%M"),
        ),
        hint="look at the page again",
    )


def _events(site: Site, case_id: str) -> list[tuple[datetime, str, str]]:
    ledger = site.parts.store.ledger
    return [
        (
            datetime.fromisoformat(str(told["at"])),
            str(told["event"]),
            str(told.get("by", "")),
        )
        for stored in site.parts.store.find(case_id)
        for told in ledger.told(stored.number)
    ]


def _facts(site: Site, case_id: str) -> list[tuple[datetime, str, str]]:
    return [
        (fact.at, fact.kind.value, fact.by)
        for case in site.parts.casework.cases_of([case_id])
        for fact in case.facts
    ]


ROUTES_OF_STEPS = tuple(
    (act, partial(show_step, act), partial(take_step, act)) for act in STEPS
)
"""Each step with what shows and what takes it."""
