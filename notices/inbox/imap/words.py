"""Why a conversation with an IMAP server ended, in words of ours and of the server.

imaplib puts its own sentences around both. Ours are `Text`; the server's stay as they
are; what is imaplib's is told by its kind.
"""

import imaplib
import re

from notices.files.network_words import LOST, in_words_of_ours
from notices.messages import Text

_NO_IMAP = re.compile(
    r"unexpected (?:tagged )?response|no CAPABILITY response|got more than "
    r"|server not IMAP4 compliant|mailbox status changed"
    r"|socket error: unterminated line"
)
_OF_SOCKET = re.compile(r"socket error")
_OFFERS_NOT = re.compile(
    r"Server doesn't allow|Server does not support|unimplemented in IMAP4"
    r"|TLS not supported|Couldn't establish TLS|SSL support missing"
    r"|(?:unimplemented|unknown) extension command|Unknown IMAP4 UID command"
    r"|TLS session already|Non-None charset"
)
_IN_STATE = re.compile(r"command \S+ illegal in state|is not writable")
_COMMAND = re.compile(r"command: ([A-Z]+) => (.*)", re.DOTALL)
_BAD = re.compile(r"([A-Z]+) command error: BAD \[(?:b?['\"])?(.*?)['\"]?\]", re.DOTALL)


def words_of(error: BaseException) -> str:
    """A text that the catalogue has, or what the server said; no sentence of imaplib.

    error: what imaplib, ssl or the system raised, also one inside another.
    """
    if not isinstance(error, imaplib.IMAP4.error):
        return in_words_of_ours(error)
    if error.args and isinstance(error.args[0], Text):
        return error.args[0]
    inner = error.__context__
    if isinstance(inner, imaplib.IMAP4.error | OSError):
        return words_of(inner)
    return _of_library(as_text(error.args))


def _of_library(said: str) -> str:
    if wrapped := _COMMAND.fullmatch(said):
        said = wrapped[2]
    if refused := _BAD.fullmatch(said):
        return Text(
            "it does not take {command}: {said}", command=refused[1], said=refused[2]
        )
    if _NO_IMAP.match(said):
        return Text("what it answers is no IMAP")
    if _OF_SOCKET.match(said):
        return Text(LOST)
    if _OFFERS_NOT.search(said):
        return Text("it does not offer what is needed")
    if _IN_STATE.search(said):
        return Text("it does not allow that now")
    return said or Text(LOST)


def as_text(words: object) -> str:
    """What a server said, as a line."""
    return " ".join(
        each.decode("ascii", "backslashreplace")
        if isinstance(each, bytes)
        else str(each)
        for each in (words if isinstance(words, list | tuple) else [words])
    )
