"""Time stamps over real HTTP: order, imprint, nonce, forged answers."""

import hashlib
import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import core, tsp
from cryptography.hazmat.primitives.serialization import Encoding

from notices.errors import TimestampUnavailable
from notices.signing import HttpTransport, TimestampClient
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
    stamp = client(authority.tsa_url).stamp(DIGEST)
    assert stamp.time == NOW
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
    assert first in caught.value.message
    assert second in caught.value.message
    assert caught.value.exit_code == 75


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
