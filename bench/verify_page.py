"""The verify page beside a bare page of its framework, in one run.

    python bench/verify_page.py [SECONDS]

Prints answers a second: a bare page, the form, a genuine mail judged; and how long an
answer takes while others are judged.
"""

import http.client
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))

from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from notices.site import Site
from notices.site.starting import start_site
from tests.service.asking import form

CASE = "IHC-2026-004217"
VISITORS = 8


async def bare(_):
    return HTMLResponse("<!doctype html><title>bare</title><p>ok</p>")


class Visitor(http.client.HTTPConnection):
    """A connection through a proxy, which names the visitor."""

    headers: dict[str, str]


bare_app = Starlette(routes=[Route("/", bare)])


@contextmanager
def running(*words: str):
    process = subprocess.Popen(
        [sys.executable, *words], stderr=subprocess.PIPE, text=True
    )
    line = ""
    while "http://" not in line:
        line = process.stderr.readline()
        assert line, "it did not start"
    address = line[line.index("http://") :].split()[0]
    try:
        yield address
    finally:
        process.kill()
        process.wait()


def rate(address: str, ask: Callable[[Visitor], float], seconds: float):
    """Answers a second by some visitors at once, and the slowest twentieth in seconds."""
    end = time.monotonic() + seconds
    times: list[float] = []

    def visit(number: int):
        parts = urlsplit(address)
        link = Visitor(parts.hostname, parts.port, timeout=60)
        link.headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        while time.monotonic() < end:
            times.append(ask(link))

    begun = time.monotonic()
    threads = [threading.Thread(target=visit, args=(n,)) for n in range(VISITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - begun
    return len(times) / took, sorted(times)[int(len(times) * 0.95)]


def get(path: str):
    def ask(link):
        begun = time.monotonic()
        link.request("GET", path, headers=link.headers)
        answer = link.getresponse()
        answer.read()
        assert answer.status == 200
        return time.monotonic() - begun

    return ask


def post(path: str, mail: bytes):
    kind, body = form([("a.eml", mail)])

    def ask(link):
        begun = time.monotonic()
        link.request(
            "POST", path, body=body, headers={**link.headers, "Content-Type": kind}
        )
        answer = link.getresponse()
        text = answer.read()
        assert b'class="file passed"' in text, text[:2000]
        return time.monotonic() - begun

    return ask


def main(seconds: float):
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "site"
        start_site(home)
        with Site.open(home) as site:
            number = site.prepare(site.read_case(CASE)).number
            mail = site.parts.store.artifact(number, "message.eml")
        bare_words = (
            "-m",
            "uvicorn",
            "bench.verify_page:bare_app",
            "--port",
            "18027",
            "--no-access-log",
        )
        words = (
            "-m",
            "notices",
            "serve",
            "--verify-page",
            "--site",
            str(home),
            "--port",
            "0",
        )
        with running(*bare_words) as address:
            time.sleep(1)
            base, slow = rate("http://127.0.0.1:18027/", get("/"), seconds)
        print(f"bare page      {base:7.0f} a second  1.00  p95 {1000 * slow:5.0f} ms")
        with running(*words) as address:
            path = urlsplit(address).path
            for name, ask in (("form", get(path)), ("mail judged", post(path, mail))):
                found, slow = rate(address, ask, seconds)
                print(
                    f"{name:14s} {found:7.1f} a second  {found / base:.2f}  p95 {1000 * slow:5.0f} ms"
                )
            judging = threading.Thread(
                target=rate, args=(address, post(path, mail), seconds)
            )
            judging.start()
            found, slow = rate(address, get(path), seconds)
            judging.join()
            print(
                f"form meanwhile {found:7.1f} a second  {found / base:.2f}  p95 {1000 * slow:5.0f} ms"
            )


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5)
