"""Whose token came with a request, and whether it is for this (RFC 6750)."""

import re
from datetime import datetime
from enum import StrEnum

from notices.access import SECRET, AccessToken, TokenScope

_BEARER = re.compile(r"(?i:bearer) +([A-Za-z0-9_.~+/-]+=*)")


class Refused(StrEnum):
    """Why a request with or without a token is refused."""

    MISSING = "token-missing"
    """There is none (401)."""
    UNKNOWN = "token-unknown"
    """None of ours, or revoked, or expired (401): which, nobody learns."""
    SCOPE = "scope-missing"
    """It is good, and not for this (403)."""


def bearer(authorization: str) -> str | None:
    """The token of an Authorization field; empty: there is none; None: it is malformed.

    >>> bearer("Bearer ntc_4dPVQ0IyUCkXzzz0SgWmQ0u1yNQmCT5w2Qm0SgWmQ0u")
    'ntc_4dPVQ0IyUCkXzzz0SgWmQ0u1yNQmCT5w2Qm0SgWmQ0u'
    """
    if not authorization.strip():
        return ""
    found = _BEARER.fullmatch(authorization.strip())
    if found is None or not SECRET.fullmatch(found[1]):
        return None
    return found[1]


def refusal(
    token: AccessToken | None, needed: TokenScope, now: datetime
) -> Refused | None:
    """Judge the token that was found, None for one that was not; None: it may go on.

    A revoked or expired token is answered like an unknown one.
    """
    if token is None or not token.is_live(now):
        return Refused.UNKNOWN
    return None if needed in token.scopes else Refused.SCOPE


def challenge(refused: Refused, needed: TokenScope) -> str:
    """The WWW-Authenticate field of a refusal (RFC 6750, section 3)."""
    realm = 'Bearer realm="notices"'
    if refused is Refused.MISSING:
        return realm
    if refused is Refused.UNKNOWN:
        return f'{realm}, error="invalid_token"'
    return f'{realm}, error="insufficient_scope", scope="{needed}"'
