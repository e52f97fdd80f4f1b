"""AUTH XOAUTH2: a token instead of a password, shown once."""

import asyncio
import binascii
from base64 import b64decode, b64encode
from typing import Protocol

from notices.credentials.hiding import spellings
from notices.credentials.token_command import TokenCommand, refusal, xoauth2
from notices.delivery import Reply, State, classify
from notices.errors import NoticesError
from notices.messages import Text
from notices.smtp.ending import AttemptEnded, Progress

_CHALLENGE, _DONE = 334, 235


class Commands(Protocol):
    """A connection on which commands are said."""

    extensions: dict[str, str]

    async def command(self, *words: bytes) -> Reply:
        """Say one command line and hear the reply."""
        ...

    def hide(self, *secrets: str) -> None:
        """Take these out of whatever is said from now on."""
        ...


async def show_token(
    session: Commands, source: TokenCommand, username: str, progress: Progress
) -> None:
    """Authenticate; AttemptEnded, with the reason, if it does not work."""
    if "XOAUTH2" not in session.extensions.get("auth", "").upper().split():
        raise AttemptEnded(State.DEFERRED, note="the server offers no AUTH XOAUTH2")
    try:
        token = await asyncio.to_thread(source.token)
    except NoticesError as error:
        raise AttemptEnded(State.DEFERRED, note=error.message) from error
    said = b64encode(xoauth2(username, token))
    session.hide(*spellings(token.reveal()), said.decode())
    reply = await session.command(b"AUTH", b"XOAUTH2", said)
    status = ""
    if reply.code == _CHALLENGE:
        status = refusal(_decoded(reply.text))
        # the refusal itself comes when its reason was heard
        reply = await session.command(b"")
    if reply.code == _DONE:
        return
    source.forget()
    progress.reply = reply
    told = Text("the server refuses the access token")
    if status:
        told = Text("the server refuses the access token ({status})", status=status)
    raise AttemptEnded(classify(progress.reply, progress.stage), note=told)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
