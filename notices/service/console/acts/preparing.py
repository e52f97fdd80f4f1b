"""From a judgment to a draft: what would go out is looked at, then made.

What is made is what was seen: the page holds a hash of it, and the draft is made only
while that is still so. This process has no key: it stops at the draft, whoever signs
goes on.
"""

from datetime import datetime

from notices.catalogue import CheckedJudgment
from notices.delivery import State
from notices.errors import InvalidJudgment
from notices.messages import Text
from notices.rules import Channel, is_on_hold
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
    goes_by_mail,
    hash_of,
    shown_values,
    what_is_seen,
)
from notices.service.console.stale import StalePage
from notices.service.console.words import LABELS
from notices.service.guard.role import PREPARING
from notices.site import Site
from notices.site.preparing.previewer import Preview
from notices.store import StoredNotice

MOST_LISTED = 50
_MAY_GO_OUT = frozenset({State.DRAFTED, State.HELD})


def show_judgments(request: ConsoleRequest) -> ConsolePage:
    """The newest judgments without a notice, or the preview of the one asked for."""
    if wanted := request.query.get("case", "").strip():
        return _preview(request, wanted)
    waiting = request.site.rooms.preparing.judgments.unprepared(MOST_LISTED)
    return ConsolePage(template="prepare.html", values={"cases": waiting})


def show_preview(request: ConsoleRequest) -> ConsolePage:
    """What would go out, or all that is wrong with the judgment."""
    return _preview(request, request.path["case_id"])


def preview_picture(request: ConsoleRequest) -> ConsoleFile:
    """One page of the letter as it would go out, marked 見本."""
    page = request.path["page"]
    if found := drawn(request.query.get("of", ""), page):
        return found
    _, made = _seen(request.site, request.path["case_id"])
    return picture_of(made.letter.pdf, page)


def prepare(request: ConsoleRequest) -> ConsoleMove:
    """Make the draft that was seen; StalePage if it would be another one."""
    case_id = request.path["case_id"]
    _require_unprepared(request.site, case_id)
    judgment, made = _seen(request.site, case_id)
    if request.form.get("version") != _version(judgment, made):
        raise StalePage(
            Text(
                "{case_id}: judgment, templates or recipient are not those of the page",
                case_id=case_id,
            ),
            hint="look at the page again",
        )
    notice = request.site.prepare(judgment, as_draft=True)
    if goes_by_mail(made) and request.form.get("send") == "yes":
        request.site.rooms.access.sending.ask(notice.number)
    return ConsoleMove(to=f"/cases/{case_id}")


def ask_to_send(request: ConsoleRequest) -> ConsoleMove:
    """Note that a notice is to go out, once it is approved and signed."""
    stored = request.site.parts.store.get(request.path["number"])
    state = stored.state.value
    if request.form.get("state") != state:
        told = LABELS.get(state, state)
        raise StalePage(
            Text("{number} by now: {state}", number=stored.number, state=told),
            hint="look at the page again",
        )
    request.site.rooms.access.sending.ask(stored.number)
    return ConsoleMove(to=f"/cases/{stored.key.case_id}")


def is_to_be_sent(site: Site, stored: StoredNotice) -> bool:
    """Whether a mail waits for somebody's word to go out."""
    may = stored.state in _MAY_GO_OUT and stored.channel is Channel.SMTP
    return may and send_asked_at(site, stored) is None


def send_asked_at(site: Site, stored: StoredNotice) -> datetime | None:
    """When somebody said that a draft is to go out; None: nobody did."""
    if stored.state is not State.DRAFTED:
        return None
    return site.parts.drafts.get(stored.number).send_asked_at


def _preview(request: ConsoleRequest, case_id: str) -> ConsolePage:
    try:
        judgment, made = _seen(request.site, case_id)
    except InvalidJudgment as error:
        return faults_page(case_id, error)
    return ConsolePage(
        template="preview.html",
        values={
            "case_id": case_id,
            "judgment": judgment,
            "named": category_namer(request),
            **shown_values(made),
            "version": _version(judgment, made),
            "notices": request.site.parts.store.find(case_id),
            "is_on_hold": is_on_hold(judgment),
            "may_prepare": request.may(*PREPARING),
        },
    )


def _seen(site: Site, case_id: str) -> tuple[CheckedJudgment, Preview]:
    judgment = site.read_case(case_id)
    return judgment, site.rooms.preparing.previewer.case(judgment)


def _version(judgment: CheckedJudgment, made: Preview) -> str:
    """Hash of all that somebody saw who says that it is right."""
    return hash_of(what_is_seen(judgment, made))


def _require_unprepared(site: Site, case_id: str) -> None:
    """StalePage, which says who was quicker, if there is a notice of the case."""
    if not (notices := site.parts.store.find(case_id)):
        return
    newest = notices[-1]
    first = site.parts.store.ledger.told(newest.number)[0]
    raise StalePage(
        Text(
            "{case_id} was prepared as {number} by {who}",
            case_id=case_id,
            number=newest.number,
            who=first.get("by", ""),
        ),
        hint="look at the page again",
    )
