"""Login and logout."""

import json
from base64 import urlsafe_b64decode

from notices.errors import InputError, RefusedError
from notices.service.console.acts.passkeys import (
    asked,
    holder,
    octets_of,
    require_tap,
    tapped,
)
from notices.service.console.asking import (
    ConsoleFile,
    ConsoleMove,
    ConsolePage,
    ConsoleRequest,
)
from notices.service.guard.back import back_to
from notices.service.guard.session import cookie_of
from notices.verifying.approval.assertion import challenge_text


def show_login(request: ConsoleRequest) -> ConsolePage:
    """The page with the one button."""
    challenge = request.books.challenge(request.now)
    known = request.site.rooms.approvals.people.known()
    return ConsolePage(
        template="login.html",
        values={
            "asked": asked(request.settings.party, challenge),
            "next": back_to(request.query.get("next", "")),
            "is_anybody": any(each.credential_id for each in known.values()),
        },
    )


def log_in(request: ConsoleRequest) -> ConsoleMove:
    """Begin a session for whoever's passkey answered; RefusedError else."""
    challenge = _told_challenge(request.form)
    if not request.books.redeem(challenge, request.now):
        raise RefusedError("this login took too long", hint="try again")
    credential_id = octets_of(request.form, "credential_id")
    known = holder(request.site.rooms.approvals.people.known(), credential_id)
    octets = tapped(request.form, known.public_key, credential_id)
    key = known.enrolled.key_sha256
    require_tap(octets, key, challenge, request.settings.party)
    secret = request.books.begin(known.enrolled.person, key, request.now)
    cookie = cookie_of(request.settings.party.origin)
    to = back_to(request.form.get("next", ""))
    return ConsoleMove(to=to, cookie=cookie.setting(secret))


def stay(request: ConsoleRequest) -> ConsoleFile:
    """Nothing: who fills in a page lets it ask for this, and his session goes on."""
    del request
    return ConsoleFile(octets=b"", media_type="text/plain")


def log_out(request: ConsoleRequest) -> ConsoleMove:
    """End the session."""
    request.books.end(request.secret)
    cookie = cookie_of(request.settings.party.origin)
    return ConsoleMove(to="/login", cookie=cookie.ending())


def _told_challenge(form: object) -> bytes:
    """The challenge that the browser says that was signed; it is compared later."""
    data = octets_of(form, "client_data_json")  # type: ignore[arg-type]
    try:
        text = json.loads(data)["challenge"]
        found = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise InputError("the browser's data cannot be read") from None
    if challenge_text(found) != text:
        raise InputError("the browser's data cannot be read")
    return found
