"""A route as data: what the dispatcher and the OpenAPI document are made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from re import Pattern
from re import compile as compile_pattern
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from notices.access import TokenScope
from notices.service.api.answering import ApiAnswer
from notices.service.api.asking import ApiRequest, Parameter
from notices.service.api.room import ApiRoom

ApiAct = Callable[[ApiRoom, ApiRequest], ApiAnswer]
"""Does what a request asks for."""
MEBIBYTE = 1 << 20
OF_EVERY = ("bad-request", "token-missing", "token-unknown", "scope-missing")
OF_ALL = ("too-large", "too-many", "internal", "try-later", "store-unavailable")
"""Problems that every route with a token may answer with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyShape:
    """What a request brings."""

    media_types: tuple[str, ...]
    """Any of these; the first is the usual one."""
    schema: str = ""
    """Name of the component; empty: octets."""
    octets: int = MEBIBYTE
    """Of the largest."""
    seconds: float = 30.0
    """For the whole to come in."""
    takes_any_type: bool = False
    """A body of another type, or of none, is read all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShape:
    """What a route answers where nothing goes wrong."""

    description: str
    """What it means."""
    schema: str = ""
    """Name of the component; empty: octets, or nothing."""
    media_types: tuple[str, ...] = ("application/json",)
    """Of the body; empty: there is none."""
    headers: tuple[str, ...] = ()
    """Names of header components that it has besides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiRoute:
    """One method of one path."""

    name: str
    """Of the operation, for programs."""
    method: str
    """GET also answers HEAD."""
    path: str
    """With parameters in braces."""
    act: ApiAct
    """What does it."""
    summary: str
    """In a line."""
    description: str = ""
    """In full."""
    scope: TokenScope | None
    """What the token must be good for; None: no token is asked for."""
    parameters: tuple[Parameter, ...] = ()
    """Of path and query."""
    body: BodyShape | None = None
    """None: no body is read."""
    answers: Mapping[int, AnswerShape] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Status to what is answered with it."""
    problems: tuple[str, ...] = ()
    """Codes of problems besides those of every route."""
    takes_key: bool = False
    """Whether it heeds Idempotency-Key."""
    is_tagged: bool = False
    """Whether answers have an ETag, and If-None-Match is heeded."""
    takes_if_match: bool = False
    """Whether it heeds If-Match."""

    @property
    def pattern(self) -> Pattern[str]:
        """The path as a pattern; a parameter reaches to the next slash."""
        parts = (
            self.path.replace(".", r"\.").replace("{", "(?P<").replace("}", ">[^/]+)")
        )
        return compile_pattern(parts)

    @property
    def methods(self) -> tuple[str, ...]:
        """What the Allow field says of it."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @property
    def all_problems(self) -> tuple[str, ...]:
        """Every code that it may answer with."""
        if self.scope is None:
            return ("bad-request", "too-large", "too-many", "internal")
        codes = [*OF_EVERY, *OF_ALL, *self.problems]
        if self.body is not None:
            codes += ["too-slow", "bad-media-type"]
        if self.takes_key:
            codes += ["still-running", "key-used"]
        if self.takes_if_match:
            codes += ["version-mismatch"]
        if any(each.place == "path" for each in self.parameters):
            codes += ["not-found"]
        return tuple(dict.fromkeys(codes))


class Routes:
    """All routes, found by path and method."""

    def __init__(self, routes: Iterable[ApiRoute]) -> None:
        self.all = tuple(routes)
        self._patterns = [(each.pattern, each) for each in self.all]

    def at(self, path: str) -> dict[str, tuple[ApiRoute, dict[str, str]]]:
        """Method to the route there and the parameters of the path; empty: none.

        path: as it was sent, with its percent signs.
        """
        routes: dict[str, tuple[ApiRoute, dict[str, str]]] = {}
        for pattern, route in self._patterns:
            if match := pattern.fullmatch(path):
                try:
                    named = {
                        name: unquote(text, errors="strict")
                        for name, text in match.groupdict().items()
                    }
                except UnicodeDecodeError:
                    continue
                for method in route.methods:
                    routes.setdefault(method, (route, named))
        return routes


def described(route: ApiRoute) -> dict[str, Any]:
    """What people read of a route."""
    whole = {"summary": route.summary, "description": route.description}
    return {name: text for name, text in whole.items() if text}
