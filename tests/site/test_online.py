"""`verify --online` fetches what the file lacks, and only where trust says."""

import http.server
import io
import threading
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.cli import run
from notices.signing.transport import TransportError
from notices.site.online import fresh_answers
from notices.verifying.container import read_container
from tests.site.conftest import CASE_1
from tests.site.own_pki import give_own_key

VECTORS = Path(__file__).parents[1] / "verifying" / "vectors"


@dataclass
class Authority:
    """An HTTP server of a certificate authority; it has nothing at first."""

    url: str = ""
    crl: bytes = b""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def authority():
    known = Authority()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            known.asked.append(self.path)
            self.send_response(200 if known.crl else 404)
            self.end_headers()
            self.wfile.write(known.crl)

        def log_message(self, *words):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        known.url = f"http://127.0.0.1:{server.server_address[1]}/own.crl"
        yield known
        server.shutdown()
        thread.join()


@pytest.fixture
def mail(desk, received, authority):
    """A mail without revocation answers: its authority was away when it was signed."""
    give_own_key(desk, crl_url=authority.url)
    desk.set("crls", "[]")
    desk.set("revocation", '"prefer"')
    assert desk.json("send", CASE_1)[0] == 0
    [path] = received.glob("*.eml")
    return path


def verify(desk, path, *words, root="own-root.pem"):
    trust = str(desk.home / root)
    return run(["verify", str(path), "--trust", trust, *words])


def test_what_the_mail_lacks_is_fetched(desk, mail, authority):
    authority.crl = (desk.home / "own.crl").read_bytes()
    authority.asked.clear()
    assert verify(desk, mail) == 3
    assert authority.asked == []
    assert verify(desk, mail, "--online") == 0
    assert authority.asked == ["/own.crl"]


def test_the_letter_alone_and_the_bundle_find_their_answers_too(desk, mail, authority):
    authority.crl = (desk.home / "own.crl").read_bytes()
    bundle = desk.home / "notice.asice"
    assert desk.run("export", CASE_1, "--out", str(bundle))[0] == 0
    assert verify(desk, bundle, "--online") == 0


class Silent:
    """A transport that has nothing, and knows what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def fetch(self, url: str, **_: object) -> bytes:
        self.asked.append(url)
        raise TransportError("nothing today")


def test_a_signature_of_version_5_is_read_as_well():
    """A redacted bundle of before: its manifest's signature is all that it has."""
    packed, sent = io.BytesIO(), datetime(2026, 11, 22, 3, tzinfo=UTC)
    whole = dict(read_container((VECTORS / "version-5.asice").read_bytes()))
    with zipfile.ZipFile(packed, "w") as archive:
        name = "META-INF/signature.p7s"
        archive.writestr(name, whole[name])
    asked, roots = Silent(), (VECTORS / "version-5.roots.pem").read_bytes()
    assert fresh_answers([packed.getvalue()], [roots], sent, asked) == []
    assert any(url.endswith("/crls/issuing/latest.crl") for url in asked.asked)


def test_an_authority_that_is_away_leaves_it_open(desk, mail):
    assert verify(desk, mail, "--online") == 3


def test_a_stranger_makes_nobody_fetch_anything(desk, mail, authority):
    authority.asked.clear()
    example = "certs/example/root.pem"
    assert verify(desk, mail, "--online", root=example) != 0
    assert authority.asked == []


def test_what_is_no_mail_is_no_reason_to_fetch(desk, mail, authority, tmp_path):
    authority.asked.clear()
    for name, content in {
        "zip": b"PK\x03\x04 no bundle",
        "pdf": b"%PDF-1.7\n/Contents <3082ffff00000000>",
        "eml": b"From: nobody\n\n",
    }.items():
        (tmp_path / name).write_bytes(content)
        assert verify(desk, tmp_path / name, "--online") != 0
    assert authority.asked == []
