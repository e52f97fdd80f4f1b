"""The page as an ASGI application: reads, has judged, answers, forgets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from importlib.resources import files
from time import monotonic

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import ASGIApp

from notices.service.guard.bodies import LimitedBody, MemoryBudget
from notices.service.guard.headers import SecurityHeaders
from notices.service.guard.languages import chosen_language
from notices.service.guard.origins import is_foreign
from notices.service.verify_page.desk import Judged, VerifyDesk
from notices.service.verify_page.line import WaitingLine
from notices.service.verify_page.problems import OF_STATUS, Problem
from notices.service.verify_page.settings import VerifyPage
from notices.service.verify_page.uploads import read_files, require_form
from notices.service.verify_page.view import render

STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "page.svg": "image/svg+xml",
}
RETRY_AFTER = "60"
"""Seconds, for whom is sent away because others wait."""
DRAIN_SECONDS = 5.0
"""For reading on after a refusal, so that it is seen."""


def make_app(page: VerifyPage, *, clock: Callable[[], datetime]) -> ASGIApp:
    """Make the application. clock: the time to judge by, aware."""
    rooms = _Rooms(page, clock)
    base = page.base
    routes = [
        Route(base or "/", rooms.show, methods=["GET"]),
        Route(base or "/", rooms.check, methods=["POST"]),
        Route(f"{base}/static/{{name}}", rooms.static, methods=["GET"]),
        Route(f"{base}/root.pem", rooms.root, methods=["GET"]),
        Route("/healthz", rooms.health, methods=["GET"]),
        Route("/readyz", rooms.ready, methods=["GET"]),
    ]
    if base:
        routes.append(Route("/", rooms.to_page, methods=["GET"]))
    app = Starlette(
        routes=routes,
        lifespan=rooms.lifespan,
        exception_handlers={HTTPException: rooms.refuse, Exception: rooms.refuse},
    )
    return SecurityHeaders(app)


class _Rooms:
    """What the routes have in common."""

    def __init__(self, page: VerifyPage, clock: Callable[[], datetime]) -> None:
        self._page, self._clock = page, clock
        self._line = WaitingLine(page.allowance)
        self._memory = MemoryBudget(page.allowance.memory)
        self._desk = VerifyDesk(page, clock)
        self._is_ready = False

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._is_ready = await self._desk.warm()
        yield
        self._is_ready = False
        await self._desk.close()

    async def show(self, request: Request) -> Response:
        return HTMLResponse(self._render(request))

    async def check(self, request: Request) -> Response:
        limits = self._page.allowance.body
        body = LimitedBody(request.receive, limits, self._memory, clock=monotonic)
        try:
            with self._line.place(_visitor(request)):
                judged = await self._judged(request, body)
                text = await run_in_threadpool(self._render, request, judged)
                return HTMLResponse(text)
        except Problem as problem:
            if problem.key != "too_slow":
                await body.drain(DRAIN_SECONDS)
            return self._refusal(request, problem)
        except TimeoutError:
            return self._refusal(request, Problem("busy"))

    async def _judged(self, request: Request, body: LimitedBody) -> list[Judged]:
        allowance = self._page.allowance
        if is_foreign(request.headers):
            raise Problem("foreign")
        require_form(request, allowance)
        with body:
            async with asyncio.timeout(allowance.seconds):
                dropped = await read_files(request, body, allowance)
                return [await self._desk.judge(file) for file in dropped]

    def _render(
        self, request: Request, judged: list[Judged] | None = None, problem: str = ""
    ) -> str:
        asked = request.query_params.get("lang", "")
        language = chosen_language(asked, request.headers.get("accept-language", ""))
        return render(
            self._page, language, judged or (), now=self._clock(), problem=problem
        )

    def _refusal(self, request: Request, problem: Problem) -> Response:
        headers = {"Connection": "close"}
        if problem.status in (429, 503):
            headers["Retry-After"] = RETRY_AFTER
        text = self._render(request, problem=problem.key)
        return HTMLResponse(text, status_code=problem.status, headers=headers)

    async def refuse(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        headers = error.headers if isinstance(error, HTTPException) else None
        text = self._render(request, problem=OF_STATUS.get(status, "bad_form"))
        return HTMLResponse(text, status_code=status, headers=headers)

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STATIC:
            raise HTTPException(404)
        content = files("notices.service.verify_page").joinpath("static", name)
        return Response(content.read_bytes(), headers={"Content-Type": STATIC[name]})

    async def root(self, _: Request) -> Response:
        text = "".join(root.pem for root in self._page.roots)
        headers = {
            "Content-Type": "application/x-pem-file",
            "Content-Disposition": 'attachment; filename="root.pem"',
        }
        return Response(text, headers=headers)

    async def to_page(self, _: Request) -> Response:
        return RedirectResponse(self._page.base)

    async def health(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        is_ready = self._is_ready and self._line.has_room
        text, status = ("ready\n", 200) if is_ready else ("not ready\n", 503)
        return PlainTextResponse(text, status_code=status)


def _visitor(request: Request) -> str:
    return request.client.host if request.client else ""
