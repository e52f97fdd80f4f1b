"""The gate of the API: who comes, with what, and whether it is let on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from notices.access import AccessToken, TokenScope, token_hash
from notices.messages import Text
from notices.service.api.answering import ApiAnswer
from notices.service.api.asking import ApiRequest, nothing_here, read_parameters
from notices.service.api.problems import ApiProblem
from notices.service.api.room import ApiRoom, SharedState, SitePool
from notices.service.api.routing import MEBIBYTE, ApiRoute, Routes
from notices.service.guard.idempotency import (
    MalformedKey,
    StillRunning,
    fingerprint,
    read_key,
)
from notices.service.guard.limits import Buckets, RateAllowance, RateLimit
from notices.service.guard.token import Refused, bearer, challenge, refusal

_MOST_PARAMETERS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where a request goes."""

    route: ApiRoute
    """What is there."""
    path: Mapping[str, str]
    """Parameters of the path, as they were written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiArrival:
    """What is known of a request before its body is read."""

    headers: Mapping[str, str]
    """Fields by their names in lower case."""
    target: str
    """Path and query."""
    address: str
    """Of whoever asks, as far as a proxy tells it; of IPv6 the network of 64 bits."""


class ApiGate:
    """Lets requests on, or raises ApiProblem."""

    def __init__(
        self,
        *,
        routes: Routes,
        pool: SitePool,
        shared: SharedState,
        per_token: RateLimit,
        unknown: RateLimit,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._routes, self._pool, self._shared = routes, pool, shared
        self._of_tokens, self._of_addresses = Buckets(per_token), Buckets(unknown)
        self._clock, self._monotonic = clock, monotonic

    def entrance(self, method: str, path: str) -> Entrance:
        """Find the route; ApiProblem where there is none, or not by this method."""
        routes = self._routes.at(path)
        if not routes:
            raise nothing_here()
        if method not in routes:
            raise ApiProblem(
                "bad-method",
                Text("{method} is not done here", method=method[:20]),
                headers={"Allow": ", ".join(sorted(routes))},
            )
        route, parameters = routes[method]
        return Entrance(route=route, path=parameters)

    def admit(
        self, entrance: Entrance, arrival: ApiArrival, fields: dict[str, str]
    ) -> AccessToken | None:
        """Judge the token, then how often it was used; None: the route needs none.

        fields: gets what the answer says about the rate.
        """
        needed = entrance.route.scope
        if needed is None:
            self._limit(self._of_addresses, arrival.address, fields)
            return None
        token = self._known(arrival, needed, fields)
        self._limit(self._of_tokens, token.token_id, fields)
        if refused := refusal(token, needed, self._clock()):
            raise _refused(refused, needed)
        return token

    def _known(
        self, arrival: ApiArrival, needed: TokenScope, fields: dict[str, str]
    ) -> AccessToken:
        """The live token of a request; who brings none is limited by its address."""
        secret = bearer(arrival.headers.get("authorization", ""))
        found = self._find(secret) if secret else None
        if found is not None and found.is_live(self._clock()):
            return found
        self._limit(self._of_addresses, arrival.address, fields)
        raise _refused(Refused.MISSING if secret == "" else Refused.UNKNOWN, needed)

    def _find(self, secret: str) -> AccessToken | None:
        with self._pool.borrowed("") as site:
            return site.rooms.access.stored_tokens.find(token_hash(secret))

    def _limit(self, buckets: Buckets, caller: str, fields: dict[str, str]) -> None:
        allowance: RateAllowance = buckets.take(caller, self._monotonic())
        fields["RateLimit-Policy"] = buckets.limit.policy
        fields["RateLimit"] = allowance.field
        if not allowance.is_given:
            raise ApiProblem(
                "too-many",
                Text("more than {most} requests", most=buckets.limit.policy),
                hint="wait for so many seconds as Retry-After says",
                headers={"Retry-After": str(allowance.wait)},
            )

    def act(
        self,
        entrance: Entrance,
        token: AccessToken | None,
        arrival: ApiArrival,
        body: bytes,
    ) -> ApiAnswer:
        """Read what is asked for, and do it."""
        asked = self._asked(entrance, token, arrival, body)
        if token is None:
            with self._pool.borrowed("") as site:
                return entrance.route.act(
                    ApiRoom(site=site, shared=self._shared), asked
                )
        try:
            with (
                self._shared.keys.running(asked.owner, asked.key),
                self._pool.borrowed(token.by) as site,
            ):
                return entrance.route.act(
                    ApiRoom(site=site, shared=self._shared), asked
                )
        except StillRunning:
            raise ApiProblem(
                "still-running",
                "the first request with this key has not ended",
                hint="ask again in a moment, with the same key",
                headers={"Retry-After": "1"},
            ) from None

    def _asked(
        self,
        entrance: Entrance,
        token: AccessToken | None,
        arrival: ApiArrival,
        body: bytes,
    ) -> ApiRequest:
        route = entrance.route
        path, query = read_parameters(
            route.parameters, entrance.path, _query(arrival.target)
        )
        return ApiRequest(
            token=token,
            path=path,
            query=query,
            location=arrival.target.partition("?")[0],
            body=body,
            headers=arrival.headers,
            key=_key(route, arrival.headers),
            fingerprint=fingerprint(route.method, arrival.target, body),
            now=self._clock(),
        )


def require_small(route: ApiRoute, length: str) -> None:
    """ApiProblem for what says of itself that it is too large."""
    most = route.body.octets if route.body else 0
    if length and (not length.isdigit() or int(length[:19]) > most):
        raise too_large(most)


def too_large(most: int) -> ApiProblem:
    """What is not read to its end."""
    told = f"{most // MEBIBYTE} MiB" if most >= MEBIBYTE else f"{most} B"
    return ApiProblem(
        "too-large",
        Text("a body of more than {most} is not read here", most=told),
        headers={"Connection": "close"},
    )


_SINGLE = frozenset({"authorization", "content-type", "idempotency-key"})
"""Fields that are no lists (RFC 9110, 5.3): two of one say two things."""


def fields_of(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The fields of a request by their names in lower case; lists are joined.

    ApiProblem for two of what may stand once.
    """
    fields: dict[str, str] = {}
    for written, value in pairs:
        name = written.lower()
        if name in fields and name in _SINGLE:
            raise ApiProblem(
                "bad-request", Text("the field {name} stands twice", name=name)
            )
        fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return fields


def require_media_type(route: ApiRoute, headers: Mapping[str, str]) -> None:
    """ApiProblem for a body of a type, or in a coding, that is not read here."""
    if route.body is None:
        return
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise ApiProblem(
            "bad-media-type",
            "the body must not be compressed (Content-Encoding)",
            headers={"Accept-Encoding": "identity"},
        )
    if route.body.takes_any_type:
        return
    kind, _, parameters = headers.get("content-type", "").lower().partition(";")
    charset = parameters.strip().removeprefix("charset=").strip('" ')
    is_utf_8 = not parameters.strip() or charset in ("utf-8", "utf8")
    if kind.strip() not in route.body.media_types or not is_utf_8:
        taken = ", ".join(route.body.media_types)
        raise ApiProblem(
            "bad-media-type",
            Text("the body must be {taken}", taken=taken),
            headers={"Accept": taken},
        )


def _refused(refused: Refused, needed: TokenScope) -> ApiProblem:
    return ApiProblem(
        refused.value,
        _WORDS[refused],
        hint=Text("`notices token NAME --scope {scope}` makes one", scope=needed),
        headers={"WWW-Authenticate": challenge(refused, needed)},
    )


_WORDS = {
    Refused.MISSING: "no token came: send the field Authorization: Bearer TOKEN",
    Refused.UNKNOWN: "this token is not known here, or holds no more",
    Refused.SCOPE: "this token has not the scope that this needs",
}


def _query(target: str) -> list[tuple[str, str]]:
    query = target.partition("?")[2]
    try:
        return parse_qsl(
            query,
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError as wrong:
        raise ApiProblem("bad-request", "the query cannot be read") from wrong


def _key(route: ApiRoute, headers: Mapping[str, str]) -> str:
    if not route.takes_key:
        return ""
    try:
        return read_key(headers.get("idempotency-key"))
    except MalformedKey as wrong:
        raise ApiProblem(
            "bad-request",
            "the Idempotency-Key cannot be read",
            hint='1 to 200 printable ASCII characters, such as "8e03978e-40d5"',
        ) from wrong
