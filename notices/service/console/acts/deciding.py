"""Approve or reject with a passkey, which signs the hash of exactly this draft."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

from notices.approval import APPROVE, read_approval
from notices.delivery import State
from notices.errors import InputError, RefusedError
from notices.judgment import JST
from notices.messages import Text
from notices.service.console.acts.passkeys import asked, octets_of, tapped
from notices.service.console.acts.pictures import pages_of, picture_of
from notices.service.console.asking import (
    ConsoleFile,
    ConsoleMove,
    ConsolePage,
    ConsoleRequest,
)
from notices.service.console.stale import StalePage
from notices.service.console.words import LABELS
from notices.store import DoorState, StoredApproval, StoredNotice

MOST_REASON = 500


def show_waiting(request: ConsoleRequest) -> ConsolePage:
    """All drafts that wait for who asks, those to one recipient together."""
    found = [state.stored for state in _waiting(request)]
    by_recipient: dict[tuple[str, str], list[StoredNotice]] = {}
    for stored in found:
        whom = (stored.recipient_name, stored.envelope.forward_path)
        by_recipient.setdefault(whom, []).append(stored)
    return ConsolePage(
        template="waiting.html",
        values={
            "first": found[0].number if found else "",
            "count": len(found),
            "groups": list(by_recipient.items()),
            "decided": _decided(request),
        },
    )


def show_decision(request: ConsoleRequest) -> ConsolePage:
    """The draft as it would go out, and what is signed to approve it."""
    number = request.path["number"]
    desk = request.site.rooms.approvals.desk
    shown = desk.shown(number)
    values: dict[str, object] = {
        "shown": shown,
        "version": _version(request, number),
        "newest": _newest(request, number),
        "pages": pages_of(letter_of(request, number)),
    }
    if shown.stored.state is State.DRAFTED and request.person is not None:
        values |= _to_sign(request, "approve", "")
        values |= _place(request, shown.stored)
    values["decided"] = _decided(request)
    return ConsolePage(template="decision.html", values=values)


def ask_to_reject(request: ConsoleRequest) -> ConsolePage:
    """The reason is there: now the passkey is asked."""
    number = request.path["number"]
    _require_version(request, number)
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MOST_REASON:
        raise InputError("a rejection needs its reason", hint="at most 500 characters")
    values = {
        "shown": request.site.rooms.approvals.desk.shown(number),
        "version": _version(request, number),
        "reason": reason,
        **_to_sign(request, "reject", reason),
    }
    return ConsolePage(template="reject.html", values=values)


def decide(request: ConsoleRequest) -> ConsoleMove:
    """Take what was signed; StalePage if somebody was quicker."""
    number = request.path["number"]
    _require_version(request, number)
    octets = octets_of(request.form, "statement")
    said = read_approval(octets)
    if said.draft.number != number or said.approver.person != request.who:
        raise RefusedError("that was signed for something else, or by somebody else")
    assert request.person is not None  # noqa: S101 - the gate lets nobody else in
    signature = tapped(
        request.form, request.person.public_key, request.person.credential_id
    )
    following = _after(number, _waiting(request))
    receipt = request.site.approve(octets, assertion=signature)
    if not following:
        return ConsoleMove(to=f"/cases/{receipt.case_id}")
    return ConsoleMove(to=f"/notices/{following}/decision?decided={number}")


def page_picture(request: ConsoleRequest) -> ConsoleFile:
    """One page of the letter, marked 見本 while it is a draft."""
    return picture_of(letter_of(request, request.path["number"]), request.path["page"])


def letter_of(request: ConsoleRequest, number: str) -> bytes:
    """The letter as PDF: the signed one, else the draft's with its mark."""
    store = request.site.parts.store
    is_draft = store.get(number).state is State.DRAFTED
    if not is_draft and "letter.pdf" in store.artifact_names(number):
        return store.artifact(number, "letter.pdf")
    return request.site.rooms.approvals.desk.marked_letter(number)


def _to_sign(
    request: ConsoleRequest, decision: Literal["approve", "reject"], reason: str
) -> dict[str, object]:
    wanted = request.site.approval_request(
        request.path["number"], person=request.who, decision=decision, reason=reason
    )
    return {
        "statement": b64encode(wanted.octets).decode(),
        "asked": asked(request.settings.party, wanted.challenge, wanted.credential_id),
    }


def _waiting(request: ConsoleRequest) -> list[DoorState]:
    """What waits for who asks."""
    if request.person is None:
        return []
    return request.site.rooms.approvals.desk.waiting_for(request.person.name)


def _place(request: ConsoleRequest, shown: StoredNotice) -> dict[str, object]:
    """How many wait, how many of them to the same recipient, and the next one."""
    waiting = _waiting(request)
    mailbox = shown.envelope.forward_path
    same = [s for s in waiting if s.stored.envelope.forward_path == mailbox]
    return {
        "count": len(waiting),
        "count_of_recipient": len(same),
        "next": _after(shown.number, waiting),
    }


def _after(number: str, waiting: Sequence[DoorState]) -> str:
    """The number that comes after another in the list, from its end to its beginning.

    Where the other one does not wait: the first. Empty: there is none.
    """
    numbers = [state.stored.number for state in waiting]
    if number in numbers:
        place = numbers.index(number) + 1
        numbers = numbers[place:] + numbers[: place - 1]
    return numbers[0] if numbers else ""


def _decided(request: ConsoleRequest) -> dict[str, str] | None:
    """What was decided just before, as the page behind it is asked to tell."""
    number = request.query.get("decided", "")
    if not number:
        return None
    try:
        stored = request.site.parts.store.get(number)
        newest = _newest(request, number)
    except InputError:
        return None
    if newest is None:
        return None
    return {
        "number": number,
        "case_id": stored.key.case_id,
        "recipient": stored.recipient_name,
        "decision": newest.decision,
    }


def _newest(request: ConsoleRequest, number: str) -> StoredApproval | None:
    decisions = request.site.parts.approvals.of(number)
    return decisions[-1] if decisions else None


def _version(request: ConsoleRequest, number: str) -> str:
    """Hash of all that a decision about this notice depends on."""
    stored = request.site.parts.store.get(number)
    draft = request.site.parts.drafts.get(number)
    newest = _newest(request, number)
    told = (number, stored.state.value, draft.sha256, newest and newest.written_at)
    return sha256(repr(told).encode()).hexdigest()[:32]


def _require_version(request: ConsoleRequest, number: str) -> None:
    """StalePage, which says who did what, if the page is not what is there now."""
    if request.form.get("version") == _version(request, number):
        return
    newest = _newest(request, number)
    state = request.site.parts.store.get(number).state.value
    told = LABELS.get(state, state)
    if newest is None:
        raise StalePage(
            Text("{number} by now: {state}", number=number, state=told),
            hint="look at the page again",
        )
    was = Text("approved") if newest.decision == APPROVE else Text("rejected")
    raise StalePage(
        Text(
            "{number} was {decision} by {who} at {at}; now: {state}",
            number=number,
            decision=was,
            who=newest.approver,
            at=newest.written_at.astimezone(JST).strftime("%Y-%m-%d %H:%M"),
            state=told,
        ),
        hint="look at the page again",
    )
