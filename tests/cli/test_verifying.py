"""`notices verify` of what is no plain file, and its exit code for what is no mail."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from notices.cli import run
from notices.errors import InputError
from notices.files import read_limited
from tests.verifying.genuine import Mail
from tests.verifying.pki import JUDGED_AT, world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "root.pem").write_bytes(world().root.pem)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.eml").write_bytes(Mail(world()).build())
    return tmp_path


def verify(folder: Path, *words: str) -> int:
    trust = ("--trust", str(folder / "root.pem"), "--at", JUDGED_AT.isoformat())
    return run(["verify", *words, *trust])


def test_an_eml_in_a_folder_that_is_no_mail_changes_the_exit_code(folder, capsys):
    """Vector 1: a folder with an unreadable mail exited with 0, as if all were good."""
    assert verify(folder, str(folder / "in")) == 0
    (folder / "in" / "README.txt").write_text("not ours")
    assert verify(folder, str(folder / "in")) == 0
    (folder / "in" / "broken.EML").write_bytes(b"\x00 no mail at all")
    assert verify(folder, str(folder / "in")) == 65
    assert "not judged" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["other.txt", "other.eml", "gone.eml"])
def test_what_was_named_itself_counts_beside_a_folder(folder, name):
    """Vector 2: of two files that were named, the one that is no mail was forgotten."""
    if not name.startswith("gone"):
        (folder / name).write_bytes(b"\x00 no mail at all")
    assert verify(folder, str(folder / "in"), str(folder / name)) == 65


def test_an_item_of_an_mbox_that_is_no_mail_changes_the_exit_code(folder):
    """Vector 3: two mails, one of them without a header."""
    mail = (folder / "in" / "good.eml").read_bytes().replace(b"\r\n", b"\n")
    good = b"From a@b.example Mon Jun 15 12:00:00 2026\n" + mail + b"\n\n"
    (folder / "two.mbox").write_bytes(good + good)
    assert verify(folder, str(folder / "two.mbox")) == 0
    odd = b"From a@b.example Mon Jun 15 12:00:00 2026\n\x01\x02 no header\n\n"
    (folder / "odd.mbox").write_bytes(good + odd)
    assert verify(folder, str(folder / "odd.mbox")) == 65


def test_a_pipe_is_read_once_and_whole(folder, capsys):
    """Vector 4: looking whether it is an mbox took the first octets away."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    mail = (folder / "in" / "good.eml").read_bytes()

    def write() -> None:
        time.sleep(0.2)
        with pipe.open("wb") as file:
            file.write(mail[:1000])
            file.flush()
            time.sleep(0.2)
            file.write(mail[1000:])

    writer = threading.Thread(target=write)
    writer.start()
    assert verify(folder, str(pipe), "--json") == 0
    writer.join()
    assert json.loads(capsys.readouterr().out)[0]["verdict"] == "TOTAL-PASSED"


@pytest.mark.parametrize("writes", [b"", b"From: a@b.example\r\n"])
def test_a_pipe_that_nobody_closes_has_a_deadline(tmp_path, writes):
    """Vector 5: verify of a FIFO without a writer waited for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    keeper = os.open(pipe, os.O_RDWR)
    os.write(keeper, writes)
    started = time.monotonic()
    with pytest.raises(InputError, match="did not end within"):
        read_limited(pipe, seconds=0.3)
    assert time.monotonic() - started < 60
    os.close(keeper)


def test_a_mail_on_standard_input_is_judged(folder):
    command = [sys.executable, "-m", "notices", "verify", "/dev/stdin", "--trust"]
    command += [str(folder / "root.pem"), "--at", JUDGED_AT.isoformat()]
    mail = (folder / "in" / "good.eml").read_bytes()
    done = subprocess.run(command, input=mail, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_mail_handed_on_as_an_attachment_is_looked_into(folder, capsys):
    """Vector: who forwards it to an auditor got TOTAL-FAILED of a genuine notice."""
    mail = (folder / "in" / "good.eml").read_bytes()
    around = (
        b"From: a@board.example\r\nTo: b@office.example\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nIs it genuine?\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + mail + b"\r\n--b--\r\n"
    )
    (folder / "forwarded.eml").write_bytes(around)
    assert verify(folder, str(folder / "forwarded.eml")) == 0
    assert "nothing proves the mail around it" in capsys.readouterr().out
    broken = around.replace(b"Subject: ", b"Subject: Re: ", 1)
    (folder / "forwarded.eml").write_bytes(broken)
    assert verify(folder, str(folder / "forwarded.eml")) == 1


@pytest.mark.parametrize("kind", ["link", "link to nothing", "pipe", "folder"])
def test_what_is_called_a_mail_in_a_folder_and_cannot_be_read_is_told(
    folder, capsys, kind
):
    """Vectors 20 to 23: it was passed over without a word, and the exit code was 0."""
    odd = folder / "in" / "odd.eml"
    if kind == "pipe":
        os.mkfifo(odd)
    elif kind == "folder":
        odd.mkdir()
        os.mkfifo(odd / "odd.eml")
    else:
        odd.symlink_to(folder / "in" / ("good.eml" if kind == "link" else "nothing"))
    assert verify(folder, str(folder / "in")) == 65
    assert "odd.eml" in capsys.readouterr().out


def test_links_that_go_round_are_followed_nowhere(folder):
    """Vector 24."""
    (folder / "in" / "up").symlink_to(folder / "in")
    assert verify(folder, str(folder / "in")) == 0


@pytest.mark.parametrize("name", ["", "README.txt"])
def test_a_folder_in_which_nothing_was_judged_is_not_found_good(folder, name):
    """Vectors 25 and 26: an empty folder, a wrong one; both exited with 0."""
    other = folder / "other"
    other.mkdir()
    if name:
        (other / name).write_text("not ours")
    assert verify(folder, str(other)) == 65
    assert verify(folder, str(other), str(folder / "in")) == (65 if not name else 0)
