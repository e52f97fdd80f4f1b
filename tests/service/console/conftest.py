"""A site that wants approvals, and its console as people see it."""

import re
from base64 import b64encode, urlsafe_b64decode
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from notices.approval import ENROLMENT_PREFIX, Role, statement_sha256
from notices.service.console import ConsoleSettings, make_console
from notices.service.guard.limits import RateLimit
from notices.site import Site
from notices.site.approval.people_desk import Candidate
from notices.site.starting import start_site
from notices.verifying.approval.signatures import SignatureKind
from notices.verifying.approval.statement import RelyingParty
from tests.service.api.conftest import Clock
from tests.site.approval.people import CHECKER, ORIGIN, RP_ID, Passkey

CASE = "IHC-2026-004217"
PARTY = RelyingParty(rp_id=RP_ID, origin=ORIGIN)
OWN = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}


def set_up(home: Path, *, rp_id: str = RP_ID, origin: str = ORIGIN) -> None:
    """A site that wants approvals by passkeys."""
    start_site(home)
    path = home / "notices.toml"
    text = path.read_text("utf-8")
    for old, new in (
        ('required = "none"', 'required = "checker"'),
        ('rp_id = ""', f'rp_id = "{rp_id}"'),
        ('origin = ""', f'origin = "{origin}"'),
        ('look_before_send = "warn"', 'look_before_send = "off"'),
    ):
        head, found, rest = text.partition("[approval]")
        if old in rest:
            text = head + found + rest.replace(old, new, 1)
        else:
            assert old in head
            text = head.replace(old, new, 1) + found + rest
    path.write_text(text, "utf-8")


def passkey(person: str, name: str, *roles: Role) -> Passkey:
    made = Passkey.made(person, name)
    return Passkey(person, name, made.private, roles)


def candidate_of(person: Passkey) -> Candidate:
    found = person.candidate
    key = type(found.key)(
        public_key=person.spki, credential_id=person.person.encode() * 4
    )
    return Candidate(
        person=found.person,
        name=found.name,
        roles=found.roles,
        key_kind=found.key_kind,
        key=key,
    )


def enrol(site: Site, person: Passkey, by: Passkey) -> None:
    desk = site.rooms.approvals.people
    candidate = candidate_of(person)
    octets = desk.request(candidate, by.person).octets()
    challenge = bytes.fromhex(statement_sha256(ENROLMENT_PREFIX, octets))
    signature = by.tap(challenge).octets()
    desk.take(octets, SignatureKind.ASSERTION, signature, candidate.key)


def fields_of(person: Passkey, challenge: bytes, **changes: object) -> dict[str, str]:
    """What the browser fills in once the passkey has answered."""
    tapped = person.tap(challenge, **changes)
    return {
        name: b64encode(getattr(tapped, name)).decode()
        for name in ("authenticator_data", "client_data_json", "signature")
    }


def challenge_in(text: str) -> bytes:
    found = re.search(r'data-challenge="([^"]+)"', text)
    assert found, text
    return urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, text
    return found[1]


@dataclass
class Desk:
    """A console, its people, and their browsers."""

    home: Path
    clock: Clock
    people: dict[str, Passkey]
    clients: list[TestClient] = field(default_factory=list)
    app: object = None

    def opened(self, by: str = "") -> Site:
        return Site.open(self.home, clock=lambda: self.clock.now, by=by)

    def browser(self, person: str = "", *, address: str = "192.0.2.1") -> TestClient:
        """A browser; logged in, where a person is named."""
        made = TestClient(
            self.app,  # type: ignore[arg-type]
            base_url=ORIGIN,
            headers=OWN,
            follow_redirects=False,
            client=(address, 50000),
        )
        if person:
            answer = log_in(made, self.people[person])
            assert answer.status_code == 303, answer.text
        return made


def log_in(visitor: TestClient, person: Passkey, at: str = "/login", **changes: object):
    page = visitor.get(at).text
    form = fields_of(person, challenge_in(page), **changes)
    form["next"] = hidden(page, "next")
    form["credential_id"] = b64encode(person.person.encode() * 4).decode()
    return visitor.post("/login", data=form)


@pytest.fixture(scope="session")
def passkeys() -> dict[str, Passkey]:
    return {
        "kanri-a": passkey("kanri-a", "管理 明", Role.ADMINISTRATOR),
        "reiji-t": passkey("reiji-t", CHECKER, Role.CHECKER),
        "unyo-s": passkey("unyo-s", "運用 進", Role.OPERATOR),
        "hantei-s": passkey("hantei-s", "判定 進", Role.ASSESSOR),
        "kansa-m": passkey("kansa-m", "監査 実", Role.AUDITOR),
    }


@pytest.fixture
def desk(tmp_path: Path, passkeys: dict[str, Passkey]) -> Desk:
    home = tmp_path / "site"
    set_up(home)
    made = Desk(home, Clock(), passkeys)
    with made.opened() as site:
        for person in passkeys.values():
            enrol(site, person, passkeys["kanri-a"])
        site.prepare(site.read_case(CASE))
    made.app = make_console(
        ConsoleSettings(
            site_path=home,
            party=PARTY,
            center="見本ホットライン",
            center_en="Example Hotline",
            logins=RateLimit(requests=10, seconds=300.0),
        ),
        clock=lambda: made.clock.now,
        monotonic=lambda: made.clock.seconds,
    )
    return made


@pytest.fixture
def number(desk: Desk) -> str:
    with desk.opened() as site:
        return site.parts.store.find(CASE)[0].number
