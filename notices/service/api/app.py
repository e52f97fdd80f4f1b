"""The API as an ASGI application: every request goes one way, whatever it asks for.

Path and method first, then size, token, scope and rate, and only then is a body read
and something done.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from notices.codec.languages import load_texts
from notices.errors import NoticesError, TryLater
from notices.messages import told
from notices.service.api import problems
from notices.service.api.answering import ApiAnswer, json_body
from notices.service.api.gate import (
    ApiArrival,
    ApiGate,
    fields_of,
    require_media_type,
    require_small,
    too_large,
)
from notices.service.api.problems import MEDIA_TYPE, ApiProblem
from notices.service.api.room import SharedState, SitePool
from notices.service.api.routes import ROUTES
from notices.service.api.routing import MEBIBYTE, BodyShape, Routes
from notices.service.guard.bodies import (
    BodyLimits,
    BodyTooLarge,
    BodyTooSlow,
    LimitedBody,
    MemoryBudget,
    MemoryFull,
)
from notices.service.guard.headers import SecurityHeaders
from notices.service.guard.languages import chosen_language
from notices.service.guard.limits import RateLimit
from notices.service.guard.versions import is_unchanged
from notices.service.guard.visitors import visitor
from notices.site.site import read_clock

LOG = logging.getLogger("notices.service.api")
NOT_MODIFIED = 304
_SAFE = ("GET", "HEAD")
NO_BODY = BodyShape(media_types=(), octets=0)
MEMORY = 256 * MEBIBYTE
"""What the bodies of all requests may take at once."""
DRAIN_SECONDS = 2.0
"""For reading on after a refusal, so that it is seen."""
PER_TOKEN = RateLimit(requests=600, seconds=60.0)
OF_UNKNOWN = RateLimit(requests=120, seconds=60.0)
_SERVER_ERROR = 500
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What one process of the API allows."""

    site_path: Path
    """The site's folder or its `notices.toml`."""
    per_token: RateLimit = PER_TOKEN
    """Of one token."""
    unknown: RateLimit = OF_UNKNOWN
    """Of one address that brings no good token."""
    threads: int = 8
    """Requests that are dealt with at once; the others wait."""


def make_app(
    settings: ApiSettings,
    *,
    clock: Callable[[], datetime] = read_clock,
    monotonic: Callable[[], float] = time.monotonic,
    routes: Routes = ROUTES,
) -> ASGIApp:
    """Make the application.

    clock: the time now, aware. monotonic: seconds of a clock that only goes forward.
    """
    return SecurityHeaders(_Api(settings, clock, monotonic, routes))


@dataclass(slots=True)
class _Course:
    """What is known of a request on its way."""

    who: str = "-"
    fields: dict[str, str] = field(default_factory=dict)


class _Api:
    """Takes requests, answers them."""

    def __init__(
        self,
        settings: ApiSettings,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        routes: Routes,
    ) -> None:
        pool = SitePool(settings.site_path, clock=clock, monotonic=monotonic)
        self._pool, self._monotonic = pool, monotonic
        self._memory = MemoryBudget(MEMORY)
        self._gate = ApiGate(
            routes=routes,
            pool=pool,
            shared=SharedState(),
            per_token=settings.per_token,
            unknown=settings.unknown,
            clock=clock,
            monotonic=monotonic,
        )
        self._threads = ThreadPoolExecutor(settings.threads, "api")

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin and end (ASGI)."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        request = Request(scope, receive)
        response = await self._answered(request)
        if response is not None:
            await response(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self._close)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _close(self) -> None:
        self._threads.shutdown(wait=True)
        self._pool.close()

    async def _answered(self, request: Request) -> Response | None:
        """The response; None: whoever asked has gone."""
        course, began = _Course(), self._monotonic()
        try:
            response = _response(
                request, await self._dealt_with(request, course), course
            )
        except ClientDisconnect:
            return None
        except Exception as error:  # noqa: BLE001 - the last border: nothing of it leaves
            response = _refusal(request, error, course)
        LOG.info(
            "%s %s %s %d %.3fs",
            course.who,
            request.method,
            _raw_path(request),
            response.status_code,
            self._monotonic() - began,
        )
        return response

    async def _dealt_with(self, request: Request, course: "_Course") -> ApiAnswer:
        gate, arrival = self._gate, _arrival(request)
        entrance = gate.entrance(request.method, _raw_path(request))
        shape = entrance.route.body or NO_BODY
        limits = BodyLimits(octets=shape.octets, seconds=shape.seconds)
        clock = self._monotonic
        with LimitedBody(request.receive, limits, self._memory, clock=clock) as body:
            try:
                require_small(entrance.route, arrival.headers.get("content-length", ""))
                token = await self._in_thread(
                    partial(gate.admit, entrance, arrival, course.fields)
                )
                course.who = token.by if token else "-"
                require_media_type(entrance.route, arrival.headers)
                octets = await _read(body, shape.octets)
            except NoticesError:
                # who is still sending sees no answer otherwise (RFC 9112, 9.6)
                await body.drain(DRAIN_SECONDS)
                raise
            act = partial(gate.act, entrance, token, arrival, octets)
            return await self._in_thread(act)

    async def _in_thread(self, act: Callable[[], _Given]) -> _Given:
        return await asyncio.get_running_loop().run_in_executor(self._threads, act)


async def _read(body: LimitedBody, most: int) -> bytes:
    try:
        return b"".join([octets async for octets in body])
    except BodyTooLarge:
        raise too_large(most) from None
    except BodyTooSlow:
        raise ApiProblem(
            "too-slow",
            "the body did not come in within its time",
            headers={"Connection": "close"},
        ) from None
    except MemoryFull:
        raise TryLater("other requests hold what memory there is") from None


def _raw_path(request: Request) -> str:
    """The path as it was sent: `%2F` in a number is no slash."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return raw.partition(b"?")[0].decode("latin-1")


def _arrival(request: Request) -> ApiArrival:
    query: str = request.scope["query_string"].decode("latin-1")
    path = _raw_path(request)
    return ApiArrival(
        headers=fields_of(request.headers.items()),
        target=f"{path}?{query}" if query else path,
        address=visitor(request.client.host if request.client else ""),
    )


def _refusal(request: Request, error: Exception, course: "_Course") -> Response:
    """A problem; of what we did not foresee the log alone tells more."""
    instance = str(uuid4())
    known = error if isinstance(error, NoticesError) else problems.internal()
    language = _language(request)
    tell = partial(told, catalogue=load_texts(language))
    made = problems.document(known, tell, instance=instance)
    if made.status >= _SERVER_ERROR:
        LOG.error(
            "%s %s: %s [%s]",
            request.method,
            _raw_path(request),
            known.diagnostics(),
            instance,
            exc_info=None if isinstance(error, NoticesError) else error,
        )
    return Response(
        json_body(made.content),
        status_code=made.status,
        headers={
            "Content-Type": MEDIA_TYPE,
            "Content-Language": language,
            "Vary": "Accept-Language",
            **course.fields,
            **made.headers,
        },
    )


def _response(request: Request, answer: ApiAnswer, course: "_Course") -> Response:
    tag = answer.headers.get("ETag", "")
    headers = {**course.fields, **answer.headers}
    known = ", ".join(request.headers.getlist("if-none-match")) or None
    # of what was done there is something to tell (RFC 9110, 13.1.2)
    if tag and request.method in _SAFE and is_unchanged(known, tag):
        return Response(status_code=NOT_MODIFIED, headers=headers)
    if answer.media_type:
        headers["Content-Type"] = answer.media_type
    return Response(answer.body, status_code=answer.status, headers=headers)


def _language(request: Request) -> str:
    """English for whoever does not say: most who ask are programs."""
    accepted = request.headers.get("accept-language", "")
    return chosen_language("" if accepted else "en", accepted)
