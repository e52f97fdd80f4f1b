"""Links for new people, and the end of a key: an administrator alone, at once."""

from base64 import b64encode

from notices.approval import (
    ENROLMENT_PREFIX,
    REVOKE,
    Role,
    read_enrolment,
    statement_sha256,
)
from notices.errors import InputError, RefusedError
from notices.messages import Text
from notices.service.console.acts.passkeys import asked, octets_of, tapped
from notices.service.console.asking import ConsoleMove, ConsolePage, ConsoleRequest
from notices.service.console.stale import StalePage
from notices.site.approval.people_desk import NO_KEY
from notices.store import KnownPerson
from notices.verifying.approval.statement import SignatureKind

MOST_REASON = 500
_OF_ROLE = "role-"


def give_link(request: ConsoleRequest) -> ConsolePage:
    """A one-time link for a new person; it is shown once, and kept nowhere."""
    roles = [role for role in Role if request.form.get(_OF_ROLE + role) == "yes"]
    if not roles:
        raise InputError("nobody is enrolled without a role", hint="tick at least one")
    link, secret = request.site.rooms.access.links.make(
        request.form.get("person", "").strip(), request.form.get("name", ""), roles
    )
    address = f"{request.settings.party.origin}/link/{secret}"
    return ConsolePage(
        template="new_link.html", values={"link": link, "address": address}
    )


def show_person(request: ConsoleRequest) -> ConsolePage:
    """One person with the whole fingerprint, and the way to end his key."""
    known = _person(request)
    return ConsolePage(
        template="person.html",
        values={
            "one": known,
            "may_revoke": request.may(Role.ADMINISTRATOR),
            "is_last": _is_last(request, known),
        },
    )


def ask_to_revoke(request: ConsoleRequest) -> ConsolePage:
    """The reason is there: now the administrator's passkey is asked."""
    known = _standing(request)
    reason = request.form.get("reason", "").strip()
    if not reason or len(reason) > MOST_REASON:
        raise InputError(
            "that needs its reason", hint="at most 500 characters; it goes on record"
        )
    assert request.person is not None  # noqa: S101 - the gate lets nobody else in
    octets = (
        request.site.rooms.approvals.people.request_revocation(
            known.enrolled.person, request.who, reason=reason
        )
    ).octets()
    challenge = bytes.fromhex(statement_sha256(ENROLMENT_PREFIX, octets))
    return ConsolePage(
        template="revoke.html",
        values={
            "one": known,
            "reason": reason,
            "is_last": _is_last(request, known),
            "statement": b64encode(octets).decode(),
            "asked": asked(
                request.settings.party, challenge, request.person.credential_id
            ),
        },
    )


def revoke(request: ConsoleRequest) -> ConsoleMove:
    """End the key at once; whoever is logged in with it is out at his next click."""
    octets = octets_of(request.form, "statement")
    known = _standing(request)
    said = read_enrolment(octets)
    told = (said.act, said.person, said.key_sha256, said.by.person)
    person = known.enrolled
    if told != (REVOKE, person.person, person.key_sha256, request.who):
        raise RefusedError("that was signed for something else, or by somebody else")
    assert request.person is not None  # noqa: S101 - the gate lets nobody else in
    signature = tapped(
        request.form, request.person.public_key, request.person.credential_id
    )
    request.site.rooms.approvals.people.take(
        octets, SignatureKind.ASSERTION, signature, NO_KEY
    )
    return ConsoleMove(to="/people")


def _person(request: ConsoleRequest) -> KnownPerson:
    known = request.site.rooms.approvals.people.known()
    person = request.path["person"]
    if person not in known:
        raise InputError(Text("{person} is not enrolled", person=person))
    return known[person]


def _standing(request: ConsoleRequest) -> KnownPerson:
    """StalePage, which says so, if his key was ended before."""
    found = _person(request)
    if found.enrolled.is_revoked:
        raise StalePage(
            Text("{person} was revoked before", person=found.enrolled.person),
            hint="look at the list of people again",
        )
    return found


def _is_last(request: ConsoleRequest, known: KnownPerson) -> bool:
    """Whether nobody could enrol anybody without this person."""
    others = [
        each.enrolled
        for each in request.site.rooms.approvals.people.known().values()
        if each.enrolled.person != known.enrolled.person
    ]
    is_administrator = known.enrolled.may(Role.ADMINISTRATOR)
    return is_administrator and not any(
        each.may(Role.ADMINISTRATOR) and not each.is_revoked for each in others
    )
