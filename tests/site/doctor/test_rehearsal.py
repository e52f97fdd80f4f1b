"""`doctor --rehearse`: as for real up to AUTH, judged by all that is installed."""

import os
import shutil
from pathlib import Path

import pytest

from tests.signing.site_authority import DEAD, emptied, equip

READERS = {
    "openssl cms": "openssl",
    "openssl smime": "openssl",
    "gpgsm": "gpgsm",
    "NSS, as in Thunderbird": "cmsutil",
    "pdfsig": "pdfsig",
}


def rehearsed(desk):
    code, parts = desk.json("doctor", "--rehearse")
    return code, {
        one["name"].removeprefix("rehearsal: "): one
        for one in parts
        if one["name"].startswith("rehearsal: ")
    }


@pytest.mark.parametrize("key", ["p256", "p384", "rsa3072"])
def test_every_reader_accepts_and_nothing_is_sent(desk, mail_server, authority, key):
    mails, port = mail_server
    desk.set("port", str(port))
    equip(desk, authority, key, authority.tsa_url)
    desk.set("pdf_level", '"B-LTA"')
    code, told = rehearsed(desk)
    assert code == 0, told
    for name, command in READERS.items():
        is_there = shutil.which(command) is not None
        assert told[name]["status"] == ("ok" if is_there else "warning"), told[name]
    assert told["our verifier, the mail"]["status"] == "ok"
    assert told["our verifier, the letter"]["status"] == "ok"
    assert "TLSv1." in told["relay"]["detail"]
    places = [one for name, one in told.items() if name.startswith(authority.url)]
    assert [one["status"] for one in places] == ["ok"] * 3, places
    assert not list(emptied(mails).iterdir())
    assert desk.json("list")[1] == []


def test_what_does_not_answer_is_told_place_by_place(desk, mail_server, authority):
    """The list is gone, OCSP answers: it goes out, and the operator knows."""
    _, port = mail_server
    desk.set("port", str(port))
    equip(desk, authority, "p256")
    kept, authority.lists_of = authority.lists_of, frozenset({"root", "stamp-root"})
    try:
        code, told = rehearsed(desk)
    finally:
        authority.lists_of = kept
    assert code == 0
    [gone] = [one for one in told.values() if "answered 404" in one["detail"]]
    assert gone["status"] == "warning"


def test_what_stands_in_the_way_is_told_and_the_rest_is_tried(desk, authority):
    equip(desk, authority, "p256", DEAD)
    desk.set("port", "9")
    code, told = rehearsed(desk)
    assert code == 75
    assert "no time-stamp authority" in told["sign"]["detail"]
    assert told["relay"]["status"] == "fault"
    # it said "refuses at connect: None": nothing had been heard yet
    assert told["relay"]["detail"].endswith("refuses at connect: connection refused")


def test_a_relay_that_wants_a_login_is_asked_with_it(desk, mail_server, authority):
    """The demo's server knows nobody: it says so, and its answer is told."""
    _, port = mail_server
    desk.set("port", str(port))
    equip(desk, authority, "p256")
    password = desk.home / "smtp.pass"
    password.write_text("correct horse\n")
    password.chmod(0o600)
    desk.set("username", '"hotline"', section="smtp")
    desk.set("password_file", '"smtp.pass"', section="smtp")
    code, told = rehearsed(desk)
    assert code == 75
    assert "refuses at auth: 535 5.7.8" in told["relay"]["detail"]
    assert "correct horse" not in str(told)


def _with_tools(folder: Path, monkeypatch, **instead: str) -> None:
    """A PATH of all that is asked; instead: an own program, or nothing for none."""
    for name in (*NEEDED, "sh", "env"):
        found = shutil.which(name)
        if name in instead:
            if instead[name]:
                (folder / name).write_text(instead[name])
                (folder / name).chmod(0o755)
        elif found:
            (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))


NEEDED = ("openssl", "gpgsm", "gpgconf", "gpg-agent", "cmsutil", "certutil", "pdfsig")
FAILS = "#!/bin/sh\nexit 3\n"


@pytest.mark.parametrize(
    ("name", "program", "row"),
    [
        ("gpgconf", "", "gpgsm"),
        ("certutil", "", "NSS, as in Thunderbird"),
        ("gpgsm", FAILS, "gpgsm"),
        ("certutil", FAILS, "NSS, as in Thunderbird"),
        ("pdfsig", FAILS, "pdfsig"),
        ("pdfsig", "no program", "pdfsig"),
        ("pdfsig", "#!/nonexistent/interpreter\n", "pdfsig"),
    ],
)
def test_a_reader_that_does_not_work_has_refused_nothing(
    desk, mail_server, authority, tmp_path, monkeypatch, name, program, row
):
    """It was a fault, with the advice to look at key and chain; some with a path."""
    if any(shutil.which(one) is None for one in NEEDED):
        pytest.skip("a reader is missing here")
    desk.set("port", str(mail_server[1]))
    equip(desk, authority, "p256")
    (tmp_path / "bin").mkdir()
    _with_tools(tmp_path / "bin", monkeypatch, **{name: program})
    code, told = rehearsed(desk)
    assert (code, told[row]["status"]) == (0, "warning"), told[row]
    assert os.sep not in told[row]["detail"]


def test_a_long_path_of_the_folder_for_temporary_files_is_no_refusal(
    desk, mail_server, authority, tmp_path, monkeypatch
):
    """The socket of gpg-agent has 107 octets at most: "look at key and chain"."""
    if shutil.which("gpgsm") is None:
        pytest.skip("gpgsm is missing here")
    folder = tmp_path / ("t" * 110)
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    desk.set("port", str(mail_server[1]))
    equip(desk, authority, "p256")
    code, told = rehearsed(desk)
    assert (code, told["gpgsm"]["status"]) == (0, "warning"), told["gpgsm"]


def test_where_no_answer_is_demanded_none_is_missed(desk, mail_server, authority):
    """It goes out so: a fault, and no word of what lacked, was not true."""
    desk.set("port", str(mail_server[1]))
    equip(desk, authority, "p256")
    desk.set("revocation", '"off"')
    code, told = rehearsed(desk)
    mail = told["our verifier, the mail"]
    assert (code, mail["status"]) == (0, "warning"), mail
    assert "no fresh revocation answer" in mail["detail"]


def test_the_places_are_asked_where_nothing_can_be_signed(desk, authority):
    """Which of them does not answer is what has to be known then."""
    equip(desk, authority, "p256")
    kept, authority.lists_of = authority.lists_of, frozenset({"issuing"})
    try:
        code, told = rehearsed(desk)
    finally:
        authority.lists_of = kept
    assert (code, told["sign"]["status"]) == (75, "fault")
    places = {name: one for name, one in told.items() if name.startswith(authority.url)}
    assert len(places) == 3
    [gone] = [one for one in places.values() if one["status"] == "warning"]
    assert "answered 404" in gone["detail"]
