"""A key of the log that may not be looked at is there: no new one takes its place."""

import pytest

from notices.errors import KeyUnavailable
from notices.site.ledger.log_key import LogKeyFile
from tests.shut_folders import shut

ORIGIN = "hotline.example.jp/log"


class NothingIssued:
    """A ledger without checkpoints, for which a key may be made."""

    def issued(self):
        return ()


@pytest.fixture
def key(tmp_path):
    """In a folder that whoever asks may not enter."""
    folder = tmp_path / "keys"
    folder.mkdir()
    file = LogKeyFile(path=folder / "log.key", origin=ORIGIN, ledger=NothingIssued())
    file.key()
    with shut(folder):
        yield file


def test_a_shut_folder_is_told_by_name(key):
    """PermissionError, a fault of the program."""
    with pytest.raises(KeyUnavailable, match="cannot be read: Permission denied"):
        key.key()
    with pytest.raises(KeyUnavailable, match="cannot be read: Permission denied"):
        key.public()


def test_a_link_that_leads_nowhere_is_no_key_to_be_made(tmp_path):
    """The disk with the key is not there: another key would be another log."""
    link = tmp_path / "log.key"
    link.symlink_to(tmp_path / "disk" / "log.key")
    with pytest.raises(KeyUnavailable, match="cannot be read"):
        LogKeyFile(path=link, origin=ORIGIN, ledger=NothingIssued()).key()
    assert link.is_symlink()
    assert not (tmp_path / "disk").exists()
