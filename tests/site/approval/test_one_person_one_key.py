"""One key is one person, and nobody is enrolled without an administrator's signature.

Somebody who has the database, and somebody who is quick, are the attackers here.
"""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from notices.approval import ENROLMENT_PREFIX, Role, statement_sha256
from notices.delivery import State
from notices.errors import NoticesError
from notices.verifying.approval.signatures import SignatureKind
from tests.site.approval.people import CHECKER, Card, Passkey, approve, enrol
from tests.site.approval.test_doors import drafted, mails, raw
from tests.site.approval.test_stale import revoke

AT = "2026-01-01T00:00:00.000000Z"


def code_of(action):
    with pytest.raises(NoticesError) as caught:
        action()
    return caught.value.code


def signed_enrolment(site, card, administrator):
    """What `take` takes: the statement and the administrator's signature."""
    octets = site.rooms.approvals.people.request(card.candidate, administrator.person)
    octets = octets.octets()
    signature = administrator.sign(octets, ENROLMENT_PREFIX, site.clock())
    return octets, SignatureKind.CMS, signature, card.candidate.key


@pytest.fixture
def with_passkeys(wanting):
    wanting.set("rp_id", '"console.example.jp"', section="approval")
    wanting.set("origin", '"https://console.example.jp"', section="approval")
    return wanting


def test_the_key_of_a_certificate_is_no_passkey(with_passkeys, opened, checker):
    """Whoever has the key as a file can set the flags of an authenticator himself."""
    private, _, _ = pkcs12.load_key_and_certificates(checker.p12, None)
    with opened() as site:
        number = drafted(site).number
        asked = site.approval_request(number, person=checker.person)
        tapped = Passkey("x", "x", private).tap(asked.challenge).octets()
        assert (
            code_of(lambda: site.approve(asked.octets, assertion=tapped))
            == "approver-other-kind"
        )
        assert site.parts.approvals.of(number) == ()


def test_a_passkey_signs_no_cms(with_passkeys, opened, cards):
    """Else nobody would have to be verified, and no origin would be asked for."""
    card = Card.made("soft-s", CHECKER)
    private, _, _ = pkcs12.load_key_and_certificates(card.p12, None)
    with opened() as site:
        soft = Passkey("soft-s", CHECKER, private)
        enrol(site, soft.candidate, cards["kanri-a"])
        number = drafted(site).number
        asked = site.approval_request(number, person="soft-s")
        cms = card.sign(asked.octets)
        assert (
            code_of(lambda: site.approve(asked.octets, cms=cms))
            == "approver-other-kind"
        )
        approve_by = soft.tap(asked.challenge).octets()
        site.approve(asked.octets, assertion=approve_by)


def test_a_key_stays_its_persons_also_when_he_has_another(wanting, opened, cards):
    admin, reiji = cards["kanri-a"], cards["reiji-t"]
    with opened() as site:
        renewed = Card.made(reiji.person, reiji.name)
        enrol(site, renewed.candidate, admin)
        for owner in (reiji, renewed):
            twin = Card("futago-f", "双子 一", (Role.CHECKER,), "p256", owner.p12)
            assert (
                code_of(lambda t=twin: enrol(site, t.candidate, admin))
                == "key-of-another"
            )
        revoke(site, reiji.person, admin)
        twin = Card("futago-f", "双子 一", (Role.CHECKER,), "p256", reiji.p12)
        assert code_of(lambda: enrol(site, twin.candidate, admin)) == "key-of-another"
        people = site.rooms.approvals.people
        own = Card("futago-f", "双子 一", (Role.ADMINISTRATOR,), "p256", reiji.p12)
        assert (
            code_of(lambda: people.recover(own.candidate, reason="fire"))
            == "key-of-another"
        )
        # he himself may have it back: the card was found again
        enrol(site, reiji.candidate, admin)


def test_two_that_are_enrolled_at_once_do_not_get_one_key(wanting, opened, cards):
    admin = cards["kanri-a"]
    one = Card.made("kou-k", "甲 一")
    other = Card("otsu-o", "乙 二", (Role.CHECKER,), "p256", one.p12)
    with opened() as site:
        desk = site.rooms.approvals.people
        first, second = (signed_enrolment(site, each, admin) for each in (one, other))
        late = replace(desk, clock=in_between(site, lambda: desk.take(*first)))
        assert code_of(lambda: late.take(*second)) == "key-of-another"
        assert "otsu-o" not in desk.known()


def test_who_is_revoked_meanwhile_enrols_nobody(wanting, opened, cards):
    admin = cards["kanri-a"]
    second = Card.made("kanri-b", "管理 二郎", Role.ADMINISTRATOR)
    with opened() as site:
        enrol(site, second.candidate, admin)
        desk = site.rooms.approvals.people
        made = signed_enrolment(site, Card.made("kou-k", "甲 一"), second)
        clock = in_between(site, lambda: revoke(site, second.person, admin))
        late = replace(desk, clock=clock)
        assert code_of(lambda: late.take(*made)) == "approver-revoked"
        assert "kou-k" not in desk.known()


def in_between(site, action):
    """A clock that is asked twice, when judged and when written: acts in between."""
    asked = []

    def clock():
        asked.append(None)
        if len(asked) == 2:
            action()
        return site.clock()

    return clock


def test_an_enrolment_counts_once(wanting, opened, cards):
    admin = cards["kanri-a"]
    new = Card.made("shin-s", "新 一")
    with opened() as site:
        made = signed_enrolment(site, new, admin)
        desk = site.rooms.approvals.people
        desk.take(*made)
        revoke(site, "shin-s", admin)
        assert code_of(lambda: desk.take(*made)) == "approval-replayed"
        assert desk.known()["shin-s"].enrolled.is_revoked


def test_a_person_who_got_another_name_approves_by_that(wanting, opened, cards):
    """Renamed people are enrolled anew; what waits is to be approved anew."""
    admin, reiji = cards["kanri-a"], cards["reiji-t"]
    with opened() as site:
        number = drafted(site).number
        before = site.approval_request(number, person=reiji.person).octets
        renamed = replace(reiji, name="例示 花太郎")
        enrol(site, renamed.candidate, admin)
        assert (
            code_of(lambda: site.approve(before, cms=reiji.sign(before)))
            == "approver-other-key"
        )
        # and the judgment names the checker as he was called
        assert code_of(lambda: approve(site, number, reiji)) == "approver-not-checker"
        enrol(site, reiji.candidate, admin)
        approve(site, number, reiji)


# whoever has SQL


def write_enrolment(desk, card, octets, signature, *, by="kanri-a"):
    """The row, and the event that `take` would have told, waiting for its place."""
    digest = statement_sha256(ENROLMENT_PREFIX, octets)
    facts = {
        "person": card.person,
        "key_kind": "certificate",
        "key_sha256": card.candidate.key_sha256,
        "roles": " ".join(sorted(card.roles)),
        "enrolled_by": by,
        "statement_sha256": digest,
    }
    with raw(desk) as connection, connection:
        connection.execute(
            "INSERT OR IGNORE INTO enrolments VALUES "
            "(?, ?, 'enrol', ?, 'cms', ?, ?, x'', ?)",
            [
                digest,
                card.person,
                octets.decode(),
                signature,
                card.candidate.key.public_key,
                AT,
            ],
        )
        tell_enrolment(connection, facts)


def tell_enrolment(connection, facts):
    connection.execute(
        'INSERT INTO unordered (number, case_id, kind, at, "by", facts, beside) '
        "VALUES ('', '', 'person_enrolled', ?, 'user:root', ?, '{}')",
        [AT, json.dumps(facts)],
    )


def unsigned(site, card, cards):
    octets = site.rooms.approvals.people.request(card.candidate, "kanri-a").octets()
    return octets, b"\x30\x00"


def by_himself(site, card, cards):
    octets = site.rooms.approvals.people.request(card.candidate, "kanri-a").octets()
    return octets, card.sign(octets, ENROLMENT_PREFIX)


def by_a_checker(site, card, cards):
    octets = site.rooms.approvals.people.request(card.candidate, "suzuki-m").octets()
    return octets, cards["suzuki-m"].sign(octets, ENROLMENT_PREFIX)


def for_somebody_else(site, card, cards):
    other = Card.made(card.person, card.name)
    octets = site.rooms.approvals.people.request(other.candidate, "kanri-a").octets()
    return octets, cards["kanri-a"].sign(octets, ENROLMENT_PREFIX)


FORGED = {
    made.__name__.replace("_", " "): made
    for made in (unsigned, by_himself, by_a_checker, for_somebody_else)
}


@pytest.mark.parametrize("what", FORGED)
def test_who_was_enrolled_by_sql_lets_nothing_out(
    wanting, received, opened, cards, what
):
    """He has the checker's name and a key of his own."""
    made = Card.made("nisemono-n", CHECKER)
    with opened() as site:
        number = drafted(site).number
        octets, signature = FORGED[what](site, made, cards)
    write_enrolment(wanting, made, octets, signature)
    with opened() as site:
        assert "nisemono-n" in site.rooms.approvals.people.known()
        assert code_of(lambda: approve(site, number, made)) == "approver-not-proven"
        site.sign_drafts()
        assert site.parts.store.get(number).state is State.DRAFTED
        # the others go on
        approve(site, number, cards["reiji-t"])
        assert [each.state for each in site.sign_drafts()] == [State.HELD]
    assert mails(received) == []
    code, found = wanting.json("people", "list")
    [told] = [each for each in found["people"] if each["person"] == "nisemono-n"]
    assert (code, told["proven"]) == (78, False)
    code, report = wanting.json("doctor")
    assert code != 0
    assert "nisemono-n" in json.dumps(report, ensure_ascii=False)


def test_a_revoked_person_is_not_brought_back_by_sql(wanting, opened, cards, checker):
    """What the administrator once signed is there, and is told a second time."""
    with opened() as site:
        number = drafted(site).number
        revoke(site, checker.person, cards["kanri-a"])
    with raw(wanting) as connection, connection:
        [(payload,)] = connection.execute(
            "SELECT payload FROM events WHERE kind = 'person_enrolled' "
            "AND payload LIKE '%reiji-t%'"
        ).fetchall()
        tell_enrolment(connection, json.loads(payload)["facts"])
    with opened() as site:
        assert code_of(lambda: approve(site, number, checker)) == "approver-not-proven"
