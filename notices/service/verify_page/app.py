"""The page as an ASGI application: reads, has judged, answers, forgets."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from notices.service.guard.bodies import (
    BodyTooLarge,
    BodyTooSlow,
    declared_too_large,
    limited,
)
from notices.service.guard.headers import SecurityHeaders
from notices.service.guard.languages import chosen_language
from notices.service.verify_page.judging import Dropped, Judged, judge_all
from notices.service.verify_page.settings import VerifyPage
from notices.service.verify_page.view import render

STATIC: Mapping[str, str] = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}
_RETRY_AFTER = "20"
_PROBLEMS = {404: "not_found", 405: "bad_method"}


class Busy(Exception):
    """More wait already than may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem(Exception):
    """Why a request is not judged."""

    status: int
    """Of the answer."""
    key: str
    """Of the sentence in `words`."""


class _Line:
    """Who is judged, and who waits: a body is read only by whom it is the turn."""

    def __init__(self, page: VerifyPage) -> None:
        self._free = asyncio.Semaphore(page.at_once)
        self._most = page.at_once + page.waiting
        self._standing = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        if self._standing >= self._most:
            raise Busy
        self._standing += 1
        try:
            async with self._free:
                yield
        finally:
            self._standing -= 1


def make_app(page: VerifyPage, *, clock: Callable[[], datetime]) -> ASGIApp:
    """Make the application. clock: the time to judge by, aware."""
    line = _Line(page)

    def answer(
        request: Request, judged: list[Judged] | None = None, problem: str = ""
    ) -> str:
        asked = request.query_params.get("lang", "")
        language = chosen_language(asked, request.headers.get("accept-language", ""))
        return render(page, language, judged or (), now=clock(), problem=problem)

    async def show(request: Request) -> Response:
        return HTMLResponse(answer(request))

    async def check(request: Request) -> Response:
        try:
            async with asyncio.timeout(page.seconds), line.turn():
                dropped = await _dropped(request, page)
                judged = await run_in_threadpool(
                    judge_all, dropped, page.trust, clock()
                )
                return HTMLResponse(await run_in_threadpool(answer, request, judged))
        except Problem as problem:
            return _refusal(answer(request, problem=problem.key), problem.status)
        except (Busy, TimeoutError):
            return _refusal(answer(request, problem="busy"), 503)

    async def other(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        key = _PROBLEMS.get(status, "bad_form")
        return _refusal(answer(request, problem=key), status)

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STATIC:
            raise HTTPException(404)
        content = files("notices.service.verify_page").joinpath("static", name)
        return Response(content.read_bytes(), headers={"Content-Type": STATIC[name]})

    async def health(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    app = Starlette(
        routes=[
            Route("/", show, methods=["GET"]),
            Route("/", check, methods=["POST"]),
            Route("/static/{name}", static, methods=["GET"]),
            Route("/healthz", health, methods=["GET"]),
        ],
        exception_handlers={HTTPException: other},
    )
    return SecurityHeaders(app)


async def _dropped(request: Request, page: VerifyPage) -> list[Dropped]:
    """The files of the form, in memory; Problem for what is too much or none."""
    if declared_too_large(request.headers.get("content-length", ""), page.body):
        raise Problem(status=413, key="too_large")
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Problem(status=415, key="bad_form")
    receive = limited(request.receive, page.body, now=time.monotonic)
    parser = InMemoryParser(
        request.headers,
        Request(request.scope, receive).stream(),
        max_files=page.files,
        max_fields=page.files,
        max_part_size=page.body.octets,
    )
    try:
        form = await parser.parse()
    except BodyTooLarge:
        raise Problem(status=413, key="too_large") from None
    except BodyTooSlow:
        raise Problem(status=408, key="too_slow") from None
    except MultiPartException as error:
        is_many = "Too many" in error.message
        raise Problem(status=400, key="too_many" if is_many else "bad_form") from None
    return await _files(form.getlist("files"))


async def _files(found: list[UploadFile | str]) -> list[Dropped]:
    dropped = [
        Dropped(name=item.filename or "?", octets=await item.read())
        for item in found
        if isinstance(item, UploadFile) and (item.filename or item.size)
    ]
    if not dropped:
        raise Problem(status=400, key="no_file")
    return dropped


class InMemoryParser(MultiPartParser):
    """Never writes a file to a disk, however large it is: the body is limited."""

    spool_max_size = 1 << 30


def _refusal(text: str, status: int) -> Response:
    headers = {"Connection": "close"}
    if status == 503:  # noqa: PLR2004 - RFC 9110, 15.6.4
        headers["Retry-After"] = _RETRY_AFTER
    return HTMLResponse(text, status_code=status, headers=headers)
