"""The page as an ASGI application: reads, has judged, answers, forgets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
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
from notices.service.guard.origin import is_foreign
from notices.service.guard.visitors import visitor
from notices.service.verify_page.desk import Judged, VerifyDesk
from notices.service.verify_page.line import WaitingLine
from notices.service.verify_page.problems import OF_STATUS, Problem
from notices.service.verify_page.reports import FIELD, ReportSeal, report_pdf
from notices.service.verify_page.settings import VerifyPage
from notices.service.verify_page.uploads import read_field, read_files
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
        Route(f"{base}/report", rooms.report, methods=["POST"]),
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
        self._seal = ReportSeal()
        self._drawing = ThreadPoolExecutor(max_workers=1)
        self._is_ready = False

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._is_ready = await self._desk.warm()
        yield
        self._is_ready = False
        self._drawing.shutdown(wait=False, cancel_futures=True)
        await self._desk.close()

    async def show(self, request: Request) -> Response:
        return HTMLResponse(self._render(request))

    async def check(self, request: Request) -> Response:
        return await self._answered(request, self._checked)

    async def report(self, request: Request) -> Response:
        return await self._answered(request, self._saved)

    async def _answered(
        self,
        request: Request,
        answer: Callable[[Request, LimitedBody], Awaitable[Response]],
    ) -> Response:
        allowance = self._page.allowance
        body = LimitedBody(
            request.receive, allowance.body, self._memory, clock=monotonic
        )
        try:
            with self._line.place(_visitor(request)), body:
                _require_own(request)
                async with asyncio.timeout(allowance.seconds):
                    return await answer(request, body)
        except Problem as problem:
            if problem.key != "too_slow":
                await body.drain(DRAIN_SECONDS)
            return self._refusal(request, problem)
        except TimeoutError:
            return self._refusal(request, Problem("busy"))

    async def _checked(self, request: Request, body: LimitedBody) -> Response:
        dropped = await read_files(request, body, self._page.allowance)
        judged = [await self._desk.judge(file) for file in dropped]
        return HTMLResponse(await run_in_threadpool(self._render, request, judged))

    async def _saved(self, request: Request, body: LimitedBody) -> Response:
        saved = self._seal.opened(await read_field(request, body, FIELD))
        octets = await asyncio.get_running_loop().run_in_executor(
            self._drawing, report_pdf, saved, _language(request)
        )
        return _attached(octets, "application/pdf", "verification-report.pdf")

    def _render(
        self, request: Request, judged: list[Judged] | None = None, problem: str = ""
    ) -> str:
        now = self._clock()
        return render(
            self._page,
            _language(request),
            judged or (),
            seal=self._seal,
            now=now,
            problem=problem,
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
        octets = "".join(root.pem for root in self._page.roots).encode("ascii")
        return _attached(octets, "application/x-pem-file", "root.pem")

    async def to_page(self, _: Request) -> Response:
        return RedirectResponse(self._page.base)

    async def health(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        is_ready = self._is_ready and self._line.has_room
        text, status = ("ready\n", 200) if is_ready else ("not ready\n", 503)
        return PlainTextResponse(text, status_code=status)


def _visitor(request: Request) -> str:
    return visitor(request.client.host if request.client else "")


def _require_own(request: Request) -> None:
    if is_foreign(request.headers):
        raise Problem("foreign")


def _language(request: Request) -> str:
    asked = request.query_params.get("lang", "")
    return chosen_language(asked, request.headers.get("accept-language", ""))


def _attached(octets: bytes, kind: str, name: str) -> Response:
    headers = {
        "Content-Type": kind,
        "Content-Disposition": "attachment; filename=" + name,
    }
    return Response(octets, headers=headers)
