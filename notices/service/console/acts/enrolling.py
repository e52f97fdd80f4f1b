"""From a link to a person who is enrolled: the first one himself, others by another."""

from base64 import b64encode
from hashlib import sha256

from notices.approval import ENROLMENT_PREFIX, Role, statement_sha256
from notices.errors import NoticesError, RefusedError
from notices.service.console.acts.passkeys import asked, octets_of, require_tap, tapped
from notices.service.console.asking import ConsoleMove, ConsolePage, ConsoleRequest
from notices.site.access.linking import candidate
from notices.store.console import PasskeyLink
from notices.verifying.approval.statement import SignatureKind

PASSKEY_PREFIX = b"notices/passkey/v1\n"
_USER_HANDLE = 32


def show_link(request: ConsoleRequest) -> ConsolePage:
    """For whom the link is, and the button that makes a passkey."""
    link = request.site.rooms.access.links.open(request.path["secret"])
    return ConsolePage(
        template="link.html",
        values={
            "link": link,
            "step": "create",
            "asked": {
                **asked(request.settings.party, request.books.challenge(request.now)),
                "user": b64encode(_handle(link)).decode(),
            },
        },
    )


def made_passkey(request: ConsoleRequest) -> ConsolePage:
    """The passkey is there: now it signs, so that it is known to be his."""
    desk = request.site.rooms.access.links
    link = desk.open(request.path["secret"])
    key = octets_of(request.form, "public_key")
    credential = octets_of(request.form, "credential_id")
    octets, challenge = _statement(request, link, key, credential)
    return ConsolePage(
        template="link.html",
        values={
            "link": link,
            "step": "confirm",
            "asked": asked(request.settings.party, challenge, credential),
            "public_key": b64encode(key).decode(),
            "credential_id": b64encode(credential).decode(),
            "statement": b64encode(octets).decode(),
        },
    )


def confirm_passkey(request: ConsoleRequest) -> ConsolePage:
    """Enrol the first administrator; keep another's passkey for an administrator."""
    rooms = request.site.rooms
    link = rooms.access.links.open(request.path["secret"])
    key = octets_of(request.form, "public_key")
    credential = octets_of(request.form, "credential_id")
    whom = candidate(link, key, credential)
    signature = tapped(request.form, key, credential)
    if rooms.approvals.people.known():
        challenge = _challenge_of(link, key)
        require_tap(signature, whom.key_sha256, challenge, request.settings.party)
        rooms.access.links.use(link, key, credential)
        values = {"link": link, "step": "wait", "key_sha256": whom.key_sha256}
        return ConsolePage(template="link.html", values=values)
    octets = octets_of(request.form, "statement")
    rooms.approvals.people.take(octets, SignatureKind.ASSERTION, signature, whom.key)
    rooms.access.links.use(link, key, credential)
    values = {"link": link, "step": "done", "key_sha256": whom.key_sha256}
    return ConsolePage(template="link.html", values=values)


def show_people(request: ConsoleRequest) -> ConsolePage:
    """Who is enrolled, and whose passkey waits for an administrator."""
    rooms = request.site.rooms
    known = rooms.approvals.people.known()
    waiting = rooms.access.links.waiting()
    return ConsolePage(
        template="people.html",
        values={
            "people": [known[person] for person in sorted(known)],
            "waiting": [_offered(request, link) for link in waiting],
            "may_enrol": request.may(Role.ADMINISTRATOR),
            "is_fresh": request.session is not None
            and request.session.is_fresh(request.now),
            "roles": [role.value for role in Role],
        },
    )


def enrol(request: ConsoleRequest) -> ConsoleMove:
    """An administrator signed that somebody's passkey holds from now on."""
    rooms = request.site.rooms
    link = _waiting(request, request.form.get("link", ""))
    assert request.person is not None  # noqa: S101 - the gate lets nobody else in
    signature = tapped(
        request.form, request.person.public_key, request.person.credential_id
    )
    whom = candidate(link, link.public_key, link.credential_id)
    octets = octets_of(request.form, "statement")
    rooms.approvals.people.take(octets, SignatureKind.ASSERTION, signature, whom.key)
    return ConsoleMove(to="/people")


def _offered(request: ConsoleRequest, link: PasskeyLink) -> dict[str, object]:
    """A passkey that waits, and what an administrator signs to enrol it."""
    key_sha256 = sha256(link.public_key).hexdigest()
    told: dict[str, object] = {"link": link, "key_sha256": key_sha256}
    if not request.may(Role.ADMINISTRATOR) or request.person is None:
        return told
    whom = candidate(link, link.public_key, link.credential_id)
    desk = request.site.rooms.approvals.people
    try:
        octets = desk.request(whom, request.who).octets()
    except NoticesError as refused:  # one that cannot be enrolled hides no other
        return told | {"refused": refused}
    return told | _to_sign(request, octets, request.person.credential_id)


def _to_sign(
    request: ConsoleRequest, octets: bytes, credential_id: bytes
) -> dict[str, object]:
    challenge = bytes.fromhex(statement_sha256(ENROLMENT_PREFIX, octets))
    return {
        "statement": b64encode(octets).decode(),
        "asked": asked(request.settings.party, challenge, credential_id),
    }


def _statement(
    request: ConsoleRequest, link: PasskeyLink, key: bytes, credential: bytes
) -> tuple[bytes, bytes]:
    """What the new passkey signs, and the challenge for it."""
    people = request.site.rooms.approvals.people
    whom = candidate(link, key, credential)
    if people.known():
        return b"-", _challenge_of(link, key)
    octets = people.request(whom, link.person).octets()
    return octets, bytes.fromhex(statement_sha256(ENROLMENT_PREFIX, octets))


def _challenge_of(link: PasskeyLink, key: bytes) -> bytes:
    """Of this link and this key only."""
    return sha256(PASSKEY_PREFIX + bytes.fromhex(link.sha256) + key).digest()


def _handle(link: PasskeyLink) -> bytes:
    """The user handle: tells nothing of the person (WebAuthn, 14.6.1).

    Of the link: an authenticator overwrites the passkey that it has for a handle
    (6.3.2), and whoever is enrolled must not lose his key by a link that nobody
    signs for.
    """
    return sha256(PASSKEY_PREFIX + bytes.fromhex(link.sha256)).digest()[:_USER_HANDLE]


def _waiting(request: ConsoleRequest, sha: str) -> PasskeyLink:
    for link in request.site.rooms.access.links.waiting():
        if link.sha256 == sha:
            return link
    raise RefusedError(
        "that passkey does not wait any more: somebody was quicker",
        hint="look at the list of people again",
    )
