"""A restored copy whose door is shut: nothing goes out again, and nobody is asked twice."""

from contextlib import suppress
from datetime import timedelta

import pytest

from notices.approval import ENROLMENT_PREFIX, Role
from notices.delivery import State
from notices.errors import NoticesError
from notices.verifying.approval.signatures import SignatureKind
from tests.site.approval.people import Card, approve
from tests.site.approval.test_doors import drafted, judged, mails
from tests.site.conftest import CASE_1
from tests.site.database.conftest import archive, deliver, set_back

__all__ = ["archive", "deliver", "set_back"]


def revoke(site, cards):
    desk = site.rooms.approvals.people
    asked = desk.request_revocation("reiji-t", "kanri-a", reason="鍵を紛失した")
    octets = asked.octets()
    signature = cards["kanri-a"].sign(octets, ENROLMENT_PREFIX, site.clock())
    desk.take(octets, SignatureKind.CMS, signature, cards["reiji-t"].candidate.key)


@pytest.fixture
def restored(wanting, received, opened, checker, archive, deliver, set_back):
    """A copy from before the sending; the archive has the mail, the relay one of it."""
    with opened() as site:
        number = drafted(site).number
        approve(site, number, checker)
        site.sign_drafts()
    restore = set_back()
    with opened() as site:
        assert site.send(site.prepare(site.read_case(CASE_1))).state is State.SENT
    deliver(number)
    restore()
    return number


def test_with_an_open_door_the_copy_in_the_archive_tells_that_it_was_sent(
    wanting, received, opened, restored
):
    assert wanting.run("reconcile", "--reason", "the disk broke")[0] == 0
    with opened() as site:
        assert site.status(CASE_1)[0].state is State.SENT
        site.work(ignore_backoff=True)
    assert len(mails(received)) == 1


@pytest.mark.parametrize("shut_by", ["revoked", "expired"])
def test_with_a_shut_door_it_is_taken_back_and_never_sent_again(
    wanting, received, opened, cards, restored, watch, shut_by
):
    """The restored ledger cannot tell of an attempt that it has no approval for."""
    if shut_by == "expired":
        watch.ahead = timedelta(days=30)
    with opened() as site:
        if shut_by == "revoked":
            revoke(site, cards)
        told = site.rooms.reconciler.reconcile(reason="the disk broke")
        assert told.copies == 1
        [status] = site.status(CASE_1)
        assert status.state in (State.WITHDRAWN, State.SENT)
        site.work(ignore_backoff=True)
        with suppress(NoticesError):
            site.send(site.prepare(site.read_case(CASE_1)))
        assert site.status(CASE_1)[0].state in (State.WITHDRAWN, State.SENT)
    assert len(mails(received)) == 1


def test_an_administrator_made_on_the_machine_is_told_by_every_bundle(
    wanting, received, opened, checker, tmp_path
):
    """Break-glass recovery is loud for ever, also where he approved nothing here."""
    new = Card.made("atarashi-k", "新規 管", Role.ADMINISTRATOR)
    with opened() as site:
        site.rooms.approvals.people.recover(new.candidate, reason="全員の鍵を失った")
        number = drafted(site).number
        approve(site, number, checker)
        site.sign_drafts()
        assert site.send(site.prepare(site.read_case(CASE_1))).state is State.SENT
    bundle = tmp_path / "b.asice"
    assert wanting.run("export", CASE_1, "--out", str(bundle))[0] == 0
    code, [report] = judged(wanting, bundle)
    assert code == 0
    told = [line["text"] for line in report["story"]]
    assert any("WITHOUT ANOTHER PERSON" in text for text in told), told
