"""A centre of one run, and everything that can happen to its notices."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from notices.delivery import Attempt, Reply, Stage, State
from notices.inbox.reports import InboundReports
from notices.site import Site
from notices.site.starting import start_site
from notices.store import Decision
from notices.store.attempt_steps import Arm, Claim, Finish
from tests.clocks import MovingClock
from tests.evidence.conftest import Centre, _give_key
from tests.inbox.sample import report
from tests.signing.authority import NOW, Authority, start_authority

PHISHING = {
    "case_id": "VEC-2026-000005",
    "category": "phishing-credential-request",
    "statutes": None,
}
"""Changes of the first example case: XARF has a type for this category."""
ARRIVAL = "mailbox INBOX"
ODD_REASON = '判断を改めた "再考"\\\t🏯\u2028\x7f\x01\n終わり'
"""What has an escape in JSON, what has none, and what lies beyond U+FFFF."""


@dataclass
class Walk:
    """A site whose clock moves on by a second with every step."""

    centre: Centre
    site: Site

    @property
    def now(self) -> datetime:
        return self.centre.now

    @property
    def store(self) -> Any:
        return self.site.parts.store

    def step(self, seconds: int = 1) -> datetime:
        self.centre.clock(self.centre.now + timedelta(seconds=seconds))
        return self.centre.now

    def prepare(self, case: str, **more: Any) -> str:
        self.step()
        return self.site.prepare(self.site.read_case(case), **more).number

    def attempt(self, number: str, state: State, stage: Stage, reply: Reply | None):
        """One attempt from `queued` to its outcome."""
        self.store.make(Claim(number=number, now=self.step(), ignore_backoff=True))
        if stage in (Stage.DATA, Stage.END_OF_DATA):
            self.store.make(Arm(number=number, now=self.step()))
        ended = Attempt(
            started_at=self.now,
            ended_at=self.step(),
            state=state,
            stage=stage,
            remote="relay.example:587",
            tls="TLSv1.3",
            reply=reply,
            note="" if reply else "connection lost",
        )
        due = self.now + timedelta(minutes=5) if state is State.DEFERRED else None
        self.store.make(
            Finish(number=number, attempt=ended, next_attempt_at=due, now=self.step())
        )

    def arrive(self, mail: bytes) -> None:
        InboundReports(self.store.engine).file(
            mail, mailbox=ARRIVAL, from_archive=False, now=self.step()
        )


ACCEPTED = Reply(code=250, enhanced_status="2.0.0", text="queued as 4711 「受理」")
BUSY = Reply(code=451, enhanced_status="4.3.0", text="try again later")
GONE = Reply(code=550, enhanced_status="5.1.1", text="no such user")


def walk(site: Walk) -> dict[str, str]:
    """Everything that can happen to a notice; gives numbers by what they show."""
    numbers = {
        "resent": _lost_and_resent(site),
        "withdrawn": _withdrawn(site),
        "by_hand": _handed_over(site),
    }
    site.step()
    site.site.reconcile(reason="試験のための照合")
    return numbers


@contextmanager
def away(authority: Authority, *paths: str) -> Iterator[None]:
    """Some of the authority's services do not answer."""
    everything = authority.answer

    def answer(path: str, body: bytes) -> bytes:
        if any(word in path for word in paths):
            raise FileNotFoundError(path)
        return everything(path, body)

    authority.answer = answer  # type: ignore[method-assign]
    yield
    authority.answer = everything  # type: ignore[method-assign]


def delivered(site: Walk) -> str:
    number = site.prepare("IHC-2026-004217")
    site.store.queue(number, now=site.step())
    site.attempt(number, State.DEFERRED, Stage.CONNECT, BUSY)
    site.attempt(number, State.SENT, Stage.END_OF_DATA, ACCEPTED)
    stored = site.store.get(number)
    told = {
        "envid": stored.envelope.envid,
        "recipient": stored.envelope.forward_path,
        "message_id": stored.message_id,
    }
    site.arrive(report(**told))
    site.arrive(_reply(stored.message_id, number))
    return number


def _reply(message_id: str, number: str) -> bytes:
    return (
        "From: abuse@board.example.jp\r\nTo: notice@hotline.example.jp\r\n"
        f"Subject: Re: [{number}]\r\nMessage-ID: <1@board.example.jp>\r\n"
        f"In-Reply-To: {message_id}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n対応済\r\n"
    ).encode()


def _lost_and_resent(site: Walk) -> str:
    number = site.prepare("IHC-2026-004219")
    site.store.queue(number, now=site.step())
    site.store.make(Claim(number=number, now=site.step()))
    site.store.make(Arm(number=number, now=site.step()))
    site.store.recover(site.step(3600))
    site.store.resolve(
        number, Decision.RESEND, reason="not in the archive", now=site.step()
    )
    site.attempt(number, State.IN_DOUBT, Stage.END_OF_DATA, None)
    site.store.resolve(
        number, Decision.SENT, reason="相手方に電話で確認", now=site.step()
    )
    return number


def refused(site: Walk) -> str:
    number = site.prepare(PHISHING["case_id"])
    site.store.queue(number, now=site.step())
    site.attempt(number, State.FAILED, Stage.RCPT, GONE)
    return number


def _withdrawn(site: Walk) -> str:
    number = site.prepare("IHC-2026-004218")
    site.store.withdraw(number, reason=ODD_REASON, now=site.step())
    return number


def _handed_over(site: Walk) -> str:
    number = site.prepare("IHC-2026-004220")
    site.step()
    site.site.submitted("IHC-2026-004220", reference="ticket 4711", number=number)
    return number


def start(folder: Path) -> Centre:
    """A site with certificates, lists, OCSP and time stamps of one authority."""
    keys = folder / "authority"
    keys.mkdir()
    authority, _ = start_authority(keys, Authority, MovingClock(NOW))
    home = folder / "site"
    start_site(home)
    centre = Centre(home=home, authority=authority)
    _give_key(centre)
    centre.set("pdf_level", '"B-LTA"')
    _add_cases(home)
    with (home / "recipients.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[blog]\nname = "みほんブログ"\nmailboxes = ["support@blog.example"]\n'
            'role = "board_administrator"\nlanguage = "ja"\ncountry = "JP"\n'
            'channel = "webform"\nform_url = "https://blog.example/report"\n'
        )
    return centre


def _add_cases(home: Path) -> None:
    first = json.loads((home / "cases" / "IHC-2026-004217.json").read_text("utf-8"))
    first |= PHISHING
    del first["statutes"]
    path = home / "cases" / f"{PHISHING['case_id']}.json"
    path.write_text(json.dumps(first, ensure_ascii=False), encoding="utf-8")
    path = home / "cases" / "IHC-2026-004220.json"
    case = json.loads(path.read_text("utf-8"))
    case["ladder"][0] |= {"recipient": "blog", "mailbox": "", "name": ""}
    path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    path = home / "notices.toml"
    text = path.read_text("utf-8").replace(
        "attachments = []", 'attachments = ["docx", "xarf"]', 1
    )
    path.write_text(text, encoding="utf-8")
