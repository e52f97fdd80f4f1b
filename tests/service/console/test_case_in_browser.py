"""Journeys: what follows a request, and what came into the mailbox.

NOTICES_WRITE_PICTURES=1 python -m pytest tests/service/console/test_case_in_browser.py
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest

from notices.approval import Role
from notices.cli import run
from notices.cli.demo_server import receiving
from notices.delivery import State
from notices.notice import RequestKind
from notices.site import Site
from tests.programs import require_module
from tests.service.console import test_in_browser as journeys
from tests.service.console.conftest import CASE
from tests.service.console.test_following import LADDER_OF, LED, OWN
from tests.service.console.test_in_browser import (
    Place,
    log_in,
    press,
    register,
    resize,
    running,
    sound,
    wait_for,
    wait_for_path,
    wait_for_pictures,
)

driver = journeys.driver
ASKED = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
"""On the day of the example judgments; the fifth business day after it is over."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A console, and a mail server for whoever has the key."""
    folder = tmp_path_factory.mktemp("case")
    received = folder / "received"
    received.mkdir()
    with running(folder / "site", required='"none"') as made:
        pki = made.home / "certs" / "example"
        with receiving(received, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
            config = made.home / "notices.toml"
            text = config.read_text("utf-8")
            [line] = [one for one in text.splitlines() if one.startswith("port = ")]
            config.write_text(text.replace(line, f"port = {port}"), "utf-8")
            yield made


@pytest.fixture(scope="module")
def inside(driver: Any, place: Place) -> Any:
    """The browser, with the passkey of an operator; two cases were asked for."""
    source = place.home / "cases" / f"{LADDER_OF}.json"
    judgment = json.loads(source.read_text("utf-8"))
    ladder = [OWN, judgment["ladder"][1]]
    made = json.dumps(judgment | {"case_id": LED, "ladder": ladder})
    source.with_name(f"{LED}.json").write_text(made, "utf-8")
    who = "person:unyo-s"
    with Site.open(place.home, clock=lambda: ASKED, by=who) as site:
        for case_id in (LED, CASE):
            assert site.send(site.prepare(site.read_case(case_id))).state is State.SENT
    resize(driver, 1280)
    roles = (Role.ADMINISTRATOR, Role.OPERATOR)
    register(driver, place.link("unyo-s", "運用 進", *roles))
    log_in(driver, place)
    return driver


def look(place: Place, case_id: str) -> None:
    with Site.open(place.home, by="person:miru-t") as site:
        row = {"case_id": case_id, "outcome": "still_there", "from": "JP", "note": ""}
        site.rooms.cases.desk.look_all([row])


def newest(place: Place, case_id: str) -> Any:
    with Site.open(place.home) as site:
        return site.parts.store.find(case_id)[-1]


def opened(driver: Any, place: Place, case_id: str, act: str) -> None:
    """The page of an act, by the button on the page of its case."""
    driver.get(f"{place.origin}/cases/{case_id}")
    press(driver, f".steps a[href^='/cases/{case_id}/{act}']")
    wait_for(driver, "input[name=version]")
    wait_for_pictures(driver)


def test_the_next_rung_and_a_reminder(inside: Any, place: Place) -> None:
    driver = inside
    driver.get(f"{place.origin}/cases/{LED}")
    told = wait_for(driver, ".steps").text
    assert "まだある" in told  # nobody looked: why the next rung may not be asked
    sound(driver, "case-steps")
    look(place, LED)
    opened(driver, place, LED, "escalate")
    sound(driver, "escalate")
    press(driver, ".acts button")
    wait_for_path(driver, f"/cases/{LED}")
    escalation = newest(place, LED)
    assert (escalation.state, escalation.key.rung) == (
        State.DRAFTED,
        "server_administrator",
    )

    # by keyboard alone: the box is cleared, the button pressed
    keys = require_module("selenium.webdriver.common.keys").Keys
    opened(driver, place, LED, "remind")
    sound(driver, "remind")
    box = driver.find_element("css selector", "[name=send]")
    box.send_keys(keys.SPACE)
    assert not box.is_selected()
    box.send_keys(keys.TAB)
    driver.switch_to.active_element.send_keys(keys.ENTER)
    wait_for_path(driver, f"/cases/{LED}")
    reminder = newest(place, LED)
    assert (reminder.key.request_kind, reminder.state) == (
        RequestKind.REMINDER,
        State.DRAFTED,
    )
    # whoever has the key goes on: what was to be sent is queued, the other signed
    with Site.open(place.home) as site:
        site.sign_drafts()
        store = site.parts.store
        assert store.get(escalation.number).state is State.QUEUED
        assert store.get(reminder.number).state is State.HELD


def test_a_request_is_put_right_and_taken_back(inside: Any, place: Place) -> None:
    driver, path = inside, place.home / "cases" / f"{CASE}.json"
    judgment = json.loads(path.read_text("utf-8")) | {"reason": "別の理由である。"}
    path.write_text(json.dumps(judgment, ensure_ascii=False), "utf-8")
    opened(driver, place, CASE, "correct")
    driver.find_element("id", "reason").send_keys("理由の誤記")
    sound(driver, "correct")
    # somebody is quicker: the page says who, and nothing is made
    look(place, CASE)
    press(driver, ".acts button")
    assert "先に処理された" in wait_for(driver, "[role=alert] h1").text
    assert "miru-t" in driver.find_element("css selector", "main").text
    sound(driver, "step-stale", is_kept=False)
    press(driver, f"a[href='/cases/{CASE}/correct']")
    wait_for(driver, "#reason").send_keys("理由の誤記")
    press(driver, ".acts button")
    wait_for_path(driver, f"/cases/{CASE}")
    correction = newest(place, CASE)
    assert correction.key.request_kind is RequestKind.CORRECTION

    opened(driver, place, CASE, "withdraw")
    driver.find_element("id", "reason").send_keys("判断の誤り")
    assert correction.number in driver.find_element("css selector", "main").text
    sound(driver, "withdraw")
    press(driver, "button.danger")
    wait_for_path(driver, f"/cases/{CASE}")
    made = newest(place, CASE)
    assert (made.key.request_kind, made.state) == (
        RequestKind.WITHDRAWAL,
        State.DRAFTED,
    )
    with Site.open(place.home) as site:
        assert site.parts.store.get(correction.number).state is State.WITHDRAWN


def test_the_inbox(inside: Any, place: Place) -> None:
    driver = inside
    with Site.open(place.home) as site:
        asked = site.parts.store.find(LED)[0]
        for made in mails(asked.message_id):
            site.parts.reports.file(
                made.as_bytes(),
                mailbox="inbox",
                from_archive=False,
                now=datetime.now(UTC),
            )
    press(driver, "nav a[href='/inbox']")
    heads = [one.get_attribute("id") for one in driver.find_elements("tag name", "h2")]
    assert heads == ["open", "unmatched", "settled"]
    sound(driver, "inbox")
    press(driver, "#open + table a[href^='/inbox/']")
    text = wait_for(driver, "pre").text
    assert "https://board.example.jp/thread/1" in text
    links = driver.find_elements("css selector", "main a")
    assert all(one.get_attribute("href").startswith(place.origin) for one in links)
    assert "image/png" in driver.find_element("css selector", "table").text
    sound(driver, "mail")
    # with the keyboard: the number stands there, the first letters choose the word
    driver.find_element("id", "says").send_keys("回答：対応不可")
    press(driver, ".acts button")
    wait_for_path(driver, f"/cases/{LED}")
    with Site.open(place.home) as site:
        told = site.case(LED).facts[-1]
    assert (told.kind.value, told.by) == ("answered", "unyo-s")

    # what matched nothing is ticked off: the list gets shorter
    press(driver, "nav a[href='/inbox']")
    press(driver, "form[action='/inbox'] input[type=checkbox]")
    driver.find_element("id", "decision").send_keys("広告")
    press(driver, "form[action='/inbox'] button")
    wait_for_path(driver, "/inbox")
    assert not driver.find_elements("id", "unmatched")
    settled = driver.find_element("css selector", "#settled + table").text
    assert "展示会の御案内" in settled
    assert "unyo-s" in settled


def test_what_is_taken_back_goes_out_and_a_case_waits_for_the_police(
    inside: Any, place: Place
) -> None:
    driver, withdrawal = inside, newest(place, CASE)
    with Site.open(place.home) as site:
        site.sign_drafts()
        site.work()
        assert site.parts.store.get(withdrawal.number).state is State.SENT
    driver.get(f"{place.origin}/cases/{CASE}")
    assert "既に取り下げられている" in wait_for(driver, ".steps").text
    assert "送付したもの: 取下げ" in driver.find_element("css selector", "main").text

    # the police ask in the shell; the page says why nothing but taking back is offered
    before = told_steps(driver, place)
    site_of = ["--site", str(place.home)]
    assert run(["police", LED, "--hold", "証拠を保全するため", *site_of]) == 0
    held = told_steps(driver, place)
    assert "警察" in held
    assert held != before
    withdrawals = f".steps a[href^='/cases/{LED}/withdraw']"
    offered = driver.find_elements("css selector", ".steps a")
    assert offered == driver.find_elements("css selector", withdrawals)
    assert "証拠を保全するため" in driver.find_element("css selector", "main").text
    sound(driver, "police-hold", is_kept=False)
    assert run(["police", LED, "--release", "保全済み", *site_of]) == 0
    assert told_steps(driver, place) == before


def told_steps(driver: Any, place: Place) -> str:
    """What the page of the case says of the next steps."""
    driver.get(f"{place.origin}/cases/{LED}")
    return str(wait_for(driver, ".steps").text)


def mails(message_id: str) -> Iterator[EmailMessage]:
    """A person's answer with a picture, a program's, and a stranger's."""
    for place, (subject, text) in enumerate(
        (
            (
                "Re: 送信防止措置の依頼",
                "https://board.example.jp/thread/1 の件、検討中です。",
            ),
            ("自動返信: 受け付けました", "お問合せを受け付けました。"),
            ("展示会の御案内", "ぜひお越しください。"),
        )
    ):
        made = EmailMessage()
        made["From"] = "見本運営者 <webmaster@site.example.jp>"
        made["To"] = "notice@hotline.example.jp"
        made["Message-ID"] = f"<{place}@site.example.jp>"
        made["Subject"] = subject
        made.set_content(text)
        if place == 0:
            made.add_attachment(b"\x89PNG" * 999, "image", "png", filename="a.png")
        if place == 1:
            made["Auto-Submitted"] = "auto-replied"
        if place < 2:
            made["In-Reply-To"] = message_id
        else:
            made.replace_header("From", "案内係 <ad@shop.example>")
        yield made
