"""The recipient ladder (guideline 第3の5(1)): its shape and each of its rungs."""

from collections.abc import Iterator

from notices import grammar
from notices.errors import Fault
from notices.judgment import Facility, Judgment, LadderStep, Language, Rung, Skip
from notices.messages import Text
from notices.rules.recipients import stands
from notices.signs import is_blank

_BELOW = (Rung.SERVER_ADMINISTRATOR, Rung.IP_ALLOCATION_HOLDER)
RUNGS = {
    Facility.BULLETIN_BOARD: (Rung.BOARD_ADMINISTRATOR, *_BELOW),
    Facility.WEBSITE: (Rung.WEBSITE_ADMINISTRATOR, *_BELOW),
}
"""The rungs of a facility, from the top."""

MAX_REASON = 2000
"""Longest reason for passing over a rung, in characters."""


def shape(judgment: Judgment) -> Iterator[Fault]:
    """Find rungs that do not belong here, are out of order or missing."""
    rungs = RUNGS[judgment.target.facility]
    last = -1
    for index, step in enumerate(judgment.ladder):
        path = f"ladder[{index}].rung"
        if step.rung not in rungs:
            yield Fault(
                path,
                Text(
                    "{rung} is no rung of a {facility}",
                    rung=step.rung,
                    facility=judgment.target.facility,
                ),
            )
            continue
        place = rungs.index(step.rung)
        if place == last:
            yield Fault(
                path,
                Text(
                    "{rung} stands twice; it stands or is passed over", rung=step.rung
                ),
            )
        elif place < last:
            yield Fault(
                path, Text("must come in the order {rungs}", rungs=", ".join(rungs))
            )
        last = max(last, place)


def passed_over(judgment: Judgment) -> Iterator[Fault]:
    """Find a rung above the first that stands that nobody gave a reason for."""
    first = next(filter(stands, judgment.ladder), None)
    if first is None:
        yield Fault("ladder", "must have a rung that stands; there is nobody to ask")
        return
    rungs = RUNGS[judgment.target.facility]
    if first.rung not in rungs:
        return
    told = {step.rung for step in judgment.ladder if not stands(step)}
    for rung in rungs[: rungs.index(first.rung)]:
        if rung not in told:
            yield Fault(
                "ladder",
                Text(
                    "{rung} is passed over: give its step with skipped and reason",
                    rung=rung,
                ),
            )


def texts(judgment: Judgment) -> Iterator[Fault]:
    """Find single fields of the steps that cannot be used."""
    for index, step in enumerate(judgment.ladder):
        yield from _texts(f"ladder[{index}]", step)


def steps(judgment: Judgment) -> Iterator[Fault]:
    """Find steps that are neither properly named nor properly passed over."""
    for index, step in enumerate(judgment.ladder):
        path = f"ladder[{index}]"
        yield from _standing(path, step) if stands(step) else _skipped(path, step)


def _texts(path: str, step: LadderStep) -> Iterator[Fault]:
    for name in ("recipient", "name", "name_en", "earlier_number"):
        if wrong := grammar.line_fault(getattr(step, name)):
            yield Fault(f"{path}.{name}", wrong)
    for name in ("reason", "abroad_reason"):
        if wrong := grammar.prose_fault(getattr(step, name), longest=MAX_REASON):
            yield Fault(f"{path}.{name}", wrong)
    if step.mailbox and (wrong := grammar.mailbox_fault(step.mailbox)):
        yield Fault(f"{path}.mailbox", wrong)
    if step.country is not None and (wrong := grammar.country_fault(step.country)):
        yield Fault(f"{path}.country", wrong)


def _standing(path: str, step: LadderStep) -> Iterator[Fault]:
    for name in ("name", "mailbox"):
        text = getattr(step, name)
        if is_blank(text) and (text or not step.recipient):
            yield Fault(
                f"{path}.{name}",
                "is missing; give it, or name an entry of recipients.toml",
            )
    if step.name_en and is_blank(step.name_en):
        yield Fault(f"{path}.name_en", "is empty; leave it out, or give the name")
    for name in ("earlier_number", "rechecked_at"):
        if getattr(step, name):
            yield Fault(f"{path}.{name}", "belongs to a rung skipped for no_action")


def _skipped(path: str, step: LadderStep) -> Iterator[Fault]:
    if step.recipient or step.name or step.mailbox:
        yield Fault(
            f"{path}.skipped",
            "a rung is either named or skipped; both cannot be true",
        )
    if is_blank(step.reason):
        yield Fault(f"{path}.reason", "is missing: say why the rung was passed over")
    if step.skipped is Skip.NO_ACTION:
        yield from _no_action(path, step)
    else:
        for name in ("earlier_number", "rechecked_at"):
            if getattr(step, name):
                yield Fault(f"{path}.{name}", "belongs to no_action only")


def _no_action(path: str, step: LadderStep) -> Iterator[Fault]:
    # 第3の5(1)イ② has 「対応が行われない場合」, ア② and the step to b do not.
    if step.rung is not Rung.WEBSITE_ADMINISTRATOR:
        yield Fault(
            f"{path}.skipped",
            "no_action leads on from a website administrator only (第3の5(1))",
        )
        return
    if is_blank(step.earlier_number):
        yield Fault(f"{path}.earlier_number", "is missing: the number of that request")
    if step.rechecked_at is None:
        yield Fault(f"{path}.rechecked_at", "is missing: when was it checked again?")


def english(judgment: Judgment, step: LadderStep) -> Iterator[Fault]:
    """Find what a bilingual letter lacks in English."""
    if step.language is Language.BILINGUAL:
        for name in ("content_en", "reason_en"):
            if is_blank(getattr(judgment, name)):
                yield Fault(name, "is missing: the letter is Japanese and English")


def every_english(judgment: Judgment) -> Iterator[Fault]:
    """Find what the letters of the rungs that stand lack in English."""
    for step in filter(stands, judgment.ladder):
        yield from english(judgment, step)


def addresses_of_allocation(judgment: Judgment) -> Iterator[Fault]:
    """Find a request to the holder of an allocation that names no address."""
    rungs = {step.rung for step in judgment.ladder if stands(step)}
    if Rung.IP_ALLOCATION_HOLDER in rungs and not judgment.target.ip_addresses:
        yield Fault(
            "target.ip_addresses",
            "is missing: the letter to the holder of an allocation names the address",
        )
