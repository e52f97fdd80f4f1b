"""From a judgment to a draft on the console: what was seen is what is made."""

import json
import os
import re
from pathlib import Path

import pytest

from notices.delivery import State
from notices.errors import NoticesError
from tests.service.console.conftest import CASE, Desk, hidden
from tests.service.console.test_console import WITH_TEXT, decision, signed

OTHER = "IHC-2026-004219"
HELD_CASE = "IHC-2026-004220"
ENTRY = "example-social"


def preview(client, case_id: str = OTHER) -> str:
    answer = client.get(f"/prepare/{case_id}")
    assert answer.status_code == 200, answer.text
    return answer.text


def form(text: str, *, send: bool = False) -> dict[str, str]:
    return {"version": hidden(text, "version")} | ({"send": "yes"} if send else {})


def size(desk: Desk) -> int:
    with desk.opened() as site:
        return site.parts.store.ledger.size()


def edit(desk: Desk, case_id: str, **changes: object) -> None:
    path = desk.home / "cases" / f"{case_id}.json"
    judgment = json.loads(path.read_text("utf-8")) | changes
    path.write_text(json.dumps(judgment, ensure_ascii=False), "utf-8")


def test_judgments_without_a_notice_are_listed_the_newest_first(desk):
    for age, case_id in enumerate((OTHER, HELD_CASE)):
        os.utime(desk.home / "cases" / f"{case_id}.json", (age, age))
    (desk.home / "cases" / "no case id.json").write_text("{}")
    text = desk.browser("unyo-s").get("/prepare").text
    listed = re.findall(r'href="/prepare/([^"]+)"', text)
    assert listed[-2:] == [HELD_CASE, OTHER]
    assert CASE not in listed
    assert "no case id" not in text


def test_a_preview_shows_what_would_go_out_and_writes_nothing(desk):
    before = size(desk)
    client = desk.browser("kansa-m")
    text = preview(client)
    with desk.opened() as site:
        judgment = site.read_case(OTHER)
        made = site.rooms.preparing.previewer.case(judgment)
    assert made.notice.recipient.mailbox in text
    assert made.mail.subject in text
    for url in judgment.target.urls:
        assert f'<code class="url">{url}</code>' in text
        assert f'href="{url}' not in text
    picture = client.get(f"/prepare/{OTHER}/pages/1")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert client.get(f"/prepare/{OTHER}/pages/99").status_code == 404
    # an auditor looks on
    assert 'name="version"' not in text
    assert size(desk) == before
    with desk.opened() as site:
        assert site.parts.store.find(OTHER) == ()


def test_from_a_judgment_to_the_queue(desk):
    """Prepared by one, approved by another; whoever has the key signs and queues."""
    client = desk.browser("unyo-s")
    answer = client.post(f"/prepare/{OTHER}", data=form(preview(client), send=True))
    assert answer.headers["location"] == f"/cases/{OTHER}"
    with desk.opened() as site:
        [stored] = site.parts.store.find(OTHER)
        assert stored.state is State.DRAFTED
        assert site.parts.drafts.get(stored.number).send_asked_at == desk.clock.now
        told = site.parts.store.ledger.told(stored.number)
        assert {one["by"] for one in told} == {"person:unyo-s"}
    assert f"/notices/{stored.number}/send" not in client.get(f"/cases/{OTHER}").text
    checker = desk.browser("reiji-t")
    page = decision(checker, stored.number)
    approval = signed(desk.people["reiji-t"], page)
    answer = checker.post(f"/notices/{stored.number}/decision", data=approval)
    assert answer.status_code == 303, answer.text
    with desk.opened() as site:
        site.sign_drafts()
        assert site.parts.store.get(stored.number).state is State.QUEUED


def change_judgment(desk: Desk) -> None:
    edit(desk, OTHER, reason="別の理由である。")


def change_template(desk: Desk) -> None:
    replace(
        desk.home / "templates" / "form2" / "letter.ja.j2", "依頼します", "お願いします"
    )


def change_recipient(desk: Desk) -> None:
    replace(desk.home / "recipients.toml", "trust-safety@", "other@")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize("change", [change_judgment, change_template, change_recipient])
def test_what_changed_since_it_was_seen_is_not_made(desk, change):
    edit(desk, OTHER, ladder=[{"rung": "board_administrator", "recipient": ENTRY}])
    seen = form(preview(desk.browser("unyo-s")))
    change(desk)
    desk.clock.move(seconds=31)  # until then an open site is used again
    client = desk.browser("unyo-s")
    answer = client.post(f"/prepare/{OTHER}", data=seen, headers=WITH_TEXT)
    assert answer.status_code == 409
    assert "not those of the page" in answer.text
    with desk.opened() as site:
        assert site.parts.store.find(OTHER) == ()
    again = client.post(f"/prepare/{OTHER}", data=form(preview(client)))
    assert again.status_code == 303


def test_what_goes_by_a_web_form_is_not_asked_to_be_sent(desk):
    """A ticked box of an old page makes the draft all the same, and no more."""
    edit(desk, OTHER, ladder=[{"rung": "board_administrator", "recipient": ENTRY}])
    webform = 'channel = "webform"\nform_url = "https://social.example.com/report"'
    replace(desk.home / "recipients.toml", 'channel = "smtp"', webform)
    client = desk.browser("unyo-s")
    text = preview(client)
    assert 'name="send"' not in text
    answer = client.post(f"/prepare/{OTHER}", data=form(text, send=True))
    assert answer.status_code == 303, answer.text
    with desk.opened() as site:
        [stored] = site.parts.store.find(OTHER)
        assert site.parts.drafts.get(stored.number).send_asked_at is None


def test_somebody_was_quicker(desk):
    first, second = desk.browser("unyo-s"), desk.browser("hantei-s")
    seen = form(preview(second))
    assert first.post(f"/prepare/{OTHER}", data=form(preview(first))).status_code == 303
    late = second.post(f"/prepare/{OTHER}", data=seen, headers=WITH_TEXT)
    assert late.status_code == 409
    assert re.search(rf"{OTHER} was prepared as \S+ by person:unyo-s", late.text)
    assert 'name="version"' not in preview(second)
    with desk.opened() as site:
        assert len(site.parts.store.find(OTHER)) == 1


def test_all_that_is_wrong_with_a_judgment_is_told_at_once(desk):
    edit(desk, OTHER, category="no-such", assessor="")
    answer = desk.browser("unyo-s").get(f"/prepare/{OTHER}")
    assert answer.status_code == 422
    assert "category" in answer.text
    assert "assessor" in answer.text


@pytest.mark.parametrize("case_id", ["IHC-0000-000000", "..%2Fnotices", "x" * 90])
def test_a_case_that_is_not_there(desk, case_id):
    assert desk.browser("unyo-s").get(f"/prepare/{case_id}").status_code == 404
    answer = desk.browser("unyo-s").get("/prepare", params={"case": case_id})
    assert answer.status_code == 404


def test_a_case_by_its_id(desk):
    answer = desk.browser("unyo-s").get("/prepare", params={"case": f" {OTHER} "})
    assert f'action="/prepare/{OTHER}"' in answer.text


def test_a_draft_and_a_signed_notice_are_sent_by_a_button(desk, number):
    client, path = desk.browser("unyo-s"), f"/notices/{number}/send"
    assert f'action="{path}"' in client.get(f"/cases/{CASE}").text
    assert path not in desk.browser("kansa-m").get(f"/cases/{CASE}").text
    stale = client.post(path, data={"state": "held"}, headers=WITH_TEXT)
    assert (stale.status_code, "by now" in stale.text) == (409, True)
    checker = desk.browser("reiji-t")
    approval = signed(desk.people["reiji-t"], decision(checker, number))
    checker.post(f"/notices/{number}/decision", data=approval)
    with desk.opened() as site:
        site.sign_drafts()
        assert site.parts.store.get(number).state is State.HELD
    assert client.post(path, data={"state": "held"}).status_code == 303
    with desk.opened() as site:
        assert site.parts.store.get(number).state is State.QUEUED
    assert path not in client.get(f"/cases/{CASE}").text


def test_without_approval_nothing_is_signed_and_sent(desk, number):
    client = desk.browser("unyo-s")
    assert client.post(f"/notices/{number}/send", data={"state": "drafted"}).is_redirect
    with desk.opened() as site:
        site.sign_drafts()
        assert site.parts.store.get(number).state is State.DRAFTED


def test_nothing_is_asked_for_while_everything_is_held(desk, number):
    client = desk.browser("unyo-s")
    client.post("/hold", data={"reason": "調査中"})
    answer = client.post(f"/notices/{number}/send", data={"state": "drafted"})
    assert answer.status_code in (303, 409)
    with desk.opened() as site:
        site.sign_drafts()
        assert site.parts.store.get(number).state is State.DRAFTED


def test_today_tells_that_the_certificate_ends(desk, number):
    """It stands in the mail that was signed last: no key is opened for it."""
    checker = desk.browser("reiji-t")
    approval = signed(desk.people["reiji-t"], decision(checker, number))
    checker.post(f"/notices/{number}/decision", data=approval)
    with desk.opened() as site:
        site.sign_drafts()
        end = site.parts.ring.current(
            desk.clock.now
        ).key.certificate.not_valid_after_utc
    assert "certificate ends" not in checker.get("/", headers=WITH_TEXT).text
    left = (end - desk.clock.now).days
    desk.clock.move(days=left - 20)
    text = desk.browser("reiji-t").get("/", headers=WITH_TEXT).text
    assert f"the certificate ends on {end:%Y-%m}" in text


def test_no_key_is_needed(desk):
    """What the console makes, it makes on a machine that has no key of the centre."""
    text = (path := desk.home / "notices.toml").read_text("utf-8")
    [key] = re.findall(r'^key = "(.*signer.p12)"', text, re.MULTILINE)
    path.write_text(text.replace(f'"{key}"', '"nowhere.p12"', 1), "utf-8")
    client = desk.browser("unyo-s")
    answer = client.post(f"/prepare/{OTHER}", data=form(preview(client), send=True))
    assert answer.status_code == 303, answer.text
    assert client.get("/").status_code == 200
    with desk.opened() as site:
        assert site.parts.store.find(OTHER)[0].state is State.DRAFTED
        slot = site.parts.ring.current(desk.clock.now)
        with pytest.raises(NoticesError):
            _ = slot.key
