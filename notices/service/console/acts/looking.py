"""Today, the cases, and one case: pages that change nothing."""

from collections.abc import Callable, Mapping
from datetime import date

from notices.approval import Role
from notices.casework import CaseState, DueKind
from notices.casework.telling import told_fields
from notices.errors import InputError
from notices.judgment import JST
from notices.ledger import FactValue
from notices.messages import Text
from notices.service.console.acts.deciding import letter_of
from notices.service.console.acts.following import steps_of
from notices.service.console.acts.pictures import pages_of
from notices.service.console.acts.preparing import is_to_be_sent, send_asked_at
from notices.service.console.acts.proving import proof_values
from notices.service.console.asking import ConsoleFile, ConsolePage, ConsoleRequest
from notices.service.console.naming import category_choices, category_namer
from notices.service.guard.role import PREPARING
from notices.store import Store, StoredNotice
from notices.store.casework import CaseFilter

MOST_DUE, AT_ONCE = 100, 50
LOOKS = (DueKind.LOOK, DueKind.LOOK_IN_JANUARY)
_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "eml": "message/rfc822",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def show_today(request: ConsoleRequest) -> ConsolePage:
    """What is to be done, by what it is, and when the certificate ends."""
    access = request.site.rooms.access
    found = access.overview.today(limit=MOST_DUE)
    groups = {kind: [one for one in found if one.kind is kind] for kind in DueKind}
    looks = sum(len(groups[kind]) for kind in LOOKS)
    counts = request.site.parts.store.queries.counts()
    end = access.certificate_end()
    return ConsolePage(
        template="today.html",
        values={
            "tiles": [(kind.value, len(those)) for kind, those in groups.items()],
            "groups": [(kind.value, those) for kind, those in groups.items() if those],
            "is_cut": looks >= MOST_DUE,
            "is_checker": request.may(Role.CHECKER),
            "certificate_end": end and end.astimezone(JST).date(),
            "counts": [(str(state), count) for state, count in counts.items() if count],
        },
    )


def show_cases(request: ConsoleRequest) -> ConsolePage:
    """Cases by state, category and day; a page at a time."""
    asked = request.query
    wanted = CaseFilter(
        states=[_state(asked["state"])] if asked.get("state") else (),
        category=asked.get("category", ""),
        due_by=_day(asked["due"]) if asked.get("due") else None,
        after=asked.get("after", ""),
        limit=AT_ONCE + 1,
    )
    found = request.site.rooms.access.overview.cases(wanted)
    more = found[AT_ONCE - 1].case_id if len(found) > AT_ONCE else ""
    return ConsolePage(
        template="cases.html",
        values={
            "cases": found[:AT_ONCE],
            "more": more,
            "asked": {
                name: asked.get(name, "") for name in ("state", "category", "due")
            },
            "states": [state.value for state in CaseState],
            "categories": category_choices(request),
            "named": category_namer(request),
        },
    )


def find_case(request: ConsoleRequest) -> ConsolePage:
    """The case of an id, or of a notice's number."""
    wanted = request.query.get("q", "").strip()
    try:
        case_id = request.site.parts.store.get(wanted).key.case_id
    except InputError:
        case_id = wanted
    return _case(request, case_id)


def show_case(request: ConsoleRequest) -> ConsolePage:
    """All that is known of a case."""
    return _case(request, request.path["case_id"])


def _case(request: ConsoleRequest, case_id: str) -> ConsolePage:
    reading = request.site.rooms.access.reading_once()
    story = reading.overview.story(case_id)
    notices = reading.store.find(case_id)
    named = category_namer(request)
    return ConsolePage(
        template="case.html",
        values={
            "story": story,
            "facts": [_fact(line, named) for line in story["facts"]],
            "named": named,
            **proof_values(request, case_id, notices),
            "steps": steps_of(reading.next_steps, case_id)
            if request.may(*PREPARING)
            else [],
            "notices": [_notice(request, reading.store, stored) for stored in notices],
        },
    )


def _fact(
    line: Mapping[str, FactValue], named: Callable[[str], str]
) -> dict[str, object]:
    """A fact in words; who tells it has a column of his own."""
    named_too = {**line, "category": named(str(line.get("category", "")))}
    told = {name: named_too[name] for name in line if name != "by"}
    return {
        "fact": line["fact"],
        "at": line["at"],
        "by": line["by"],
        "particulars": list(told_fields(told)),
    }


def _notice(
    request: ConsoleRequest, store: Store, stored: StoredNotice
) -> dict[str, object]:
    number = stored.number
    names = store.artifact_names(number)
    has_letter = bool({"letter.pdf", "letter.unsigned.pdf"} & set(names))
    told = store.ledger.told(number)
    return {
        "stored": stored,
        "may_send": request.may(*PREPARING) and is_to_be_sent(request.site, stored),
        "send_asked_at": send_asked_at(request.site, stored),
        "letter": store.artifact(number, "letter.txt").decode()
        if "letter.txt" in names
        else "",
        "pages": pages_of(letter_of(request, number)) if has_letter else (),
        "files": names,
        "attempts": store.attempts(number),
        "decisions": request.site.parts.approvals.of(number),
        "events": told,
        "reports": request.site.parts.reports.of(number),
    }


def show_file(request: ConsoleRequest) -> ConsoleFile:
    """A document of a notice, to be saved; never shown in the page."""
    number, name = request.path["number"], request.path["name"]
    store = request.site.parts.store
    if name == "letter.sample.pdf":
        octets = letter_of(request, number)
    elif name in store.artifact_names(number):
        octets = store.artifact(number, name)
    else:
        raise InputError(Text("{number} has no {name}", number=number, name=name))
    kind = _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return ConsoleFile(octets=octets, media_type=kind, name=f"{number}-{name}")


def _state(text: str) -> CaseState:
    try:
        return CaseState(text)
    except ValueError:
        raise InputError(Text("{state} is no state of a case", state=text)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(Text("{day} is no day", day=text)) from None
