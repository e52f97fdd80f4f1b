"""The guard's pure rules: tokens, origins, limits, keys, versions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.access import (
    AccessToken,
    TokenScope,
    read_scopes,
    token_hash,
    write_scopes,
)
from notices.service.guard.idempotency import (
    MalformedKey,
    RunningKeys,
    StillRunning,
    fingerprint,
    read_key,
)
from notices.service.guard.limits import Bucket, Buckets, RateLimit, take
from notices.service.guard.origin import SAFE, OtherOrigin, foreign
from notices.service.guard.token import Refused, bearer, challenge, refusal
from notices.service.guard.versions import entity_tag, is_unchanged, may_act

NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
SECRET = "ntc_" + "aB3-_" * 8
OWN = frozenset({"https://console.example.jp"})


def a_token(**changes) -> AccessToken:
    values = {
        "token_id": "0a1b2c3d",
        "name": "cms",
        "scopes": frozenset({TokenScope.READ}),
        "created_at": NOW,
        "created_by": "user:root",
    }
    return AccessToken(**{**values, **changes})


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (f"Bearer {SECRET}", SECRET),
        (f"bearer   {SECRET} ", SECRET),
        ("", ""),
        ("   ", ""),
        (SECRET, None),
        (f"Basic {SECRET}", None),
        ("Bearer short", None),
        (f"Bearer {SECRET} {SECRET}", None),
        (f"Bearer {SECRET},", None),
        ("Bearer " + "a" * 129, None),
        ("Bearer " + "あ" * 40, None),
    ],
)
def test_a_token_is_read_from_its_field_or_not_at_all(field, found):
    assert bearer(field) == found


@pytest.mark.parametrize(
    ("token", "needed", "refused"),
    [
        (a_token(), TokenScope.READ, None),
        (a_token(), TokenScope.SEND, Refused.SCOPE),
        (None, TokenScope.READ, Refused.UNKNOWN),
        (a_token(revoked_at=NOW), TokenScope.READ, Refused.UNKNOWN),
        (a_token(expires_at=NOW), TokenScope.READ, Refused.UNKNOWN),
        (a_token(expires_at=NOW + timedelta(seconds=1)), TokenScope.READ, None),
        # who holds a token that is over does not learn what it was for
        (a_token(expires_at=NOW), TokenScope.SEND, Refused.UNKNOWN),
    ],
)
def test_a_token_is_good_for_its_scopes_while_it_lives(token, needed, refused):
    assert refusal(token, needed, NOW) is refused


def test_no_scope_approves():
    assert {str(scope) for scope in TokenScope} == {"prepare", "send", "read"}


@given(st.sets(st.sampled_from(list(TokenScope))))
def test_scopes_are_read_as_they_were_written(scopes):
    assert read_scopes(write_scopes(scopes)) == scopes


def test_a_challenge_names_the_scope_only_to_who_has_a_token():
    assert "scope" not in challenge(Refused.MISSING, TokenScope.SEND)
    assert "scope" not in challenge(Refused.UNKNOWN, TokenScope.SEND)
    assert challenge(Refused.SCOPE, TokenScope.SEND).endswith('scope="send"')


def test_a_hash_tells_nothing_of_its_token_but_that():
    assert token_hash(SECRET) != token_hash(SECRET + "a")
    assert len(token_hash("あ")) == 64


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"sec-fetch-site": "same-origin"}, None),
        (
            {"sec-fetch-site": "same-origin", "origin": "https://console.example.jp"},
            None,
        ),
        ({"origin": "https://console.example.jp"}, None),
        ({"sec-fetch-site": "same-site"}, OtherOrigin.CROSS_SITE),
        ({"sec-fetch-site": "cross-site"}, OtherOrigin.CROSS_SITE),
        ({"sec-fetch-site": "anything"}, OtherOrigin.CROSS_SITE),
        ({"origin": "https://evil.example"}, OtherOrigin.OTHER),
        ({"origin": "null"}, OtherOrigin.OTHER),
        ({"origin": "http://console.example.jp"}, OtherOrigin.OTHER),
        (
            {"origin": "https://console.example.jp, https://evil.example"},
            OtherOrigin.OTHER,
        ),
        (
            {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
            OtherOrigin.OTHER,
        ),
        ({}, OtherOrigin.UNKNOWN),
        ({"sec-fetch-site": "none"}, OtherOrigin.UNKNOWN),
    ],
)
def test_what_changes_something_comes_from_a_page_of_ours(headers, why):
    assert foreign("POST", headers, OWN) is why
    assert all(foreign(method, headers, OWN) is None for method in SAFE)


LIMIT = RateLimit(requests=10, seconds=5.0)


@given(
    st.lists(st.floats(0, 3, allow_nan=False), max_size=60),
)
def test_nobody_gets_more_than_the_limit_in_any_stretch_of_time(pauses):
    """In a stretch of time T at most the bucket and what flows in meanwhile."""
    now, bucket, given_at = 0.0, None, []
    for pause in pauses:
        now += pause
        bucket, allowance = take(bucket, LIMIT, now)
        if allowance.is_given:
            given_at.append(now)
        assert 0 <= allowance.left < LIMIT.requests
    for start in range(len(given_at)):
        for end in range(start, len(given_at)):
            length = given_at[end] - given_at[start]
            most = LIMIT.requests + length * LIMIT.requests / LIMIT.seconds
            assert end - start + 1 <= most + 1e-6


@given(st.floats(0, 0.999))
def test_who_waits_as_told_is_let_on(left):
    bucket, allowance = take(Bucket(left, 0.0), LIMIT, 0.0)
    assert not allowance.is_given
    assert take(bucket, LIMIT, float(allowance.wait))[1].is_given


def test_a_refused_request_takes_nothing():
    bucket = Bucket(0.5, 0.0)
    for _ in range(5):
        bucket, allowance = take(bucket, LIMIT, 0.0)
        assert not allowance.is_given
    assert bucket.left == 0.5


def test_callers_have_buckets_of_their_own_and_old_ones_are_forgotten():
    buckets = Buckets(RateLimit(requests=1), callers=2)
    assert buckets.take("a", 0.0).is_given
    assert not buckets.take("a", 0.0).is_given
    assert buckets.take("b", 0.0).is_given
    assert buckets.take("c", 0.0).is_given  # a is forgotten
    assert buckets.take("a", 0.0).is_given


@pytest.mark.parametrize(
    ("field", "key"),
    [
        (None, ""),
        ('"8e03978e"', "8e03978e"),
        ("8e03978e-40d5", "8e03978e-40d5"),
        (r'"a\"b\\c"', 'a"b\\c'),
        (' "x" ', "x"),
        ('"with blank"', "with blank"),
    ],
)
def test_a_key_is_read(field, key):
    assert read_key(field) == key


@pytest.mark.parametrize(
    "field", ["", '""', '"open', 'a"b', "a b", "あ", '"あ"', "a,b", "a;b", "x" * 201]
)
def test_what_is_no_key_is_refused(field):
    with pytest.raises(MalformedKey):
        read_key(field)


@given(st.text(), st.text(), st.binary(), st.text(), st.text(), st.binary())
def test_a_fingerprint_tells_requests_apart(a, b, c, d, e, f):
    same = (a, b, c) == (d, e, f)
    assert (fingerprint(a, b, c) == fingerprint(d, e, f)) is same


def test_a_key_runs_once_at_a_time_and_for_each_caller_alone():
    keys = RunningKeys()
    with keys.running("cms", "k"):
        with pytest.raises(StillRunning), keys.running("cms", "k"):
            pass
        with keys.running("other", "k"), keys.running("cms", "l"):
            pass
        with keys.running("cms", ""), keys.running("cms", ""):
            pass
    with keys.running("cms", "k"):
        pass
    with pytest.raises(ZeroDivisionError), keys.running("cms", "k"):
        raise ZeroDivisionError
    with keys.running("cms", "k"):
        pass


TAG = entity_tag(b"one")


@pytest.mark.parametrize(
    ("if_match", "may"),
    [
        (None, True),
        ("*", True),
        (TAG, True),
        (f'"other", {TAG}', True),
        (f"W/{TAG}", False),
        ('"other"', False),
        (TAG.strip('"'), False),
        ("", False),
        (f"{TAG} junk", False),
    ],
)
def test_only_the_version_that_was_seen_is_acted_on(if_match, may):
    assert may_act(if_match, TAG) is may


@pytest.mark.parametrize(
    ("if_none_match", "is_same"),
    [(None, False), ("*", True), (TAG, True), (f"W/{TAG}", True), ('"x"', False)],
)
def test_who_has_it_already_is_told_so(if_none_match, is_same):
    assert is_unchanged(if_none_match, TAG) is is_same


def test_other_octets_have_another_tag():
    assert entity_tag(b"one") == TAG != entity_tag(b"two")
