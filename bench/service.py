"""What 20 people wait for who click in the console of a site of 20,000 cases.

    python bench/service.py [--cases 20000] [--seconds 60] [--think 2] [--keep DIR]

The console runs as it is served (`notices serve`), the people log in with passkeys and
read between clicks. Beside it: a bare page of the framework in the same server, asked in
the same way. Aim: 100 ms at the 95th percentile on two cores, each page for itself.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).parents[1]))

from cases import OWN, build

from notices.approval import Role
from notices.site import Site
from tests.service.console.conftest import (
    challenge_in,
    enrol,
    fields_of,
    passkey,
)
from tests.service.console.test_in_browser import free_port
from tests.site.approval.people import ORIGIN, RP_ID, Passkey

USERS = 20
DRAFTS = 10
BARE = """
import sys
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from notices.service.serving import Listening, serve
async def page(request):
    return HTMLResponse("<!doctype html><title>x</title><p>bare</p>")
serve(Starlette(routes=[Route("/", page)]), Listening(port=int(sys.argv[1])),
      started=lambda address: print(address, file=sys.stderr, flush=True))
"""
Times = dict[str, list[float]]


@contextmanager
def served(*words: str) -> Iterator[None]:
    """A process that answers once it has told an address."""
    process = subprocess.Popen(
        [sys.executable, *words], stderr=subprocess.PIPE, text=True
    )
    try:
        for line in process.stderr or ():
            if "http://" in line:
                break
        drain = threading.Thread(target=process.stderr.read, daemon=True)  # type: ignore[union-attr]
        drain.start()
        yield
    finally:
        process.terminate()
        process.wait(60)


def prepare(home: Path, count: int) -> list[Passkey]:
    """The site, its people and its drafts."""
    build(home, count)
    path = home / "notices.toml"
    text = path.read_text("utf-8")
    head, found, rest = text.partition("[approval]")
    rest = rest.replace('required = "none"', 'required = "checker"', 1)
    rest = rest.replace('rp_id = ""', f'rp_id = "{RP_ID}"', 1)
    rest = rest.replace('origin = ""', f'origin = "{ORIGIN}"', 1)
    path.write_text(head + found + rest, "utf-8")
    admin = passkey("kanri-a", "管理 明", Role.ADMINISTRATOR)
    people = [admin] + [
        passkey(f"user-{n:02d}", f"担当 {n}", Role.CHECKER, Role.OPERATOR)
        for n in range(USERS)
    ]
    with Site.open(home) as site:
        site.parts.store.ledger.put_in_order()
        site.parts.high_water.renew(site.parts.store)
        for person in people:
            enrol(site, person, admin)
        judgment = json.loads((home / "cases" / "IHC-2026-004219.json").read_text())
        for n in range(DRAFTS):
            case_id = f"IHC-2026-1{n:05d}"
            judgment["case_id"] = case_id
            copy = home / "cases" / f"{case_id}.json"
            copy.write_text(json.dumps(judgment), "utf-8")
            site.prepare(site.read_case(case_id), as_draft=True)
    return people[1:]


class Clicker:
    """One person with a browser that keeps its connection."""

    def __init__(self, port: int, place: int) -> None:
        self.link = HTTPConnection("127.0.0.1", port, timeout=120)
        self.head = {
            "Origin": ORIGIN,
            "Sec-Fetch-Site": "same-origin",
            # each from another network: logins are counted
            "X-Forwarded-For": f"192.0.2.{place}",
        }

    def ask(self, method: str, path: str, form: str = "") -> tuple[int, str, str]:
        head = dict(self.head)
        if form:
            head["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self.link.request(method, path, form or None, head)
            answer = self.link.getresponse()
        except (ConnectionError, RemoteDisconnected):
            # idle connections are closed; a browser opens another one, too
            self.link.close()
            self.link.request(method, path, form or None, head)
            answer = self.link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        return answer.status, text, answer.getheader("set-cookie", "")

    def log_in(self, person: Passkey) -> None:
        _, text, _ = self.ask("GET", "/login")
        form = fields_of(person, challenge_in(text))
        form["credential_id"] = b64encode(person.person.encode() * 4).decode()
        status, text, cookie = self.ask("POST", "/login", urlencode(form))
        assert status == 303, text
        self.head["Cookie"] = cookie.partition(";")[0]


def click(
    clicker: Clicker, pages: dict[str, list[str]], seconds: float, think: float,
    times: Times, seed: int,
) -> None:  # fmt: skip
    chance = random.Random(seed)  # noqa: S311
    end = time.monotonic() + seconds
    time.sleep(chance.uniform(0, think))
    while time.monotonic() < end:
        name = chance.choice(list(pages))
        path = chance.choice(pages[name])
        began = time.perf_counter()
        status, text, _ = clicker.ask("GET", path)
        took = time.perf_counter() - began
        assert status == 200, (path, text[:2000])
        times[name].append(took)
        time.sleep(chance.uniform(think / 2, think * 1.5))


def tell(times: Times) -> None:
    print(f"  {'page':<14} {'clicks':>7} {'median':>9} {'95th':>9} {'longest':>9}")
    for name, found in times.items():
        found.sort()
        shown = [
            1000 * found[min(len(found) - 1, int(len(found) * share))]
            for share in (0.5, 0.95, 1.0)
        ]
        print(
            f"  {name:<14} {len(found):7}" + "".join(f" {ms:6.1f} ms" for ms in shown)
        )


def run(
    clickers: list[Clicker], pages: dict[str, list[str]], args: argparse.Namespace
) -> None:
    times: Times = defaultdict(list)
    for name, paths in pages.items():  # the first of each is told apart
        began = time.perf_counter()
        status, text, _ = clickers[0].ask("GET", paths[0])
        assert status == 200, (paths[0], text[:2000])
        print(f"  first {name}: {1000 * (time.perf_counter() - began):.0f} ms")
    with ThreadPoolExecutor(len(clickers)) as pool:
        for done in [
            pool.submit(click, each, pages, args.seconds, args.think, times, n)
            for n, each in enumerate(clickers)
        ]:
            done.result()
    everything = [took for found in times.values() for took in found]
    tell(dict(sorted(times.items())) | {"all": everything})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=2.0)
    parser.add_argument("--keep", type=Path)
    args = parser.parse_args()
    port, bare = free_port(), free_port()
    home = (args.keep or Path(tempfile.mkdtemp())) / "site"
    people = prepare(home, args.cases)
    with Site.open(home) as site:
        drafts = [one.number for one in site.rooms.access.overview.due() if one.number]
        open_drafts = [
            each.stored.number for each in site.rooms.approvals.desk.open()
        ] or drafts[:DRAFTS]
    cases = [f"BIG-{n:08d}" for n in range(1, args.cases, max(1, args.cases // 500))]
    pages = {
        "today": ["/"],
        "cases": ["/cases", "/cases?state=requested", f"/cases?after={cases[9]}"],
        "case": [f"/cases/{case_id}" for case_id in cases],
        "own case": [f"/cases/{OWN}"],
        "find": [f"/find?q={case_id}" for case_id in cases],
        "decision": [f"/notices/{number}/decision" for number in open_drafts],
        "picture": [f"/notices/{number}/pages/1" for number in open_drafts],
        "preview": ["/prepare/IHC-2026-004219"],
        "prepare": ["/prepare"],
        "looks": ["/looks"],
        "statistics": ["/statistics?year=2025"],
        "people": ["/people"],
        "hold": ["/hold"],
    }  # fmt: skip
    print(f"{args.cases} cases, {USERS} people, load {os.getloadavg()[0]:.1f}")
    with served("-m", "notices", "serve", "--site", str(home), "--port", str(port)):
        clickers = [Clicker(port, 1 + n) for n in range(USERS)]
        for clicker, person in zip(clickers, people, strict=True):
            clicker.log_in(person)
        run(clickers, pages, args)
    print(f"a bare page of the framework, load {os.getloadavg()[0]:.1f}")
    with served("-c", BARE, str(bare)):
        run([Clicker(bare, 1) for _ in range(USERS)], {"bare": ["/"]}, args)


if __name__ == "__main__":
    main()
