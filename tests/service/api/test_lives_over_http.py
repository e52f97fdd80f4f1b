"""Random lives of cases that came over HTTP: what `allowed` refuses never happens.

Case systems and the inbox are doors as well, beside the shell and the Python API: the
law, the judge and the other doors are those of tests/site/casework/test_lives.py.
"""

import json
import random

import pytest
from starlette.testclient import TestClient

from notices.access import TokenScope
from notices.casework import Requested
from notices.notice import RequestKind
from notices.service.api.app import ApiSettings, make_app
from notices.site.casework.settings import casework_policy
from tests.site.casework.test_lives import (
    ABOVE,
    DOORS,
    LOOKS,
    OWN,
    SOURCE,
    Life,
    require_known,
    require_lawful,
)
from tests.site.conftest import desk, received

__all__ = ["desk", "received"]


class LifeOverHttp(Life):
    """A case of a case system; the house acts on it by its own doors."""

    def __init__(self, desk, case_id, chance):
        super().__init__(desk, case_id, chance)
        with self.site() as site:
            scopes = [TokenScope(one) for one in ("prepare", "send", "read")]
            _, secret = site.rooms.access.tokens.make("cms", scopes)
        app = make_app(
            ApiSettings(site_path=desk.home),
            clock=lambda: self.now,
            monotonic=lambda: self.now.timestamp(),  # noqa: PLW0108 - it moves
        )
        self.client = TestClient(app, headers={"Authorization": f"Bearer {secret}"})
        self.asked, self.answers = [], set()

    def post(self, path, told=None, **headers):
        answer = self.client.post(path, json=told, headers=headers)
        assert answer.status_code < 500, answer.text
        door = path.partition("?")[0].rpartition("/")[2]
        is_taken = answer.status_code < 400
        word = answer.status_code if is_taken else answer.json()["type"]
        self.answers.add((door, word if is_taken else word.rpartition(":")[2]))
        return answer

    def ask_over_http(self):
        path = self.desk.home / "cases" / f"{self.case_id}.json"
        again = self.chance.choice(("", "?again=%E3%82%82%E3%81%86%E4%B8%80%E5%BA%A6"))
        key = f"k{self.chance.randrange(1 << 30)}"
        told = json.loads(path.read_text("utf-8"))
        answer = self.post(f"/v1/notices{again}", told, **{"Idempotency-Key": key})
        if answer.status_code in (200, 201):
            self.asked.append(answer.json()["href"])

    def send_over_http(self):
        if self.asked:
            self.post(self.asked[-1] + "/send")

    def sign(self):
        with self.site() as site:
            site.sign_drafts()

    def tell_over_http(self, *kinds):
        kind = self.chance.choice(
            kinds or ("looked", "police_hold", "police_released", "closed", "reopened")
        )
        told = {"fact": kind, "case_id": self.case_id, "at": self.now.isoformat()}
        if kind == "looked":
            told["outcome"] = self.chance.choice(LOOKS)
        self.post("/v1/facts", {"facts": [told]})

    def answer(self):
        """The last one that was asked replies; the inbox files it."""
        with self.site() as site:
            found = site.parts.store.find(self.case_id)
            sent = [one for one in found if one.message_id]
            if not sent:
                return
            word = self.chance.choice(("対応済", "当社の管理ではありません。"))
            raw = (
                f"From: abuse@site.example.jp\r\nSubject: Re: {self.chance.random()}\r\n"
                f"In-Reply-To: {sent[-1].message_id}\r\n\r\n{word}\r\n"
            ).encode()
            site.parts.reports.file(
                raw, mailbox="INBOX", from_archive=False, now=self.now
            )


OVER_HTTP = (
    *(LifeOverHttp.ask_over_http, LifeOverHttp.send_over_http) * 3,
    *(LifeOverHttp.sign, LifeOverHttp.work) * 3,
    *(LifeOverHttp.tell_over_http,) * 3,
    LifeOverHttp.answer,
)


TRIED = {
    *(("notices", 201), ("notices", "on-hold"), ("send", 202), ("send", "on-hold")),
    ("facts", 200),
}
"""Doors, and answers that each must have given."""


def live(desk, received, seed):
    chance = random.Random(seed)  # noqa: S311 - lives that can be lived again
    case_id = desk.case(SOURCE, case_id=f"IHC-2026-0006{seed:02}", ladder=[OWN, ABOVE])
    life = LifeOverHttp(desk, case_id, chance)
    with life.client:
        life.ask_over_http()
        if chance.random() < 0.5:
            life.tell_over_http("police_hold")
        for first in (life.send_over_http, life.sign, life.work, life.ask_over_http):
            first()
        for _ in range(18):
            life.step_by(chance.choice((OVER_HTTP, DOORS)))
    with life.site() as site:
        require_lawful(life, casework_policy(site.config), site.parts.calendar)
    require_known(life, received)
    sent = (one.details for one in life.facts() if isinstance(one.details, Requested))
    return {details.kind for details in sent}, life.answers


def test_law_what_is_refused_never_happens_over_http(desk, received):
    """Lives are lived until each door of HTTP has taken something, and has refused."""
    kinds, answers = set(), set()
    for seed in range(20):
        more = live(desk, received, seed)
        kinds |= more[0]
        answers |= more[1]
        if answers >= TRIED:
            break
    assert answers >= TRIED, "the law was not tried"
    assert RequestKind.REQUEST in kinds


def test_a_reminder_stays_once_the_same_was_asked_anew(desk, received):
    """It waited, a second request left before it, and it left while that time ran."""
    kinds, _ = live(desk, received, 43)
    assert kinds == {RequestKind.REQUEST}


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(30, 60))
def test_law_in_many_lives_over_http(desk, received, seed):
    kinds, _ = live(desk, received, seed)
    assert RequestKind.REQUEST in kinds
