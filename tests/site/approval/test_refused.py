"""Approvals that are not taken: each for its own reason, and nothing is queued."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from notices.approval import ENROLMENT_PREFIX, canonical, read_approval
from notices.delivery import State
from notices.errors import NoticesError
from notices.verifying.approval.statement import SignatureKind
from tests.site.approval.people import Card, Passkey, approve, enrol
from tests.site.approval.test_stale import revoke
from tests.site.conftest import CASE_1, CASE_2_ABROAD


def changed(octets, **members):
    """The statement with other members, each by its path, canonical again."""
    value = json.loads(octets)
    for path, new in members.items():
        *above, last = path.split("__")
        at = value
        for name in above:
            at = at[name]
        at[last] = new
    return canonical(value)


def rehashed(octets, **members):
    """The same, and the draft's hash fits what it says."""
    made = changed(octets, **members)
    value = json.loads(made)
    from notices.approval import draft_sha256  # noqa: PLC0415

    return changed(made, draft_sha256=draft_sha256(canonical(value["draft"])))


OTHER = "ab" * 32
STATEMENTS = {
    # what is approved
    "another number": (
        "approval-other-notice",
        lambda it: rehashed(it, draft__number="R8-2-000002"),
    ),
    "another case": (
        "approval-other-notice",
        lambda it: rehashed(it, draft__case_id="IHC-2026-004218"),
    ),
    "an older letter": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__documents=_documents(it, "letter.txt")),
    ),
    "another pdf": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__documents=_documents(it, "letter.unsigned.pdf")),
    ),
    "another judgment": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__documents=_documents(it, "judgment.json")),
    ),
    "another mail": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__documents=_documents(it, "mail.txt")),
    ),
    "one document more": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__documents=_documents(it, "more.txt")),
    ),
    "another mailbox": (
        "approval-other-draft",
        lambda it: rehashed(
            it,
            draft__recipient={
                "name": json.loads(it)["draft"]["recipient"]["name"],
                "mailbox": "other@board.example.jp",
            },
        ),
    ),
    "another subject": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__subject="hello"),
    ),
    "another rung": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__rung="server_administrator"),
    ),
    "another form": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__form="form2"),
    ),
    "another language": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__language="ja+en"),
    ),
    "another channel": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__channel="webform"),
    ),
    "as a test": ("approval-other-draft", lambda it: rehashed(it, draft__test=True)),
    "another kind": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__kind="withdrawal"),
    ),
    "another ordinal": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__ordinal=2),
    ),
    "a shorter letter": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__pdf_bytes=1),
    ),
    "another assessor": (
        "approval-other-draft",
        lambda it: rehashed(it, draft__assessor="別人 次郎"),
    ),
    "other templates": (
        "approval-other-editions",
        lambda it: rehashed(it, draft__templates="2020-01-01"),
    ),
    "another catalogue": (
        "approval-other-editions",
        lambda it: rehashed(it, draft__catalogue="2020-01-01"),
    ),
    # who
    "another log": ("approval-other-log", lambda it: changed(it, log="example.test/x")),
    "nobody": (
        "approver-unknown",
        lambda it: changed(it, approver__person="nobody-x"),
    ),
    "another name": (
        "approver-not-checker",
        lambda it: changed(it, approver__name="X"),
    ),
    "another role": (
        "approver-role",
        lambda it: changed(it, approver__role="administrator"),
    ),
    "another key": (
        "approver-other-key",
        lambda it: changed(it, approver__key_sha256=OTHER),
    ),
    "another enrolment": (
        "approver-other-key",
        lambda it: changed(it, approver__enrolled={"leaf": OTHER, "seq": 1}),
    ),
    "no enrolment": (
        "approver-other-key",
        lambda it: changed(it, approver__enrolled=None),
    ),
    # when
    "before the draft": (
        "approval-too-early",
        lambda it: changed(it, at="2026-01-05T00:00:00.000000Z"),
    ),
    "ahead of time": (
        "approval-ahead",
        lambda it: changed(it, at="2099-01-05T00:00:00.000000Z"),
    ),
    # how it is written
    "another schema": (
        "approval-malformed",
        lambda it: changed(it, schema="urn:notices:approval:9"),
    ),
    "one member more": ("approval-malformed", lambda it: changed(it, more="x")),
    "a blank": ("approval-malformed", lambda it: it.replace(b":", b": ", 1)),
    "a line end": ("approval-malformed", lambda it: it + b"\n"),
    "a member twice": (
        "approval-malformed",
        lambda it: it[:-1] + b',"schema":"urn:notices:approval:1"}',
    ),
    "a short nonce": ("approval-malformed", lambda it: changed(it, nonce="ab")),
    "a decision of its own": (
        "approval-malformed",
        lambda it: changed(it, decision="perhaps"),
    ),
    "a rejection without a reason": (
        "approval-malformed",
        lambda it: changed(it, decision="reject"),
    ),
    "a moment without its digits": (
        "approval-malformed",
        lambda it: changed(it, at="2026-11-28T00:00:00Z"),
    ),
    "a hash that does not fit": (
        "approval-malformed",
        lambda it: changed(it, draft_sha256=OTHER),
    ),
    "a draft with a member more": (
        "approval-malformed",
        lambda it: changed(it, draft=json.loads(it)["draft"] | {"more": "x"}),
    ),
    "no json": ("approval-malformed", lambda _it: b"approve"),
    "far too long": ("approval-malformed", lambda it: changed(it, reason="x" * 70_000)),
}
"""Named by what was changed before the checker signed it: code, and how."""


def _documents(octets, name):
    return json.loads(octets)["draft"]["documents"] | {name: OTHER}


@pytest.fixture(scope="module")
def shared(tmp_path_factory, cards):
    """One site for all: a refusal changes nothing, as each test asserts."""
    from notices.site import Site  # noqa: PLC0415
    from notices.site.starting import start_site  # noqa: PLC0415
    from tests.site.conftest import Desk  # noqa: PLC0415

    home = tmp_path_factory.mktemp("refused") / "site"
    start_site(home)
    desk = Desk(home, None)
    desk.set("look_before_send", '"off"')
    desk.set("required", '"checker"', section="approval")
    desk.set("rp_id", '"console.example.jp"', section="approval")
    desk.set("origin", '"https://console.example.jp"', section="approval")
    with Site.open(home) as site:
        for card in cards.values():
            enrol(site, card.candidate, cards["kanri-a"])
        number = site.prepare(site.read_case(CASE_1)).number
        assert site.prepare(site.read_case(CASE_2_ABROAD)).number == "R8-2-000002"
        yield site, number


def refused(site, number, octets, **signature):
    before = site.parts.store.ledger.size()
    with pytest.raises(NoticesError) as caught:
        site.approve(octets, **signature)
    assert site.parts.store.ledger.size() == before
    assert site.parts.approvals.of(number) == ()
    assert site.sign_drafts() == []
    assert site.parts.store.get(number).state is State.DRAFTED
    assert str(caught.value.message)
    return caught.value


@pytest.mark.parametrize("what", STATEMENTS)
def test_a_statement_that_is_not_ours(shared, checker, what):
    site, number = shared
    code, forge = STATEMENTS[what]
    octets = forge(site.approval_request(number, person=checker.person).octets)
    error = refused(site, number, octets, cms=checker.sign(octets))
    assert error.code == code


def flipped(octets, at):
    return octets[:at] + bytes([octets[at] ^ 1]) + octets[at + 1 :]


SIGNATURES = {
    "an altered nonce": lambda it, card: card.sign(changed(it, nonce=OTHER)),
    "over the bare file": lambda it, card: card.sign(it, b""),
    "over an enrolment": lambda it, card: card.sign(it, b"notices/enrolment/v1\n"),
    "a bit of the value": lambda it, card: flipped(card.sign(it), -1),
    "octets behind it": lambda it, card: card.sign(it) + b"\0",
    "half of it": lambda it, card: card.sign(it)[:200],
    "no CMS": lambda _it, _card: b"signed",
    "text": lambda it, _card: it,
}


@pytest.mark.parametrize("what", SIGNATURES)
def test_a_signature_that_does_not_hold(shared, checker, what):
    site, number = shared
    octets = site.approval_request(number, person=checker.person).octets
    cms = SIGNATURES[what](octets, checker)
    error = refused(site, number, octets, cms=cms)
    assert error.code == "approval-signature"


@pytest.mark.parametrize(
    ("off", "code"),
    [
        (timedelta(days=-9999), "approval-too-early"),
        (timedelta(hours=-1), "approval-too-early"),
        (timedelta(hours=1), "approval-ahead"),
        (timedelta(days=8000), "approval-ahead"),
    ],
)
def test_a_signing_time_that_cannot_be_true(shared, checker, off, code):
    """Only the statement's own time was looked at; the CMS could say any other."""
    site, number = shared
    octets = site.approval_request(number, person=checker.person).octets
    cms = checker.sign(octets, at=site.clock() + off)
    assert refused(site, number, octets, cms=cms).code == code


def test_nobody_is_enrolled_by_a_signature_of_another_time(shared, cards):
    site, _ = shared
    desk, admin = site.rooms.approvals.people, cards["kanri-a"]
    new = Card.made("shin-s", "新 一").candidate
    octets = desk.request(new, admin.person).octets()
    for off in (timedelta(days=-1), timedelta(days=1)):
        cms = admin.sign(octets, ENROLMENT_PREFIX, site.clock() + off)
        with pytest.raises(NoticesError) as caught:
            desk.take(octets, SignatureKind.CMS, cms, new.key)
        assert caught.value.code in ("approval-too-early", "approval-ahead")
    assert new.person not in desk.known()


def test_a_certificate_of_another_person_of_the_same_name(shared, checker):
    site, number = shared
    octets = site.approval_request(number, person=checker.person).octets
    twin = Card.made(checker.person, checker.name)
    error = refused(site, number, octets, cms=twin.sign(octets))
    assert error.code == "approver-other-key"


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("mihon-h", "approver-is-assessor"),
        ("suzuki-m", "approver-not-checker"),
        ("kanri-a", "approver-role"),
    ],
)
def test_a_person_who_may_not(shared, cards, person, code):
    site, number = shared
    octets = site.approval_request(number, person=person).octets
    assert refused(site, number, octets, cms=cards[person].sign(octets)).code == code


def test_replayed_twice_late_and_of_a_revoked_key(wanting, opened, checker, cards):
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        request = site.approval_request(number, person=checker.person)
        signature = checker.sign(request.octets)
        site.approve(request.octets, cms=signature)
        assert code_of(site, request.octets, cms=signature) == "approval-replayed"
        second = site.approval_request(number, person=checker.person)
        assert (
            code_of(site, second.octets, cms=checker.sign(second.octets))
            == "approval-twice"
        )
        site.sign_drafts()
        late = site.approval_request(
            number, person=checker.person, decision="reject", reason="no"
        )
        site.parts.store.queue(number, now=site.clock())
        assert (
            code_of(site, late.octets, cms=checker.sign(late.octets))
            == "approval-too-late"
        )
        other = site.prepare(site.read_case(CASE_2_ABROAD)).number
        last = site.approval_request(other, person=checker.person)
        revoke(site, checker.person, cards["kanri-a"])
        assert (
            code_of(site, last.octets, cms=checker.sign(last.octets))
            == "approver-revoked"
        )


def code_of(site, octets, **signature):
    with pytest.raises(NoticesError) as caught:
        site.approve(octets, **signature)
    return caught.value.code


def test_in_test_mode_one_person_may_do_both(wanting, opened, cards):
    wanting.set("address", '"trial@hotline.example.jp"', section="test")
    with opened() as site:
        number = site.prepare(site.read_case(CASE_1)).number
        approve(site, number, cards["mihon-h"])
        assert [each.state for each in site.sign_drafts()] == [State.HELD]
        told = site.parts.store.ledger.told(number)
        assert [each["approver"] for each in told if each["event"] == "approved"] == [
            "mihon-h"
        ]


# passkeys

CLIENTS = {
    "another origin": {"client": {"origin": "https://evil.example"}},
    "within a frame": {"client": {"crossOrigin": True}},
    "a registration": {"client": {"type": "webauthn.create"}},
    "another challenge": {"client": {"challenge": "AAAA"}},
    "another rp id": {"rp_id": "evil.example"},
    "nobody there": {"flags": 0x04},
    "nobody verified": {"flags": 0x01},
    "with attested data": {"flags": 0x45},
    "with extensions": {"flags": 0x85},
    "backed up and cannot be": {"flags": 0x15},
    "a reserved flag": {"flags": 0x07},
    "longer data": {"more": b"\0"},
    "another signature": {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    "a member twice": {"client_json": b'{"type":"webauthn.get","type":"webauthn.get"}'},
    "no json": {"client_json": b"\xff\xfe"},
}


@pytest.fixture(params=["ES256", "EdDSA"], scope="module")
def passkey(request, shared, cards):
    site, _ = shared
    person = f"key-{request.param.lower()}"
    made = Passkey.made(person, cards["reiji-t"].name, eddsa=request.param == "EdDSA")
    enrol(site, made.candidate, cards["kanri-a"])
    return made


@pytest.mark.parametrize("what", CLIENTS)
def test_an_assertion_that_does_not_hold(shared, passkey, what):
    site, number = shared
    request = site.approval_request(number, person=passkey.person)
    tapped = passkey.tap(request.challenge, **dict(CLIENTS[what]))
    error = refused(site, number, request.octets, assertion=tapped.octets())
    assert error.code == "approval-signature"


def test_an_assertion_of_another_passkey(shared, passkey):
    site, number = shared
    request = site.approval_request(number, person=passkey.person)
    other = Passkey.made("x", "x").tap(request.challenge)
    error = refused(site, number, request.octets, assertion=other.octets())
    assert error.code == "approver-other-key"
    stolen = replace(other, public_key=passkey.spki)
    error = refused(site, number, request.octets, assertion=stolen.octets())
    assert error.code == "approval-signature"


@pytest.mark.parametrize("eddsa", [False, True])
@pytest.mark.parametrize("flags", [0x05, 0x0D, 0x1D])
def test_a_passkey_approves_and_another_reader_agrees(
    wanting, opened, cards, eddsa, flags
):
    """fido2 of Yubico reads the same assertion and accepts it."""
    from fido2 import cose  # noqa: PLC0415
    from fido2.webauthn import AuthenticatorData, CollectedClientData  # noqa: PLC0415

    wanting.set("rp_id", '"console.example.jp"', section="approval")
    wanting.set("origin", '"https://console.example.jp"', section="approval")
    made = Passkey.made("key-1", cards["reiji-t"].name, eddsa=eddsa)
    with opened() as site:
        enrol(site, made.candidate, cards["kanri-a"])
        number = site.prepare(site.read_case(CASE_1)).number
        request = site.approval_request(number, person="key-1")
        assert request.credential_id == b"credential-1"
        tapped = made.tap(request.challenge, flags=flags)
        data = CollectedClientData(tapped.client_data_json)
        assert (data.challenge, data.origin) == (
            request.challenge,
            "https://console.example.jp",
        )
        read = AuthenticatorData(tapped.authenticator_data)
        assert read.is_user_verified()
        kind = cose.EdDSA if eddsa else cose.ES256
        kind.from_cryptography_key(made.private.public_key()).verify(
            tapped.authenticator_data + data.hash, tapped.signature
        )
        site.approve(request.octets, assertion=tapped.octets())
        assert [each.state for each in site.sign_drafts()] == [State.HELD]


def test_a_day_of_approvals(wanting, opened, checker):
    """Twenty cases, one person: each has a signature of its own."""
    with opened() as site:
        for count in range(20):
            case = wanting.case(CASE_1, case_id=f"IHC-2026-01{count:04}")
            number = site.prepare(site.read_case(case)).number
            approve(site, number, checker)
        done = site.sign_drafts()
        assert [each.state for each in done] == [State.HELD] * 20
        hashes = {
            read_approval(each.statement).draft_sha256
            for stored in site.parts.store.list()
            for each in site.parts.approvals.of(stored.number)
        }
        assert len(hashes) == 20
