"""What came into the mailbox, on the console: plain text, and nothing to click."""

import hashlib
import html
import json
import re
from email.message import EmailMessage

import pytest
import sqlalchemy

from notices.casework import FactKind
from tests.inbox.sample import report
from tests.service.console.conftest import CASE, Desk
from tests.service.console.test_console import WITH_TEXT
from tests.service.console.test_following import LED, life, wired

__all__ = ["life", "wired"]

PICTURE = bytes(range(256)) * 40


def mail(sender: str, subject: str, text: str, **fields: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = sender, "notice@hotline.example.jp"
    made["Subject"] = subject
    made["Message-ID"] = f"<{hashlib.sha256(text.encode()).hexdigest()[:20]}@x.example>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def file(desk: Desk, made: EmailMessage) -> str:
    """As `notices inbox` does it; gives the mail's hash."""
    with desk.opened() as site:
        filed = site.parts.reports.file(
            made.as_bytes(), mailbox="inbox", from_archive=False, now=desk.clock.now
        )
    return filed.report.sha256


def answer_to(life, text: str, subject: str = "Re: 依頼") -> EmailMessage:
    with life.desk.opened() as site:
        message_id = site.parts.store.get(life.number).message_id
    sender = "見本運営者 <webmaster@site.example.jp>"
    return mail(sender, subject, text, In_Reply_To=message_id)


def groups(text: str) -> dict[str, list[str]]:
    """Hashes of mails by the heading that they stand under, in the page's order."""
    parts = re.split(r'<h2 id="(\w+)">', text)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {
        name: re.findall(r'href="/inbox/([0-9a-f]{64})"', part) for name, part in pairs
    }


def test_what_is_unsettled_stands_first(life):
    client, desk = life.browser("unyo-s"), life.desk
    assert groups(client.get("/inbox").text) == {}
    stranger = file(desk, mail("ad@shop.example", "お買い得", "見てください"))
    desk.clock.move(minutes=1)
    away = answer_to(life, "不在です", "自動返信: 不在")
    away["Auto-Submitted"] = "auto-replied"
    automatic = file(desk, away)
    desk.clock.move(minutes=1)
    clear = file(desk, answer_to(life, "対応不可\n\n当社の管理ではありません。"))
    desk.clock.move(minutes=1)
    unclear = file(desk, answer_to(life, "少し時間をください。担当に回します。"))
    text = client.get("/inbox", headers=WITH_TEXT).text
    assert list(groups(text).items()) == [
        ("open", [unclear, clear]),
        ("unmatched", [stranger]),
        ("settled", [automatic]),
    ]
    assert f'<a href="/cases/{LED}">{LED}</a> {life.number}' in text
    assert "お買い得" in text
    # somebody looked: what was open is dealt with, what came later is not
    desk.clock.move(days=10)
    life.look()
    desk.clock.move(minutes=1)
    late = file(desk, answer_to(life, "本日の件ですが、確認中です。"))
    shown = groups(life.browser("kansa-m").get("/inbox").text)
    assert shown["open"] == [late]
    assert set(shown["settled"]) == {unclear, clear, automatic}


def test_a_mail_is_text_and_its_files_are_what_they_are(life):
    made = answer_to(
        life, "見てください https://evil.example/x\u202efdp.exe <b>太字</b>"
    )
    made.add_alternative(
        "<p>HTML <a href='https://evil.example/y'>押す</a></p>", "html"
    )
    made.add_attachment(
        PICTURE, maintype="image", subtype="png", filename="証拠写真.png"
    )
    digest = file(life.desk, made)
    page = life.browser("kansa-m").get(f"/inbox/{digest}", headers=WITH_TEXT)
    assert page.status_code == 200
    shown = page.text
    assert "https://evil.example/x〔U+202E〕fdp.exe &lt;b&gt;太字&lt;/b&gt;" in shown
    assert re.findall(r'(?:href|src|action)="(?!/)[^"#]', shown) == []
    assert "evil.example/y" not in shown
    row = f"<td>image/png</td><td>{len(PICTURE)}</td>"
    assert row in shown
    assert hashlib.sha256(PICTURE).hexdigest() in shown
    assert "証拠写真" not in shown
    assert "it answers our Message-ID" in shown
    # an auditor looks on, and puts nothing on record
    assert "<select" not in shown


def test_a_person_puts_on_record_what_a_program_cannot_read(life):
    desk = life.desk
    desk.clock.move(minutes=5)
    digest = file(desk, mail("abuse@other.example", "ご連絡", "削除しません。"))
    desk.clock.move(minutes=5)
    path = f"/inbox/{digest}"
    assert "not kept" in life.browser("unyo-s").get(path, headers=WITH_TEXT).text
    client = life.browser("unyo-s")
    said = {"number": life.number, "says": "answered_declined"}
    for wrong in ({**said, "says": ""}, {**said, "says": "answered_x"}, {"says": "x"}):
        assert client.post(path, data=wrong).status_code == 400
    assert client.post(path, data={**said, "number": "R9-1-000009"}).status_code == 400
    done = client.post(path, data=said)
    assert done.headers["location"] == f"/cases/{LED}"
    with desk.opened() as site:
        case = site.case(LED)
        [report] = site.parts.reports.page(9)
    told = case.latest(*{type(f.details) for f in case.facts if f.kind == "answered"})
    assert told.kind is FactKind.ANSWERED
    assert (told.by, told.at, case.state.value) == (
        "unyo-s",
        report.received_at,
        "answered",
    )
    late = life.browser("hantei-s").post(
        path, data={**said, "says": "returned_blocked"}, headers=WITH_TEXT
    )
    assert late.status_code == 409
    assert f"unyo-s has put on record what this mail says about {life.number}" in (
        late.text
    )
    assert "reply" in life.browser("unyo-s").get("/").text
    with desk.opened() as site:
        assert len(site.case(LED).facts) == len(case.facts)


def test_a_mail_that_came_back(life):
    """The report's own words are text; the case stands as open until somebody acts."""
    with life.desk.opened() as site:
        stored = site.parts.store.get(life.number)
        filed = site.parts.reports.file(
            report(
                envid=stored.envelope.envid,
                recipient=stored.envelope.forward_path,
                message_id=stored.message_id,
                action="failed",
                status="5.1.1",
            ),
            mailbox="inbox",
            from_archive=False,
            now=life.desk.clock.now,
        )
    digest = filed.report.sha256
    client = life.browser("kansa-m")
    assert groups(client.get("/inbox").text) == {"open": [digest]}
    shown = client.get(f"/inbox/{digest}").text
    for words in ("配送不能", "宛先不明", "5.1.1", "配送通知"):
        assert words in shown
    assert html.escape(stored.message_id) in shown


def test_pages_of_the_inbox(desk):
    sent = []
    for count in range(53):
        desk.clock.move(seconds=1)
        sent.append(file(desk, mail("a@b.example", f"第{count}号", f"{count}")))
    client = desk.browser("kansa-m")
    first = client.get("/inbox").text
    assert groups(first)["unmatched"] == sent[:2:-1]
    more = re.search(r'href="(/inbox\?before=[^"&]+)"', first)
    assert more
    second = client.get(more[1]).text
    assert groups(second)["unmatched"] == sent[2::-1]
    # the other language keeps the page; further ones there are none
    assert not re.search(r'href="/inbox\?before=[^"&]+"', second)


@pytest.mark.parametrize("digest", ["a" * 64, "x"])
def test_a_mail_that_is_not_there(desk, digest):
    assert desk.browser("kansa-m").get(f"/inbox/{digest}").status_code == 404
    assert CASE in desk.browser("kansa-m").get(f"/cases/{CASE}").text


def strangers(desk: Desk, count: int) -> list[str]:
    sent = []
    for place in range(count):
        desk.clock.move(seconds=1)
        made = mail("ad@shop.example", f"御案内{place}", f"{desk.clock.now}")
        sent.append(file(desk, made))
    return sent


def chosen(*digests: str, decision: str = "advertising") -> dict[str, str]:
    return {**{f"mail-{one}": "yes" for one in digests}, "decision": decision}


def test_what_matched_nothing_is_ticked_off(desk):
    """The list gets shorter; who said so, when and why is on record."""
    first, second, third = strangers(desk, 3)
    client = desk.browser("unyo-s")
    assert f'name="mail-{first}"' in client.get("/inbox").text
    desk.clock.move(minutes=3)
    done = client.post("/inbox", data=chosen(first, third))
    assert (done.status_code, done.headers["location"]) == (303, "/inbox")
    shown = client.get("/inbox").text
    assert groups(shown) == {"unmatched": [second], "settled": [third, first]}
    assert "広告" in shown
    page = client.get(f"/inbox/{first}").text
    assert "unyo-s" in page
    assert f'name="mail-{first}"' not in page
    assert f'name="mail-{second}"' in client.get(f"/inbox/{second}").text
    with desk.opened() as site:
        told = [
            json.loads(line)
            for line in site.parts.store.ledger.events()
            if b"mail_settled" in line
        ]
        assert not [line for line in told if first in json.dumps(line)]
    assert [(one["by"], one["facts"]) for one in told] == [
        ("person:unyo-s", {"decision": "advertising"})
    ] * 2


def test_somebody_else_was_quicker_with_one_of_them(desk):
    """Nothing of the second choice is noted, and the page says who was first."""
    first, second = strangers(desk, 2)
    assert desk.browser("unyo-s").post("/inbox", data=chosen(first)).status_code == 303
    late = desk.browser("hantei-s").post(
        "/inbox", data=chosen(first, second, decision="dealt_with"), headers=WITH_TEXT
    )
    assert late.status_code == 409
    assert "unyo-s has dealt with one of these mails" in late.text
    shown = groups(desk.browser("kansa-m").get("/inbox").text)
    assert shown == {"unmatched": [second], "settled": [first]}


def test_what_cannot_be_ticked_off(life):
    """A mail about a notice goes by its case; nobody else's words, no empty choice."""
    desk = life.desk
    [stranger] = strangers(desk, 1)
    ours = file(desk, answer_to(life, "確認中です。"))
    client = life.browser("unyo-s")
    for data in (
        chosen(ours),
        chosen(ours, stranger),
        chosen("a" * 64),
        chosen(),
        chosen(stranger, decision=""),
        chosen(stranger, decision="recorded"),
        {f"mail-{stranger}": "yes"},
    ):
        assert client.post("/inbox", data=data).status_code == 400, data
    assert life.browser("kansa-m").post(
        "/inbox", data=chosen(stranger)
    ).status_code == (403)
    assert groups(client.get("/inbox").text)["unmatched"] == [stranger]


def test_what_was_put_on_record_of_a_stranger_s_mail_is_settled(life):
    """He wrote from another mailbox; the fact tells what he said."""
    [stranger] = strangers(life.desk, 1)
    said = {"number": life.number, "says": "answered_done"}
    client = life.browser("unyo-s")
    assert client.post(f"/inbox/{stranger}", data=said).status_code == 303
    shown = groups(client.get("/inbox").text)
    assert shown == {"settled": [stranger]}


def test_what_waits_stands_on_the_first_page_however_old(desk):
    """Sixty newer ones that were ticked off do not push the oldest away."""
    [oldest] = strangers(desk, 1)
    newer = strangers(desk, 60)
    client = desk.browser("unyo-s")
    for part in (newer[:30], newer[30:]):
        assert client.post("/inbox", data=chosen(*part)).status_code == 303
    assert groups(client.get("/inbox").text)["unmatched"] == [oldest]


def test_history_cannot_be_ticked_on_again(desk):
    [stranger] = strangers(desk, 1)
    desk.browser("unyo-s").post("/inbox", data=chosen(stranger))
    with desk.opened() as site:
        engine = site.parts.store.engine
        for statement in (
            "DELETE FROM settled_mails",
            "UPDATE settled_mails SET settled_by = 'person:other'",
        ):
            with (
                pytest.raises(sqlalchemy.exc.IntegrityError),
                engine.begin() as connection,
            ):
                connection.exec_driver_sql(statement)
