"""M24: what a notice follows, and each way in which it may not be so."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from notices.codec import notice_json
from notices.letters import sample_notice
from notices.notice import Form, RequestKind
from notices.verifying.checks import NotApplicable, Refusal
from notices.verifying.content import read_notice_json
from notices.verifying.mail import before

REQUEST = replace(sample_notice(Form.FORM_1), is_draft=False)
EARLIER = notice_json(REQUEST)
SHA256 = sha256(EARLIER).hexdigest()
ID = "<R8-1-000123.0@hotline.example.jp>"


def following(**changes):
    """A sample that follows the request, as the verifier reads it."""
    sample = sample_notice(Form.FORM_1, kind=RequestKind.REMINDER)
    follows = replace(
        sample.following.follows,
        number=REQUEST.number,
        date=REQUEST.date,
        notice_sha256=SHA256,
        message_id=ID,
    )
    told = replace(sample.following, follows=replace(follows, **changes))
    return read_notice_json(
        notice_json(replace(sample, number="R8-1-000200", following=told))
    )


OWN = "<own@hotline.example.jp>"
THREAD = {"In-Reply-To": ID, "References": f"<older@hotline.example.jp> {ID} {OWN}"}
TEXT = f"先の依頼：整理番号 {REQUEST.number}\n{SHA256[:40]}\n{SHA256[40:]}\n"


def test_what_leads_to_the_notice_before_passes_and_tells_what_was_compared():
    assert "not at hand" in before.check(following(), THREAD, OWN, TEXT, ())
    told = before.check(following(), THREAD, OWN, TEXT, (EARLIER,))
    assert "was compared" in told
    assert REQUEST.number in told


def test_a_request_follows_nothing():
    with pytest.raises(NotApplicable):
        before.check(read_notice_json(EARLIER), {}, OWN, "", ())


@pytest.mark.parametrize(
    ("notice", "thread", "text", "told"),
    [
        (following(), {}, TEXT, "In-Reply-To"),
        (following(), {"In-Reply-To": ID}, TEXT, "References"),
        (following(), THREAD | {"References": f"{ID} <x@x.test>"}, TEXT, "References"),
        (following(), THREAD | {"In-Reply-To": "<x@x.test>"}, TEXT, "In-Reply-To"),
        (following(), THREAD, TEXT.replace(REQUEST.number, "R8-1-00"), "R8-1-000123"),
        (following(), THREAD, REQUEST.number, SHA256),
        (following(number="R8-1-000200"), THREAD, TEXT, "itself"),
        (following(date=date(2027, 1, 1)), THREAD, TEXT, "2027-01-01"),
    ],
)
def test_whatever_leads_elsewhere_is_refused(notice, thread, text, told):
    with pytest.raises(Refusal, match=told):
        before.check(notice, thread, OWN, text, ())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"content": "他の内容。"}, "notice_sha256"),
        ({"case_id": "IHC-2026-009999"}, "notice_sha256"),
    ],
)
def test_another_notice_under_that_number_is_refused(changes, told):
    other = json.dumps(json.loads(EARLIER) | changes, ensure_ascii=False).encode()
    with pytest.raises(Refusal, match=told):
        before.check(following(), THREAD, OWN, TEXT, (other,))


@pytest.mark.parametrize(
    "change",
    [
        {"date": date(2026, 11, 17)},
        {"kind": RequestKind.CORRECTION},
    ],
)
def test_day_and_kind_are_those_of_the_notice_before(change):
    with pytest.raises(Refusal, match=next(iter(change))):
        before.check(following(**change), THREAD, OWN, TEXT, (EARLIER,))


def test_other_notices_at_hand_say_nothing():
    other = json.loads(EARLIER) | {"number": "R8-1-000999"}
    octets = json.dumps(other, ensure_ascii=False).encode()
    assert "not at hand" in before.check(
        following(), THREAD, OWN, TEXT, (octets, b"{x")
    )


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "reminder"},
        {"kind": "demand"},
        {"follows": {"number": "x"}},
    ],
)
def test_kind_and_what_is_followed_go_together(change):
    document = json.loads(EARLIER) | change
    with pytest.raises(Refusal):
        read_notice_json(json.dumps(document, ensure_ascii=False).encode())
