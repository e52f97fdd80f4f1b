"""The door: nothing is signed, queued or attempted that the policy wants approved.

ONE function, `require_approved`, under the transaction of what it lets through. It is
asked by `queue`, by `resolve` for another try, by each claim of an attempt, and before
the centre signs. A trigger of the database asks for the row besides.
"""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from notices.approval import (
    APPROVAL_PREFIX,
    APPROVE,
    UNSIGNED_LETTER,
    Approval,
    ApprovalRefused,
    Approver,
    NotApproved,
    OtherName,
    Register,
    Rejected,
    Wanted,
    draft_sha256,
    read_approval,
    read_draft,
    why_not_now,
)
from notices.errors import EvidenceBroken, NoticesError
from notices.messages import Text
from notices.store.approval.policies import (
    NONE,
    ApprovalRule,
    in_force,
    note_change,
    own_rule,
)
from notices.store.approval.recorded import require_on_record
from notices.store.approval.registered import Registered, registered_by
from notices.store.approval.standing import standing_of
from notices.store.database.postgres import PEOPLE, lock_shared
from notices.store.model import JUDGMENT, StoredNotice
from notices.verifying.approval.statement import (
    RelyingParty,
    SignatureKind,
    SignedStatement,
    require_kind,
)
from notices.verifying.bounded_cache import bounded_cache


def require_approved(
    connection: Connection,
    stored: StoredNotice,
    now: datetime,
    *,
    rule: ApprovalRule | None = None,
) -> str | None:
    """Give who approved a notice, None where nobody must; the reason as an error else.

    NotApproved: nobody has yet. ApprovalRefused and its kin: it was approved, and that
    is good no more, or rejected. Asked under the lock of the notice's row.

    rule: what `in_force` gave for another notice in the same transaction.
    """
    if rule:
        return _let_through(connection, stored, rule, now)
    rule = own_rule(connection)
    if rule is None or rule.required == NONE:
        return _let_through(connection, stored, in_force(connection, now), now)
    lock_shared(connection, PEOPLE)
    row = standing_of(connection, stored.number)
    if row is None:
        in_force(connection, now)
    else:
        note_change(connection, rule, row.policy_facts, now)
    return _let_out(connection, stored, row, rule, now)


def _let_through(
    connection: Connection, stored: StoredNotice, rule: ApprovalRule, now: datetime
) -> str | None:
    if rule.required == NONE:
        return None
    lock_shared(connection, PEOPLE)
    row = standing_of(connection, stored.number)
    return _let_out(connection, stored, row, rule, now)


def _let_out(
    connection: Connection,
    stored: StoredNotice,
    row: Row[Any] | None,
    rule: ApprovalRule,
    now: datetime,
) -> str:
    if row is None:
        raise NotApproved(
            Text(
                "{number} was signed before anybody approved it, and the policy wants "
                "an approval now",
                number=stored.number,
            ),
            hint='make it anew: notices prepare CASE-ID --again "REASON"',
        )
    if row.ordinal is None:
        raise _waits(stored, row.sha256)
    approval = _judged_again(connection, stored, row, rule, now)
    return approval.approver.person


def why_refused(
    connection: Connection,
    stored: StoredNotice,
    now: datetime,
    *,
    rule: ApprovalRule | None = None,
) -> NoticesError | None:
    """Why the door is shut; None: it is open. What is broken shuts its own door.

    rule: what is gone by, where somebody only looks and nothing is written; None:
    what is in force, and that it changed is written down.
    """
    try:
        if rule is None:
            require_approved(connection, stored, now)
        else:
            _let_through(connection, stored, rule, now)
    except (ApprovalRefused, EvidenceBroken, NotApproved) as error:
        return error
    return None


def _waits(stored: StoredNotice, digest: str) -> NotApproved:
    return NotApproved(
        Text(
            "{number} waits for an approval of the draft {sha256}",
            number=stored.number,
            sha256=digest[:16],
        ),
        hint=Text(
            "the checker types: notices approve {case_id} --as NAME",
            case_id=stored.key.case_id,
        ),
    )


def _judged_again(
    connection: Connection,
    stored: StoredNotice,
    row: Row[Any],
    rule: ApprovalRule,
    now: datetime,
) -> Approval:
    """The approval, if all of it still holds."""
    from notices.verifying.process.statements import require_signed  # noqa: PLC0415 - loads much

    signed = signed_of(row)
    require_on_record(row, signed.sha256)
    if row.decision != APPROVE:
        raise Rejected(
            Text(
                "{number} was rejected by {who}", number=stored.number, who=row.approver
            ),
            hint='make it anew: notices prepare CASE-ID --again "REASON"',
        )
    approval = read_approval(signed.octets)
    if signed.sha256 != row.statement_sha256 or approval.decision != APPROVE:
        raise _broken("the approval", stored.number)
    people = registered_by(
        connection, row.people_leaves, do_people_wait=row.do_people_wait
    )
    wanted = wanted_of(row, rule, people.register)
    _require_stored(stored, row, wanted)
    why = why_not_now(
        approval,
        wanted,
        # a clock that was set back since does not make it of a time to come
        now=max(now, row.written_at),
        tolerance=rule.tolerance,
        valid_business_days=rule.valid_business_days,
        calendar=rule.calendar(),
        changed=rule.changed(stored, row.grounds),
    )
    if why is not None:
        raise why
    require_name(people, approval.approver)
    require_kind(signed, wanted.people[approval.approver.person].key_kind)
    require_signed(signed, approval.approver.key_sha256, party_of(rule))
    return approval


def require_name(people: Registered, approver: Approver) -> None:
    """OtherName unless the approver is enrolled under the name that he gives."""
    known = people.known[approver.person]
    if known.name != approver.name:
        raise OtherName(
            Text(
                "{person} is enrolled as {name}, not as {told}",
                person=approver.person,
                name=known.name,
                told=approver.name,
            ),
            hint="sign what `approval_request` gave",
        )


def signed_of(row: Row[Any]) -> SignedStatement:
    """The signed statement of a row of approvals."""
    return SignedStatement(
        prefix=APPROVAL_PREFIX,
        octets=row.statement.encode(),
        kind=SignatureKind(row.kind),
        signature=bytes(row.signature),
    )


def party_of(rule: ApprovalRule) -> RelyingParty | None:
    """Whose passkeys are taken; None: none are."""
    if not rule.rp_id:
        return None
    return RelyingParty(rp_id=rule.rp_id, origin=rule.origin)


def wanted_of(draft: Row[Any], rule: ApprovalRule, register: Register) -> Wanted:
    """What an approval of this draft is compared with."""
    written = read_draft(draft.draft.encode())
    judgment = draft.judgment.encode()
    if sha256(judgment).hexdigest() != written.documents.get(JUDGMENT):
        raise _broken(JUDGMENT, draft.number)
    return Wanted(
        log=rule.log,
        draft=written,
        checker=_checker_of(judgment),
        drafted_at=draft.drafted_at,
        people=register.people,
    )


def checker_of(draft: Row[Any]) -> str:
    """Who is to approve a draft; empty: in a test anybody may, or none is named."""
    try:
        is_test = read_draft(draft.draft.encode()).test
        return "" if is_test else _checker_of(draft.judgment.encode())
    except (ValueError, KeyError, TypeError):  # broken: the door says so
        return ""


@bounded_cache(entries=256, octets=1 << 17)
def _checker_of(judgment: bytes) -> str:
    """確認者, as a judgment names him that is the draft's own."""
    name: str = json.loads(judgment)["checker"]["name"]
    return name


def _require_stored(stored: StoredNotice, draft: Row[Any], wanted: Wanted) -> None:
    """EvidenceBroken unless what is stored is what the draft says that it is."""
    if draft_sha256(draft.draft.encode()) != draft.sha256:
        raise _broken("the draft", stored.number)
    found = json.loads(draft.stored_hashes or "{}")
    for name, expected in wanted.draft.documents.items():
        if name != JUDGMENT and found.get(name) != expected:
            raise _broken(name, stored.number)
    if wanted.draft.recipient.mailbox != stored.envelope.forward_path:
        raise _broken("the forward path", stored.number)
    if UNSIGNED_LETTER not in wanted.draft.documents:
        raise _broken(UNSIGNED_LETTER, stored.number)


def _broken(what: str, number: str) -> EvidenceBroken:
    return EvidenceBroken(
        Text(
            "{what} of notice {number} is not as it was approved",
            what=what,
            number=number,
        ),
        hint="nothing was sent; keep the database for inquiry",
    )
