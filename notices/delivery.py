"""The truth about a delivery: states, stages, replies and what may follow what.

Names are those of RFC 5321 (stages, replies), RFC 3464 (delivered, bounced) and
RFC 1047 (the doubt after the final dot).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a delivery stands."""

    HELD = "held"
    """Prepared; nobody has said `send` yet."""
    QUEUED = "queued"
    """To be sent as soon as it is due."""
    SENDING = "sending"
    """A worker has it; the stage tells how far."""
    SENT = "sent"
    """The server took responsibility (2yz after the final dot)."""
    DEFERRED = "deferred"
    """Not this time (4yz, server away); due again later."""
    FAILED = "failed"
    """Refused for good (5yz), or too old."""
    IN_DOUBT = "in_doubt"
    """Lost after the first body byte may have been sent (RFC 1047)."""
    DELIVERED = "delivered"
    """A delivery report says so."""
    BOUNCED = "bounced"
    """A delivery report says that it failed."""
    WITHDRAWN = "withdrawn"
    """Taken back before anything was sent."""


class Stage(StrEnum):
    """How far an attempt came."""

    CONNECT = "connect"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    """The DATA command was answered 354, body bytes may be on their way."""
    END_OF_DATA = "end_of_data"
    """The final dot was sent; its reply decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered (RFC 5321, 4.2; RFC 3463)."""

    code: int
    """Three digits."""
    enhanced_status: str = ""
    """Such as 2.0.0; empty if the server gave none."""
    text: str = ""
    """The rest, lines joined by blanks, controls escaped."""

    def __str__(self) -> str:
        return " ".join(
            part for part in (str(self.code), self.enhanced_status, self.text) if part
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the relay is told apart from the message (RFC 5321, 2.3.1; RFC 3461)."""

    reverse_path: str
    """MAIL FROM: where reports come back to."""
    forward_path: str
    """RCPT TO: the one outside recipient."""
    archive_path: str = ""
    """Second RCPT, a mailbox of our own; empty: none."""
    envid: str = ""
    """ENVID of this delivery, comes back in reports."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try, as far as it came."""

    started_at: datetime
    """When."""
    ended_at: datetime
    """When it ended."""
    state: State
    """What it made of the delivery: sent, deferred, failed or in_doubt."""
    stage: Stage
    """Where it ended."""
    remote: str
    """Host and port of the server."""
    tls: str = ""
    """TLS version and cipher; empty: none."""
    reply: Reply | None = None
    """The reply that decided; None if none came."""
    note: str = ""
    """What happened where no reply tells, such as `connection lost`."""
