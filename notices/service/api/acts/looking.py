"""Notices, documents, cases, what is due, the year's figures, the ledger."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from urllib.parse import urlencode

from notices import media_types
from notices.delivery import State
from notices.errors import InputError
from notices.judgment import JST
from notices.service.api.answering import ApiAnswer, answer, tagged
from notices.service.api.asking import ApiRequest, nothing_here
from notices.service.api.cursors import MalformedCursor, read_cursor, write_cursor
from notices.service.api.notice_json import (
    approval_json,
    notice_json,
    own_notice,
    summaries_json,
)
from notices.service.api.problems import ApiProblem
from notices.service.api.room import ApiRoom
from notices.service.guard.versions import entity_tag
from notices.site.access.rooms import AccessRooms
from notices.site.casework.overview import due_json
from notices.store import JUDGMENT, StoredNotice

_TYPES = {
    ".pdf": media_types.PDF,
    ".json": media_types.JSON,
    ".docx": media_types.DOCX,
    ".txt": "text/plain; charset=utf-8",
    ".eml": "message/rfc822",
}
NOT_SENT = (State.DRAFTED, State.HELD, State.QUEUED, State.DEFERRED)
DOCUMENT_TYPES = tuple(kind.partition(";")[0] for kind in _TYPES.values())
"""Media types of documents."""
OCTETS = "application/octet-stream"
"""Of a document of another kind."""


def list_notices(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """A page of the notices of the caller's cases."""
    access, state = room.site.rooms.access, asked.query["state"]
    listed, cursor, headers = _page(
        access,
        asked,
        states=[state] if state else (),
        case_id=asked.query["case_id"] or "",
    )
    notices = summaries_json(access, listed)
    return answer({"notices": notices, "next_cursor": cursor}, headers=headers)


def show_notice(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """A notice, and where its documents are."""
    access = room.site.rooms.access
    return tagged(notice_json(access, own_notice(access, asked)))


def get_document(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The octets of a document, as they were signed or stored."""
    access, name = room.site.rooms.access, asked.path["name"]
    stored, store = own_notice(access, asked), room.site.parts.store
    judgment = store.judgment(stored.number) if name == JUDGMENT else ""
    if judgment:  # empty: it was disposed of
        content = judgment.encode()
    elif name in store.artifact_names(stored.number):
        content = store.artifact(stored.number, name)
    else:
        raise nothing_here()
    suffix = name[name.rfind(".") :]
    return ApiAnswer(
        status=200,
        body=content,
        media_type=_TYPES.get(suffix, OCTETS),
        headers={
            "ETag": entity_tag(content),
            "Content-Disposition": "attachment",
        },
    )


def show_case(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The whole story of a case."""
    access, case_id = room.site.rooms.access, asked.path["case_id"]
    if not access.hand_ins.owns(case_id, asked.owner):
        raise nothing_here()
    try:
        return tagged(access.overview.story(case_id))
    except InputError:  # handed in, and nothing of it was taken
        raise nothing_here() from None


def list_due(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """What is to be done for the caller's cases by the close of a day."""
    access, day = room.site.rooms.access, _day(asked, "on")
    found = access.own_due(access.overview.due(day))
    limit = asked.query["limit"]
    shown = [due_json(one) for one in found[:limit]]
    return answer({"due": shown, "count": len(found)})


def count_year(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The tables of a year, as of a day and a size of the ledger."""
    statistician = room.site.rooms.cases.statistician
    year, as_of = asked.path["year"], _day(asked, "as_of")
    size: int | None = asked.query["size"]
    today = asked.now.astimezone(JST).date()
    question = (room.site.parts.store.engine_name, year, as_of, size, today)
    counted = room.shared.counted.get(
        (*question, repr(statistician.settings)),
        statistician.state,
        lambda: statistician.count(year, as_of=as_of, size=size),
    )
    return tagged(counted)


def list_events(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The ledger's entries of the caller's cases, each with its proof."""
    page = room.site.rooms.access.events.page(
        room.shared.growing,
        after=asked.query["after"],
        size=asked.query["size"],
        limit=asked.query["limit"],
    )
    return answer(page)


def list_approvals(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """Notices that began as drafts and are not sent: decisions, and what they await."""
    access = room.site.rooms.access
    found, cursor, headers = _page(access, asked, states=[str(one) for one in NOT_SENT])
    rows = (approval_json(access, stored, asked.now) for stored in found)
    told = {
        "required": room.site.config.approval.required,
        "approvals": [row for row in rows if row is not None],
        "next_cursor": cursor,
    }
    return answer(told, headers=headers)


def _page(
    access: AccessRooms, asked: ApiRequest, *, states: Sequence[str], case_id: str = ""
) -> tuple[Sequence[StoredNotice], str | None, Mapping[str, str]]:
    """A page of notices, the cursor of the next one, and its Link."""
    limit = asked.query["limit"]
    listed = access.hand_ins.notices(
        asked.owner,
        states=states,
        case_id=case_id,
        after=_after(asked),
        limit=limit + 1,
    )
    if len(listed) <= limit:
        return listed, None, {}
    last = listed[limit - 1]
    cursor = write_cursor(last.created_at, last.number)
    return listed[:limit], cursor, {"Link": _next(asked, cursor)}


def _after(asked: ApiRequest) -> tuple[datetime, str] | None:
    cursor = asked.query["cursor"]
    if not cursor:
        return None
    try:
        return read_cursor(cursor)
    except MalformedCursor:
        raise ApiProblem(
            "bad-request",
            "this is no cursor of ours",
            hint="take `next_cursor` of the page before as it is",
        ) from None


def _next(asked: ApiRequest, cursor: str) -> str:
    query = {**{k: v for k, v in asked.query.items() if v}, "cursor": cursor}
    return f'<{asked.location}?{urlencode(query)}>; rel="next"'


def _day(asked: ApiRequest, name: str) -> date | None:
    text = asked.query[name]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ApiProblem("bad-request", "there is no such day") from None
