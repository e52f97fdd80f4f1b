"""A mail as the site makes it goes through real relays, and every octet arrives.

Each relay delivers to a Maildir, which stores lines with LF; that is how an auditor
gets it, and how `notices verify` reads it.
"""

import json
import queue
import smtplib

import pytest

from notices import Site
from notices.cli import run
from notices.site.starting import start_site
from tests.relays import relays
from tests.relays.seven import seven_bit_hop

pytestmark = pytest.mark.torture

CASES = ("IHC-2026-004217", "IHC-2026-004219")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site in a fresh folder with the example key."""
    home = tmp_path_factory.mktemp("road") / "site"
    start_site(home)
    return home


@pytest.fixture(scope="module", params=CASES)
def mail(request, site):
    """The signed message of a case: form 1, and one for a recipient abroad."""
    with Site.open(site) as opened:
        notice = opened.prepare(opened.read_case(request.param))
        return opened.parts.store.artifact(notice.number, "message.eml")


def hand_over(port, octets, recipient):
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail("notice@hotline.example.jp", [recipient], octets)


def body(octets):
    """Below the outer header, with the line ends of the wire."""
    lines = octets.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    return lines.partition(b"\r\n\r\n")[2]


def assert_whole(stored, sent, site, folder, capsys):
    """The same octets below the header, and a verdict of the file as it is stored."""
    assert body(stored).rstrip(b"\r\n") == body(sent).rstrip(b"\r\n")
    file = folder / "stored.eml"
    file.write_bytes(stored)
    root = site / "certs" / "example" / "root.pem"
    code = run(["verify", str(file), "--trust", str(root), "--json"])
    [report] = json.loads(capsys.readouterr().out)
    assert (code, report["verdict"]) == (0, "TOTAL-PASSED"), report


@pytest.mark.parametrize("kind", ["postfix", "exim", "opensmtpd"])
def test_a_relay_delivers_every_octet(mail, site, tmp_path, capsys, kind):
    with getattr(relays, kind)() as relay:
        hand_over(relay.port, mail, "abuse@stored.example")
        stored = relay.delivered()
    assert b"Received: " in stored.partition(b"\n\n")[0]
    assert_whole(stored, mail, site, tmp_path, capsys)


def test_a_seven_bit_hop_has_nothing_to_convert(mail, site, tmp_path, capsys):
    with seven_bit_hop() as hop, relays.postfix(hop.port) as relay:
        hand_over(relay.port, mail, "abuse@seven.example")
        try:
            stored = hop.mails.get(timeout=20)
        except queue.Empty as error:
            raise AssertionError(relay.said()) from error
    assert_whole(stored, mail, site, tmp_path, capsys)


def test_a_seven_bit_hop_does_convert_eight_bits():
    """So the hop is one: a mail with eight bits comes out with other octets."""
    octets = (
        "From: a@example.jp\r\nTo: abuse@seven.example\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n本文\r\n"
    ).encode()
    with seven_bit_hop() as hop, relays.postfix(hop.port) as relay:
        with smtplib.SMTP("127.0.0.1", relay.port, timeout=20) as client:
            client.sendmail(
                "a@example.jp", ["x@seven.example"], octets, ["BODY=8BITMIME"]
            )
        stored = hop.mails.get(timeout=20)
    assert stored.isascii()
    assert body(stored) != body(octets)
