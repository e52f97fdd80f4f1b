"""Assertions are read in a process with limits: what it does to that one is no matter."""

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from notices.approval import BadSignature, OtherKey
from notices.verifying import IsolatedVerifier
from notices.verifying.approval.assertion import RelyingParty
from notices.verifying.process import statements
from notices.verifying.process.isolation import Limits
from notices.verifying.process.statements import require_tap
from notices.verifying.process.taps import OVER, TOLD_KEY, WHY
from tests.site.approval.people import ORIGIN, RP_ID, Passkey

CHALLENGE = sha256(b"what is signed").digest()
PARTY = RelyingParty(rp_id=RP_ID, origin=ORIGIN)


@pytest.fixture(scope="module", params=[False, True], ids=["ES256", "EdDSA"])
def passkey(request):
    return Passkey.made("reiji-t", "例示 太郎", eddsa=request.param)


@pytest.fixture
def key(passkey):
    return sha256(passkey.spki).hexdigest()


def readers() -> set[int]:
    """Processes that we began and that read assertions, as the system tells."""
    found = set()
    for task in Path("/proc/self/task").iterdir():
        for child in (task / "children").read_text().split():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"notices.verifying.process.worker_process" in command:
                found.add(int(child))
    return found


@pytest.fixture
def others():
    """Processes of other tests; that of the taps has ended, and is begun anew."""
    statements._READER.close()
    return readers()


def test_a_tap_is_read_by_another_process_and_that_one_stays(passkey, key, others):
    for _ in range(3):
        require_tap(passkey.tap(CHALLENGE).octets(), key, CHALLENGE, PARTY)
    assert len(readers() - others) == 1


def test_one_that_was_ended_is_begun_anew_and_no_genuine_tap_is_refused(
    passkey, key, others
):
    octets = passkey.tap(CHALLENGE).octets()
    require_tap(octets, key, CHALLENGE, PARTY)
    [before] = readers() - others
    os.kill(before, signal.SIGKILL)
    require_tap(octets, key, CHALLENGE, PARTY)
    assert readers() - others - {before}


def client(text: bytes) -> dict[str, bytes]:
    return {"client_json": text}


BOMBS = {
    "nested": client(b'{"type":' + b"[" * 20000),
    "a long number": client(b'{"type":' + b"9" * 30000 + b"}"),
    "no text": client(b"\xff\xfe\x00"),
    "a member twice": client(b'{"challenge":"a","challenge":"b"}'),
    "a surrogate": client(b'{"type":"\\ud800"}'),
    "a list": client(b"[]"),
}


@pytest.mark.parametrize("what", BOMBS)
def test_what_is_hard_to_read_is_refused_and_stops_nobody(passkey, key, what):
    with pytest.raises(BadSignature):
        require_tap(
            passkey.tap(CHALLENGE, **BOMBS[what]).octets(), key, CHALLENGE, PARTY
        )
    require_tap(passkey.tap(CHALLENGE).octets(), key, CHALLENGE, PARTY)


@pytest.mark.parametrize(
    "octets",
    [b"", b"{}", b"null", b"\x00" * 70000, b64encode(b"x" * 40000), json.dumps({"schema": 1}).encode()],
)  # fmt: skip
def test_what_is_no_assertion_is_refused(key, octets):
    with pytest.raises(BadSignature):
        require_tap(octets, key, CHALLENGE, PARTY)


def test_what_another_key_signed_is_told_as_that(passkey, key):
    other = Passkey.made("suzuki-m", "鈴木 実")
    with pytest.raises(OtherKey, match=key[:16]):
        require_tap(other.tap(CHALLENGE).octets(), key, CHALLENGE, PARTY)


def test_over_its_limit_the_answer_is_which(passkey, key):
    wanted = {"key_sha256": key, "challenge": CHALLENGE.hex(), "party": None}
    with IsolatedVerifier(Limits(wall_seconds=0)) as small:
        said = small.judge_tap(passkey.tap(CHALLENGE).octets(), wanted)
    assert set(said) == {OVER}
    with IsolatedVerifier() as usual:
        said = usual.judge_tap(passkey.tap(CHALLENGE).octets(), wanted)
    assert said == {TOLD_KEY: key, WHY: None}


def test_who_approves_without_a_passkey_loads_no_verifier():
    words = "import sys, notices.store; print(sorted(m for m in sys.modules if 'verifier' in m))"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
