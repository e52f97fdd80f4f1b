"""How a run ends: exit codes, documents for programs, and output that finds no room."""

import inspect
import json
import os
import re
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from notices import errors
from notices.cli import run
from notices.errors import TryLater
from notices.files import safe_write
from tests.site.conftest import CASE_1, CASE_2_ABROAD

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "exit-codes.md").read_text("utf-8")
JAPANESE = (ROOT / "docs" / "ja" / "exit-codes.md").read_text("utf-8")
CLASSES = [
    each
    for _, each in inspect.getmembers(errors, inspect.isclass)
    if issubclass(each, errors.NoticesError)
]
OF_THEM = ("approval", "api")
"""Pages that have the codes of their own matter."""
OWN_CODE = re.compile(r'^    code(?:: ClassVar\[str\])? = "([a-z-]+)"$', re.MULTILINE)
INSIDE = {
    "approval-refused",  # what those of approval.md have in common
    "stale-page",  # a page of the console tells it, with what to do
}
"""Codes that no command ends with."""


def test_the_japanese_page_has_the_same_codes():
    rows = re.compile(r"^\| (\d+|`[a-z-]+`) \|(?: (\d+) \|)?", re.MULTILINE)
    assert rows.findall(JAPANESE) == rows.findall(PAGE)


def test_every_code_of_the_package_stands_on_a_page_of_codes():
    """14 codes of approvals, letters and states were on no page that an operator finds."""
    pages = [PAGE, *((ROOT / "docs" / f"{n}.md").read_text("utf-8") for n in OF_THEM)]
    lacking = {
        code
        for path in (ROOT / "notices").rglob("*.py")
        for code in OWN_CODE.findall(path.read_text("utf-8"))
        if not any(f"`{code}`" in page for page in pages)
    }
    assert lacking == INSIDE


def test_the_tree_of_errors_names_them_all():
    """The head of `errors.py` lacked three."""
    tree = set(re.findall(r" (\w+) +(\d+)  ([a-z-]+)$", errors.__doc__, re.MULTILINE))
    assert tree == {(each.__name__, str(each.exit_code), each.code) for each in CLASSES}


@pytest.mark.parametrize("each", CLASSES)
def test_every_error_has_its_line_with_exit_code_and_advice(each):
    line = re.search(
        rf"^\| `{each.code}` \| (\d+) \| .{{10,}} \| .{{4,}} \|$", PAGE, re.MULTILINE
    )
    assert line, each.code
    assert int(line[1]) == each.exit_code


def test_every_exit_code_has_its_line_and_the_help_names_it(capsys):
    run(["--help"])
    said = capsys.readouterr().out
    for code in {0, 1, 2, 3, *(each.exit_code for each in CLASSES)}:
        assert f"\n| {code} | " in PAGE
        assert re.search(rf"\b{code}\b", said)


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["check", "nosuch.json"], "bad-input", 65),
        (["list", "--site", "nosuch"], "configuration", 78),
        (["frobnicate"], "usage", 2),
        (["list", "--state", "nosuch"], "usage", 2),
        (["send", "x", "--rung", "website"], "usage", 2),
        (["renew", "nosuch.asice"], "bad-input", 65),
        (["verify", "--trust", "nosuch.pem", "x"], "bad-input", 65),
        (["ledger", "verify", "--site", "nosuch"], "configuration", 78),
    ],
)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_program_gets_one_document_in_english(
    words, code, exit_code, language, capsys
):
    assert run([*words, "--json", f"--lang={language}"]) == exit_code
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert error["code"] == code
    assert error["message"].isascii()
    assert set(error) == {"code", "message", "hint", "faults"}
    assert err.strip()


def test_a_document_that_was_printed_stays_the_only_one(desk, capsys):
    (desk.home / "templates" / "form1" / "letter.ja.j2").write_text("{{ nosuch }}")
    code = run(["template", "check", "--json", "--site", str(desk.home)])
    assert code == 65
    assert isinstance(json.loads(capsys.readouterr().out), list)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full: Linux has it")
@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["show", CASE_1]])
def test_output_without_room_is_no_fault_of_the_program(desk, received, words):
    desk.run("send", CASE_1)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "notices", *words, "--site", str(desk.home)],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
            cwd=ROOT,
        )
    assert done.returncode == 75
    assert "cannot be written: No space left on device" in done.stderr
    assert "fault of the program" not in done.stderr
    assert "Exception ignored" not in done.stderr


FULL_DISK = pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has it")


def ended(*words, out, err):
    """Exit code of a command with these two as its output."""
    command = shlex.join([sys.executable, "-m", "notices", *map(str, words)])
    shell = f"exec {command} >{out} 2>{err}"
    return subprocess.run(["sh", "-c", shell], cwd=ROOT, check=False).returncode


@FULL_DISK
def test_a_full_disk_for_both_outputs_stops_no_mail_and_judges_nothing(desk, received):
    """As with `notices send ... >>LOG 2>&1` of cron: every case has its turn."""
    site = ("--site", desk.home)
    sent = ("send", CASE_1, CASE_2_ABROAD, *site)
    assert ended(*sent, out="/dev/full", err="/dev/full") == 75
    mails = sorted(received.glob("*.eml"))
    assert len(mails) == 2
    verified = ("verify", mails[0], "--trust", desk.root)
    assert ended(*verified, out="/dev/full", err="/dev/full") == 75
    assert ended(*verified, out="/dev/null", err="/dev/full") == 0
    forged = desk.home.parent / "forged.eml"
    forged.write_bytes(mails[0].read_bytes().replace(b"Subject: ", b"Subject: x", 1))
    judged = ("verify", forged, "--trust", desk.root)
    assert ended(*judged, out="/dev/full", err="/dev/full") == 1


@FULL_DISK
@pytest.mark.parametrize(
    ("name", "trust", "code"),
    [("mail", "root", 75), ("mail", "other", 3), ("x", "root", 1)],
)
def test_whatever_the_verdict_a_lost_report_is_told(
    desk, received, tmp_path, name, trust, code
):
    desk.run("send", CASE_1)
    mail = next(received.glob("*.eml"))
    (tmp_path / "x.eml").write_bytes(b"Subject: x\r\n\r\nhello\r\n")
    paths = {"mail": mail, "x": tmp_path / "x.eml"}
    roots = {
        "root": desk.root,
        "other": ROOT / "tests/verifying/vectors/version-5.roots.pem",
    }
    told = tmp_path / "told"
    words = ("verify", paths[name], "--trust", roots[trust])
    assert ended(*words, out="/dev/full", err=told) == code
    assert "cannot be written: No space left on device" in told.read_text("utf-8")


@pytest.fixture
def little_room():
    """No file may be longer than 4 KiB: what a full disk says, by another number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("little_room")
def test_a_file_without_room_is_for_later_and_leaves_nothing(tmp_path):
    path = tmp_path / "x.asice"
    with pytest.raises(TryLater, match=r"x\.asice cannot be written") as caught:
        safe_write(path, bytes(8192))
    assert "make room" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("out", "err"), [("&-", "&-"), ("&-", "/dev/null")])
def test_outputs_that_the_caller_closed_change_nothing(desk, received, out, err):
    assert ended("send", CASE_1, "--site", desk.home, out=out, err=err) == 0
    assert len(list(received.glob("*.eml"))) == 1
    assert ended("case", "IHC-2026-999999", "--site", desk.home, out=out, err=err) == 65


def test_a_terminal_without_japanese_is_no_reason_to_stop(desk, received):
    desk.run("send", CASE_1)
    done = subprocess.run(
        [sys.executable, "-m", "notices", "show", CASE_1, "--site", str(desk.home)],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "latin-1", "PATH": ""},
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\\u" in done.stdout


def test_check_of_a_file_needs_no_site(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("IHC-2026-004217.json", "invalid.json"):
        text = (ROOT / "notices" / "data" / "examples" / name).read_text("utf-8")
        (tmp_path / name).write_text(text, "utf-8")
    assert run(["check", "IHC-2026-004217.json", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["valid"] is True
    assert "no site" in row["warnings"][0]["message"]
    assert run(["check", "invalid.json"]) == 65
    assert "checker.name: is the assessor" in capsys.readouterr().err
    assert run(["check", "IHC-2026-004217"]) == 78, "a case id needs its site"


def left_alone(*words):
    """Exit code of a command whose reader has gone before its first line."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "notices", *map(str, words)]
    done = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, check=False, timeout=120
    )
    os.close(writer)
    assert b"Traceback" not in done.stderr
    assert b"Errno" not in done.stderr
    return done.returncode


def test_a_reader_that_leaves_changes_no_exit_code_and_stops_no_work(
    desk, received, tmp_path
):
    """`notices verify FILE | head -1`: what is forged is not good because of that."""
    site = ("--site", desk.home)
    assert left_alone("send", CASE_1, CASE_2_ABROAD, *site) == 0
    mails = sorted(received.glob("*.eml"))
    assert len(mails) == 2
    forged = tmp_path / "forged.eml"
    forged.write_bytes(mails[0].read_bytes().replace(b"Subject: ", b"Subject: x", 1))
    assert left_alone("verify", mails[0], "--trust", desk.root) == 0
    assert left_alone("verify", forged, "--trust", desk.root) == 1
    assert left_alone("case", "IHC-2026-999999", *site) == 65
    assert left_alone("list", *site) == 0
    assert left_alone("--help") == 0
