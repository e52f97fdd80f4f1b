"""XOAUTH2 with a real Dovecot, which asks a token's issuer whether it is good."""

import sys
from dataclasses import replace

import pytest

from notices.credentials.token_command import TokenCommand
from notices.errors import KeyUnavailable, TokenUnavailable
from notices.inbox.account import Account
from notices.inbox.imap_mailbox import ImapMailbox
from tests.inbox.dovecot import USER, Tokens, private_dovecot
from tests.inbox.sample import report


@pytest.fixture(scope="module")
def dovecot(authority):
    with private_dovecot(authority.issue_cert("127.0.0.1")) as running:
        yield running


def printing(folder, words):
    argv = (sys.executable, "-c", f"print({words!r})")
    return TokenCommand(argv, "inbox.token_command", folder)


@pytest.fixture
def account(dovecot, authority, tmp_path):
    return Account(
        host="127.0.0.1",
        port=dovecot.port,
        username=USER,
        password="",
        token=printing(tmp_path, Tokens.good),
        ca=authority.cert_pem.bytes().decode(),
        timeout=10,
    )


def test_a_mailbox_is_read_with_a_token(dovecot, account):
    dovecot.put(report())
    box = ImapMailbox(account)
    try:
        (folder,) = box.look()
        assert (folder.name, folder.mails) == ("INBOX", 1)
    finally:
        box.close()


def test_a_token_that_is_refused_is_told_and_never_shown(account, tmp_path):
    bad = replace(account, token=printing(tmp_path, "token-of-nobody"))
    box = ImapMailbox(bad)
    with pytest.raises(
        KeyUnavailable, match="refuses the access token of desk"
    ) as seen:
        box.look()
    assert "token-of-nobody" not in seen.value.diagnostics()
    assert "inbox.token_command" in seen.value.hint
    box.close()


def test_a_command_that_fails_is_told_before_anything_is_said(account, tmp_path):
    argv = (sys.executable, "-c", "raise SystemExit(1)")
    failing = TokenCommand(argv, "inbox.token_command", tmp_path)
    box = ImapMailbox(replace(account, token=failing))
    with pytest.raises(TokenUnavailable, match="it ended with 1"):
        box.look()
    box.close()
