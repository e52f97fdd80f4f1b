"""The console as people use it: a login, a decision, a stop."""

import json
import re
from base64 import b64encode
from datetime import timedelta
from itertools import count
from urllib.parse import urlencode, urljoin

import pytest

from notices.approval import ENROLMENT_PREFIX, Role, statement_sha256
from notices.casework import CaseState, DueKind, FactKind, LookOutcome, read_fact
from notices.delivery import Stage, State
from notices.errors import OnHold, RefusedError
from notices.inbox.reading.received import Kind as MailKind
from notices.ledger import EventKind
from notices.notice import RequestKind
from notices.service.console import ConsoleSettings, make_console
from notices.service.console.words import LABELS
from notices.site.approval.people_desk import NO_KEY
from notices.verifying.approval.signatures import SignatureKind
from tests.service.console.conftest import (
    CASE,
    ORIGIN,
    PARTY,
    Desk,
    challenge_in,
    fields_of,
    hidden,
    log_in,
    passkey,
    set_up,
)

WITHOUT_NUMBER = (
    EventKind.POLICY_CHANGED,
    EventKind.PERSON_ENROLLED,
    EventKind.PERSON_REVOKED,
    EventKind.PEOPLE_RECOVERED,
    EventKind.RECONCILED,
    EventKind.VERSION_BEGAN,
)
WITH_TEXT = {"Accept-Language": "en"}


def test_a_passkey_logs_in_and_a_button_out(desk):
    client = desk.browser("reiji-t")
    assert "例示 太郎" in client.get("/").text
    cookie = client.cookies.jar
    assert [one.name for one in cookie] == ["__Host-notices"]
    answer = client.post("/logout")
    assert answer.headers["location"] == "/login"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert client.get("/").headers["location"] == "/login"


def test_the_cookie_is_kept_from_scripts_and_other_sites(desk):
    client = desk.browser()
    fields = log_in(client, desk.people["reiji-t"]).headers["set-cookie"]
    for word in ("Path=/", "HttpOnly", "SameSite=Strict", "Secure"):
        assert word in fields
    assert "Domain" not in fields


@pytest.mark.parametrize(
    "changes",
    [
        {"flags": 0x01},
        {"client": {"origin": "https://evil.example"}},
        {"client": {"type": "webauthn.create"}},
        {"client": {"crossOrigin": True}},
        {"rp_id": "evil.example"},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    ],
)
def test_a_wrong_answer_of_a_passkey_is_refused(desk, changes):
    answer = log_in(desk.browser(), desk.people["reiji-t"], **changes)
    assert answer.status_code == 409
    assert "set-cookie" not in answer.headers


def test_somebody_elses_key_is_refused(desk):
    stranger = passkey("reiji-t", "x", Role.CHECKER)
    assert log_in(desk.browser(), stranger).status_code == 409


def test_a_challenge_is_good_once_and_for_five_minutes(desk):
    client, person = desk.browser(), desk.people["reiji-t"]
    challenge = challenge_in(client.get("/login").text)
    form = fields_of(person, challenge)

    form["credential_id"] = b64encode(b"reiji-t" * 4).decode()
    assert client.post("/login", data=form).status_code == 303
    assert client.post("/login", data=form).status_code == 409
    challenge = challenge_in(client.get("/login").text)
    desk.clock.move(minutes=6)
    form |= fields_of(person, challenge)
    assert client.post("/login", data=form).status_code == 409


def test_logins_are_throttled_by_network(desk):
    stranger = passkey("reiji-t", "x", Role.CHECKER)
    statuses = [
        log_in(desk.browser(address=f"2001:db8:1:2::{n:x}"), stranger).status_code
        for n in range(1, 13)
    ]
    assert statuses == [409] * 10 + [429] * 2
    elsewhere = desk.browser(address="2001:db8:1:3::1")
    assert log_in(elsewhere, desk.people["reiji-t"]).status_code == 303
    desk.clock.move(minutes=5)
    near = desk.browser(address="2001:db8:1:2::99")
    assert log_in(near, desk.people["reiji-t"]).status_code == 303


def test_a_login_leads_back_to_the_page(desk, number):
    """After a passkey that was stale it led to `/`, away from what was begun."""
    assessor, auditor = desk.people["hantei-s"], desk.people["kansa-m"]
    visitor = desk.browser()
    to = visitor.get("/cases?state=closed&lang=ja").headers["location"]
    assert to == "/login?next=%2Fcases%3Fstate%3Dclosed"
    assert log_in(visitor, auditor, to).headers["location"] == "/cases?state=closed"
    visitor = desk.browser("hantei-s")
    desk.clock.now += timedelta(minutes=6)
    at = f"/cases/{CASE}/withdraw?number={number}"
    for page in (visitor.get(at), visitor.post(at, data={"number": number})):
        to = re.search(r'href="(/login\?next=[^"]+)"', page.text)[1]
        assert log_in(visitor, assessor, to).headers["location"] == at
        desk.clock.now += timedelta(minutes=6)


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "/\\evil.example",
        "/%2F%2Fevil.example",
        "/%09/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/%5Cevil.example",
        "/%0d%0aSet-Cookie:a=b",
        "/login?next=/login",
        "/" + "a" * 3000,
        "",
    ],
)
def test_a_login_leads_to_no_other_host(desk, asked):
    """Anybody can send a person to the login with any `next`."""
    to = "/login?" + urlencode({"next": asked})
    answer = log_in(desk.browser(), desk.people["kansa-m"], to)
    seen = urljoin(f"{ORIGIN}/login", answer.headers["location"])
    assert seen.startswith(f"{ORIGIN}/")
    assert not re.search("login|[\r\n]", seen)
    assert len(seen) < 2100
    assert not answer.headers["location"].startswith(("//", "/\\"))


def test_a_form_that_comes_too_slowly_is_told_so(desk):
    """It was told that too much was going on: 503, which a monitor counts as ours."""
    ticks = count(step=60)
    app = make_console(
        ConsoleSettings(site_path=desk.home, party=PARTY, center="", center_en=""),
        clock=lambda: desk.clock.now,
        monotonic=lambda: next(ticks),
    )
    visitor = Desk(desk.home, desk.clock, desk.people, app=app).browser()
    answer = visitor.post("/login", data={"a": "b"}, headers=WITH_TEXT)
    assert answer.status_code == 408
    assert "took too long" in answer.text


def test_a_session_ends_by_itself(desk):
    client = desk.browser("kansa-m")
    desk.clock.move(minutes=29)
    assert client.get("/").status_code == 200
    desk.clock.move(minutes=31)
    assert client.get("/").status_code == 303
    client = desk.browser("kansa-m")
    for _ in range(21):
        desk.clock.move(minutes=29)
        last = client.get("/").status_code
    assert last == 303


def test_a_revoked_person_is_out_at_once(desk):

    client = desk.browser("unyo-s")
    with desk.opened() as site:
        people = site.rooms.approvals.people
        octets = people.request_revocation("unyo-s", "kanri-a", reason="left").octets()
        challenge = bytes.fromhex(statement_sha256(ENROLMENT_PREFIX, octets))
        tapped = desk.people["kanri-a"].tap(challenge).octets()
        people.take(octets, SignatureKind.ASSERTION, tapped, NO_KEY)
    assert client.get("/").headers["location"] == "/login"
    assert log_in(desk.browser(), desk.people["unyo-s"]).status_code == 409


def decision(client, number):
    return client.get(f"/notices/{number}/decision").text


def signed(person, text):
    return {
        "statement": hidden(text, "statement"),
        "version": hidden(text, "version"),
        **fields_of(person, challenge_in(text)),
    }


def test_approving_with_a_passkey(desk, number):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    today = client.get("/").text
    assert f"/notices/{number}/decision" in today
    text = decision(client, number)
    with desk.opened() as site:
        assert site.parts.drafts.get(number).sha256 in text
    answer = client.post(f"/notices/{number}/decision", data=signed(person, text))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"/cases/{CASE}"
    with desk.opened() as site:
        assert site.rooms.approvals.desk.open()[0].error is None
        newest = site.parts.approvals.of(number)[-1]
        assert (newest.approver, newest.decision) == ("reiji-t", "approve")


def test_a_stale_page_says_who_did_what(desk, number):
    first, second = desk.browser("reiji-t"), desk.browser("reiji-t")
    person = desk.people["reiji-t"]
    shown = decision(second, number)
    done = first.post(
        f"/notices/{number}/decision", data=signed(person, decision(first, number))
    )
    assert done.status_code == 303
    late = second.post(
        f"/notices/{number}/decision", data=signed(person, shown), headers=WITH_TEXT
    )
    assert late.status_code == 409
    assert re.search(f"{number} was approved by reiji-t at 20", late.text)
    late = second.post(
        f"/notices/{number}/reject",
        data={"version": hidden(shown, "version"), "reason": "x"},
    )
    assert late.status_code == 409
    with desk.opened() as site:
        assert len(site.parts.approvals.of(number)) == 1


def test_rejecting_needs_a_reason_and_a_passkey(desk, number):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    version = hidden(decision(client, number), "version")
    path = f"/notices/{number}/reject"
    assert client.post(path, data={"version": version}).status_code == 400
    text = client.post(path, data={"version": version, "reason": "宛先違い"}).text
    assert "宛先違い" in text
    answer = client.post(f"/notices/{number}/decision", data=signed(person, text))
    assert answer.status_code == 303, answer.text
    with desk.opened() as site:
        assert site.parts.approvals.of(number)[-1].decision == "reject"


def test_a_login_is_no_approval(desk, number):
    """What was signed to come in opens nothing else."""
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    text = decision(client, number)
    form = signed(person, text)
    form |= fields_of(person, challenge_in(client.get("/login").text))
    assert client.post(f"/notices/{number}/decision", data=form).status_code == 409


def test_everything_is_held_and_released(desk, number):
    client = desk.browser("unyo-s")
    assert client.post("/hold", data={"reason": ""}).status_code == 400
    assert client.post("/hold", data={"reason": "誤送信の疑い"}).status_code == 303
    other = desk.browser("kansa-m").get("/").text
    assert "誤送信の疑い" in other
    assert "person:unyo-s" in other
    again = client.post("/hold", data={"reason": "x"}, headers=WITH_TEXT)
    assert again.status_code == 409
    assert "person:unyo-s has put everything on hold" in again.text
    hold_id = hidden(client.get("/hold").text, "hold")
    desk.clock.move(minutes=6)
    stale = client.post("/release", data={"hold": hold_id, "reason": "調査済み"})
    assert stale.status_code == 403
    client = desk.browser("unyo-s")
    wrong = client.post("/release", data={"hold": "00", "reason": "調査済み"})
    assert wrong.status_code == 409
    good = client.post("/release", data={"hold": hold_id, "reason": "調査済み"})
    assert good.status_code == 303
    assert "誤送信の疑い" not in client.get("/").text


def test_every_door_obeys_a_hold(desk, number):
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    client.post(
        f"/notices/{number}/decision", data=signed(person, decision(client, number))
    )
    with desk.opened() as site:
        site.sign_drafts()
        [notice] = site.statuses()
        assert notice.state.value == "held"
        site.rooms.access.holds.hold("調査中")
        with pytest.raises(OnHold):
            site.parts.store.queue(number, now=desk.clock.now)
        with pytest.raises(OnHold):
            site.send(site.prepare(site.read_case(CASE)))
        assert site.statuses()[0].state.value == "held"
        site.rooms.access.holds.release("済み")
        site.parts.store.queue(number, now=desk.clock.now)
        # what was queued before stays where it is
        site.rooms.access.holds.hold("もう一度")
        assert site.work(ignore_backoff=True) == []
        assert site.statuses()[0].state.value == "queued"
        with pytest.raises(RefusedError):
            site.rooms.access.holds.hold("三度目")


def test_the_first_administrator_by_a_link(tmp_path, desk):
    """Another site, where nobody is enrolled."""

    home = tmp_path / "new"
    set_up(home)
    first = passkey("kanri-b", "管理 望", Role.ADMINISTRATOR)
    new = Desk(home, desk.clock, {"kanri-b": first})
    settings = ConsoleSettings(
        site_path=home, party=PARTY, center="見本", center_en="Example"
    )
    new.app = make_console(settings, clock=lambda: desk.clock.now)
    with new.opened() as site:
        _, secret = site.rooms.access.links.make(
            "kanri-b", "管理 望", [Role.ADMINISTRATOR]
        )
    client = new.browser()
    path = f"/link/{secret}"
    assert "管理 望" in client.get(path).text

    made = {
        "public_key": b64encode(first.spki).decode(),
        "credential_id": b64encode(b"kanri-b" * 4).decode(),
    }
    text = client.post(path, data=made).text
    form = made | {
        "statement": hidden(text, "statement"),
        **fields_of(first, challenge_in(text)),
    }
    assert client.post(f"{path}/confirm", data=form).status_code == 200
    assert client.get(path).status_code == 409
    assert log_in(client, first).status_code == 303
    with new.opened() as site:
        known = site.rooms.approvals.people.known()["kanri-b"]
        assert known.enrolled.may(Role.ADMINISTRATOR)


def test_another_person_is_enrolled_by_an_administrator(desk):

    new = passkey("shin-k", "新任 薫", Role.CHECKER)
    with desk.opened() as site:
        _, secret = site.rooms.access.links.make("shin-k", "新任 薫", [Role.CHECKER])
    client, path = desk.browser(), f"/link/{secret}"
    made = {
        "public_key": b64encode(new.spki).decode(),
        "credential_id": b64encode(b"shin-k" * 4).decode(),
    }
    text = client.post(path, data=made).text
    form = made | {"statement": hidden(text, "statement")}
    wrong = form | fields_of(desk.people["reiji-t"], challenge_in(text))
    assert client.post(f"{path}/confirm", data=wrong).status_code == 409
    form |= fields_of(new, challenge_in(text))
    assert client.post(f"{path}/confirm", data=form).status_code == 200
    # not yet: the ledger wants an administrator
    assert log_in(client, new).status_code == 409
    boss = desk.browser("kanri-a")
    text = boss.get("/people").text
    form = {
        "link": hidden(text, "link"),
        "statement": hidden(text, "statement"),
        **fields_of(desk.people["kanri-a"], challenge_in(text)),
    }
    assert boss.post("/people", data=form).status_code == 303
    assert boss.post("/people", data=form).status_code == 409
    assert log_in(client, new).status_code == 303


def test_a_link_is_good_for_a_day(desk):
    with desk.opened() as site:
        _, secret = site.rooms.access.links.make("shin-k", "新任 薫", [Role.CHECKER])
    assert desk.browser().get(f"/link/{secret}").status_code == 200
    desk.clock.now += timedelta(hours=25)
    assert desk.browser().get(f"/link/{secret}").status_code == 409


def test_urls_are_text(desk, number):
    client = desk.browser("reiji-t")
    text = decision(client, number) + client.get(f"/cases/{CASE}").text
    assert "https://board.example.jp" in text
    assert re.findall(r'(?:href|src|action)="(?!/)[^"#]', text) == []


def test_facts_of_a_case_are_told_in_words(desk, number):
    """A Japanese page told `rung: board_administrator` and `source: public`."""
    visitor = desk.browser("kansa-m")
    page = visitor.get(f"/cases/{CASE}?lang=ja").text
    told = "".join(re.findall(r'<span class="pair">.*?</span>', page))
    assert "通報元: " in told
    assert not re.search(r"[a-z]+_[a-z]+", re.sub(r"<.*?>", "", told)), told
    assert "Reported by: " in visitor.get(f"/cases/{CASE}?lang=en").text


def test_a_case_is_found_by_id_and_number(desk, number):
    client = desk.browser("kansa-m")
    for wanted in (CASE, number):
        assert f"<h1>{CASE}</h1>" in client.get("/find", params={"q": wanted}).text
    assert client.get("/find", params={"q": "nothing"}).status_code == 404
    listed = client.get("/cases", params={"state": "analysed"}).text
    assert f"/cases/{CASE}" in listed
    assert client.get("/cases", params={"state": "no-state"}).status_code == 404
    picture = client.get(f"/notices/{number}/pages/1")
    assert picture.content.startswith(b"\x89PNG")
    file = client.get(f"/notices/{number}/files/notice.json")
    assert "attachment" in file.headers["content-disposition"]


def test_two_languages(desk):
    client = desk.browser("kansa-m")
    assert '<html lang="ja">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=en").text
    assert "Hold everything" in client.get("/hold").text
    assert ORIGIN.startswith("https://")


def test_a_mornings_looks(desk, number):
    """Sent, five business days later: looked at on one page, and due no more."""
    client = desk.browser("reiji-t")
    person = desk.people["reiji-t"]
    client.post(
        f"/notices/{number}/decision", data=signed(person, decision(client, number))
    )
    line = {
        "fact": "requested",
        "case_id": CASE,
        "at": desk.clock.now.isoformat(),
        "by": "import",
        "number": number,
        "kind": "request",
        "rung": "website_administrator",
    }
    with desk.opened() as site:
        site.record([read_fact(json.dumps(line))])
    desk.clock.move(days=20)
    operator = desk.browser("unyo-s")
    assert operator.post("/looks", data={"from": "JP"}).status_code == 400
    text = operator.get("/looks").text
    assert f'name="outcome-{CASE}"' in text
    wrong = {"from": "JP", f"outcome-{CASE}": "eaten"}
    assert operator.post("/looks", data=wrong).status_code == 400
    # what was filled in is still there
    kept = operator.post("/looks", data={"from": "japan", f"outcome-{CASE}": "removed"})
    assert kept.status_code == 400
    assert '<option value="removed" selected>' in kept.text
    assert 'value="japan"' in kept.text
    done = operator.post("/looks", data={"from": "JP", f"outcome-{CASE}": "removed"})
    assert done.status_code == 303, done.text
    with desk.opened() as site:
        looked = site.case(CASE).facts[-1]
    assert (looked.kind.value, looked.by) == ("looked", "unyo-s")
    assert f'name="outcome-{CASE}"' not in operator.get("/looks").text


def test_the_tables_of_a_year(desk):
    client = desk.browser("kansa-m")
    with desk.opened() as site:
        counted = site.rooms.cases.statistician.count(
            desk.clock.now.year, as_of=None, size=None
        )
    text = client.get("/statistics").text
    assert counted["ledger"]["root"] in text
    titles = [table["title_ja"] for table in counted["tables"].values()]
    # a table without a line has no place on the page
    assert len([title for title in titles if title in text]) >= 8
    for wrong in ({"year": "12"}, {"year": "２０２６"}, {"as_of": "yesterday"}):
        assert client.get("/statistics", params=wrong).status_code == 404


def test_what_is_to_be_sent_is_not_forgotten_over_a_hold(desk, number):
    """A draft was signed during the hold, not queued, and never sent afterwards."""
    client, person = desk.browser("reiji-t"), desk.people["reiji-t"]
    client.post(
        f"/notices/{number}/decision", data=signed(person, decision(client, number))
    )
    with desk.opened() as site:
        site.ask_to_send(site.prepare(site.read_case(CASE)))
        site.rooms.access.holds.hold("調査中")
        assert site.sign_drafts() == []
        assert site.statuses()[0].state.value == "drafted"
        site.rooms.access.holds.release("済み")
        site.sign_drafts()
        assert site.statuses()[0].state.value == "queued"


def test_every_word_of_the_program_has_a_word_for_people():
    """What a case or notice shows is in the catalogue, not in the program's words."""
    events = set(EventKind) - set(WITHOUT_NUMBER)
    mails = {f"mail_{kind}" for kind in MailKind}
    kinds = (State, CaseState, DueKind, FactKind, LookOutcome, Role, RequestKind)
    stages = {f"stage_{stage}" for stage in Stage}
    shown = {str(word) for kind in kinds for word in kind} | mails | events | stages
    assert not shown - set(LABELS)


def test_categories_have_their_names(desk):
    client = desk.browser("kansa-m")
    for language, name in (("ja", "口座"), ("en", "account")):
        client.headers["Accept-Language"] = language
        for path in ("/cases", f"/cases/{CASE}", f"/prepare/{CASE}"):
            shown = client.get(path).text
            assert name in shown
            assert "<td>bank-account" not in shown
            assert "<dd>bank-account" not in shown
    slug = "bank-account-transfer-solicitation"
    found = client.get("/cases", params={"category": slug}).text
    assert f'value="{slug}" selected' in found


def test_a_second_link_does_not_overwrite_a_passkey(desk):
    """An authenticator holds one passkey of a user handle (WebAuthn, 6.3.2)."""
    handles = set()
    for _ in range(2):
        with desk.opened() as site:
            links = site.rooms.access.links
            _, secret = links.make("kanri-a", "管理 明", [Role.ADMINISTRATOR])
        text = desk.browser().get(f"/link/{secret}").text
        handles |= set(re.findall(r'data-user="([^"]+)"', text))
    assert len(handles) == 2
