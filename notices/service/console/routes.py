"""All that can be asked of the console, and who may."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import compile_path

from notices.approval import Role
from notices.casework import Act
from notices.service.console.acts import (
    counting,
    deciding,
    enrolling,
    examining,
    following,
    holding,
    incoming,
    looking,
    morning,
    preparing,
    proving,
    revoking,
    signing_in,
    taking_away,
    wording,
)
from notices.service.console.asking import ConsoleAnswer, ConsoleRequest
from notices.service.guard.role import (
    ACTING,
    EDITING,
    EVERYBODY,
    LOOKING,
    PREPARING,
)

FORM_OCTETS = 262_144
"""Of a form; the largest holds an `approval.json` in base64."""
NOBODY: frozenset[Role] = frozenset()
CHECKERS = frozenset({Role.CHECKER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleRoute:
    """One thing that can be asked."""

    method: str
    """`GET` or `POST`."""
    path: str
    """As Starlette writes it."""
    act: Callable[[ConsoleRequest], ConsoleAnswer]
    """What is done."""
    roles: frozenset[Role] = EVERYBODY
    """Who may; empty: whoever comes, and no session is needed."""
    is_throttled: bool = False
    """Counted by the visitor's address."""
    is_dangerous: bool = False
    """Needs a passkey that was used just now."""


ROUTES: tuple[ConsoleRoute, ...] = (
    ConsoleRoute(method="GET", path="/login", act=signing_in.show_login, roles=NOBODY),
    ConsoleRoute(
        method="POST",
        path="/login",
        act=signing_in.log_in,
        roles=NOBODY,
        is_throttled=True,
    ),
    ConsoleRoute(method="POST", path="/logout", act=signing_in.log_out),
    ConsoleRoute(method="GET", path="/alive", act=signing_in.stay),
    ConsoleRoute(
        method="GET",
        path="/link/{secret}",
        act=enrolling.show_link,
        roles=NOBODY,
        is_throttled=True,
    ),
    ConsoleRoute(
        method="POST",
        path="/link/{secret}",
        act=enrolling.made_passkey,
        roles=NOBODY,
        is_throttled=True,
    ),
    ConsoleRoute(
        method="POST",
        path="/link/{secret}/confirm",
        act=enrolling.confirm_passkey,
        roles=NOBODY,
        is_throttled=True,
    ),
    ConsoleRoute(method="GET", path="/", act=looking.show_today),
    ConsoleRoute(method="GET", path="/cases", act=looking.show_cases),
    ConsoleRoute(method="GET", path="/find", act=looking.find_case),
    ConsoleRoute(method="GET", path="/cases/{case_id}", act=looking.show_case),
    ConsoleRoute(method="GET", path="/cases/{case_id}/zip", act=taking_away.case_files),
    ConsoleRoute(method="GET", path="/cases/{case_id}/proof", act=proving.show_proof),
    ConsoleRoute(
        method="GET",
        path="/cases/{case_id}/events/{seq:int}/proof",
        act=proving.show_event_proof,
    ),
    ConsoleRoute(
        method="POST", path="/cases/{case_id}/bundles", act=proving.ask_for_bundle
    ),
    ConsoleRoute(
        method="GET", path="/cases/{case_id}/bundles/{name}", act=proving.give_bundle
    ),
    *(
        ConsoleRoute(method="GET", path=f"/cases/{{case_id}}/{act}", act=show)
        for act, show, _ in following.ROUTES_OF_STEPS
    ),
    *(
        ConsoleRoute(
            method="POST",
            path=f"/cases/{{case_id}}/{act}",
            act=take,
            roles=PREPARING,
            is_dangerous=act is Act.WITHDRAW,
        )
        for act, _, take in following.ROUTES_OF_STEPS
    ),
    ConsoleRoute(
        method="GET",
        path="/cases/{case_id}/{act}/pages/{page:int}",
        act=following.step_picture,
    ),
    ConsoleRoute(
        method="GET", path="/notices/{number}/files/{name}", act=looking.show_file
    ),
    ConsoleRoute(
        method="GET",
        path="/notices/{number}/pages/{page:int}",
        act=deciding.page_picture,
    ),
    ConsoleRoute(
        method="GET", path="/approvals", act=deciding.show_waiting, roles=CHECKERS
    ),
    ConsoleRoute(
        method="GET",
        path="/notices/{number}/decision",
        act=deciding.show_decision,
        roles=CHECKERS,
    ),
    ConsoleRoute(
        method="POST",
        path="/notices/{number}/reject",
        act=deciding.ask_to_reject,
        roles=CHECKERS,
    ),
    ConsoleRoute(
        method="POST",
        path="/notices/{number}/decision",
        act=deciding.decide,
        roles=CHECKERS,
    ),
    ConsoleRoute(
        method="POST",
        path="/notices/{number}/send",
        act=preparing.ask_to_send,
        roles=PREPARING,
    ),
    ConsoleRoute(method="GET", path="/prepare", act=preparing.show_judgments),
    ConsoleRoute(method="GET", path="/prepare/{case_id}", act=preparing.show_preview),
    ConsoleRoute(
        method="POST",
        path="/prepare/{case_id}",
        act=preparing.prepare,
        roles=PREPARING,
    ),
    ConsoleRoute(
        method="GET",
        path="/prepare/{case_id}/pages/{page:int}",
        act=preparing.preview_picture,
    ),
    ConsoleRoute(method="GET", path="/looks", act=morning.show_looks, roles=LOOKING),
    ConsoleRoute(method="POST", path="/looks", act=morning.record_looks, roles=LOOKING),
    ConsoleRoute(method="GET", path="/templates", act=wording.show_templates),
    ConsoleRoute(
        method="GET", path="/templates/edit/{name:path}", act=wording.show_template
    ),
    ConsoleRoute(
        method="POST",
        path="/templates/edit/{name:path}",
        act=wording.edit_template,
        roles=EDITING,
    ),
    ConsoleRoute(
        method="GET",
        path="/templates/proposals/{proposal}",
        act=wording.show_proposal,
    ),
    ConsoleRoute(
        method="POST",
        path="/templates/proposals/{proposal}",
        act=wording.decide_proposal,
        roles=EDITING,
        is_dangerous=True,
    ),
    ConsoleRoute(
        method="GET",
        path="/templates/pictures/{letter}/{page:int}",
        act=wording.template_picture,
    ),
    ConsoleRoute(method="GET", path="/inbox", act=incoming.show_inbox),
    ConsoleRoute(
        method="POST", path="/inbox", act=incoming.settle_mails, roles=LOOKING
    ),
    ConsoleRoute(method="GET", path="/inbox/{digest}", act=incoming.show_mail),
    ConsoleRoute(
        method="POST", path="/inbox/{digest}", act=incoming.record_mail, roles=LOOKING
    ),
    ConsoleRoute(method="GET", path="/statistics", act=counting.show_statistics),
    ConsoleRoute(method="GET", path="/doctor", act=examining.show_doctor, roles=ACTING),
    ConsoleRoute(method="GET", path="/hold", act=holding.show_hold),
    ConsoleRoute(method="POST", path="/hold", act=holding.hold, roles=ACTING),
    ConsoleRoute(
        method="POST",
        path="/release",
        act=holding.release,
        roles=ACTING,
        is_dangerous=True,
    ),
    ConsoleRoute(method="GET", path="/people", act=enrolling.show_people),
    ConsoleRoute(
        method="POST", path="/people", act=enrolling.enrol, roles=ADMINISTRATORS
    ),
    ConsoleRoute(
        method="POST",
        path="/people/links",
        act=revoking.give_link,
        roles=ADMINISTRATORS,
        is_dangerous=True,
    ),
    ConsoleRoute(method="GET", path="/people/{person}", act=revoking.show_person),
    ConsoleRoute(
        method="POST",
        path="/people/{person}/revoke",
        act=revoking.ask_to_revoke,
        roles=ADMINISTRATORS,
    ),
    ConsoleRoute(
        method="POST",
        path="/people/{person}",
        act=revoking.revoke,
        roles=ADMINISTRATORS,
    ),
)


def page_again(method: str, path: str) -> str:
    """Where the page is looked at again with which a request was answered.

    What an act answers with has no address of its own: it is the page it was sent from,
    or the next one above.
    """
    if method in ("GET", "HEAD"):
        return path
    found = path.replace("/reject", "/decision")
    while found and not any(page.fullmatch(found) for page in _PAGES):
        found = found.rpartition("/")[0]
    return found or "/"


_PAGES = tuple(compile_path(one.path)[0] for one in ROUTES if one.method == "GET")
