"""Passwords of the relay and of the inbox: a systemd credential needs no file."""

import pytest

from notices.errors import ConfigError
from notices.site import Site, configured
from notices.site.mailboxes import open_mailbox
from tests.site.conftest import CASE_1

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


@pytest.mark.parametrize("program", ["#!/no/such/interpreter\n", "\x7fELF of nothing"])
def test_a_token_command_that_cannot_be_run_queues_nothing(desk, program):
    """It was 75, and the notice stood `deferred` for ever behind a typing error."""
    script = desk.home / "token"
    script.write_text(program, encoding="latin-1")
    script.chmod(0o755)
    desk.set("username", '"someone"', section="smtp")
    desk.set("token_command", '["./token"]', section="smtp")
    assert desk.run("prepare", CASE_1)[0] == 0
    for command in (("send", CASE_1), ("work",)):
        code, _, told = desk.run(*command)
        assert code == 78, told
        assert "cannot be run" in told
    assert " held " in desk.run("list")[1]
