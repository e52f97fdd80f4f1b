"""What the ledger tells of case systems over HTTP, besides the events of notices."""

from enum import StrEnum


class AccessEvent(StrEnum):
    """What can happen between a case system and the service."""

    TOKEN_MADE = "token_made"  # noqa: S105 - a word of the ledger
    """A case system got a token; no number, no case."""
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a word of the ledger
    """It is refused from now on."""
    SEND_ASKED = "send_asked"
    """Somebody said that a draft is to be sent."""
