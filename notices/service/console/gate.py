"""Who it is and whether he may, then the act, in a site opened for him."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from notices.service.api.room import SitePool
from notices.service.console.asking import ConsoleAnswer, ConsoleRequest
from notices.service.console.books import ConsoleBooks
from notices.service.console.problems import ConsoleProblem
from notices.service.console.routes import ConsoleRoute, page_again
from notices.service.console.settings import ConsoleSettings
from notices.service.guard.limits import Buckets
from notices.service.guard.origin import foreign
from notices.service.guard.role import RoleRefused, role_refusal
from notices.service.guard.session import ConsoleSession, cookie_of
from notices.service.guard.visitors import visitor
from notices.store import KnownPerson
from notices.store.console import EverythingHeld

BY_PERSON = "person:"
"""Before a person's id, where the ledger tells who did something."""
BY_CONSOLE = "program:console"
"""Who acts while nobody is logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleArrival:
    """A request as it came."""

    method: str
    """Of HTTP."""
    headers: Mapping[str, str]
    """Names in lower case."""
    address: str
    """Of the visitor; empty: unknown."""
    path: Mapping[str, str]
    """What stands in the path."""
    query: Mapping[str, str]
    """What stands in the query."""
    language: str
    """`ja` or `en`."""
    where: str
    """The path itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is answered, and to whom."""

    answer: ConsoleAnswer
    """The page, file or move."""
    language: str
    """`ja` or `en`."""
    path: str = "/"
    """Where the visitor is."""
    again: str = ""
    """Where the page is read again, if not there: an act has answered with it."""
    query: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What was asked of the page."""
    person: KnownPerson | None = None
    """Who is logged in; None: nobody."""
    held: EverythingHeld | None = None
    """The hold that stands; None: there is none, or nobody is logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who was let in."""

    session: ConsoleSession | None = None
    """His; None: the route needs none."""
    secret: str = field(default="", repr=False)
    """Of the session."""


class ConsoleGate:
    """Lets requests in, and has them dealt with."""

    def __init__(
        self,
        *,
        settings: ConsoleSettings,
        pool: SitePool,
        books: ConsoleBooks,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._settings, self._pool, self._books = settings, pool, books
        self._clock, self._monotonic = clock, monotonic
        self._visitors = Buckets(settings.logins)
        self._cookie = cookie_of(settings.party.origin)
        self._origins = frozenset({settings.party.origin})

    def admit(self, route: ConsoleRoute, arrival: ConsoleArrival) -> Admission:
        """Judge origin, rate and session; ConsoleProblem."""
        if foreign(arrival.method, arrival.headers, self._origins):
            raise ConsoleProblem("foreign")
        if route.is_throttled:
            key = visitor(arrival.address)
            if not self._visitors.take(key, self._monotonic()).is_given:
                raise ConsoleProblem("throttled")
        if not route.roles:
            return Admission()
        now = self._clock()
        secret = self._cookie.secret(arrival.headers.get("cookie", ""))
        session = self._books.session(secret, now) if secret else None
        if session is None:
            raise ConsoleProblem("login")
        if route.is_dangerous and not session.is_fresh(now):
            raise ConsoleProblem("stale_login")
        return Admission(session=session, secret=secret)

    def act(
        self,
        route: ConsoleRoute,
        arrival: ConsoleArrival,
        admission: Admission,
        form: Mapping[str, str],
    ) -> Visit:
        """Do it in a site opened for who asks; ConsoleProblem where he may not."""
        session = admission.session
        by = BY_PERSON + session.person if session else BY_CONSOLE
        with self._pool.borrowed(by) as site:
            person = None
            if session:
                known = site.rooms.approvals.people.known()
                person = known.get(session.person)
                self._require_role(route, admission, person)
            request = ConsoleRequest(
                site=site,
                settings=self._settings,
                books=self._books,
                now=self._clock(),
                language=arrival.language,
                path=arrival.path,
                query=arrival.query,
                form=form,
                session=session,
                secret=admission.secret,
                person=person,
            )
            answer = route.act(request)
            return Visit(
                answer=answer,
                language=arrival.language,
                path=arrival.where,
                again=page_again(arrival.method, arrival.where),
                query=arrival.query,
                person=person,
                held=site.rooms.access.holds.now() if person else None,
            )

    def _require_role(
        self, route: ConsoleRoute, admission: Admission, person: KnownPerson | None
    ) -> None:
        session = admission.session
        assert session is not None  # noqa: S101 - asked for a person only
        enrolled = person.enrolled if person else None
        refused = role_refusal(enrolled, session.key_sha256, route.roles)
        if refused is RoleRefused.REVOKED:
            self._books.end(admission.secret)
            raise ConsoleProblem("login")
        if refused:
            raise ConsoleProblem("role")
