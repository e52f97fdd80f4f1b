"""The demo: four mails arrive; endesive signs one of them where it is installed."""

import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

from asn1crypto import cms

from notices.cli import run
from notices.cli.screen.program import program_name
from tests.programs import require_module, require_program

ROOT = Path(__file__).parents[2]
NUMBERS = ["R8-1-000001", "R8-1-000002", "R8-2-000003", "R8-2-000004"]


def signer_keys(received):
    """What kind of key signed each mail, as asn1crypto reads it."""
    for path in sorted(received.iterdir()):
        _, part = message_from_bytes(path.read_bytes()).get_payload()
        data = cms.ContentInfo.load(part.get_payload(decode=True))["content"]
        yield data["signer_infos"][0]["signature_algorithm"]["algorithm"].native


def rows_of(printed):
    return [line for line in printed.splitlines() if "TOTAL-PASSED" in line]


def test_a_second_library_signs_one_of_them(tmp_path, capsys):
    require_module("endesive.signer")
    assert run(["demo", str(tmp_path / "demo")]) == 0
    rows = rows_of(capsys.readouterr().out)
    assert [row.split()[1] for row in rows] == NUMBERS
    assert [row.split()[-2] for row in rows] == [
        "notices,",
        "endesive,",
        "notices,",
        "notices,",
    ]
    received = tmp_path / "demo" / "received"
    assert list(signer_keys(received)) == [
        "sha256_ecdsa",
        "rsassa_pkcs1v15",
        "sha256_ecdsa",
        "sha256_ecdsa",
    ]
    judge_with_openssl(tmp_path / "demo")
    assert run(["doctor", "--site", str(tmp_path / "demo" / "site")]) in (0, 75)


def judge_with_openssl(home):
    for path in (home / "received").iterdir():
        subprocess.run(
            [
                *(require_program("openssl"), "cms", "-verify", "-in", path),
                *("-purpose", "smimesign", "-CAfile", home / "root.pem"),
                *("-out", "/dev/null"),
            ],
            check=True,
            capture_output=True,
        )


def test_without_it_the_demo_is_the_same(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "endesive", None)
    assert run(["demo", str(tmp_path / "demo")]) == 0
    printed = capsys.readouterr().out
    assert [row.split()[1] for row in rows_of(printed)] == NUMBERS
    assert "signed by" not in printed
    assert set(signer_keys(tmp_path / "demo" / "received")) == {"sha256_ecdsa"}


def test_the_readme_shows_what_the_demo_prints(tmp_path, capsys, monkeypatch):
    """It showed a table of an older shape, and sentences that were told otherwise."""
    monkeypatch.chdir(tmp_path)
    assert run(["demo"]) == 0
    printed = capsys.readouterr().out.splitlines()
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = readme.split("`make demo` prints:\n\n```\n")[1].split("\n```")[0]
    for line in shown.splitlines():
        wanted = line.replace(".venv/bin/notices", program_name()).rstrip()
        # a library more adds a column
        if wanted.strip() != "...":
            assert any(told.startswith(wanted) for told in printed), line
