"""What a person sees: Thunderbird shows our mail as signed, and no changed one."""

from pathlib import Path

import pytest

from notices import Site
from notices.site.starting import start_site
from notices.verifying.zip_reader import read_container
from tests.relays import thunderbird
from tests.relays.thunderbird import (
    CHANGED,
    OTHER_SENDER,
    OTHER_TIME,
    SIGNED,
    UNTRUSTED,
)
from tests.signing.site_authority import equip, pem, running, without_lists
from tests.site.conftest import CASE_1, Desk

VECTORS = Path(__file__).parents[1] / "verifying" / "vectors"

pytestmark = pytest.mark.torture

KEYS = ("rsa2048", "rsa3072", "p256", "p384")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    with running(tmp_path_factory.mktemp("pki")) as authority:
        yield authority


@pytest.fixture(scope="module")
def program(authority, tmp_path_factory):
    folder = tmp_path_factory.mktemp("thunderbird")
    root = folder / "root.pem"
    root.write_bytes(pem(authority.root))
    with thunderbird.running(folder, {"root": root}) as program:
        yield program


def made(folder, authority, key, *stampers):
    """The message of a case, signed through the site."""
    start_site(folder / "site")
    equip(Desk(folder / "site", None), authority, key, *stampers)
    with Site.open(folder / "site") as site:
        notice = site.prepare(site.read_case(CASE_1))
        return site.parts.store.artifact(notice.number, "message.eml")


def shown(program, folder, octets):
    file = folder / "mail.eml"
    file.write_bytes(octets)
    return program.show(file)


@pytest.mark.parametrize("stamped", [False, True], ids=["plain", "time stamp"])
@pytest.mark.parametrize("key", KEYS)
def test_our_mail_is_shown_as_signed(program, authority, tmp_path, key, stamped):
    stampers = [authority.tsa_url] if stamped else []
    seen = shown(program, tmp_path, made(tmp_path, authority, key, *stampers))
    assert seen["status"] == SIGNED, seen
    assert "ok" in seen["icon"], seen


@pytest.mark.parametrize("stamped", [False, True], ids=["plain", "time stamp"])
@pytest.mark.parametrize("key", ["rsa3072", "p256"])
def test_a_mail_with_an_ocsp_answer_is_shown_as_signed(
    program, authority, tmp_path, key, stamped
):
    """In SignedData.crls it made the mail one that is shown as not signed."""
    stampers = [authority.tsa_url] if stamped else []
    with without_lists(authority):
        octets = made(tmp_path, authority, key, *stampers)
    seen = shown(program, tmp_path, octets)
    assert seen["status"] == SIGNED, seen
    assert "ok" in seen["icon"], seen


def test_an_earlier_mail_with_an_ocsp_answer_is_not(program, tmp_path):
    """Of version 5: the whole signature is no signature to it."""
    frozen = dict(read_container((VECTORS / "version-5.asice").read_bytes()))
    seen = shown(program, tmp_path, frozen["documents/message.eml"])
    assert seen["status"] != SIGNED, seen
    assert "ok" not in seen["icon"], seen


@pytest.fixture(scope="module")
def genuine(authority, tmp_path_factory):
    return made(tmp_path_factory.mktemp("genuine"), authority, "p256")


def other_body(octets):
    place = octets.index(b"Content-Transfer-Encoding: base64\r\n\r\n") + 50
    changed = b"B" if octets[place : place + 1] != b"B" else b"C"
    return octets[:place] + changed + octets[place + 1 :]


def other_from(octets):
    return octets.replace(
        b"notice@hotline.example.jp>", b"other@hotline.example.jp>", 1
    )


def other_date(octets):
    head, blank, rest = octets.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for number, line in enumerate(lines):
        if line.startswith(b"Date:"):
            lines[number] = b"Date: Mon, 01 Jan 2024 09:00:00 +0900"
    return b"\r\n".join(lines) + blank + rest


@pytest.mark.parametrize(
    ("change", "status"),
    [(other_body, CHANGED), (other_from, OTHER_SENDER), (other_date, OTHER_TIME)],
)
def test_a_changed_mail_is_not(program, genuine, tmp_path, change, status):
    assert change(genuine) != genuine
    seen = shown(program, tmp_path, change(genuine))
    assert seen["status"] == status, seen


def test_without_the_root_it_is_not_trusted(program, tmp_path):
    """The example PKI, which this profile does not know."""
    start_site(tmp_path / "site")
    with Site.open(tmp_path / "site") as site:
        notice = site.prepare(site.read_case(CASE_1))
        octets = site.parts.store.artifact(notice.number, "message.eml")
    assert shown(program, tmp_path, octets)["status"] == UNTRUSTED
