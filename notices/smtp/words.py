"""Why a conversation ended without a reply, in words of ours.

aiosmtplib has English sentences of its own; of them only the kind is taken.
"""

import ssl

from aiosmtplib import (
    SMTPException,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)

from notices.files.network_words import LOST, NO_ANSWER, in_words_of_ours
from notices.messages import Text

_REFUSED = "connection refused"
"""So it stands on record since the first version."""


class OutOfStep(SMTPException):
    """The server does not keep to the protocol; the message is a text of ours."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def words_of(error: BaseException) -> str:
    """A text that the catalogue has; never a sentence of a library.

    error: what aiosmtplib, asyncio, ssl or the system raised. What TLS broke off
    is told by what TLS said.
    """
    if isinstance(error, OutOfStep):
        return error.said
    if isinstance(error, ConnectionRefusedError):
        return _REFUSED
    if not isinstance(error, SMTPException):
        return in_words_of_ours(error)
    if isinstance(error.__cause__, ssl.SSLError):
        return in_words_of_ours(error.__cause__)
    for kind, words in _KINDS:
        if isinstance(error, kind):
            return words
    return Text("the conversation failed ({kind})", kind=type(error).__name__)


_KINDS = (
    (SMTPTimeoutError, Text(NO_ANSWER)),
    (SMTPServerDisconnected, Text(LOST)),
    (SMTPResponseException, Text("what it answers is no SMTP")),
)
