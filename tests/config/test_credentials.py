"""Where secrets come from, and which files are refused."""

import os

import pytest

from notices.credentials import (
    Secret,
    read_passphrase,
    read_private_file,
    refuse_exposed,
)
from notices.errors import KeyUnavailable


@pytest.fixture
def secret_file(tmp_path):
    path = tmp_path / "passphrase"
    path.write_text("geheim\n")
    path.chmod(0o600)
    return path


def test_a_secret_never_shows_itself():
    assert "geheim" not in f"{Secret('geheim')!r} {Secret('geheim')}"


def test_the_file_is_read_without_its_line_end(secret_file):
    assert read_passphrase("x", secret_file, environment={}).reveal() == "geheim"


def test_a_systemd_credential_comes_first(secret_file, tmp_path):
    (tmp_path / "signing").write_text("from systemd")
    (tmp_path / "signing").chmod(0o600)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    found = read_passphrase("signing", secret_file, environment=environment)
    assert found.reveal() == "from systemd"


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o600])
def test_a_credential_is_read_as_systemd_makes_it(tmp_path, mode):
    """With User= its mode is 0440: the mask of an ACL (systemd 254, issue 29435)."""
    (tmp_path / "signing").write_text("from systemd")
    (tmp_path / "signing").chmod(mode)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read_passphrase("signing", None, environment=environment) is not None


@pytest.mark.parametrize("mode", [0o444, 0o460, 0o640 | 0o004])
def test_a_credential_that_others_may_read_or_write_is_refused(tmp_path, mode):
    (tmp_path / "signing").write_text("from systemd")
    (tmp_path / "signing").chmod(mode)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    with pytest.raises(KeyUnavailable, match="can be read by others"):
        read_passphrase("signing", None, environment=environment)


def test_a_descriptor_may_hold_it(tmp_path):
    reader, writer = os.pipe()
    os.write(writer, b"piped")
    os.close(writer)
    found = read_passphrase("x", tmp_path / f"fd:{reader}", environment={})
    assert found.reveal() == "piped"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_file_that_others_may_read_is_refused(secret_file, mode):
    secret_file.chmod(mode)
    with pytest.raises(KeyUnavailable, match="can be read by others") as caught:
        read_passphrase("x", secret_file, environment={})
    assert "chmod 600" in caught.value.hint
    assert "geheim" not in caught.value.diagnostics()


def test_only_the_example_may_be_exposed(secret_file):
    secret_file.chmod(0o644)
    found = read_passphrase("x", secret_file, environment={}, may_be_exposed=True)
    assert found.reveal() == "geheim"


def test_a_link_is_not_followed(secret_file, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(secret_file)
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        read_private_file(link)


def test_a_second_name_of_the_file_is_refused(secret_file, tmp_path):
    os.link(secret_file, tmp_path / "other")
    with pytest.raises(KeyUnavailable, match="hard links"):
        refuse_exposed(secret_file, read_private_file(secret_file))


def test_a_missing_file_a_folder_and_a_pipe_are_named(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(KeyUnavailable):
            read_private_file(path)


def test_a_huge_file_and_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "big"
    path.write_bytes(b"x" * (1 << 21))
    path.chmod(0o600)
    with pytest.raises(KeyUnavailable, match="larger"):
        read_private_file(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(KeyUnavailable, match="not UTF-8"):
        read_passphrase("x", path, environment={})
