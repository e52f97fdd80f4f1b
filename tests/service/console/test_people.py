"""People and keys, the doctor's page, and what presses today."""

import json
import re
import subprocess
from datetime import timedelta

import pytest

from notices.approval import Role
from notices.casework import read_fact
from notices.delivery import State
from notices.errors import InputError, RefusedError
from notices.judgment import JST
from notices.service.console.acts import looking
from notices.site import Site
from tests.programs import require_program
from tests.service.console.conftest import (
    CASE,
    ORIGIN,
    challenge_in,
    enrol,
    fields_of,
    hidden,
    log_in,
    passkey,
    set_up,
)
from tests.site.approval.people import Passkey

ENGLISH = {"Accept-Language": "en"}


def fact(name, case_id, at, **fields):
    told = {"fact": name, "case_id": case_id, "at": at.isoformat(), "by": "import"}
    return told | fields


def analysed(case_id, at):
    return fact(
        "analysed",
        case_id,
        at,
        category="bank-account-transfer-solicitation",
        found_on=at.date().isoformat(),
        provider_location="JP",
        server_location="JP",
        source="public",
    )


def requested(case_id, at):
    number = f"R7-1-{int(case_id[-4:]) + 900:06d}"
    return fact(
        "requested",
        case_id,
        at,
        number=number,
        kind="request",
        rung="website_administrator",
    )


def answered(case_id, at):
    number = requested(case_id, at)["number"]
    return fact("answered", case_id, at, number=number, answer="declined")


def revoking(desk, client, person, by="kanri-a"):
    """The page that asks for the passkey, and the form that it sends."""
    asked = client.post(f"/people/{person}/revoke", data={"reason": "異動のため"})
    assert asked.status_code == 200, asked.text
    assert "異動のため" in asked.text
    return {
        "statement": hidden(asked.text, "statement"),
        **fields_of(desk.people[by], challenge_in(asked.text)),
    }


def test_an_administrator_alone_revokes_at_once(desk):
    out, client = desk.browser("unyo-s"), desk.browser("kanri-a")
    assert out.get("/").status_code == 200
    form = revoking(desk, client, "unyo-s")
    done = client.post("/people/unyo-s", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/people")
    assert out.get("/").headers["location"] == "/login"
    assert log_in(desk.browser(), desk.people["unyo-s"]).status_code == 409
    with desk.opened() as site:
        found = site.rooms.approvals.people.known()["unyo-s"].enrolled
        assert found.is_revoked

    # who comes later is told, and nothing is written twice
    late = client.post("/people/unyo-s", data=form, headers=ENGLISH)
    assert late.status_code == 409
    assert "unyo-s was revoked before" in late.text
    assert "/people/unyo-s/revoke" not in client.get("/people/unyo-s").text


def test_what_was_signed_for_one_revokes_no_other(desk):
    client = desk.browser("kanri-a")
    form = revoking(desk, client, "unyo-s")
    assert client.post("/people/kansa-m", data=form).status_code == 409
    forged = form | fields_of(desk.people["reiji-t"], b"x" * 32)
    assert client.post("/people/unyo-s", data=forged).status_code == 409
    desk.clock.move(minutes=20)
    assert client.post("/people/unyo-s", data=form).status_code == 409
    with desk.opened() as site:
        known = site.rooms.approvals.people.known()
        assert not any(each.enrolled.is_revoked for each in known.values())


def test_a_revocation_needs_its_reason(desk):
    client = desk.browser("kanri-a")
    for reason in ("", "  ", "長" * 501):
        asked = client.post("/people/unyo-s/revoke", data={"reason": reason})
        assert asked.status_code == 400
    assert client.post("/people/nobody/revoke", data={"reason": "x"}).status_code == 400
    assert client.get("/people/nobody").status_code == 404


def test_the_only_administrator_is_warned(desk):
    client = desk.browser("kanri-a", address="192.0.2.9")
    client.headers["Accept-Language"] = "en"
    assert "only administrator" in client.get("/people/kanri-a").text
    assert "only administrator" not in client.get("/people/unyo-s").text
    reading = desk.browser("kansa-m")
    assert "revoke" not in reading.get("/people/unyo-s").text


def test_an_administrator_gives_a_link(desk):
    client = desk.browser("kanri-a")
    form = {"person": "shin-k", "name": "新任 花", "role-checker": "yes"}
    shown = client.post("/people/links", data=form)
    assert shown.status_code == 200, shown.text
    [address] = re.findall(rf"{re.escape(ORIGIN)}(/link/[\w-]{{43}})", shown.text)
    page = desk.browser().get(address)
    assert page.status_code == 200
    assert "新任 花" in page.text
    # shown once: no page has it again
    assert address not in client.get("/people").text
    with desk.opened() as site:
        link = site.rooms.access.links.open(address.rpartition("/")[2])
    assert (link.person, link.roles) == ("shin-k", (str(Role.CHECKER),))
    assert link.created_by == "person:kanri-a"


@pytest.mark.parametrize(
    "form",
    [
        {"person": "shin-k", "name": "新任 花"},
        {"person": "Shin K", "name": "新任 花", "role-checker": "yes"},
        {"person": "shin-k", "name": " ", "role-checker": "yes"},
        {"person": "shin-k", "name": "新任\t花", "role-checker": "yes"},
        {"person": "shin-k", "name": "\u3164", "role-checker": "yes"},
        {"person": "shin-k", "name": "新任 花", "role-king": "yes"},
    ],
)
def test_a_link_for_nobody_is_refused(desk, form):
    assert desk.browser("kanri-a").post("/people/links", data=form).status_code == 400


def test_one_that_cannot_be_enrolled_is_told_and_hides_no_other(desk):
    """The whole page was refused while such a passkey waited."""
    another = Passkey.made("shin-k", "新任 花")
    with desk.opened() as site:
        links = site.rooms.access.links
        for who, name, key in (
            ("kanri-z", "管理　明", Passkey.made("kanri-z", "管理 明").spki),
            ("shin-k", "新任 花", another.spki),
        ):
            link, _ = links.make(who, name, [Role.CHECKER])
            links.use(link, key, who.encode() * 4)
    text = desk.browser("kanri-a").get("/people", headers=ENGLISH).text
    assert "kanri-z is 管理 明, too, and nobody enrols himself" in text
    assert text.count('name="statement"') == 1


def test_a_link_needs_a_fresh_passkey(desk):
    client = desk.browser("kanri-a")
    desk.clock.move(minutes=6)
    form = {"person": "shin-k", "name": "新任 花", "role-checker": "yes"}
    assert client.post("/people/links", data=form).status_code == 403
    assert "/people/links" not in client.get("/people").text


def test_the_doctor_tells_what_is_broken_first(desk):
    client = desk.browser("unyo-s")
    client.headers["Accept-Language"] = "en"
    # nothing listens where the example's relay would be
    text = client.get("/doctor").text
    assert "does not answer" in text
    badges = re.findall(r'badge (ok|warning|fault)"', text)
    assert badges == sorted(badges, key=["fault", "warning", "ok"].index)
    (desk.home / "recipients.toml").write_text("nonsense = [", "utf-8")
    desk.clock.move(minutes=1)
    text = desk.browser("unyo-s").get("/doctor", headers=ENGLISH).text
    assert "recipients.toml" in text


def test_the_doctor_opens_no_key(desk):
    """What the console's user may not read is no fault of the site."""
    for path in (desk.home / "certs").rglob("*.p12"):
        path.unlink()
    text = desk.browser("unyo-s").get("/doctor").text
    assert ".p12" not in text
    assert "PIN" not in text


def test_today_is_not_flooded_by_looks(desk, monkeypatch):
    """Replies and drafts are on the page, however many looks are older."""
    client = desk.browser("kansa-m")
    began = desk.clock.now - timedelta(days=40)
    lines = []
    for index in range(8):
        case_id = f"OLD-{index:04d}"
        lines += [analysed(case_id, began), requested(case_id, began)]
    lines += [analysed("ZNS-0099", began), requested("ZNS-0099", began)]
    lines.append(answered("ZNS-0099", desk.clock.now - timedelta(hours=1)))
    with desk.opened() as site:
        site.record([read_fact(json.dumps(line)) for line in lines])
    monkeypatch.setattr(looking, "MOST_DUE", 3)
    text = client.get("/").text
    assert text.count('href="/cases/OLD-') == 3
    for kind in ("reply", "approval"):
        assert f'<h2 id="{kind}">' in text
    assert 'href="/cases/ZNS-0099"' in text
    assert CASE in text


def test_today_tells_when_the_certificate_ends(desk, number):
    client = desk.browser("reiji-t")
    client.headers["Accept-Language"] = "en"
    assert "Nothing was signed yet" in client.get("/").text
    text = client.get(f"/notices/{number}/decision").text
    form = {
        "statement": hidden(text, "statement"),
        "version": hidden(text, "version"),
        **fields_of(desk.people["reiji-t"], challenge_in(text)),
    }
    assert client.post(f"/notices/{number}/decision", data=form).status_code == 303
    with desk.opened(by="program:signer") as site:
        site.rooms.approvals.signer.sign(number)
        assert site.parts.store.get(number).state is State.HELD
        end = site.rooms.access.certificate_end().astimezone(JST).date()
    assert f'<time datetime="{end.isoformat()}">' in client.get("/").text
    # the link in the tile leads to it, once it is due
    desk.clock.now = desk.clock.now.replace(year=end.year, month=end.month)
    assert '<h2 id="certificate">' in desk.browser("kansa-m").get("/").text


def test_links_before_the_first_administrator(tmp_path):
    """They may be given, and wait for him: nothing is used up."""
    set_up(tmp_path / "site")
    with Site.open(tmp_path / "site") as site:
        links = site.rooms.access.links
        with pytest.raises(InputError, match="must be an administrator"):
            links.make("reiji-t", "例示 太郎", [Role.CHECKER])
        _, first = links.make("kanri-a", "管理 明", [Role.ADMINISTRATOR])
        _, second = links.make("reiji-t", "例示 太郎", [Role.CHECKER])
        assert links.open(first).person == "kanri-a"
        with pytest.raises(RefusedError, match="has not made his passkey yet"):
            links.open(second)
        enrol(site, *[passkey("kanri-a", "管理 明", Role.ADMINISTRATOR)] * 2)
        assert links.open(second).person == "reiji-t"


def test_a_case_is_taken_away_whole(desk, number, tmp_path):
    """As unzip and sha256sum find it; the same case gives the same octets."""
    client = desk.browser("kansa-m")
    answer = client.get(f"/cases/{CASE}/zip")
    assert answer.headers["content-type"] == "application/zip"
    assert f'filename="{CASE}.zip"' in answer.headers["content-disposition"]
    path = tmp_path / "case.zip"
    path.write_bytes(answer.content)
    unzip, check = require_program("unzip"), require_program("sha256sum")
    subprocess.run([unzip, "-q", path, "-d", tmp_path / "out"], check=True)
    subprocess.run(
        [check, "-c", "--strict", "SHA256SUMS"], cwd=tmp_path / "out", check=True
    )
    with desk.opened() as site:
        store = site.parts.store
        for name in store.artifact_names(number):
            found = (tmp_path / "out" / number / name).read_bytes()
            assert found == store.artifact(number, name)
    story = json.loads((tmp_path / "out" / "case.json").read_text("utf-8"))
    assert story["case_id"] == CASE
    assert client.get(f"/cases/{CASE}/zip").content == answer.content
    assert client.get("/cases/IHC-2026-999999/zip").status_code == 404
