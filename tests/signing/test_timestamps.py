"""Time stamps over real HTTP: order, imprint, nonce, forged answers."""

import hashlib
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import core, tsp
from cryptography.hazmat.primitives.serialization import Encoding

from notices.errors import StamperNotUsable, TimestampUnavailable
from notices.signing import (
    NO_ANSWERS,
    Clock,
    HttpTransport,
    RevocationAnswers,
    TimestampClient,
    timestamp_evidence,
)
from notices.signing.revocation.transport import LoginDemanded
from tests.clocks import MovingClock
from tests.programs import require_program
from tests.signing.authority import NOW, Authority

DIGEST = hashlib.sha256(b"a signature").digest()


@pytest.fixture
def spoil(authority: Authority) -> Iterator[Callable[[Callable[[bytes], bytes]], None]]:
    def set_spoiler(change: Callable[[bytes], bytes]) -> None:
        authority.spoil = change

    yield set_spoiler
    authority.spoil = None


def client(*urls: str) -> TimestampClient:
    return TimestampClient(urls=urls)


def dead_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/"


def test_a_time_stamp_says_when_by_whom_and_under_which_policy(
    authority: Authority,
) -> None:
    before = authority.now
    stamp = client(authority.tsa_url).stamp(DIGEST)
    assert before < stamp.time < authority.now
    assert stamp.authority == authority.tsa_url
    assert stamp.policy
    assert stamp.accuracy is None or stamp.accuracy < timedelta(minutes=1)


def test_openssl_accepts_the_token(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(client(authority.tsa_url).stamp(DIGEST).token)
    (tmp_path / "root.pem").write_bytes(
        authority.certificate("stamp-root").public_bytes(Encoding.PEM)
    )
    done = subprocess.run(
        [
            *(require_program("openssl"), "ts", "-verify", "-digest", DIGEST.hex()),
            *("-in", "token", "-token_in", "-CAfile", "root.pem"),
            *("-attime", str(int(NOW.timestamp()))),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert b"Verification: OK" in done.stdout, done.stderr


def test_the_authorities_are_asked_in_order_until_one_answers(
    authority: Authority,
) -> None:
    missing = f"{authority.url}/test/tsa-that-is-not/x"
    stamp = client(dead_url(), missing, authority.tsa_url, dead_url()).stamp(DIGEST)
    assert stamp.authority == authority.tsa_url


def test_when_none_answers_every_reason_is_told_and_it_is_tried_later() -> None:
    first, second = dead_url(), dead_url()
    with pytest.raises(TimestampUnavailable) as caught:
        client(first, second).stamp(DIGEST)
    # each named once
    assert caught.value.message.count(first) == 1
    assert caught.value.message.count(second) == 1
    assert caught.value.exit_code == 75


class Demanding:
    """Whatever it is asked, it wants a login, as over a proxy or at the server."""

    def fetch(self, url: str, **_: object) -> bytes:
        raise LoginDemanded(f"{url} answered 401")


def test_an_authority_that_demands_a_login_is_no_matter_of_time() -> None:
    """It was tried again and again (75), though nothing but a login helps."""
    asked = TimestampClient(urls=("http://tsa.example/",), transport=Demanding())
    with pytest.raises(StamperNotUsable) as caught:
        asked.stamp(DIGEST)
    assert caught.value.exit_code == 78
    assert "signing.timestamp_logins" in caught.value.hint


def test_what_to_do_about_an_authority_is_what_its_judge_says(
    authority: Authority,
) -> None:
    """Of a root that is not pinned it said to try again later."""

    def judge(token: bytes) -> RevocationAnswers:
        return timestamp_evidence(
            token,
            trust=[authority.certificate("p256")],
            chain=(),
            answers=NO_ANSWERS,
            transport=None,
            clock=lambda: authority.now,
            required=False,
        )[1]

    with pytest.raises(StamperNotUsable, match="no pinned root") as caught:
        replace(client(authority.tsa_url), judge=judge).stamp(DIGEST)
    assert "signing.trust" in caught.value.hint


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense"])
def test_only_http_and_https_are_asked(url: str) -> None:
    with pytest.raises(TimestampUnavailable, match="neither http nor https"):
        client(url).stamp(DIGEST)


def rewrite(change: Callable[[tsp.TSTInfo], None]) -> Callable[[bytes], bytes]:
    """Change TSTInfo in a genuine answer and leave its signature as it is."""

    def spoiler(answer: bytes) -> bytes:
        response = tsp.TimeStampResp.load(answer)
        content = response["time_stamp_token"]["content"]["encap_content_info"]
        info = tsp.TSTInfo.load(bytes(content["content"].parsed.dump()))
        change(info)
        content["content"] = core.ParsableOctetString(info.dump(force=True))
        return response.dump(force=True)

    return spoiler


def other_time(info: tsp.TSTInfo) -> None:
    info["gen_time"] = NOW - timedelta(days=1000)


def other_imprint(info: tsp.TSTInfo) -> None:
    info["message_imprint"]["hashed_message"] = bytes(32)


def other_nonce(info: tsp.TSTInfo) -> None:
    info["nonce"] = 7


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (rewrite(other_time), "changed after it was signed"),
        (rewrite(other_imprint), "for other content"),
        (rewrite(other_nonce), "for another request"),
        (lambda _: b"", "no time stamp"),
        (lambda _: b"<html>busy</html>", "no time stamp"),
        (lambda answer: answer[:-40], "no time stamp"),
        (lambda answer: answer + b"more", "no time stamp"),
        (lambda answer: answer[:-3] + bytes(3), "not signed by the certificate"),
    ],
    ids=["time", "imprint", "nonce", "empty", "html", "cut", "longer", "signature"],
)
def test_a_forged_or_broken_answer_is_refused(
    authority: Authority,
    spoil: Callable[[Callable[[bytes], bytes]], None],
    change: Callable[[bytes], bytes],
    reason: str,
) -> None:
    spoil(change)
    with pytest.raises(TimestampUnavailable, match=reason):
        client(authority.tsa_url).stamp(DIGEST)


def test_a_refusal_of_the_authority_is_told(
    authority: Authority, spoil: Callable[[Callable[[bytes], bytes]], None]
) -> None:
    # TimeStampResp with PKIStatus 2, rejection, and no token (RFC 3161, 2.4.2)
    refusal = bytes.fromhex("3005 3003 020102")
    spoil(lambda _: refusal)
    with pytest.raises(TimestampUnavailable, match="it says rejection"):
        client(authority.tsa_url).stamp(DIGEST)


def test_an_answer_that_is_too_large_is_not_read(authority: Authority) -> None:
    small = TimestampClient(
        urls=(authority.tsa_url,), transport=HttpTransport(limit=100)
    )
    with pytest.raises(TimestampUnavailable, match="more than 100 octets"):
        small.stamp(DIGEST)


# -- two clocks --------------------------------------------------------------------


@dataclass
class Ticking:
    """A clock that moves by ten milliseconds each time that it is read."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=10)
        return self.now


@pytest.fixture
def ticking(authority: Authority) -> Iterator[Ticking]:
    """Ours; the authority's is put back afterwards."""
    kept = authority.clock
    yield Ticking()
    authority.clock = kept


def checking(authority: Authority, clock: Clock, seconds: float) -> TimestampClient:
    """A client that compares; the authority's clock differs by so much."""
    authority.clock = lambda: clock() + timedelta(seconds=seconds)
    return TimestampClient(urls=(authority.tsa_url,), clock=clock)


@pytest.mark.parametrize("seconds", [0, 0.001, 5, 59, 60])
@pytest.mark.parametrize("way", [1, -1], ids=["ahead", "behind"])
def test_a_clock_that_differs_a_little_is_no_fault(
    authority: Authority, ticking: Ticking, seconds: float, way: int
) -> None:
    asked_at = ticking.now
    stamp = checking(authority, ticking, way * seconds).stamp(DIGEST)
    assert stamp.time > asked_at + timedelta(seconds=way * seconds)


@pytest.mark.parametrize("seconds", [61, 600, 86_400])
@pytest.mark.parametrize(("way", "word"), [(1, "ahead of"), (-1, "behind")])
def test_a_clock_that_differs_too_much_is_told_with_the_difference(
    authority: Authority, ticking: Ticking, seconds: int, way: int, word: str
) -> None:
    with pytest.raises(TimestampUnavailable) as caught:
        checking(authority, ticking, way * seconds).stamp(DIGEST)
    # between stamp and answer lies a tick
    assert f"its clock is {seconds - 0.01:.2f} s {word} this machine's" in str(
        caught.value
    )
    assert "60 s are tolerated" in caught.value.message
    assert "set this machine's clock" in caught.value.hint
    assert caught.value.exit_code == 75


def test_the_next_authority_is_asked_if_a_clock_is_wrong(
    authority: Authority, ticking: Ticking
) -> None:
    authority.clock = lambda: (
        ticking()
        + timedelta(seconds=0 if authority.asked[-1].endswith("tsa-2026") else 61)
    )
    urls = (authority.tsa_url, authority.stamper_url("tsa-2026"))
    stamp = TimestampClient(urls=urls, clock=ticking).stamp(DIGEST)
    assert stamp.authority == urls[1]


@pytest.mark.parametrize(("tolerance", "works"), [(0, False), (4, False), (6, True)])
def test_how_much_is_tolerated_is_said(
    authority: Authority, ticking: Ticking, tolerance: int, works: bool
) -> None:
    client = checking(authority, ticking, 5)
    client = replace(client, tolerance=timedelta(seconds=tolerance))
    with nullcontext() if works else pytest.raises(TimestampUnavailable):
        client.stamp(DIGEST)


def test_between_question_and_answer_no_tolerance_is_needed(
    authority: Authority, ticking: Ticking
) -> None:
    client = checking(authority, ticking, 0)
    assert replace(client, tolerance=timedelta(0)).stamp(DIGEST)


class Slow:
    """What it fetches takes the clock on, as a server that lets one wait does."""

    def __init__(self, clock: MovingClock, by: timedelta) -> None:
        self._clock, self._by = clock, by

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        answer = HttpTransport().fetch(url, body=body, media_type=media_type)
        self._clock.advance(self._by)
        return answer


@pytest.mark.parametrize(("left", "lives"), [(30, True), (5, False)])
def test_an_authority_that_ends_while_it_is_asked_about_is_none(
    authority: Authority, left: int, lives: bool
) -> None:
    """Its certificate is judged by the moment after the answer, as the answer is."""
    end = authority.certificate("tsa-2026").not_valid_after_utc
    authority.now = end - timedelta(seconds=left)
    url = authority.stamper_url("tsa-2026")
    token = TimestampClient(urls=(url,)).stamp(DIGEST).token
    clock = authority.clock

    def evidence() -> tuple[object, RevocationAnswers]:
        return timestamp_evidence(
            token,
            trust=authority.roots,
            chain=(),
            answers=NO_ANSWERS,
            transport=Slow(clock, timedelta(seconds=20)),
            clock=clock,
        )

    if lives:
        assert evidence()[1]
        return
    with pytest.raises(TimestampUnavailable, match="is valid from"):
        evidence()
