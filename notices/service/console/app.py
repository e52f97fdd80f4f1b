"""The console as an ASGI application: every request goes one way.

Path and method, size, origin, then who it is and whether he may; only then is a form
read and something done.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from notices.errors import NoticesError
from notices.service.api.room import SitePool
from notices.service.console.asking import (
    SEE_OTHER,
    ConsoleAnswer,
    ConsoleFile,
    ConsoleMove,
    ConsolePage,
)
from notices.service.console.books import ConsoleBooks
from notices.service.console.gate import ConsoleArrival, ConsoleGate, Visit
from notices.service.console.problems import ConsoleProblem, log_error, status_of_error
from notices.service.console.routes import (
    FORM_OCTETS,
    ROUTES,
    ConsoleRoute,
    page_again,
)
from notices.service.console.settings import ConsoleSettings
from notices.service.console.view import render
from notices.service.guard.back import login_from
from notices.service.guard.bodies import (
    BodyLimits,
    BodyTooLarge,
    BodyTooSlow,
    LimitedBody,
    MemoryBudget,
    MemoryFull,
    declared_too_large,
)
from notices.service.guard.headers import SecurityHeaders
from notices.service.guard.languages import LANGUAGES, chosen_language
from notices.service.guard.origin import own_path
from notices.site.site import read_clock

LOG = logging.getLogger("notices.service.console")
STATIC = {
    "console.css": "text/css; charset=utf-8",
    "console.js": "text/javascript; charset=utf-8",
    "console.svg": "image/svg+xml",
}
LANGUAGE_COOKIE = "notices-language"
LIMITS = BodyLimits(octets=FORM_OCTETS, seconds=20.0)
MEMORY = 64 << 20
MOST_FIELDS = 100
OPEN_SITES = 32
"""One for each who clicks: opening one costs more than most pages do."""
DRAIN_SECONDS = 2.0
_SERVER_ERROR = 500
BAD_METHOD = 405


def make_console(
    settings: ConsoleSettings,
    *,
    clock: Callable[[], datetime] = read_clock,
    monotonic: Callable[[], float] = time.monotonic,
) -> ASGIApp:
    """Make the application.

    clock: the time now, aware. monotonic: seconds of a clock that only goes forward.
    """
    console = _Console(settings, clock, monotonic)
    routes = [
        Route(each.path, console.endpoint(each), methods=[each.method])
        for each in ROUTES
    ]
    routes.append(Route("/static/{name}", console.static, methods=["GET"]))
    app = Starlette(
        routes=_by_path(routes),
        exception_handlers={HTTPException: console.refuse},
    )
    return SecurityHeaders(app)


def _by_path(routes: list[Route]) -> list[Route]:
    """One route a path, so that the wrong method is told which ones there are."""
    found: dict[str, dict[str, Route]] = {}
    for route in routes:
        for method in sorted((route.methods or set()) - {"HEAD"}):
            found.setdefault(route.path, {})[method] = route
    return [
        Route(path, _chooser(those), methods=[*those]) for path, those in found.items()
    ]


def _chooser(those: dict[str, Route]) -> Callable[[Request], Awaitable[Response]]:
    async def choose(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        answer: Response = await those[method].endpoint(request)
        return answer

    return choose


class _Console:
    """What the routes have in common."""

    def __init__(
        self,
        settings: ConsoleSettings,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._settings, self._monotonic = settings, monotonic
        self._memory = MemoryBudget(MEMORY)
        self._threads = ThreadPoolExecutor(settings.threads, "console")
        self._gate = ConsoleGate(
            settings=settings,
            pool=SitePool(
                settings.site_path, clock=clock, monotonic=monotonic, most=OPEN_SITES
            ),
            books=ConsoleBooks(),
            clock=clock,
            monotonic=monotonic,
        )

    def endpoint(self, route: ConsoleRoute) -> Callable[[Request], Awaitable[Response]]:
        """What answers at this route."""

        async def answer(request: Request) -> Response:
            began = self._monotonic()
            try:
                response = await self._dealt_with(request, route)
            except ClientDisconnect:
                return Response(status_code=400)
            except Exception as error:  # noqa: BLE001 - the last border: nothing of it leaves
                response = self._refusal(request, route, error)
            took = self._monotonic() - began
            # never the path itself: a link in it is a secret
            LOG.info(
                "%s %s %d %.3fs", route.method, route.path, response.status_code, took
            )
            return response

        return answer

    async def _dealt_with(self, request: Request, route: ConsoleRoute) -> Response:
        arrival = _arrival(request)
        body = LimitedBody(request.receive, LIMITS, self._memory, clock=self._monotonic)
        with body:
            try:
                _require_small(arrival)
                admission = self._gate.admit(route, arrival)
                form = await _form(arrival, body)
            except ConsoleProblem:
                # who is still sending sees no answer otherwise (RFC 9112, 9.6)
                await body.drain(DRAIN_SECONDS)
                raise
        act = partial(self._gate.act, route, arrival, admission, form)
        run = asyncio.get_running_loop().run_in_executor
        visit = await run(self._threads, act)
        return await run(self._threads, self._response, request, visit)

    def _response(self, request: Request, visit: Visit) -> Response:
        response = _written(self._settings, visit)
        if (asked := request.query_params.get("lang")) in LANGUAGES:
            response.set_cookie(
                LANGUAGE_COOKIE, asked, httponly=True, samesite="strict"
            )
        return response

    def _refusal(
        self, request: Request, route: ConsoleRoute, error: Exception
    ) -> Response:
        if (
            isinstance(error, ConsoleProblem)
            and error.key == "login"
            and route.method == "GET"
        ):
            to = login_from(_where(request), dict(request.query_params))
            return RedirectResponse(to, SEE_OTHER)
        status = status_of_error(error, route.method)
        if status >= _SERVER_ERROR:
            log_error(LOG, f"{route.method} {route.path}", error)
        text = self._problem(request, error, status)
        headers = {"Retry-After": "60"} if status in (429, 503) else {}
        return HTMLResponse(text, status_code=status, headers=headers)

    def _problem(self, request: Request, error: Exception, status: int) -> str:
        values = {
            "status": status,
            "key": error.key if isinstance(error, ConsoleProblem) else "",
            "error": error if isinstance(error, NoticesError) else None,
            "again": own_path(page_again(request.method, _where(request))),
        }
        page = ConsolePage(template="problem.html", values=values, status=status)
        visit = Visit(
            answer=page,
            language=_language(request),
            path=_where(request),
            again=page_again(request.method, _where(request)),
            query=dict(request.query_params),
        )
        return render(self._settings, visit, page)

    async def refuse(self, request: Request, error: Exception) -> Response:
        """What no route answers."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        key = "bad_method" if status == BAD_METHOD else "not_found"
        text = self._problem(request, ConsoleProblem(key), status)
        return HTMLResponse(text, status_code=status, headers=headers)

    async def static(self, request: Request) -> Response:
        """Style, script and icon."""
        name = request.path_params["name"]
        if name not in STATIC:
            raise HTTPException(404)
        content = files("notices.service.console").joinpath("static", name)
        return Response(content.read_bytes(), headers={"Content-Type": STATIC[name]})


def _written(settings: ConsoleSettings, visit: Visit) -> Response:
    answer: ConsoleAnswer = visit.answer
    if isinstance(answer, ConsoleMove):
        headers = {"Set-Cookie": answer.cookie} if answer.cookie else None
        return RedirectResponse(answer.to, SEE_OTHER, headers=headers)
    if isinstance(answer, ConsoleFile):
        fields = {"Content-Type": answer.media_type}
        if answer.name:
            fields["Content-Disposition"] = f'attachment; filename="{answer.name}"'
        return Response(answer.octets, headers=fields)
    text = render(settings, visit, answer)
    return HTMLResponse(text, status_code=answer.status)


async def _form(arrival: ConsoleArrival, body: LimitedBody) -> dict[str, str]:
    if arrival.method != "POST":
        return {}
    try:
        octets = b"".join([each async for each in body])
    except BodyTooLarge:
        raise ConsoleProblem("too_large") from None
    except BodyTooSlow:
        raise ConsoleProblem("too_slow") from None
    except MemoryFull:
        raise ConsoleProblem("busy") from None
    try:
        pairs = parse_qsl(
            octets.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise ConsoleProblem("bad_form") from None
    return dict(pairs)


def _require_small(arrival: ConsoleArrival) -> None:
    if declared_too_large(arrival.headers.get("content-length", ""), LIMITS):
        raise ConsoleProblem("too_large")


def _arrival(request: Request) -> ConsoleArrival:
    return ConsoleArrival(
        method=request.method,
        headers={name.lower(): value for name, value in request.headers.items()},
        address=request.client.host if request.client else "",
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        language=_language(request),
        where=_where(request),
    )


def _where(request: Request) -> str:
    """The path as it came: what Starlette makes a URL of reads `//host` as a host."""
    path: str = request.scope["path"]
    return path


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    if asked not in LANGUAGES:
        asked = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen_language(asked, request.headers.get("accept-language", ""))
