"""A notice as the API shows it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from notices.delivery import State
from notices.errors import InputError
from notices.service.api.asking import ApiRequest, nothing_here
from notices.site.access.rooms import AccessRooms
from notices.site.manual import SUBMISSION
from notices.site.preparing.remarks import kept_remarks, remarks_json
from notices.site.receipts import NoticeStatus, statuses_of
from notices.store import JUDGMENT, StoredNotice

HEAD = "/v1/notices/"


def href_of(number: str) -> str:
    """Where a notice is found."""
    return HEAD + quote(number, safe="")


def own_notice(access: AccessRooms, asked: ApiRequest) -> StoredNotice:
    """The notice that a path names; ApiProblem where it is not the caller's."""
    try:
        return access.hand_ins.notice(asked.path["number"], asked.owner)
    except InputError:
        raise nothing_here() from None


def summaries_json(
    access: AccessRooms, listed: Sequence[StoredNotice]
) -> list[dict[str, Any]]:
    """Notices of a list: the fields of `notices list --json`, and their places."""
    statuses = statuses_of(access.parts.store, listed)
    return [
        _summary(access, stored, status)
        for stored, status in zip(listed, statuses, strict=True)
    ]


def _summary(
    access: AccessRooms, stored: StoredNotice, status: NoticeStatus
) -> dict[str, Any]:
    told: dict[str, object] = {**status.to_json()}
    first = ("number", "case_id", "state")
    return {
        **{name: told[name] for name in first},
        **{k: v for k, v in told.items() if k not in (*first, "note")},
        "message_id": told["message_id"] or None,
        "sha256": told["sha256"] or None,
        "rung": stored.key.rung,
        "created_at": stored.created_at.isoformat(),
        "changed_at": stored.changed_at.isoformat(),
        "send_asked_at": _asked_at(access, stored),
        "href": href_of(stored.number),
    }


def _asked_at(access: AccessRooms, stored: StoredNotice) -> str | None:
    """When it was said that it is to go out; kept until it is withdrawn."""
    if stored.state is State.DRAFTED:
        asked = access.parts.drafts.get(stored.number).send_asked_at
    else:
        asked = stored.queued_at
    return asked.isoformat() if asked else None


def notice_json(access: AccessRooms, stored: StoredNotice) -> dict[str, Any]:
    """A notice alone: with its documents, and what is to be handed over by hand."""
    store, number = access.parts.store, stored.number
    judgment = (JUDGMENT,) if store.judgment(number) else ()
    names = (*store.artifact_names(number), *judgment)
    [summary] = summaries_json(access, [stored])
    told = {
        **summary,
        "draft_sha256": _draft_sha256(access, number),
        "warnings": remarks_json(kept_remarks(store, number)),
        "documents": [
            {"name": name, "href": f"{href_of(number)}/documents/{quote(name)}"}
            for name in dict.fromkeys(names)
        ],
    }
    if SUBMISSION in names:
        told["submission"] = json.loads(store.artifact(number, SUBMISSION))
    return told


def _draft_sha256(access: AccessRooms, number: str) -> str | None:
    """What an approver sees; None: it did not begin as a draft."""
    try:
        return access.parts.drafts.get(number).sha256
    except InputError:
        return None


def approval_json(
    access: AccessRooms, stored: StoredNotice, now: datetime
) -> dict[str, Any] | None:
    """What was decided about a notice, and what it waits for.

    None: it did not begin as a draft, so nobody decides about it.
    """
    if (sha256 := _draft_sha256(access, stored.number)) is None:
        return None
    approvals = access.parts.approvals
    newest = next(reversed(approvals.of(stored.number)), None)
    why = approvals.why_shut(stored, now=now)
    signs = "signature" if stored.state is State.DRAFTED else None
    return {
        "number": stored.number,
        "case_id": stored.key.case_id,
        "state": stored.state.value,
        "draft_sha256": sha256,
        "send_asked_at": _asked_at(access, stored),
        "decision": newest.decision if newest else None,
        "approver": newest.approver if newest else None,
        "decided_at": newest.written_at.isoformat() if newest else None,
        "waits_for": why.code if why else signs,
        "reason": str(why.message) if why else None,
        "href": href_of(stored.number),
    }
