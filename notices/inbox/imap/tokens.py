"""AUTHENTICATE XOAUTH2: a token instead of a password, shown once."""

import imaplib
from base64 import b64encode

from notices.credentials.hiding import hidden, spellings
from notices.credentials.token_command import TokenCommand, refusal, xoauth2
from notices.errors import KeyUnavailable
from notices.inbox.account import Account
from notices.inbox.imap.transport import ImapWire
from notices.inbox.imap.words import as_text
from notices.messages import Text


def log_in_with_token(wire: ImapWire, account: Account, source: TokenCommand) -> None:
    """Log in; KeyUnavailable if the server does not take it, else as `token` raises."""
    if "AUTH=XOAUTH2" not in wire.capabilities:
        raise KeyUnavailable(
            Text("{remote} offers no AUTH=XOAUTH2", remote=account.remote),
            hint="give inbox.password_file instead of a token_command",
        )
    token = source.token()
    said = xoauth2(account.username, token)
    words, statuses = [said], [""]

    def answer(challenge: bytes) -> bytes:
        """The token to the first question; an empty line to the reason why not."""
        statuses.append(refusal(challenge))
        return words.pop() if words else b""

    try:
        wire.authenticate("XOAUTH2", answer)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        source.forget()
        secrets = (*spellings(token.reveal()), b64encode(said).decode())
        raise KeyUnavailable(
            Text(
                "{remote} refuses the access token of {username}: {text}",
                remote=account.remote,
                username=account.username,
                text=" ".join(
                    filter(None, (statuses[-1], hidden(as_text(error.args), secrets)))
                ),
            ),
            hint="check inbox.username, and what inbox.token_command prints",
        ) from None
