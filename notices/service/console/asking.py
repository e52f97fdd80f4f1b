"""What an act of the console gets, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from notices.approval import Role
from notices.service.console.books import ConsoleBooks
from notices.service.console.settings import ConsoleSettings
from notices.service.guard.session import ConsoleSession
from notices.site import Site
from notices.store import KnownPerson

OK, SEE_OTHER = 200, 303


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleRequest:
    """A request that may be dealt with."""

    site: Site
    """Opened for whoever asks; nobody else uses it meanwhile."""
    settings: ConsoleSettings
    """Of the console."""
    books: ConsoleBooks
    """Sessions and challenges."""
    now: datetime
    """When it came."""
    language: str
    """`ja` or `en`."""
    path: Mapping[str, str] = field(default_factory=dict)
    """What stands in the path."""
    query: Mapping[str, str] = field(default_factory=dict)
    """What stands in the query; of each name the last."""
    form: Mapping[str, str] = field(default_factory=dict)
    """What was filled in; of each name the last."""
    session: ConsoleSession | None = None
    """Who asks; None: somebody who is not logged in."""
    secret: str = ""
    """Of the session."""
    person: KnownPerson | None = None
    """The same person as the ledger has him."""

    @property
    def who(self) -> str:
        """Short id of who asks; ValueError where nobody is logged in."""
        if self.session is None:
            raise ValueError("nobody is logged in")
        return self.session.person

    def may(self, *roles: Role) -> bool:
        """Whether who asks has one of these roles."""
        return self.person is not None and any(
            self.person.enrolled.may(role) for role in roles
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsolePage:
    """A page to be shown."""

    template: str
    """Its file."""
    values: Mapping[str, object] = field(default_factory=dict)
    """What it shows."""
    status: int = OK
    """Of HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleMove:
    """Another page to go to."""

    to: str
    """Path of ours."""
    cookie: str = ""
    """The Set-Cookie field; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleFile:
    """A file."""

    octets: bytes
    """What is in it."""
    media_type: str
    """What it is."""
    name: str = ""
    """As which it is saved; empty: it is shown."""


ConsoleAnswer = ConsolePage | ConsoleMove | ConsoleFile
