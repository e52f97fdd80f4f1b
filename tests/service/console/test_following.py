"""What follows a request, from the page of its case: seen, then made as a draft."""

import html
import json
import re
from dataclasses import dataclass

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from notices.casework import Act
from notices.cli.demo_server import receiving
from notices.delivery import State
from notices.errors import NoticesError
from notices.notice import RequestKind
from tests.service.console.conftest import CASE, Desk, hidden
from tests.service.console.test_console import WITH_TEXT, decision, signed
from tests.service.console.test_preparing import edit, replace

LADDER_OF = "IHC-2026-004218"
LED = "IHC-2026-000903"
OWN = {
    "rung": "website_administrator",
    "name": "見本サイト運営者",
    "mailbox": "webmaster@site.example.jp",
    "language": "ja",
}


@dataclass
class Life:
    """A case whose request arrived, and what is done with it."""

    desk: Desk
    case_id: str
    number: str
    logins: int = 0

    def browser(self, who: str):
        """Logged in, each time from another network: logins of one are counted."""
        self.logins += 1
        return self.desk.browser(who, address=f"192.0.2.{self.logins}")

    def page(self, act: str, who: str = "unyo-s", **query: str):
        client = self.browser(who)
        path = f"/cases/{self.case_id}/{act}"
        return client.get(path, params=query, headers=WITH_TEXT)

    def take(self, act: str, text: str, who: str = "unyo-s", **form: str):
        told = {"version": hidden(text, "version"), **form}
        path = f"/cases/{self.case_id}/{act}"
        return self.browser(who).post(path, data=told, headers=WITH_TEXT)

    def notices(self):
        with self.desk.opened() as site:
            return site.parts.store.find(self.case_id)

    def look(self, outcome: str = "still_there") -> None:
        with self.desk.opened(by="person:unyo-s") as site:
            row = {"case_id": self.case_id, "outcome": outcome, "from": "JP"}
            site.rooms.cases.desk.look_all([{**row, "note": ""}])

    def approve(self, number: str) -> None:
        checker = self.browser("reiji-t")
        form = signed(self.desk.people["reiji-t"], decision(checker, number))
        answer = checker.post(f"/notices/{number}/decision", data=form)
        assert answer.status_code == 303, answer.text


def sent(desk: Desk, case_id: str) -> Life:
    """Approved by the checker, signed by whoever has the key, sent by the worker."""
    with desk.opened(by="person:unyo-s") as site:
        number = site.prepare(site.read_case(case_id)).number
    life = Life(desk, case_id, number)
    life.approve(number)
    with desk.opened(by="person:unyo-s") as site:
        site.rooms.access.sending.ask(number)
        site.sign_drafts()
        site.work()
        assert site.parts.store.get(number).state is State.SENT
    return life


@pytest.fixture
def wired(desk, tmp_path):
    """The desk with a mail server."""
    folder = tmp_path / "received"
    folder.mkdir()
    pki = desk.home / "certs" / "example"
    config = desk.home / "notices.toml"
    with receiving(folder, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
        text = config.read_text("utf-8")
        config.write_text(re.sub(r"(?m)^port = .*$", f"port = {port}", text, count=1))
        yield desk


@pytest.fixture
def life(wired):
    """A website's administrator was asked; the server's stands above."""
    source = wired.home / "cases" / f"{LADDER_OF}.json"
    judgment = json.loads(source.read_text("utf-8"))
    ladder = [OWN, judgment["ladder"][1]]
    made = json.dumps(judgment | {"case_id": LED, "ladder": ladder})
    source.with_name(f"{LED}.json").write_text(made, "utf-8")
    return sent(wired, LED)


def steps(text: str) -> set[str]:
    return set(
        re.findall(rf'class="button" href="/cases/[^/"]+/({"|".join(Act)})', text)
    )


def test_before_the_time_is_over_the_page_says_why_not(life):
    text = life.browser("unyo-s").get(f"/cases/{LED}", headers=WITH_TEXT).text
    assert steps(text) == {"withdraw"}
    assert "the time runs until" in text
    assert "nobody saw after the time was over that it is still there" in text
    assert "says what" in text  # the judgment is not changed: nothing to put right
    # who may make nothing is offered nothing, and typing the address does not help
    assert not steps(life.browser("kansa-m").get(f"/cases/{LED}").text)
    for act in ("remind", "escalate", "correct"):
        refused = life.page(act)
        assert refused.status_code == 409, refused.text
        assert "this may not be done now" in refused.text
    assert len(life.notices()) == 1


def test_the_next_rung_and_a_reminder(life):
    """Five business days later it is still there."""
    life.desk.clock.move(days=15)
    assert steps(life.browser("unyo-s").get(f"/cases/{LED}").text) == {
        "remind",
        "withdraw",
    }
    life.look()
    assert "escalate" in steps(life.browser("unyo-s").get(f"/cases/{LED}").text)
    reminder, escalation = life.page("remind").text, life.page("escalate").text
    assert OWN["mailbox"] in reminder
    assert OWN["mailbox"] not in escalation.partition("<img")[0]
    assert life.number in reminder
    assert len(life.notices()) == 1  # looking makes nothing
    picture = re.search(r'<img src="([^"]+)"', escalation)
    assert picture
    drawn = life.browser("kansa-m").get(html.unescape(picture[1]))
    assert drawn.content.startswith(b"\x89PNG")

    assert life.take("escalate", escalation, send="yes").status_code == 303
    made = life.notices()[-1]
    assert (made.state, made.key.rung) == (State.DRAFTED, "server_administrator")
    # somebody was quicker, and is named: the reminder is not made by a stale page
    late = life.take("remind", reminder, who="hantei-s")
    assert late.status_code == 409
    assert re.search(
        rf"{LED} is not as the page has it; .* by person:unyo-s", late.text
    )
    # the same again is shown, and not offered
    again = life.page("escalate").text
    assert made.number in again
    assert 'name="version"' not in again
    assert life.take("remind", life.page("remind").text).status_code == 303
    first, second, third = life.notices()
    assert (third.key.request_kind, third.state) == (
        RequestKind.REMINDER,
        State.DRAFTED,
    )
    with life.desk.opened() as site:
        drafts = site.parts.drafts
        assert drafts.get(second.number).send_asked_at == life.desk.clock.now
        assert drafts.get(third.number).send_asked_at is None
        told = site.parts.store.ledger.told(second.number)
        assert {one["by"] for one in told} == {"person:unyo-s"}
    life.approve(second.number)
    with life.desk.opened() as site:
        site.sign_drafts()
        assert site.parts.store.get(second.number).state is State.QUEUED
        assert site.parts.store.get(first.number).state is State.SENT


def test_a_request_is_put_right_by_the_changed_judgment(life):
    edit(life.desk, LED, reason="別の理由である。")
    text = life.page("correct").text
    assert "別の理由である。" in text
    assert life.take("correct", text, reason=" ").status_code == 400
    edit(life.desk, LED, reason="また別の理由である。")
    stale = life.take("correct", text, reason="誤記")
    assert stale.status_code == 409
    assert "is not as the page has it" in stale.text
    assert len(life.notices()) == 1
    done = life.take("correct", life.page("correct").text, reason="誤記")
    assert done.status_code == 303, done.text
    [_, made] = life.notices()
    assert (made.key.request_kind, made.state) == (
        RequestKind.CORRECTION,
        State.DRAFTED,
    )
    edit(life.desk, LED, category="no-such", assessor="")
    faulty = life.page("correct")
    assert faulty.status_code == 422
    assert "assessor" in faulty.text


def test_taking_back_needs_a_reason_and_a_fresh_passkey(life):
    """What was sent by a notice of its own; what waits, at once and without a word."""
    life.desk.clock.move(days=15)
    life.take("remind", life.page("remind").text)
    waiting = life.notices()[-1]
    text = life.page("withdraw", number=life.number).text
    assert waiting.number in text  # it is withdrawn with it
    client = life.browser("unyo-s")
    life.desk.clock.move(minutes=6)
    path = f"/cases/{LED}/withdraw"
    form = {"version": hidden(text, "version"), "number": life.number, "reason": "誤認"}
    assert client.post(path, data=form).status_code == 403
    shown = client.get(path, params={"number": life.number}).text
    assert 'name="version"' not in shown
    assert 'href="/login?next=' in shown

    assert life.take("withdraw", text, number=life.number).status_code == 400
    quiet = life.page("withdraw", number=waiting.number).text
    assert "nobody is told" in quiet
    assert "<img" not in quiet
    done = life.take("withdraw", quiet, number=waiting.number, reason="不要")
    assert done.status_code == 303, done.text
    assert life.notices()[-1].state is State.WITHDRAWN
    # of the request itself the page is stale by now
    assert (
        life.take("withdraw", text, number=life.number, reason="誤認").status_code
        == 409
    )
    text = life.page("withdraw", number=life.number).text
    done = life.take("withdraw", text, number=life.number, reason="誤認", send="yes")
    assert done.status_code == 303, done.text
    made = life.notices()[-1]
    assert (made.key.request_kind, made.state) == (
        RequestKind.WITHDRAWAL,
        State.DRAFTED,
    )
    life.approve(made.number)
    with life.desk.opened() as site:
        site.sign_drafts()
        site.work()
        assert site.parts.store.get(made.number).state is State.SENT
    refused = life.page("withdraw")
    assert refused.status_code == 409


def test_no_key_is_needed_for_what_follows(life):
    """Without approval, too: whoever has the key signs it, nobody here."""
    config = life.desk.home / "notices.toml"
    [key] = re.findall(r'(?m)^key = "(.*signer.p12)"', config.read_text("utf-8"))
    replace(config, f'"{key}"', '"nowhere.p12"')
    replace(config, 'required = "checker"', 'required = "none"')
    life.desk.clock.move(days=15)
    assert life.take("remind", life.page("remind").text, send="yes").status_code == 303
    assert life.notices()[-1].state is State.DRAFTED
    with life.desk.opened() as site, pytest.raises(NoticesError):
        _ = site.parts.ring.current(life.desk.clock.now).key


def test_what_nobody_knows_has_no_steps(desk, number):
    client = desk.browser("unyo-s")
    assert client.get("/cases/IHC-0000-000000/remind").status_code == 404
    assert client.get(f"/cases/{CASE}/nothing/pages/1").status_code == 404
    # nothing was sent yet: all that can be done is to take it back
    assert steps(client.get(f"/cases/{CASE}").text) == {"withdraw"}


def test_the_page_of_a_case_reads_everything_once(life):
    """It ran 45 statements, and asked for the notices of the case eight times."""
    life.desk.clock.move(days=15)
    life.look()
    client = life.browser("unyo-s")
    assert client.get(f"/cases/{LED}").status_code == 200
    asked = statements_of(lambda: client.get(f"/cases/{LED}"))
    columns, of_case = "notices.case_id, notices.rung", "WHERE notices.case_id ="
    found = [one for one in asked if columns in one and of_case in one]
    assert len(found) == 1
    assert len([one for one in asked if "FROM case_facts" in one]) == 1
    assert len(asked) <= BOUND
    # the next page is read anew: what happened meanwhile stands there
    life.take("remind", life.page("remind").text)
    assert life.notices()[-1].number in client.get(f"/cases/{LED}").text


BOUND = 32
"""Statements of a page with one notice, without the beginnings of transactions."""


def statements_of(do):
    asked = []

    def hear(_connection, _cursor, statement, *_rest):
        asked.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        do()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    return [one for one in asked if not one.startswith("BEGIN")]
