"""Whether a person's key signed a statement: asked by whoever takes it in.

A passkey's assertion comes from a browser. It is read where all untrusted octets are:
in the process with limits.
"""

import atexit
import os
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from notices.approval import AheadOfTime, BadSignature, OtherKey, TooEarly
from notices.errors import NoticesError, TryLater
from notices.files.system_words import in_words
from notices.messages import Text
from notices.verifying.approval.signatures import (
    check_statement_digest,
    check_statement_value,
    key_sha256_of,
    signing_time_of,
)
from notices.verifying.approval.statement import (
    RelyingParty,
    SignatureKind,
    SignedStatement,
)
from notices.verifying.checks import Refusal
from notices.verifying.cms.der import NotDER
from notices.verifying.process.taps import OVER, TOLD_KEY, WHY

if TYPE_CHECKING:
    from notices.verifying.process.isolation import IsolatedVerifier


class _Reader:
    """The process of this one that reads assertions; begun when it is needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._verifier: IsolatedVerifier | None = None
        self._owner = os.getpid()

    def ask(self, assertion: bytes, wanted: dict[str, Any]) -> dict[str, Any]:
        """What the process says; OSError if there is none to be had."""
        with self._lock:
            said = self._ours().judge_tap(assertion, wanted)
            # the process may have been ended between two, by whoever lacked memory
            return self._ours().judge_tap(assertion, wanted) if OVER in said else said

    def _ours(self) -> "IsolatedVerifier":
        # loads all of the verifier, which most commands never need
        from notices.verifying.process.isolation import (  # noqa: PLC0415
            IsolatedVerifier,
        )

        owner = os.getpid()
        if self._verifier is None or self._owner != owner:  # those pipes are a parent's
            self._verifier, self._owner = IsolatedVerifier(), owner
        return self._verifier

    def close(self) -> None:
        """End the process."""
        with self._lock:
            if self._verifier is not None and self._owner == os.getpid():
                self._verifier.close()


_READER = _Reader()
atexit.register(_READER.close)


def require_signed(
    signed: SignedStatement, key_sha256: str, party: RelyingParty | None
) -> None:
    """OtherKey or BadSignature unless that key signed exactly this statement.

    party: for passkeys; None: there are none here. TryLater if an assertion cannot be
    read now, as this machine has no process left.
    """
    if signed.kind is SignatureKind.ASSERTION and party is None:
        raise _unreadable(Text("no passkeys are used here"))
    _require(signed, key_sha256, party)


def require_signed_in_time(
    signed: SignedStatement, at: datetime, *, now: datetime, tolerance: timedelta
) -> None:
    """TooEarly or AheadOfTime where its signing time cannot be true.

    Asked when it comes in, of what `require_signed` took. at: when the statement says
    that it was made: nobody signs it before. Evidence must not contradict itself.
    """
    told = signing_time_of(signed)
    if told is None:
        return
    hint = "set the clock of the machine that signs, and sign it again"
    if told < at.replace(microsecond=0) - tolerance:  # CMS has whole seconds
        raise TooEarly(
            Text("signed at {told}, and made at {at}", told=told, at=at), hint=hint
        )
    if told > now + tolerance:
        raise AheadOfTime(
            Text("signed at {told}, which has not come", told=told), hint=hint
        )


def require_value(signed: SignedStatement, key_sha256: str) -> None:
    """The same, wherever a passkey was used."""
    _require(signed, key_sha256, None)


def require_tap(
    assertion: bytes, key_sha256: str, challenge: bytes, party: RelyingParty | None
) -> None:
    """The same of an assertion, by its challenge."""
    wanted = {
        "key_sha256": key_sha256,
        "challenge": challenge.hex(),
        "party": asdict(party) if party else None,
    }
    try:
        said = _READER.ask(assertion, wanted)
    except OSError as error:
        raise TryLater(
            Text(
                "no process can be begun that reads it: {error}", error=in_words(error)
            )
        ) from error
    if OVER in said:
        over = "reading it took more than {limit}; ours never do"
        raise _unreadable(Text(over, limit=said[OVER]))
    _require_key(said[TOLD_KEY], key_sha256)
    if said[WHY] is not None:
        raise _unreadable(said[WHY])


@lru_cache(maxsize=256)
def _require(
    signed: SignedStatement, key_sha256: str, party: RelyingParty | None
) -> None:
    """What held once holds for ever; who may sign is asked of the ledger each time."""
    if signed.kind is SignatureKind.ASSERTION:
        challenge = bytes.fromhex(signed.sha256)
        require_tap(signed.signature, key_sha256, challenge, party)
        return
    try:
        told = key_sha256_of(signed)
    except Exception as error:
        raise _unreadable(_why(error)) from error
    _require_key(told, key_sha256)
    try:
        check_statement_value(signed)
        check_statement_digest(signed)
    except Exception as error:
        raise _unreadable(_why(error)) from error


def _require_key(told: str | None, enrolled: str) -> None:
    """OtherKey for another one; nothing is said of one that cannot be read."""
    if told not in (None, enrolled):
        raise OtherKey(
            Text(
                "signed with the key {told}, enrolled was {enrolled}",
                told=str(told)[:16],
                enrolled=enrolled[:16],
            ),
            hint="sign with the key that was enrolled; `notices people list` tells it",
        )


def _unreadable(why: str) -> BadSignature:
    return BadSignature(
        Text("the signature does not hold: {why}", why=why),
        hint="sign what `approval_request` gave, octet by octet",
    )


def _why(error: Exception) -> str:
    if isinstance(error, Refusal):
        return error.detail
    if isinstance(error, NoticesError):
        return error.message
    if isinstance(error, NotDER):
        return Text("the signature is not strict DER: {error}", error=error)
    return Text("it cannot be read ({error})", error=type(error).__name__)
