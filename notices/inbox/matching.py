"""Whether a claim is about an attempt of ours, and what it then proves; pure.

Nothing that a mail says changes a state unless it names the envelope id or the
Message-ID of a message that we tried to send, and the recipient that we sent it to.
Both ids hold random bits that only the servers on the way and the recipient have.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from notices.delivery import State
from notices.inbox import archive_copies
from notices.inbox.known import Known, Match
from notices.inbox.reading.failure_causes import cause_of
from notices.inbox.reading.received import Action, Kind, ReceivedMail, RecipientStatus
from notices.inbox.reading.writers import may_speak_for
from notices.ledger import FactValue
from notices.messages import Text

PROVES: Mapping[Action, State] = MappingProxyType(
    {
        Action.DELIVERED: State.DELIVERED,
        Action.FAILED: State.BOUNCED,
        # whoever reports has taken the message over: a doubt is settled by that, but
        # RFC 3464, 2.3.3 does not let `relayed` or `expanded` count as delivered
        Action.DELAYED: State.SENT,
        Action.RELAYED: State.SENT,
        Action.EXPANDED: State.SENT,
    }
)
"""What each action proves of a delivery that was in doubt or sent."""

_UNSETTLED = {State.SENT, State.IN_DOUBT, State.QUEUED, State.DEFERRED}


def match(
    claim: ReceivedMail, octets: bytes, known: Sequence[Known], *, from_archive: bool
) -> Match:
    """Compare a claim with what is on record.

    octets: the mail with CRLF. known: what the claim's ids and numbers lead to; any
    others are ignored. from_archive: it lay in our archive mailbox.
    """
    for each in known:
        if claim.own_id and claim.own_id == each.message_id:
            return archive_copies.compared(octets, each, from_archive=from_archive)
    for delivery in known if from_archive else ():
        if found := archive_copies.under_another_id(octets, delivery):
            return found
    if claim.kind in (Kind.DELIVERY_STATUS, Kind.BOUNCE):
        return _report(claim, known)
    return _answer(claim, known)


def follows(state: State, proves: State | None) -> State | None:
    """Tell the state that evidence leads to from `state`; None: it changes nothing."""
    if proves is None or proves is state:
        return None
    if state is State.FAILED:  # an attempt before that may have arrived all the same
        return proves if proves in (State.SENT, State.DELIVERED) else None
    return proves if state in _UNSETTLED else None


def waits(state: State, proves: State | None) -> bool:
    """Tell whether evidence came before the attempt's own outcome was recorded."""
    return proves is not None and state is State.SENDING


def _report(claim: ReceivedMail, known: Sequence[Known]) -> Match:
    by_envid = [
        delivery
        for delivery in known
        if delivery.envid and delivery.envid in claim.envids
    ]
    # what was sent may itself name an earlier notice (References): what is returned
    # comes first, and what is mentioned counts only if nothing of ours is returned
    by_id = [each for each in known if each.message_id in claim.message_ids] or [
        each for each in known if each.message_id in claim.mentioned_ids
    ]
    facts: dict[str, FactValue] = {"reporting_mta": claim.reporting_mta}
    told = _facts_of(claim.recipients[0] if claim.recipients else None)
    numbers = {delivery.number for delivery in (*by_envid, *by_id)}
    if len(numbers) != 1:
        reason = "it names messages of several notices" if numbers else _strange(claim)
        who: dict[str, FactValue] = {"from": claim.sender, "subject": claim.subject}
        return Match(kind=claim.kind, reason=reason, facts={**facts, **told, **who})
    subject = (by_envid or by_id)[0]
    named = [
        delivery
        for delivery in claim.recipients
        if subject.forward_path.lower() in delivery.addresses
    ]
    facts.update(_facts_of(named[0]) if named else told)
    fault = _fault(claim, subject, named, by_envid)
    matched = "ENVID and recipient" if by_envid else "Message-ID and recipient"
    action = named[0].action if named else None
    return Match(
        kind=claim.kind,
        number=subject.number,
        is_certain=True,
        proves=None if fault or action is None else PROVES[action],
        reason=fault or matched,
        facts=facts,
    )


def _fault(
    claim: ReceivedMail,
    subject: Known,
    named: Sequence[RecipientStatus],
    by_envid: Sequence[Known],
) -> str:
    """Why a report that names a message of ours proves nothing; empty: it does."""
    ids = {*claim.message_ids, *claim.mentioned_ids}
    is_failure = {each.action for each in named} == {Action.FAILED}
    # relays put envelope ids of their own; a success is settled by ours alone
    if claim.envids and not by_envid and not is_failure:
        return "it has another envelope id than ours"
    if by_envid and claim.message_ids and subject.message_id not in ids:
        return "it has our envelope id and returns another message"
    if not named:
        return "it does not name our recipient"
    if subject.attempts == 0:
        return "no attempt has been made"
    return _fault_of_action(
        named, is_without_envid=bool(subject.envid) and not by_envid
    )


def _fault_of_action(
    named: Sequence[RecipientStatus], *, is_without_envid: bool
) -> str:
    """Why what it says of our recipient proves nothing; empty: it does.

    Whoever reports a success was asked for it, with ENVID in the same command (RFC
    3461, 4.4); without it the Message-ID could be what is left of another report.
    """
    action = named[0].action
    if len({each.action for each in named}) != 1 or action is None:
        return "it does not say clearly what was done"
    if is_without_envid and action is Action.DELAYED:
        return "it reports a delay, and not with our envelope id"
    if is_without_envid and action is not Action.FAILED:
        return "it reports a success, and not with our envelope id"
    return ""


def _strange(claim: ReceivedMail) -> str:
    if claim.envids or claim.message_ids or claim.mentioned_ids:
        return "it names no message of ours"
    return "it names neither an envelope id nor a message"


def _answer(claim: ReceivedMail, known: Sequence[Known]) -> Match:
    facts: dict[str, FactValue] = {"from": claim.sender, "subject": claim.subject}
    if claim.kind is Kind.UNRELATED:
        reason = claim.note or "no report and no answer"
        return Match(kind=claim.kind, reason=reason, facts=facts)
    # in the order of the mail: what it answers first, then the thread from its end
    ids = {each.message_id: each.number for each in known}
    named = (*claim.message_ids, *claim.mentioned_ids)
    by_id = [ids[each] for each in named if each in ids]
    numbers = {each.number for each in known}
    by_number = [each for each in claim.numbers if each in numbers]
    number = next(iter([*by_id, *by_number]), None)
    if number is None:
        reason = "it answers no message of ours"
        return Match(kind=claim.kind, reason=reason, facts=facts)
    is_theirs = bool(by_id) or _is_from(claim.domain, number, known)
    # one word does not answer for several, nor anybody for whom we wrote to
    if claim.answer and is_theirs and (by_id or len(by_number) == 1):
        facts["answer"] = str(claim.answer)
    if claim.reference and claim.reference != number:
        facts["reference"] = claim.reference
    return Match(
        kind=claim.kind,
        number=number,
        is_certain=bool(by_id),
        reason=_reason_of_answer(claim, number, ids, by_id, by_number, is_theirs),
        facts=facts,
    )


def _is_from(domain: str, number: str, known: Sequence[Known]) -> bool:
    """Whether somebody writes from the domain that we wrote to, or above or below it.

    Numbers can be guessed: who only gives one has not seen our mail for that.
    """
    asked = next(each.forward_path for each in known if each.number == number)
    return may_speak_for(domain, asked.rpartition("@")[2].lower())


def _reason_of_answer(
    claim: ReceivedMail,
    number: str,
    ids: Mapping[str, str],
    by_id: Sequence[str],
    by_number: Sequence[str],
    is_theirs: bool,
) -> str:
    if any(each in ids for each in claim.message_ids):
        return "it answers our Message-ID"
    if by_id:
        return "it holds our Message-ID"
    place = "subject" if number in claim.subject else "text"
    if len(by_number) > 1:
        return Text("the first of several numbers in its {place}", place=place)
    if not is_theirs:
        return Text(
            "the number in its {place}, from another domain than we wrote to",
            place=place,
        )
    return Text("the number in its {place}", place=place)


def _facts_of(status: RecipientStatus | None) -> dict[str, FactValue]:
    if status is None:
        return {}
    return {
        "action": status.action and str(status.action),
        "status": status.status,
        "recipient": ", ".join(sorted(status.addresses)),
        "diagnostic": status.diagnostic,
        "remote_mta": status.remote_mta,
        "last_attempt": status.last_attempt,
        **_cause(status),
    }


def _cause(status: RecipientStatus) -> dict[str, FactValue]:
    """Why it failed; nothing of what did not."""
    if status.action is not Action.FAILED:
        return {}
    cause = status.cause or cause_of(status.diagnostic, "", status.status)
    return {"cause": str(cause)}
