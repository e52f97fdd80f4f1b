"""What a passkey gave, from the fields of a form."""

from base64 import b64decode, b64encode
from collections.abc import Mapping

from notices.approval import ApprovalRefused
from notices.errors import InputError, RefusedError
from notices.messages import Text
from notices.store import KnownPerson
from notices.verifying.approval.assertion import (
    Assertion,
    challenge_text,
)
from notices.verifying.approval.statement import RelyingParty
from notices.verifying.process import statements

_OF_FORM = ("authenticator_data", "client_data_json", "signature")


def tapped(form: Mapping[str, str], public_key: bytes, credential_id: bytes) -> bytes:
    """`assertion.json` of a form; InputError for what cannot be read.

    public_key, credential_id: of the passkey that was asked for.
    """
    found = {name: octets_of(form, name) for name in _OF_FORM}
    return Assertion(
        credential_id=credential_id, public_key=public_key, **found
    ).octets()


def octets_of(form: Mapping[str, str], name: str) -> bytes:
    """A field in base64; InputError if it is none, or empty."""
    try:
        found = b64decode(form.get(name, ""), validate=True)
    except ValueError:
        found = b""
    if not found:
        raise InputError(Text("the browser sent no {name}", name=name))
    return found


def asked(
    party: RelyingParty, challenge: bytes, credential_id: bytes = b""
) -> dict[str, str]:
    """What a page tells the browser to ask the passkey."""
    return {
        "challenge": challenge_text(challenge),
        "rp_id": party.rp_id,
        "credential": b64encode(credential_id).decode(),
    }


def require_tap(
    octets: bytes, key_sha256: str, challenge: bytes, party: RelyingParty
) -> None:
    """RefusedError unless that key signed exactly this challenge, here, by its user."""
    try:
        statements.require_tap(octets, key_sha256, challenge, party)
    except ApprovalRefused as error:
        raise _refused() from error


def holder(people: Mapping[str, KnownPerson], credential_id: bytes) -> KnownPerson:
    """Whose passkey it is; RefusedError if nobody's who is enrolled now."""
    for known in people.values():
        if known.credential_id == credential_id and known.enrolled.holds:
            return known
    raise _refused()


def _refused() -> RefusedError:
    return RefusedError(
        "this passkey is not one that is enrolled here, or its answer is not right",
        hint="use the passkey that was enrolled; an administrator can give a new link",
    )
