"""Passwords of the relay and of the inbox: a systemd credential needs no file."""

import pytest

from notices.errors import ConfigError
from notices.site import Site, configured
from notices.site.mailboxes import open_mailbox

WORD = "correct horse"


@pytest.fixture
def credentials(tmp_path, monkeypatch):
    folder = tmp_path / "credentials"
    folder.mkdir()
    for name in ("smtp-password", "inbox-password"):
        path = folder / name
        path.write_text(f"{WORD}\n", encoding="utf-8")
        path.chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    return folder


@pytest.fixture
def with_users(desk):
    desk.set("username", '"someone"', section="smtp")
    desk.set("url", '"imaps://127.0.0.1"', section="inbox")
    desk.set("username", '"someone"', section="inbox")
    return desk


def test_the_credential_alone_is_enough(with_users, credentials):
    """Before, `[smtp] username` without password_file was a fault (78)."""
    with Site.open(with_users.home) as site:
        assert configured.relay_of(site.config).password == WORD
        assert open_mailbox(site.config)._account.password == WORD


@pytest.mark.parametrize(
    ("section", "opened"),
    [("smtp", configured.relay_of), ("inbox", open_mailbox)],
)
def test_without_file_and_credential_it_says_what_to_do(with_users, section, opened):
    with Site.open(with_users.home) as site, pytest.raises(ConfigError) as wrong:
        opened(site.config)
    assert f"nor the credential {section}-password" in wrong.value.message
    assert "LoadCredentialEncrypted" in wrong.value.hint
