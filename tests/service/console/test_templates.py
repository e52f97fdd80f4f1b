"""Templates on the console: one person changes a text, another one accepts it."""

import html
import json
import re
from hashlib import sha256

import pytest

from notices.letters import load_templates
from tests.service.console.conftest import Desk, hidden

NAME = "form1/letter.ja.j2"
ADDED = "御不明な点は、当センターまでお問い合わせください。"
EDIT = f"/templates/edit/{NAME}"


def text_of(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert found, page
    return html.unescape(found[1])


def changed(page: str) -> str:
    """The text with one more sentence, below its note."""
    lines = text_of(page).split("\n")
    [place] = [n for n, line in enumerate(lines) if line.startswith("（注）")]
    return "\n".join([*lines[: place + 1], ADDED, *lines[place + 1 :]])


def form(page: str, text: str, do: str = "propose", reason: str = "試す"):
    # as a browser sends it
    crlf = text.replace("\n", "\r\n")
    return {
        "version": hidden(page, "version"),
        "text": crlf,
        "reason": reason,
        "do": do,
    }


def proposed(desk: Desk, person: str = "unyo-s") -> str:
    client = desk.browser(person)
    page = client.get(EDIT).text
    answer = client.post(EDIT, data=form(page, changed(page)))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def in_use(desk: Desk) -> str:
    with desk.opened() as site:
        return site.parts.templates.source(NAME).text


def test_a_text_is_checked_compared_and_previewed_before_anybody_sees_it(desk):
    client, before = desk.browser("unyo-s"), in_use(desk)
    page = client.get(EDIT).text
    assert text_of(page) == before
    shown = client.post(EDIT, data=form(page, changed(page), "check"))
    assert shown.status_code == 200
    assert f"<ins>+ {ADDED}</ins>" in shown.text
    pictures = re.findall(r'src="(/templates/pictures/[0-9a-f]{64}/\d+)"', shown.text)
    for path in pictures:
        assert client.get(path).content.startswith(b"\x89PNG")
    assert pictures
    # in the difference, in the letter, and in the form
    assert shown.text.count(ADDED) >= 3
    assert text_of(shown.text) == changed(page)
    assert in_use(desk) == before
    assert "/templates/proposals/" not in client.get("/templates").text


def test_what_the_check_refuses_is_shown_by_lines_and_not_proposed(desk):
    client = desk.browser("unyo-s")
    page = client.get(EDIT).text
    broken = text_of(page) + "{{ no_such_thing }}\n"
    line = broken.count("\n")
    for do in ("check", "propose"):
        shown = client.post(EDIT, data=form(page, broken, do))
        assert shown.status_code == 200
        assert f"<code>{NAME}:{line}</code>" in shown.text
    assert "/templates/proposals/" not in client.get("/templates").text


def test_another_person_accepts_and_only_then_it_is_in_use(desk):
    before, place = in_use(desk), proposed(desk)
    assert in_use(desk) == before
    own = desk.browser("unyo-s")
    assert 'value="accepted"' not in own.get(place).text
    # an operator decides on nothing, not even on another's
    assert own.post(place, data={"decision": "accepted"}).status_code == 403
    checker = desk.browser("reiji-t")
    page = checker.get(place).text
    assert f"<ins>+ {ADDED}</ins>" in page
    assert "運用 進" in page
    answer = checker.post(place, data={"decision": "accepted"})
    assert answer.status_code == 303, answer.text
    after = in_use(desk)
    assert after == changed(f"<textarea>\n{html.escape(before)}</textarea>")

    folder = desk.home / "templates"
    assert (folder / NAME).read_text("utf-8") == after
    [record] = json.loads((folder / "accepted.json").read_text("utf-8"))
    assert record["file"] == NAME
    assert record["sha256"] == sha256(after.encode()).hexdigest()
    assert (record["edited_by"], record["accepted_by"]) == ("運用 進", "例示 太郎")
    assert record["user"] == "person:reiji-t"
    assert load_templates([folder]).accepted[0].file == NAME
    # decided once
    assert checker.post(place, data={"decision": "rejected"}).status_code == 409


def test_nobody_accepts_a_change_of_his_own(desk):
    place = proposed(desk, "reiji-t")
    checker, before = desk.browser("reiji-t"), in_use(desk)
    answer = checker.post(place, data={"decision": "accepted"})
    assert answer.status_code == 409
    assert in_use(desk) == before
    # nor by another way into the database
    with desk.opened() as site, pytest.raises(Exception, match="change of his own"):
        site.rooms.preparing.template_desk.proposals.decide(
            place.rpartition("/")[2], "accepted", by="reiji-t", now=desk.clock.now
        )
    assert checker.post(place, data={"decision": "withdrawn"}).status_code == 303
    assert in_use(desk) == before


def test_a_file_that_changed_meanwhile_is_not_overwritten(desk):
    place = proposed(desk)
    path = desk.home / "templates" / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    other = in_use(desk) + "別の変更。\n"
    path.write_text(other, "utf-8")
    desk.clock.move(seconds=60)
    checker = desk.browser("reiji-t")
    assert 'value="accepted"' not in checker.get(place).text
    assert checker.post(place, data={"decision": "accepted"}).status_code == 409
    assert path.read_text("utf-8") == other
    # and nobody proposes from a page that is old
    client = desk.browser("unyo-s")
    stale = {"version": "0" * 64, "text": "x", "reason": "y", "do": "propose"}
    assert client.post(EDIT, data=stale).status_code == 409
    assert checker.post(place, data={"decision": "rejected"}).status_code == 303


def test_one_change_of_a_file_waits_at_a_time(desk):
    proposed(desk)
    client = desk.browser("hantei-s")
    page = client.get(EDIT).text
    answer = client.post(EDIT, data=form(page, changed(page)))
    assert answer.status_code == 409
    assert "unyo-s" in answer.text
