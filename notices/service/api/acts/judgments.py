"""Judgments checked, handed in, and sent."""

from collections.abc import Callable
from typing import Any

from notices.catalogue import CheckedJudgment
from notices.codec import read_judgment
from notices.errors import InvalidJudgment
from notices.judgment import Rung
from notices.rules import is_on_hold
from notices.service.api.answering import ApiAnswer, answer, tagged
from notices.service.api.asking import ApiRequest
from notices.service.api.notice_json import notice_json, own_notice
from notices.service.api.problems import ApiProblem, fault_json
from notices.service.api.room import ApiRoom
from notices.service.guard.versions import may_act
from notices.site import Site
from notices.site.access.handing_in import AskedUnder
from notices.site.preparing.remarks import remarks_json

REPLAYED = "Idempotent-Replayed"


def check_judgment(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """Say all that is wrong with a judgment; nothing is kept."""
    tell: Callable[[str], str] = str
    try:
        judgment = _read(room.site, asked)
        remarks = room.site.rooms.preparing.previewer.told_of(judgment)
    except InvalidJudgment as error:
        faults = [fault_json(fault, tell) for fault in error.faults]
        whole = faults or [{"pointer": "", "path": "", "detail": error.message}]
        return answer({"case_id": None, "valid": False, "errors": whole})
    told: dict[str, Any] = {
        "case_id": judgment.case_id,
        "valid": True,
        "errors": [],
        "on_hold": is_on_hold(judgment),
        "warnings": remarks_json(remarks),
    }
    return answer(told)


def prepare_notice(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """Make the notice of a judgment; the same judgment again gives the same notice."""
    desk, under = room.site.rooms.access.desk, _under(asked)
    again, rung = asked.query["again"] or "", asked.query["rung"]
    _require_reasons(asked)
    if found := desk.replay(under):
        return _handed_in(room, found.notice.number, status=200, is_replay=True)
    judgment = _read(room.site, asked)
    with room.shared.turn_of(judgment.case_id):
        handed = desk.take(
            judgment,
            under=under,
            rung=Rung(rung) if rung else None,
            rung_reason=asked.query["rung_reason"] or "",
            again=again,
        )
    return _handed_in(
        room,
        handed.notice.number,
        status=201 if handed.is_new else 200,
        is_replay=handed.is_replay,
    )


def send_notice(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """Say that a notice is to go out; the signer and the worker do the rest."""
    access, number = room.site.rooms.access, asked.path["number"]
    stored = own_notice(access, asked)
    # sending twice is sending once, so no key is kept; but another request's is none
    access.desk.replay(_under(asked))
    with room.shared.turn_of(stored.key.case_id):
        shown = tagged(notice_json(access, access.hand_ins.notice(number, asked.owner)))
        if not may_act(asked.headers.get("if-match"), shown.headers["ETag"]):
            raise ApiProblem(
                "version-mismatch",
                "somebody has changed this notice meanwhile; nothing was done",
                hint="look at it again: its ETag is in this answer",
                headers={"ETag": shown.headers["ETag"]},
            )
        is_done = access.sending.ask(number)
    notice = access.hand_ins.notice(number, asked.owner)
    return tagged(notice_json(access, notice), status=202 if is_done else 200)


def _handed_in(
    room: ApiRoom, number: str, *, status: int, is_replay: bool
) -> ApiAnswer:
    access = room.site.rooms.access
    notice = notice_json(access, access.hand_ins.notice(number, access.owner))
    # the tag is that of the notice as GET shows it: If-Match takes it
    headers = {"Location": notice["href"], "ETag": tagged(notice).headers["ETag"]}
    if is_replay:
        headers[REPLAYED] = "true"
    return answer({**notice, "replayed": is_replay}, status=status, headers=headers)


def _read(site: Site, asked: ApiRequest) -> CheckedJudgment:
    until = asked.now + site.config.signing.clock_tolerance
    return read_judgment(asked.body, site.parts.catalogue, until=until)


def _under(asked: ApiRequest) -> AskedUnder:
    return AskedUnder(key=asked.key, fingerprint=asked.fingerprint)


def _require_reasons(asked: ApiRequest) -> None:
    """A second notice of one case is never made by mistake."""
    if asked.query["again"] and not asked.key:
        raise ApiProblem(
            "key-missing",
            "asking again makes a new notice each time: it needs an Idempotency-Key",
            hint="the same key with the same body gives the same notice",
        )
    if asked.query["rung"] and not asked.query["rung_reason"]:
        raise ApiProblem(
            "bad-request",
            "another rung needs rung_reason: it goes on record",
        )
