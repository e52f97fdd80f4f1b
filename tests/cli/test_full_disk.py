"""What a command that makes a folder says of a disk that is full: a real one.

Each disk is a `tmpfs` of a few pages in a mount namespace of the command's own, so that
nothing else of the machine sees it. In three places "the folder cannot be written" was
told as bad data (65) with "name another folder", for a disk that only needed room.
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from notices.site.starting import start_site

ROOT = Path(__file__).parents[2]
SPACES = ["unshare", "--map-root-user", "--mount", "sh", "-c"]


def on_a_disk(folder, options, *words):
    """A command with a small disk at `folder`, and what it left there, by name."""
    command = shlex.join([sys.executable, "-m", "notices", *map(str, words)])
    disk = shlex.quote(str(folder))
    shell = (
        f"mount -t tmpfs -o {options} tmpfs {disk} || exit 99; {command}; code=$?; "
        f"ls -A {disk} >&2; exit $code"
    )
    return subprocess.run(
        [*SPACES, shell],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    tried = subprocess.run(
        [*SPACES, f"mount -t tmpfs tmpfs {shlex.quote(str(folder))}"],
        check=False,
        capture_output=True,
    )
    if tried.returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    return folder


@pytest.fixture
def home(tmp_path):
    start_site(tmp_path / "site")
    return tmp_path / "site"


NO_INODE = "nr_inodes=1"
"""Not even a folder can be made."""
SOME_PAGES = "size=64k"
"""A few files, and then no more."""


@pytest.mark.parametrize("options", [NO_INODE, SOME_PAGES])
@pytest.mark.parametrize(
    "words",
    [("init", "{disk}/new"), ("init", "{disk}/a/b/new"), ("demo", "{disk}/new")],
)
def test_a_site_without_room_is_for_later_and_can_be_typed_again(disk, options, words):
    """`init` left half a site, and said "is not empty" when it was typed again."""
    done = on_a_disk(disk, options, *(word.format(disk=disk) for word in words))
    assert done.returncode == 75, done.stderr
    assert "cannot be written: No space left on device" in done.stderr
    assert "make room on that disk" in done.stderr
    assert done.stderr.endswith("type the command again\n"), done.stderr


@pytest.mark.parametrize("options", [NO_INODE, SOME_PAGES])
def test_a_preview_without_room_is_for_later(disk, home, options):
    words = ("preview", "IHC-2026-004217", "--site", home, "--out", disk / "preview")
    done = on_a_disk(disk, options, *words)
    assert done.returncode == 75, done.stderr
    assert "make room on that disk" in done.stderr


@pytest.mark.parametrize("options", ["nr_inodes=1", "size=4k"])
def test_a_kind_without_room_is_for_later_and_leaves_nothing(tmp_path, options):
    home = tmp_path / "site"
    start_site(home)
    folder = home / "templates-of-ours"
    folder.mkdir()
    settings = (home / "notices.toml").read_text("utf-8")
    settings = settings.replace(
        'templates = "templates"', f'templates = "{folder.name}"'
    )
    (home / "notices.toml").write_text(settings, "utf-8")
    words = ["template", "new", "search-engine", "--form", "form1", "--site", home]
    told = ["--name", "検索", "--name-en", "search"]
    told += ["--title", "【違法情報】の通知書（検索）"]
    told += ["--title-en", "Notice of Illegal Information (search)"]
    done = on_a_disk(folder, options, *words, *told)
    assert done.returncode == 75, done.stderr
    assert done.stderr.endswith("type the command again\n"), done.stderr
