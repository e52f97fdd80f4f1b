"""A reply with a picture: the bundle has its words, and both verifiers judge them."""

import hashlib

from notices.delivery import State
from notices.report import Verdict
from tests.evidence.conftest import members_of
from tests.inbox.test_kept_mail import PICTURE, assert_without, attached, reply

OWN = "IHC-2026-004218"
"""Sent already; no other test asks for its bundle."""


def test_the_words_are_in_the_bundle_and_the_picture_is_not(centre):
    with centre.site() as site:
        [stored] = site.parts.store.find(OWN)
        assert stored.state is State.SENT
        made = attached(reply())
        made.replace_header("In-Reply-To", stored.message_id)
        whole = made.as_bytes()
        filed = site.parts.reports.file(
            whole, mailbox="INBOX", from_archive=False, now=centre.now
        )
        assert filed.report.number == stored.number
        (bundle,) = site.rooms.exporter.export(OWN)
    members = members_of(bundle.content)
    [name] = [one for one in members if one.startswith("received/")]
    assert_without(members[name], PICTURE)
    assert hashlib.sha256(whole).hexdigest().encode() in members[name]
    assert hashlib.sha256(PICTURE).hexdigest().encode() in members[name]
    for content in members.values():
        assert PICTURE[:64] not in content
    assert centre.judge(bundle.content).verdict is Verdict.TOTAL_PASSED
