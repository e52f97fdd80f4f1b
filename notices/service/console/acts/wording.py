"""Templates in the console: looked at, changed by one person, accepted by another."""

from hashlib import sha256

from notices.errors import InputError
from notices.messages import Text
from notices.service.console.acts.pictures import drawn, name_of, pages_of, picture_of
from notices.service.console.asking import (
    ConsoleFile,
    ConsoleMove,
    ConsolePage,
    ConsoleRequest,
)
from notices.service.console.problems import ConsoleProblem
from notices.service.console.stale import StalePage
from notices.service.guard.role import ACCEPTING, EDITING
from notices.site.preparing.template_desk import ExaminedChange, TemplateDesk
from notices.store.console import TemplateProposal
from notices.store.console.stored_proposals import ACCEPTED, REJECTED, WITHDRAWN

CHECK, PROPOSE = "check", "propose"


def show_templates(request: ConsoleRequest) -> ConsolePage:
    """Every template, and the changes that wait for somebody or were decided."""
    desk = _desk(request)
    return ConsolePage(
        template="templates.html",
        values={
            "files": desk.files(),
            "proposals": desk.proposals.newest(),
            "names": _names(request),
        },
    )


def show_template(request: ConsoleRequest) -> ConsolePage:
    """A template as it is in use, to be edited."""
    source = _desk(request).source(request.path["name"])
    return _edited(request, source.text, reason="", examined=None)


def edit_template(request: ConsoleRequest) -> ConsolePage | ConsoleMove:
    """Show what a new text would do, or propose it."""
    text, wanted = _text(request), request.form.get("do", "")
    if wanted not in (CHECK, PROPOSE):
        raise InputError("the form does not say what is wanted")
    desk, reason = _desk(request), request.form.get("reason", "").strip()
    name = request.path["name"]
    _require_version(request, desk)
    examined = desk.examine(name, text)
    if wanted == CHECK or examined.faults:
        return _edited(request, text, reason=reason, examined=examined)
    made = desk.propose(
        name, text, request.form["version"], reason=reason, by=request.who
    )
    return ConsoleMove(to=f"/templates/proposals/{made.proposal_id}")


def show_proposal(request: ConsoleRequest) -> ConsolePage:
    """A change with its difference, its findings and its letter; who may decide."""
    desk = _desk(request)
    proposal = desk.proposals.get(request.path["proposal"])
    is_open = not proposal.decision
    is_stale = is_open and _version(desk, proposal.file) != proposal.before_sha256
    examined = desk.examine(proposal.file, proposal.content) if is_open else None
    is_own = proposal.proposed_by == request.who
    return ConsolePage(
        template="proposal.html",
        values={
            "proposal": proposal,
            "names": _names(request),
            "is_stale": is_stale,
            "is_own": is_own,
            "may_decide": is_open and not is_own and request.may(*ACCEPTING),
            "is_fresh": request.session is not None
            and request.session.is_fresh(request.now),
            **_shown(examined),
        },
    )


def decide_proposal(request: ConsoleRequest) -> ConsoleMove:
    """Accept, reject or withdraw a change; a stale page says who was quicker."""
    desk, decision = _desk(request), request.form.get("decision", "")
    proposal = desk.proposals.get(request.path["proposal"])
    if decision not in (ACCEPTED, REJECTED, WITHDRAWN):
        raise InputError("the form does not say what is decided")
    _require_open(proposal)
    if decision != WITHDRAWN and not request.may(*ACCEPTING):
        raise ConsoleProblem("role")
    if decision == WITHDRAWN and proposal.proposed_by != request.who:
        raise InputError("only who made a change withdraws it")
    if decision == ACCEPTED:
        names = _names(request)
        desk.accept(
            proposal.proposal_id,
            by=request.who,
            edited_by=names.get(proposal.proposed_by, proposal.proposed_by),
            accepted_by=names.get(request.who, request.who),
        )
    else:
        desk.proposals.decide(
            proposal.proposal_id, decision, by=request.who, now=request.now
        )
    return ConsoleMove(to="/templates")


def template_picture(request: ConsoleRequest) -> ConsoleFile:
    """A page of a letter that was just shown; its pictures are in memory alone."""
    if found := drawn(request.path["letter"], request.path["page"]):
        return found
    raise InputError("this picture is not kept any more", hint="check the text again")


def _edited(
    request: ConsoleRequest, text: str, *, reason: str, examined: ExaminedChange | None
) -> ConsolePage:
    name = request.path["name"]
    return ConsolePage(
        template="template.html",
        values={
            "name": name,
            "text": text,
            "reason": reason,
            "version": _version(_desk(request), name),
            "may_edit": request.may(*EDITING),
            **_shown(examined),
        },
    )


def _shown(examined: ExaminedChange | None) -> dict[str, object]:
    letter = examined.preview.letter.pdf if examined and examined.preview else b""
    pages = pages_of(letter) if letter else ()
    for page in pages:  # drawn now: the browser asks for them next, by the hash
        picture_of(letter, str(page))
    return {
        "examined": examined,
        "pages": pages,
        "letter_sha256": name_of(letter) if letter else "",
    }


def _text(request: ConsoleRequest) -> str:
    """What was typed; browsers send CR LF (WHATWG HTML), files here have LF."""
    text = request.form.get("text", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise InputError("the template is empty", hint="nothing was done")
    return text if text.endswith("\n") else f"{text}\n"


def _require_version(request: ConsoleRequest, desk: TemplateDesk) -> None:
    if request.form.get("version") != _version(desk, request.path["name"]):
        raise StalePage(
            Text("{file} was changed meanwhile", file=request.path["name"]),
            hint="look at the page again",
        )


def _require_open(proposal: TemplateProposal) -> None:
    if proposal.decision:
        raise StalePage(
            Text(
                "this change was decided by {who} at {at}",
                who=proposal.decided_by,
                at=str(proposal.decided_at),
            ),
            hint="look at the page again",
        )


def _version(desk: TemplateDesk, name: str) -> str:
    return sha256(desk.source(name).text.encode()).hexdigest()


def _names(request: ConsoleRequest) -> dict[str, str]:
    known = request.site.rooms.approvals.people.known()
    return {person: each.name or person for person, each in known.items()}


def _desk(request: ConsoleRequest) -> TemplateDesk:
    return request.site.rooms.preparing.template_desk
