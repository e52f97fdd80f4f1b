"""Time each step of a notice's way: judgment to letter, signature, store, wire, verdict.

    python bench/way.py [COUNT]

Prepares and sends notices on a fresh site with the example PKI and the demo's mail
server on loopback, by `Site.prepare` and `Site.send`; the steps are timed where they are
called. The server is another process, as a relay is: what it does is not our time.
Prints milliseconds per notice (the median, and the smallest, which says most on
a machine that others use), and each step's share. Quote the shares: absolute times are
this machine's.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from notices.config import load_config
from notices.site import Site
from notices.site.preparing import writer
from notices.site.signer import desk
from notices.site.starting import start_site

CASE = "IHC-2026-004219"
SERVER = """
import sys
from pathlib import Path
from notices.cli.demo_server import receiving
with receiving(*map(Path, sys.argv[1:])) as port:
    print(port, flush=True)
    sys.stdin.read()
"""


@contextmanager
def relay(*paths: Path) -> Iterator[int]:
    """The demo's server in a process of its own: folder, certificate, key; its port."""
    words = [sys.executable, "-c", SERVER, *map(str, paths)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        yield int(running.stdout.readline())
        running.communicate()


class Steps:
    """Durations by step, each without the steps inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self._inside = [0.0]

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, timed."""

        def run(*args: Any, **named: Any) -> Any:
            start = time.perf_counter()
            self._inside.append(0.0)
            try:
                return call(*args, **named)
            finally:
                whole = time.perf_counter() - start
                own = whole - self._inside.pop()
                self._inside[-1] += whole
                self.seconds.setdefault(name, []).append(own)

        return run

    def wrap(self, owner: Any, function: str, name: str) -> None:
        """Time a function where it is called."""
        setattr(owner, function, self.timed(name, getattr(owner, function)))

    def table(self, count: int) -> str:
        """Per notice: a step that is made twice counts twice."""
        per = {name: len(all_) // count for name, all_ in self.seconds.items()}
        least = {name: min(all_) * per[name] for name, all_ in self.seconds.items()}
        usual = {
            name: statistics.median(all_) * per[name]
            for name, all_ in self.seconds.items()
        }
        total, fewest = sum(usual.values()), sum(least.values())
        lines = [f"{'step':32}{'median':>9}{'smallest':>10}{'share':>8}"]
        lines += [
            f"{name:32}{1000 * usual[name]:9.2f}{1000 * least[name]:10.2f}"
            f"{least[name] / fewest:8.1%}"
            for name in usual
        ]
        lines.append(f"{'whole way':32}{1000 * total:9.2f}{1000 * fewest:10.2f}")
        return "\n".join(lines)


def watch(steps: Steps) -> None:
    """The steps, in the rooms that call them."""
    steps.wrap(desk.SignerDesk, "signer", "judge key and certificate")
    steps.wrap(desk.SignerDesk, "require_deliverable", "judge it before sending")
    steps.wrap(writer, "make_documents", "letter: text, PDF/A, DOCX")
    steps.wrap(writer, "sign_documents", "sign PDF")
    steps.wrap(writer, "sign_message", "build and sign mail")
    steps.wrap(desk.verifying, "verify", "verify (ours)")
    steps.wrap(desk.SignerDesk, "ask_second", "verify (second): asked")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "site"
        start_site(home)
        pki = home / "certs" / "example"
        received = Path(folder) / "received"
        received.mkdir()
        case = json.loads((home / "cases" / f"{CASE}.json").read_text("utf-8"))
        names = [f"IHC-2026-{number:06d}" for number in range(700_000, 700_000 + count)]
        for name in (*names, "IHC-2026-699999"):
            text = json.dumps({**case, "case_id": name}, ensure_ascii=False)
            (home / "cases" / f"{name}.json").write_text(text, "utf-8")
        config = load_config(home)
        with relay(received, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
            config = replace(config, smtp=replace(config.smtp, port=port))
            with Site(config) as site:
                walk(site, "IHC-2026-699999", Steps())
                steps = Steps()
                watch(steps)
                for name in names:
                    walk(site, name, steps)
    print(f"{count} notices after a warm-up; form 2, bilingual, RSA or EC as shipped")
    print(steps.table(count))


def walk(site: Site, case: str, steps: Steps) -> None:
    read = steps.timed("read and check judgment", site.read_case)
    prepare = steps.timed("number, store, the rest", site.prepare)
    send = steps.timed("send (STARTTLS, loopback)", site.send)
    receipt = send(prepare(read(case)))
    assert receipt.state.value == "sent", receipt


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
