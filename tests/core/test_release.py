"""A release: the same octets twice, a list of what is in it, sums that hold."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from tests.programs import require_module, require_program

ROOT = Path(__file__).parents[2]
EPOCH = "1795000000"
PARTS = (
    "notices",
    "templates",
    "certs",
    "etc",
    "docs/openapi.json",
    "verifier-js",
    "notices.toml",
    "recipients.toml",
    "README.md",
    "LICENSE",
    "people.toml",
    "CHANGELOG.md",
    "pyproject.toml",
)


@pytest.fixture(scope="module")
def release():
    spec = spec_from_file_location("release", ROOT / "etc" / "release.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def copied(into: Path, *, mode: int, hour: float) -> Path:
    """The sources elsewhere, with other rights and another hour."""
    for part in PARTS:
        source, target = ROOT / part, into / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, target, ignore=ignored)
        else:
            shutil.copyfile(source, target)
    for path in into.rglob("*"):
        if path.is_file():
            path.chmod(mode)
        os.utime(path, (hour, hour))
    return into


def test_two_builds_of_one_commit_are_the_same_octets(release, tmp_path, monkeypatch):
    require_module("hatchling")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    made = []
    for name, mode, hour in (
        ("one", 0o600, 1e9),
        ("another/place", 0o644, time.time()),
    ):
        into = tmp_path / f"of-{mode:o}"
        into.mkdir()
        release.build(copied(tmp_path / name, mode=mode, hour=hour), into)
        release.write_sums(into)
        made.append({one.name: one.read_bytes() for one in into.iterdir()})
    first, second = made
    assert {name.rpartition(".")[2] for name in first} >= {"whl", "gz", "html"}
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    (wheel,) = (tmp_path / "of-600").glob("*.whl")
    told = {one.date_time[:3] for one in zipfile.ZipFile(wheel).infolist()}
    assert told == {time.gmtime(int(EPOCH))[:3]}
    check = [require_program("sha256sum"), "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(check, cwd=wheel.parent, check=False).returncode == 0


def test_the_list_names_every_package_that_is_needed(release, tmp_path):
    require_module("cyclonedx_py")
    for name, is_first in (("one.json", True), ("two.json", False)):
        release.inventory(
            Path(sys.executable), tmp_path / name, is_held_to_schema=is_first
        )
    told = (tmp_path / "one.json").read_bytes()
    assert told == (tmp_path / "two.json").read_bytes()
    document = json.loads(told)
    assert document["bomFormat"] == "CycloneDX"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {re.split(r"[\[<>=~]", one)[0] for one in project["dependencies"]}
    there = {one["name"].lower().replace("_", "-") for one in document["components"]}
    assert {one.lower().replace("_", "-") for one in wanted} <= there
    assert document["metadata"]["component"]["name"] == "notices"
    assert str(ROOT) not in told.decode()


def test_the_sums_are_signed_by_the_key_and_by_no_other(release, tmp_path):
    keygen = require_program("ssh-keygen")
    folder = tmp_path / "dist"
    folder.mkdir()
    (folder / "verify.html").write_text("page")
    release.write_sums(folder)
    for name in ("ours", "other"):
        make = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(make, check=True)
    release.sign(folder, tmp_path / "ours")
    for name, code in (("ours", 0), ("other", 255)):
        public = (tmp_path / f"{name}.pub").read_text()
        (tmp_path / "allowed").write_text(f"release@hotline.example.jp {public}")
        verify = [keygen, "-Y", "verify", "-f", str(tmp_path / "allowed")]
        verify += ["-I", "release@hotline.example.jp", "-n", release.NAMESPACE]
        verify += ["-s", str(folder / "SHA256SUMS.sig")]
        done = subprocess.run(
            verify, input=(folder / "SHA256SUMS").read_bytes(), check=False
        )
        assert done.returncode == code
