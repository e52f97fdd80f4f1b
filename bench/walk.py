"""Walk with a case through the house: where does it enter, and what is asked twice?

    python bench/walk.py [--files] [--doors]

A fresh example site, the demo's mail server on loopback, everything warm: a case like
it goes before, the next one is watched by a profiler through `prepare`, `send` and
`verify`. Counted are source files and functions of `notices` that are entered; changes
of room, which are calls from one top-level room into another (a coroutine that goes on
is no call, nor is what the event loop calls back); doors, which are these calls without
repetition, function to function; and how often the same question is asked. `--files`
lists the files of each step, `--doors` the doors. No time is measured.
"""

import dis
import inspect
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import CodeType, FrameType

import notices
from notices import Site
from notices.catalogue.checks import faults
from notices.cli.demo_server import receiving
from notices.config import load_config
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.site.signer.desk import SignerDesk
from notices.site.starting import start_site
from notices.store import rows
from notices.verifying import verify

HOUSE = f"{Path(notices.__file__).parent}/"
CASES = ("IHC-2026-004217", "IHC-2026-904217", "IHC-2026-804217")
"""An example, and copies of it under other ids; the last one is watched."""
QUESTIONS: dict[str, tuple[Callable[..., object], ...]] = {
    "signer judged": (SignerDesk.judge,),
    "hold asked": (Rollback.require_none,),
    "mark compared": (HighWater.keep, HighWater.reasons),
    "row read": (rows._stored,),  # noqa: SLF001 - the one place
    "rules run": (faults,),
}
"""Question to the functions that answer it; `Sender.send` says why some are asked twice."""


class Walk:
    """What was entered while it watched, by the main thread and its helpers."""

    def __init__(self) -> None:
        self.functions: Counter[CodeType] = Counter()
        self.doors: Counter[tuple[str, str]] = Counter()

    def enter(self, frame: FrameType, event: str, _: object) -> None:
        """What the profiler calls."""
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(HOUSE) or _goes_on(frame):
            return
        self.functions[code] += 1
        caller, is_called_back = _caller(frame)
        if room(code) != room(caller) and not is_called_back:
            self.doors[_name(caller), _name(code)] += 1

    @property
    def files(self) -> set[str]:
        """Source files, from the house's door."""
        return {code.co_filename.removeprefix(HOUSE) for code in self.functions}

    def times(self, functions: tuple[Callable[..., object], ...]) -> int:
        """How often one of these was entered."""
        return sum(self.functions[function.__code__] for function in functions)


def room(code: CodeType | None) -> str:
    """The top-level room of a function; empty: outside of the house."""
    if code is None:
        return ""
    inside = code.co_filename.removeprefix(HOUSE)
    return inside.split("/")[0].removesuffix(".py")


def _goes_on(frame: FrameType) -> bool:
    """Whether it was begun before: a coroutine or generator after its pause."""
    opcode, argument = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
    return opcode == dis.opmap["RESUME"] and argument & 3 != 0


def _caller(frame: FrameType) -> tuple[CodeType | None, bool]:
    """Who called, past the libraries between, and whether the event loop did.

    None for who begins a thread. The first coroutine is called by who runs the loop.
    """
    before, has_loop = frame.f_back, False
    while before and not before.f_code.co_filename.startswith(HOUSE):
        has_loop |= before.f_code.co_name == "_run_once"
        before = before.f_back
    is_coroutine = frame.f_code.co_flags & inspect.CO_COROUTINE
    return before and before.f_code, has_loop and not is_coroutine


def _name(code: CodeType | None) -> str:
    if code is None:
        return "(a thread begins)"
    return f"{code.co_filename.removeprefix(HOUSE)}: {code.co_qualname}"


@contextmanager
def watched() -> Iterator[Walk]:
    walk = Walk()
    threading.setprofile(walk.enter)  # threads that begin from now on
    sys.setprofile(walk.enter)
    try:
        yield walk
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def steps(home: Path) -> Iterator[tuple[str, Walk]]:
    """The three steps of one case, after another one went the same way."""
    start_site(home / "site")
    (home / "received").mkdir()
    pki = home / "site" / "certs" / "example"
    root = (pki / "root.pem").read_bytes()
    with receiving(
        home / "received", pki / "tls-cert.pem", pki / "tls-key.pem"
    ) as port:
        config = load_config(home / "site")
        config = replace(config, smtp=replace(config.smtp, port=port))
        with Site(config) as site:
            first, *copies = (
                home / "site" / "cases" / f"{case}.json" for case in CASES
            )
            for copy in copies:
                text = first.read_text("utf-8").replace(first.stem, copy.stem)
                copy.write_text(text, "utf-8")
            for case in CASES[:-1]:
                site.send(site.prepare(site.read_case(case)))
            verify_newest(home, root)
            with watched() as walk:
                notice = site.prepare(site.read_case(CASES[-1]))
            yield "prepare", walk
            with watched() as walk:
                receipt = site.send(notice)
            yield "send", walk
        assert receipt.state == "sent", receipt
    with watched() as walk:
        verify_newest(home, root)
    yield "verify", walk


def verify_newest(home: Path, root: bytes) -> None:
    newest = max((home / "received").iterdir(), key=lambda mail: mail.name)
    report = verify(newest.read_bytes(), trust=[root], at=datetime.now(UTC))
    assert report.verdict == "TOTAL-PASSED", report


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        walks = list(steps(Path(folder)))
    heads = ("files", "functions", "calls", "changes of room", "doors", *QUESTIONS)
    print(f"{'step':10}" + "".join(f"{head:>17}" for head in heads))
    for name, walk in walks:
        figures = (
            len(walk.files),
            len(walk.functions),
            walk.functions.total(),
            walk.doors.total(),
            len(walk.doors),
            *map(walk.times, QUESTIONS.values()),
        )
        print(f"{name:10}" + "".join(f"{figure:17}" for figure in figures))
    if "--files" in sys.argv:
        for name, walk in walks:
            print(f"\n{name}:", *sorted(walk.files), sep="\n  ")
    if "--doors" in sys.argv:
        for name, walk in walks:
            print(f"\n{name}:")
            for (caller, called), count in walk.doors.most_common():
                print(f"{count:5}  {caller} -> {called}")


if __name__ == "__main__":
    main()
