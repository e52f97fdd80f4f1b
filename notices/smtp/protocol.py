"""One SMTP connection, reply by reply: aiosmtplib's protocol, made strict.

aiosmtplib reads a number from the first three bytes of a line and takes what comes
next as the answer to what is asked next. Here a reply has the syntax of RFC 5321,
4.2, and bytes that nobody asked for end the conversation.
"""

import asyncio
import re
import ssl
from contextlib import suppress
from typing import cast

from aiosmtplib import SMTPException, SMTPResponse
from aiosmtplib.esmtp import parse_esmtp_extensions
from aiosmtplib.protocol import SMTPProtocol

from notices.credentials.hiding import hidden
from notices.delivery import Reply
from notices.messages import Text
from notices.signs import plain
from notices.smtp.words import OutOfStep

# RFC 5321, 4.2: three digits, the first 2 to 5, the same on every line
_REPLY = re.compile(
    rb"(?:([2-5][0-9]{2})-[^\r\n]*\r\n)*([2-5][0-9]{2})( [^\r\n]*)?\r\n"
)
_CODES = re.compile(rb"^([0-9]{3})", re.MULTILINE)
# RFC 2034, 4: the enhanced status comes first in the text of every line
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?: |$)")
_LONGEST_TEXT = 500
_SHOWN_OF_GARBAGE = 80
_LINGER = 0.1
_PORTION = 1 << 16


class Unasked(OutOfStep):
    """The server spoke before it was asked; nothing it says is believed now."""


class NotSmtp(OutOfStep):
    """What came is no reply of RFC 5321."""


class Wire(SMTPProtocol):
    """A connection that notices every byte it did not ask for."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self._raw = bytearray()
        self._is_asked = True  # the greeting comes by itself
        self._is_unasked = False
        self._is_writable = asyncio.Event()
        self._is_writable.set()
        self._is_lost = asyncio.Event()
        self._secrets: list[str] = []

    def hide(self, *secrets: str) -> None:
        """Take these out of whatever the server says from now on: it goes on record."""
        self._secrets += secrets

    @property
    def is_quiet(self) -> bool:
        """Whether the server said no more than it was asked for."""
        return not self._is_unasked

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be gone."""
        return not self.is_connected

    def data_received(self, data: bytes) -> None:
        """Keep what was asked for, note what was not."""
        if self._is_asked:
            self._raw += data
        else:
            self._is_unasked = True
        super().data_received(data)

    def pause_writing(self) -> None:
        """Called by the transport when its buffer is not empty."""
        super().pause_writing()
        self._is_writable.clear()

    def resume_writing(self) -> None:
        """Called by the transport when its buffer is empty again."""
        super().resume_writing()
        self._is_writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits; a read that waits gets its error from the base."""
        super().connection_lost(exc)
        self._is_writable.set()
        self._is_lost.set()

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:  # noqa: ASYNC109
        """Read one reply; raises NotSmtp or Unasked for anything but one reply."""
        self._is_asked = True
        try:
            response = await super().read_response(timeout)
        finally:
            raw, self._raw = bytes(self._raw), bytearray()
            self._is_asked = False
        match = _REPLY.match(raw)
        if not match or len(set(_CODES.findall(match[0]))) != 1:
            said = hidden(raw.decode("ascii", "replace"), self._secrets)
            shown = plain(said[:_SHOWN_OF_GARBAGE])
            raise NotSmtp(Text("no SMTP reply: {shown}", shown=shown))
        if match.end() != len(raw):
            self._is_unasked = True
        return response

    def must_be_quiet(self) -> None:
        """Raise Unasked if the server said more than it was asked for."""
        if self._is_unasked:
            raise Unasked(Text("the server spoke out of turn"))

    async def greeting(self, *, timeout: float) -> Reply:  # noqa: ASYNC109
        """Read the greeting."""
        return self._told(await self.read_response(timeout))

    async def command(self, *words: bytes, timeout: float) -> Reply:  # noqa: ASYNC109
        """Send one command line and read its reply."""
        self.must_be_quiet()
        return self._told(await self.execute_command(*words, timeout=timeout))

    async def ehlo(
        self,
        name: str,
        *,
        timeout: float,  # noqa: ASYNC109
    ) -> tuple[Reply, dict[str, str]]:
        """Say EHLO; give the reply and the extensions, lower-case name to rest."""
        self.must_be_quiet()
        words = (b"EHLO", name.encode("ascii"))
        response = await self.execute_command(*words, timeout=timeout)
        return self._told(response), parse_esmtp_extensions(response.message)[0]

    async def upgrade(
        self,
        context: ssl.SSLContext,
        host: str,
        *,
        timeout: float,  # noqa: ASYNC109
    ) -> None:
        """STARTTLS. Plain bytes behind the 220 are an injection (RFC 3207, 6)."""
        self.must_be_quiet()
        await self.start_tls(context, server_hostname=host, timeout=timeout)
        self.must_be_quiet()

    async def send(self, data: bytes, *, timeout: float) -> None:  # noqa: ASYNC109
        """Write bytes as fast as they are taken; what follows stays behind them.

        The transport's own limits stay as they are: asyncio's TLS stops for good
        when it is told to keep nothing in its buffer.
        """
        async with asyncio.timeout(timeout):
            for start in range(0, len(data), _PORTION):
                self.write(data[start : start + _PORTION])
                await self._is_writable.wait()
        if self._is_lost.is_set():
            raise ConnectionResetError("connection lost while writing")

    async def end_of_data(self, *, timeout: float) -> Reply:  # noqa: ASYNC109
        """Send the final dot and wait for the reply that decides."""
        self.must_be_quiet()
        self.write(b".\r\n")
        return self._told(await self.read_response(timeout))

    def _told(self, response: SMTPResponse) -> Reply:
        """What goes on record of it; hidden before it is cut."""
        return reply_from(response.code, hidden(response.message, self._secrets))

    def tls(self) -> str:
        """Name TLS version and cipher; empty without TLS."""
        transport = self.transport
        encrypted = transport and transport.get_extra_info("ssl_object")
        return f"{encrypted.version()} {encrypted.cipher()[0]}" if encrypted else ""

    async def leave(self, *, timeout: float) -> None:  # noqa: ASYNC109
        """Say QUIT and close; nothing that goes wrong here matters any more."""
        with suppress(SMTPException, OSError, TimeoutError):
            await self.execute_command(b"QUIT", timeout=timeout)
        await self.drop()

    async def drop(self) -> None:
        """Close at once."""
        if self.transport is not None:
            cast("asyncio.WriteTransport", self.transport).abort()
            # after a broken handshake nobody tells that the connection is lost
            with suppress(TimeoutError):
                async with asyncio.timeout(_LINGER):
                    await self._is_lost.wait()


def reply_from(code: int, message: str) -> Reply:
    """Take the enhanced status out of a reply's text (RFC 3463)."""
    lines = message.split("\n")
    enhanced = _ENHANCED.match(lines[0])
    texts = [_ENHANCED.sub("", line, count=1) for line in lines] if enhanced else lines
    text = plain(" ".join(texts))
    return Reply(
        code=code,
        enhanced_status=enhanced[1] if enhanced else "",
        text=text if len(text) <= _LONGEST_TEXT else text[:_LONGEST_TEXT] + "…",
    )
