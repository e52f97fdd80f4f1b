"""Random lives through every door: what `allowed` refuses never happens.

The judge is the life itself: each fact `requested` is asked for again with the facts that
lay before it, and every mail that came out has such a fact.
"""

import random
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from notices.casework import (
    Act,
    Closed,
    Looked,
    LookOutcome,
    PoliceHold,
    PoliceReleased,
    Reopened,
    Requested,
    RequestKind,
    allowed,
    make_case,
)
from notices.cli import run
from notices.delivery import Decision
from notices.errors import NoticesError
from notices.judgment import Rung
from notices.site import Site
from notices.site.casework.settings import casework_policy
from tests.inbox.test_commands import make_doubt
from tests.site.conftest import CASE_1, desk, received

__all__ = ["desk", "received"]

SOURCE = "IHC-2026-004218"
START = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
OWN = {
    "rung": "website_administrator",
    "name": "見本サイト運営者",
    "mailbox": "webmaster@site.example.jp",
    "language": "ja",
}
ACTS = {
    "request": Act.SEND,
    "reminder": Act.REMIND,
    "withdrawal": Act.WITHDRAW,
    "correction": Act.CORRECT,
}
ABOVE = {
    "rung": "server_administrator",
    "name": "見本ホスティング株式会社",
    "mailbox": "abuse@hosting.example.jp",
    "language": "ja",
}
LOOKS = ("still_there", "removed", "partly", "unreachable")


class Life:
    """One case, lived through by chance; the clock only goes forward."""

    def __init__(self, desk, case_id, chance):
        self.desk, self.case_id, self.chance = desk, case_id, chance
        self.now, self.edits, self.held = START, 0, []

    def site(self):
        return Site.open(self.desk.home, clock=lambda: self.now)

    def facts(self):
        with self.site() as site:
            [case] = site.parts.casework.cases_of([self.case_id]) or [None]
            return case.facts if case else ()

    def step(self):
        """One act by one door; a refusal is an answer like any other."""
        # hours mostly, and now and then a week: so that days are over
        self.now += timedelta(hours=self.chance.choice((1, 2, 30, 170)))
        if self.chance.random() < 0.3 and self.now < datetime.now(UTC):
            self.type_something()
            return
        self.go_through(DOORS)

    def step_by(self, doors):
        """One act by one of these doors."""
        self.now += timedelta(hours=self.chance.choice((1, 2, 30, 170)))
        self.go_through(doors)

    def go_through(self, doors):
        with suppress(NoticesError):
            self.chance.choice(doors)(self)

    def type_something(self):
        """On the command line it is today, and stays so for the life."""
        words = self.chance.choice(WORDS)
        run([words[0], self.case_id, *words[1:], "--site", str(self.desk.home)])
        self.desk.capsys.readouterr()
        self.now = datetime.now(UTC)

    # what goes out

    def send(self):
        with self.site() as site:
            again = self.chance.choice(("", "もう一度"))
            site.send(site.prepare(site.read_case(self.case_id), again=again))

    def hold_back(self):
        """Prepared now, sent some other day."""
        with self.site() as site:
            self.held.append(site.prepare(site.read_case(self.case_id)).number)

    def remind_later(self):
        with self.site() as site:
            self.held.append(site.rooms.preparing.following.remind(self.case_id).number)

    def send_held(self):
        if self.held:
            with self.site() as site:
                site.rooms.sender.send(self.held.pop())

    def queue_held(self):
        if self.held:
            with self.site() as site:
                site.parts.store.queue(self.held.pop(), now=self.now)

    def work(self):
        with self.site() as site:
            site.work(ignore_backoff=True)

    def remind(self):
        with self.site() as site:
            site.remind(self.case_id)

    def escalate(self):
        with self.site() as site:
            site.escalate(self.case_id)

    def withdraw(self):
        with self.site() as site:
            site.withdraw(self.case_id, reason="取下げ")

    def correct(self):
        self.edits += 1
        self.desk.case(self.case_id, reason=f"判断の理由、その{self.edits}。")
        with self.site() as site:
            site.correct(site.read_case(self.case_id), reason="訂正")

    def resend(self):
        with self.site() as site:
            site.resolve(self.case_id, Decision.RESEND, reason="x")

    # what is told

    def tell(self, act, details):
        with self.site() as site:
            site.rooms.cases.desk.act([self.case_id], act, details)

    def look(self):
        outcome = LookOutcome(self.chance.choice(LOOKS))
        self.tell(Act.LOOK, Looked(outcome=outcome))

    def hold(self):
        self.tell(Act.HOLD, PoliceHold(reason="証拠の保全"))

    def release(self):
        self.tell(Act.RELEASE, PoliceReleased(reason="済み"))

    def close(self):
        self.tell(Act.CLOSE, Closed(reason="終了"))

    def reopen(self):
        self.tell(Act.REOPEN, Reopened(reason="再開"))


WORDS = (
    ("send",),
    ("send", "--again", "もう一度"),
    ("remind",),
    ("escalate",),
    ("withdraw", "--reason", "取下げ"),
    ("correct", "--reason", "訂正"),
    ("look", "--outcome", "still_there"),
    ("police", "--hold", "証拠の保全"),
    ("police", "--release", "済み"),
    ("close", "--reason", "終了"),
    ("reopen", "--reason", "再開"),
)
DOORS = (
    *(Life.send, Life.send, Life.hold_back, Life.remind_later, Life.send_held),
    *(Life.queue_held, Life.work, Life.remind, Life.remind, Life.escalate),
    *(Life.withdraw, Life.correct, Life.resend, Life.look, Life.look),
    *(Life.hold, Life.release, Life.release, Life.close, Life.reopen, Life.reopen),
)


def act_of(fact, before):
    """Only `escalate` asks the server's administrator for the first time."""
    rungs = {one.details.rung for one in before.of(Requested)}
    is_first = fact.details.rung not in rungs
    if is_first and fact.details.rung is Rung.SERVER_ADMINISTRATOR:
        return Act.ESCALATE
    return ACTS[fact.details.kind]


def require_lawful(life, policy, calendar):
    """Each notice that was sent was allowed by the facts before it."""
    facts = life.facts()
    for place, fact in enumerate(facts):
        if not isinstance(fact.details, Requested):
            continue
        before = make_case(life.case_id, facts[:place])
        verdict = allowed(
            before,
            act_of(fact, before),
            group="illegal",
            now=fact.at,
            calendar=calendar,
            policy=policy,
        )
        assert verdict.is_allowed, (fact, verdict.refusals, facts[:place])


def require_known(life, received):
    """Every mail of the case that came out is a fact of it, once."""
    told = [
        one.details.number for one in life.facts() if isinstance(one.details, Requested)
    ]
    assert len(told) == len(set(told))
    with life.site() as site:
        numbers = {stored.number for stored in site.parts.store.find(life.case_id)}
    out = {re.sub(r"-\d$", "", path.stem) for path in received.glob("*.eml")}
    assert out & numbers == set(told)


def live(desk, received, seed):
    """A whole life, held to the law; gives the kinds of what was sent."""
    chance = random.Random(seed)  # noqa: S311 - lives that can be lived again
    case_id = desk.case(SOURCE, case_id=f"IHC-2026-0005{seed:02}", ladder=[OWN, ABOVE])
    life = Life(desk, case_id, chance)
    life.send()
    for _ in range(14):
        life.step()
    with life.site() as site:
        policy = casework_policy(site.config)
        calendar = site.parts.calendar
    require_lawful(life, policy, calendar)
    require_known(life, received)
    assert desk.run("ledger", "verify")[0] == 0
    sent = (one.details for one in life.facts() if isinstance(one.details, Requested))
    return {details.kind for details in sent}


def test_law_what_is_refused_never_happens(desk, received):
    """Lives are lived until every kind of notice was sent in one of them."""
    kinds = set()
    for seed in range(40):
        kinds |= live(desk, received, seed)
        if kinds == set(RequestKind):
            break
    assert kinds == set(RequestKind), "the law was not tried"


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(40, 80))
def test_law_in_many_lives(desk, received, seed):
    assert live(desk, received, seed) <= set(RequestKind)


def test_a_doubt_is_taken_back_only_once(desk, received):
    port = re.search(
        r"^port = (\d+)$", (desk.home / "notices.toml").read_text("utf-8"), re.MULTILINE
    )[1]
    make_doubt(desk)
    desk.set("port", port)
    assert desk.run("withdraw", CASE_1, "--reason", "x")[0] == 0
    assert desk.run("withdraw", CASE_1, "--reason", "x")[0] == 69
    assert len(list(received.glob("*.eml"))) == 1
