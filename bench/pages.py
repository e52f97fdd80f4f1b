"""CPU of one request of each page of the console, without network and without neighbours.

    python bench/pages.py [--cases 20000] [--times 20] [--keep DIR]

DIR: where the site is kept, or was kept before. The application is asked in this process,
as an ASGI server asks it; beside the pages stands a bare page of the framework. CPU is
that of the whole process; the first request of each page is told apart.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from service import prepare
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from notices.approval import Role
from notices.service.console import ConsoleSettings, make_console
from notices.service.guard.limits import RateLimit
from notices.verifying.approval.assertion import RelyingParty
from tests.service.console.conftest import challenge_in, fields_of
from tests.site.approval.people import ORIGIN, RP_ID, Passkey

Answer = tuple[int, dict[str, str], str]
PAGES = {
    "today": "/",
    "cases": "/cases",
    "cases, state": "/cases?state=requested",
    "cases, due": "/cases?due=2026-11-28",
    "case": "/cases/BIG-00010000",
    "looks": "/looks",
    "prepare": "/prepare",
    "statistics": "/statistics?year=2025",
    "people": "/people",
    "hold": "/hold",
}


async def asked(app: ASGIApp, method: str, path: str, form: str, cookie: str) -> Answer:
    """One request, as a server hands it to the application."""
    where, _, query = path.partition("?")
    head = {
        "host": "localhost",
        "origin": ORIGIN,
        "sec-fetch-site": "same-origin",
        "cookie": cookie,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(form)),
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in head.items()],
        "client": ("192.0.2.1", 50000),
        "server": ("localhost", 8025),
    }
    told: list[dict[str, object]] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": form.encode(), "more_body": False}

    async def send(message: dict[str, object]) -> None:
        told.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    fields = {
        name.decode(): value.decode()
        for name, value in told[0]["headers"]  # type: ignore[attr-defined]
    }
    body = b"".join(part.get("body", b"") for part in told[1:])  # type: ignore[misc]
    return int(told[0]["status"]), fields, body.decode("utf-8", "replace")  # type: ignore[call-overload]


def somebody(home: Path, count: int) -> Passkey:
    """A person of the site, which is made where there is none."""
    kept = home / "user-00.pem"
    if not kept.exists():
        home.mkdir(exist_ok=True)
        private = prepare(home / "site", count)[0].private
        kept.write_bytes(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        )
    key = load_pem_private_key(kept.read_bytes(), None)
    return Passkey("user-00", "担当 0", key, (Role.CHECKER, Role.OPERATOR))  # type: ignore[arg-type]


async def logged_in(app: ASGIApp, person: Passkey) -> str:
    """The cookie of a person of the site."""
    _, _, text = await asked(app, "GET", "/login", "", "")
    form = fields_of(person, challenge_in(text))
    form["credential_id"] = b64encode(person.person.encode() * 4).decode()
    status, fields, text = await asked(app, "POST", "/login", urlencode(form), "")
    assert status == 303, text
    return fields["set-cookie"].partition(";")[0]


async def measured(ask: Callable[[], Awaitable[Answer]], times: int) -> str:
    """Milliseconds: of the first, and the median of the rest; CPU and wall."""
    taken = []
    for _ in range(times + 1):
        cpu, wall = time.process_time(), time.perf_counter()
        status, _, text = await ask()
        assert status == 200, text[:2000]
        took = (time.process_time() - cpu, time.perf_counter() - wall)
        taken.append(tuple(1000 * each for each in took))
    first, rest = taken[0], taken[1:]
    cpu = sorted(each[0] for each in rest)[times // 2]
    wall = sorted(each[1] for each in rest)
    return f"{first[0]:9.1f} {cpu:9.2f} {wall[times // 2]:9.2f} {wall[int(times * 0.95)]:9.2f}"


async def bare_page(_: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>x</title><p>bare</p>")


async def measure_pages(person: Passkey, home: Path, times: int) -> None:
    settings = ConsoleSettings(
        site_path=home / "site",
        party=RelyingParty(rp_id=RP_ID, origin=ORIGIN),
        center="見本ホットライン",
        center_en="Example Hotline",
        logins=RateLimit(requests=10, seconds=300.0),
    )
    app = make_console(settings)
    cookie = await logged_in(app, person)
    print(f"  {'page':<14} {'first cpu':>9} {'cpu':>9} {'wall':>9} {'95th':>9}  ms")
    bare = Starlette(routes=[Route("/", bare_page)])
    plain = partial(asked, bare, "GET", "/", "", "")
    print(f"  {'bare':<14}", await measured(plain, 10 * times))
    for name, path in PAGES.items():
        ask = partial(asked, app, "GET", path, "", cookie)
        print(f"  {name:<14}", await measured(ask, times), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    home = args.keep or Path(tempfile.mkdtemp())
    person = somebody(home, args.cases)
    print(f"load {os.getloadavg()[0]:.1f}")
    asyncio.run(measure_pages(person, home, args.times))


if __name__ == "__main__":
    main()
