"""Laws of reading and matching, for any bytes."""

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from notices.delivery import LEGAL, State
from notices.inbox.classifying import read_mail
from notices.inbox.matching import follows, match, waits
from notices.inbox.reading.received import Kind, with_crlf
from tests.inbox.sample import ALL, MESSAGE, TRACE

VECTORS = [path.read_bytes() for path in Path(__file__).parent.glob("vectors/*.eml")]
PLAIN = [octets for octets in VECTORS if b"Transfer-Encoding: base64" not in octets]
SECRETS = re.compile(rb"5f3a9c01|00112233445566778899aabb|0a0a0a0a|a{24}")
WORDS = st.sampled_from(
    [
        b"Content-Type: multipart/report; boundary=b\r\n",
        b"Content-Type: message/delivery-status\r\n",
        b"Content-Type: =?utf-8?q?=?=\r\n",
        b"Content-Transfer-Encoding: base64\r\n",
        b"Original-Envelope-Id: R8-1-000123.deadbeef\r\n",
        b"Final-Recipient: rfc822; abuse@provider.example\r\n",
        b"Action: delivered\r\n",
        b"Action: failed\r\n",
        b"Status: 5.1.1\r\n",
        b"Return-Path: <>\r\n",
        b"X-Failed-Recipients: abuse@provider.example\r\n",
        b"Hi. This is the qmail-send program\r\n\r\n<abuse@provider.example>:\r\n",
        b"Subject: [R8-1-000123]\r\n",
        b"--b\r\n",
        b"--b--\r\n",
        b"\r\n",
        b"\n",
        b"\x00\xff\xfe",
        b" \t",
    ]
)
MAILS = st.one_of(
    st.binary(max_size=400),
    st.lists(st.one_of(WORDS, st.binary(max_size=20)), max_size=25).map(b"".join),
)


def matched(octets, *, from_archive=True):
    octets = with_crlf(octets)
    return match(read_mail(octets), octets, ALL, from_archive=from_archive)


@settings(max_examples=300)
@given(MAILS)
@example(b"Content-Type: multipart/mixed; boundary=\x00\n\n--\x00\n")
def test_arbitrary_bytes_never_raise_and_never_prove_anything(octets):
    assert matched(octets).proves is None


@settings(max_examples=200)
@given(st.sampled_from(PLAIN), st.data())
def test_without_our_random_bits_no_mail_proves_anything(vector, data):
    """Whoever has not seen the message cannot report on it."""
    guess = data.draw(st.binary(min_size=1, max_size=24))
    octets = SECRETS.sub(lambda _: guess, vector)
    if not SECRETS.search(octets):
        assert matched(octets).proves is None


OF_TWO = (Path(__file__).parent / "vectors/47-forged-two-notices.eml").read_bytes()
ENVID_FIELD = OF_TWO.index(b"Original-Envelope-Id")


@settings(max_examples=200)
@given(st.sampled_from(VECTORS), st.data())
def test_damaged_mails_never_raise_and_prove_only_for_their_own_notice(vector, data):
    start = data.draw(st.integers(0, len(vector)))
    size = data.draw(st.integers(0, 40))
    damage = data.draw(st.binary(max_size=20))
    assert is_only_for_the_first(vector[:start] + damage + vector[start + size :])


@settings(max_examples=200)
@given(
    st.integers(ENVID_FIELD - 60, ENVID_FIELD + 60),
    st.integers(0, 60),
    st.binary(max_size=20),
)
@example(ENVID_FIELD - 2, 2, b"")  # it becomes a part of the field above it
@example(ENVID_FIELD, 2, b"")  # it has another name
def test_damage_to_the_envelope_id_leaves_no_success_to_the_message_id(
    start, size, damage
):
    """Its veto goes with it."""
    assert is_only_for_the_first(OF_TWO[:start] + damage + OF_TWO[start + size :])


def is_only_for_the_first(octets):
    """The mail proves nothing, or something for the first notice and no other."""
    found = matched(octets)
    if found.proves is None:
        return True
    has_secret = SECRETS.search(octets.replace(b"=\r\n", b"")) or b"base64" in octets
    return found.number == ALL[0].number and bool(has_secret)


@given(st.sampled_from(VECTORS))
def test_line_ends_of_a_maildir_make_no_difference(vector):
    unix = vector.replace(b"\r\n", b"\n")
    if b"\r" not in unix:
        assert matched(unix) == matched(unix.replace(b"\n", b"\r\n"))


FIELDS = st.lists(
    st.tuples(
        st.from_regex(rb"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).filter(
            lambda name: name.lower() != b"message-id"
        ),
        st.from_regex(rb"[ -~]{0,60}(\r\n [ -~]{1,40})?", fullmatch=True),
    ),
    max_size=12,
).map(lambda each: b"".join(b"%s: %s\r\n" % field for field in each))


@given(FIELDS)
def test_below_any_trace_fields_a_copy_is_known(trace):
    found = matched(trace + MESSAGE)
    assert (found.kind, found.proves) == (Kind.ARCHIVE_COPY, State.SENT)
    assert found.trace_size == len(trace)


@given(st.integers(0, len(MESSAGE) - 1), st.integers(1, 255))
def test_a_copy_with_one_octet_changed_proves_nothing(place, change):
    octets = bytearray(MESSAGE)
    octets[place] ^= change
    assert matched(TRACE + bytes(octets)).proves is None


@given(st.sampled_from(State), st.sampled_from([None, *State]))
def test_evidence_takes_only_legal_ways_and_never_queues_again(state, proves):
    provable = {State.SENT, State.DELIVERED, State.BOUNCED}
    to = follows(state, proves if proves in provable else None)
    assert to is None or (to in LEGAL[state] and to in provable)
    assert not (to and waits(state, proves))
