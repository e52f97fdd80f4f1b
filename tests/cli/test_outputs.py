"""What commands write: new files only; with `--force` an earlier one of the same kind.

Each command meets files that must survive it: the mail that it judges, a key, a
judgment, another kind of output, a link, and its own earlier output without `--force`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from notices import Site
from notices.cli import run
from notices.evidence import (
    is_bundle,
    is_checkpoint,
    is_consistency_proof,
    is_ledger_proof,
    is_preview,
    is_report,
    is_time_stamp,
)
from notices.site.starting import start_site
from tests.site.conftest import CASE_1, CASE_2_ABROAD, Desk

WRITERS = {
    "report": ("verify", "mail.eml", "--trust", "root.pem", "--report", "{out}"),
    "bundle": ("export", CASE_1, "--out", "{out}"),
    "checkpoint": ("ledger", "checkpoint", "--out", "{out}"),
    "proof": ("ledger", "prove", CASE_1, "--out", "{out}"),
    "consistency": ("ledger", "consistency", "c1", "c2", "--out", "{out}"),
    "backup": ("backup", "{out}"),
    "renewal": ("renew", "bundle.asice", "--out", "{out}"),
}
WITHOUT_SITE = {"report"}
WITHOUT_FORCE = {"backup"}
KINDS = {
    "report": is_report,
    "bundle": is_bundle,
    "checkpoint": is_checkpoint,
    "proof": is_ledger_proof,
    "consistency": is_consistency_proof,
}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A site with a notice, and beside it one output of each kind."""
    folder = tmp_path_factory.mktemp("outputs")
    start_site(folder / "site")
    with Site.open(folder / "site") as site:
        number = site.prepare(site.read_case(CASE_1)).number
        (folder / "mail.eml").write_bytes(
            site.parts.store.artifact(number, "message.eml")
        )
        pki = folder / "site" / "certs" / "example"
        (folder / "root.pem").write_bytes((pki / "root.pem").read_bytes())
        (folder / "c1").write_text(site.rooms.log.ledger.checkpoint().note)
        site.prepare(site.read_case(CASE_2_ABROAD))
        (folder / "c2").write_text(site.rooms.log.ledger.checkpoint().note)
        site.rooms.exporter.letters(number, folder)
        (folder / f"{number}.pdf").rename(folder / "letter.pdf")
    (folder / "key.p12").write_bytes(b"a key")
    (folder / "foreign.pdf").write_bytes(b"%PDF-1.7\nverification-report\n%%EOF")
    before = Path.cwd()
    os.chdir(folder)
    for name, words in WRITERS.items():
        if name != "renewal":
            assert call(name, words, folder / f"{name}.out") == 0, name
    (folder / "bundle.asice").write_bytes((folder / "bundle.out").read_bytes())
    yield folder
    os.chdir(before)


def call(name, words, out, *more):
    site = () if name in WITHOUT_SITE else ("--site", "site")
    return run([*(word.format(out=out) for word in words), *more, *site])


def kept(home):
    return {
        path: path.read_bytes()
        for path in home.iterdir()
        if path.is_file() and not path.is_symlink()
    }


@pytest.mark.parametrize("name", WRITERS)
def test_no_command_writes_over_a_file(home, capsys, name):
    """Also not with --force, unless it is an earlier output of that very command."""
    before = kept(home)
    options = [()] if name in WITHOUT_FORCE else [(), ("--force",)]
    for target in [*before, home / "site" / "cases" / f"{CASE_1}.json"]:
        for more in options:
            own = KINDS.get(name, is_bundle)
            if more and own(target.read_bytes()):
                continue
            assert call(name, WRITERS[name], target, *more) == 69, target
            told = capsys.readouterr().err
            assert str(target) in told
            assert "left as it is" in told
            assert "hint: name a new file" in told
    assert kept(home) == before


@pytest.mark.parametrize("name", KINDS)
def test_force_replaces_an_earlier_output_of_the_same_command(home, capsys, name):
    earlier = home / f"{name}.out"
    assert call(name, WRITERS[name], earlier) == 69
    assert "--force" in capsys.readouterr().err
    inode = earlier.stat().st_ino
    assert call(name, WRITERS[name], earlier, "--force") == 0
    assert earlier.stat().st_ino != inode
    assert KINDS[name](earlier.read_bytes())
    assert call(name, WRITERS[name], home / f"{name}.fresh", "--force") == 0
    (home / f"{name}.fresh").unlink()
    assert not list(home.glob(".*.part"))


def test_each_kind_is_told_from_every_other(home):
    """A letter is a PDF, too, and a redacted bundle a ZIP as a DOCX is."""
    kinds = {**KINDS, "preview": is_preview, "time_stamp": is_time_stamp}
    for path, content in kept(home).items():
        told = [name for name, recognise in kinds.items() if recognise(content)]
        stem = {"c1": "checkpoint", "c2": "checkpoint", "bundle.asice": "bundle"}
        wanted = stem.get(path.name, path.name.removesuffix(".out"))
        assert told == ([wanted] if wanted in kinds else []), path


@pytest.mark.parametrize("name", WRITERS)
def test_no_command_follows_a_link_or_fills_a_folder(home, capsys, name):
    target = home / "site" / "ledger.key"
    before = target.read_bytes()
    (home / "link").symlink_to(target)
    (home / "folder").mkdir()
    try:
        for more in [()] if name in WITHOUT_FORCE else [(), ("--force",)]:
            assert call(name, WRITERS[name], home / "link", *more) == 69
            assert "is a link" in capsys.readouterr().err
            if name != "bundle":  # its folder is where bundles go
                assert call(name, WRITERS[name], home / "folder", *more) == 69
                assert "is a folder" in capsys.readouterr().err
    finally:
        (home / "link").unlink()
        (home / "folder").rmdir()
    assert target.read_bytes() == before


def test_a_report_is_refused_before_anything_is_judged(home, capsys):
    assert call("report", WRITERS["report"], home / "mail.eml") == 69
    assert "verdict" not in capsys.readouterr().out


def test_bundles_in_a_folder_are_new_or_none(home, tmp_path, capsys):
    words = ("export", CASE_1, "--out", str(tmp_path), "--site", "site")
    assert run([*words]) == 0
    (bundle,) = tmp_path.iterdir()
    first = bundle.read_bytes()
    assert run([*words]) == 69
    assert bundle.read_bytes() == first
    assert run([*words, "--force"]) == 0
    bundle.write_bytes(b"notes on the case")
    assert run([*words, "--force"]) == 69
    assert bundle.read_bytes() == b"notes on the case"


def test_a_stamp_beside_a_checkpoint_is_no_way_over_a_file(home, tmp_path):
    """`--out X` writes X.tst, too, where an authority is configured."""
    (tmp_path / "c.tst").write_bytes(b"mine")
    words = ("ledger", "checkpoint", "--out", str(tmp_path / "c"), "--site", "site")
    for more in ((), ("--force",)):
        assert run([*words, *more]) == 69
    assert [each.name for each in tmp_path.iterdir()] == ["c.tst"]


def test_standard_output_takes_any_output(home):
    words = [sys.executable, "-m", "notices", *WRITERS["checkpoint"], "--site", "site"]
    command = [word.format(out="/dev/stdout") for word in words]
    done = subprocess.run(command, capture_output=True, check=True, cwd=home)
    assert is_checkpoint(done.stdout)
    for out in ("/dev/null", "/dev/stderr"):
        assert call("checkpoint", WRITERS["checkpoint"], out) == 0


def test_a_reader_that_has_gone_is_no_fault(home):
    words = [sys.executable, "-m", "notices", *WRITERS["report"]]
    command = [word.format(out="/dev/stdout") for word in words]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command, stdout=writing, stderr=subprocess.PIPE, cwd=home, check=False
    )
    os.close(writing)
    assert (done.returncode in (0, 1), done.stderr) == (True, b"")


@pytest.fixture
def desk(tmp_path, capsys):
    start_site(tmp_path / "site")
    return Desk(tmp_path / "site", capsys)


def test_the_published_checkpoint_replaces_checkpoints_only(desk):
    """A wrong line in notices.toml must not cost a judgment."""
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    victim = desk.home / "cases" / f"{CASE_1}.json"
    before = victim.read_bytes()
    desk.set("checkpoint", f'"cases/{CASE_1}.json"', section="ledger")
    assert desk.run("ledger", "checkpoint")[0] in (69, 78)
    assert victim.read_bytes() == before
    desk.set("checkpoint", '"log.checkpoint"', section="ledger")
    assert desk.run("ledger", "checkpoint")[0] == 0
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_2_ABROAD))
    first = (desk.home / "log.checkpoint").read_bytes()
    assert desk.run("ledger", "checkpoint")[0] == 0
    assert (desk.home / "log.checkpoint").read_bytes() != first
    assert not list(desk.home.glob(".*.part"))


def test_the_log_key_replaces_nothing(desk):
    """A public key that lies there is what an auditor compares with."""
    (desk.home / "ledger.pub").write_text("of another log\n")
    with Site.open(desk.home) as site:
        site.prepare(site.read_case(CASE_1))
    code, _, err = desk.run("ledger", "checkpoint")
    assert code == 77
    assert "ledger.pub is there already" in err
    assert (desk.home / "ledger.pub").read_text() == "of another log\n"
    assert not (desk.home / "ledger.key").exists()


def test_a_preview_replaces_previews_only(desk, tmp_path):
    """It is made again and again; the signed letter in that folder is another thing."""
    out = tmp_path / "out"
    words = ("preview", CASE_1, "--out", str(out), "--png")
    for _ in range(2):
        assert desk.run(*words)[0] == 0
    for path in sorted(out.iterdir()):
        earlier = path.read_bytes()
        assert is_preview(earlier), path
        path.write_bytes(b"a screenshot as evidence")
        code, _, err = desk.run(*words)
        assert (code, str(path) in err) == (69, True), err
        assert path.read_bytes() == b"a screenshot as evidence"
        path.write_bytes(earlier)
    with Site.open(desk.home) as site:
        number = site.prepare(site.read_case(CASE_1)).number
        for path in site.rooms.exporter.letters(number, tmp_path):
            assert not is_preview(path.read_bytes()), path
    for form in ("form1", "form2", "form2-2006"):
        for _ in range(2):
            assert desk.run("preview", form, "--out", str(out))[0] == 0


def test_letters_are_exported_into_new_files(desk, tmp_path):
    with Site.open(desk.home) as site:
        number = site.prepare(site.read_case(CASE_1)).number
        (tmp_path / f"{number}.txt").write_text("mine")
        with pytest.raises(Exception, match="there already"):
            site.rooms.exporter.letters(number, tmp_path)
    assert (tmp_path / f"{number}.txt").read_text() == "mine"
    assert not (tmp_path / f"{number}.pdf").exists(), "all of them or none"


def test_a_demo_and_a_site_go_into_new_folders(tmp_path, capsys):
    (tmp_path / "notices.toml").write_text("mine")
    for command in ("init", "demo"):
        assert run([command, str(tmp_path)]) == 65
    assert [each.name for each in tmp_path.iterdir()] == ["notices.toml"]
    assert (tmp_path / "notices.toml").read_text() == "mine"


def test_json_names_what_was_written(home, capsys, tmp_path):
    words = ("export", CASE_1, "--out", str(tmp_path / "b"), "--site", "site", "--json")
    assert run([*words]) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["bytes"] == (tmp_path / "b").stat().st_size
