"""One connection to the relay: opened by the rules, used for several transactions.

Every step of an attempt is announced by its `Progress` before it is made, so that
what is known about the attempt is never behind what happened.
"""

import asyncio
import ssl
from base64 import b64encode
from contextlib import suppress

from aiosmtplib import SMTPException

from notices.credentials.hiding import spellings_of_login
from notices.delivery import Reply, Stage, State
from notices.smtp.ending import INTERMEDIATE, POSITIVE, AttemptEnded, Progress
from notices.smtp.protocol import Wire
from notices.smtp.relay import Relay
from notices.smtp.tokens import show_token
from notices.smtp.transport_security import Security


class Session:
    """A connection, from the greeting to QUIT."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._wire: Wire | None = None
        self.extensions: dict[str, str] = {}
        self.transactions = 0

    @property
    def wire(self) -> Wire:
        """The open connection."""
        if self._wire is None:
            raise ConnectionResetError("there is no connection")
        return self._wire

    async def open(self, tls: ssl.SSLContext | None, progress: Progress) -> None:
        """Connect, and go on to where MAIL may be said."""
        await self._connect(tls, progress)
        await progress.enter(Stage.EHLO)
        await self._ehlo(progress)
        if self._relay.security is Security.STARTTLS and tls is not None:
            await self._start_tls(tls, progress)
        if self._relay.username:
            await self._authenticate(progress)

    async def is_ready(self) -> bool:
        """Clear the state and see whether the server is still there.

        RFC 5321, 4.1.1.5: RSET is always answered with 250. Whatever else comes,
        or nothing, tells before MAIL that this connection is of no use any more.
        """
        timeout = self._relay.timeouts.reset
        with suppress(SMTPException, OSError, TimeoutError):
            reply = await self.wire.command(b"RSET", timeout=timeout)
            return reply.code // 100 == POSITIVE and self.is_usable
        return False

    @property
    def is_usable(self) -> bool:
        """Whether it is open and nothing came that nobody asked for."""
        return self._wire is not None and self._wire.is_quiet and not self._wire.is_lost

    async def command(self, *words: bytes) -> Reply:
        """Say one command line and hear the reply."""
        return await self.wire.command(*words, timeout=self._relay.timeouts.command)

    def hide(self, *secrets: str) -> None:
        """Take these out of whatever the server says from now on."""
        self.wire.hide(*secrets)

    async def leave(self) -> None:
        """Close politely."""
        if self._wire is not None:
            await self._wire.leave(timeout=self._relay.timeouts.quit)

    async def drop(self) -> None:
        """Close at once: the server does not listen, or takes what we say for mail."""
        if self._wire is not None:
            await self._wire.drop()

    async def _connect(self, tls: ssl.SSLContext | None, progress: Progress) -> None:
        relay, loop = self._relay, asyncio.get_running_loop()
        direct = tls if relay.security is Security.TLS else None
        async with asyncio.timeout(relay.timeouts.connect):
            _, self._wire = await loop.create_connection(
                lambda: Wire(loop),
                relay.host,
                relay.port,
                ssl=direct,
                server_hostname=relay.host if direct else None,
            )
        progress.tls = self.wire.tls()
        progress.must(await self.wire.greeting(timeout=relay.timeouts.command))

    async def _ehlo(self, progress: Progress) -> None:
        reply, self.extensions = await self.wire.ehlo(
            self._relay.local_hostname, timeout=self._relay.timeouts.command
        )
        progress.must(reply)

    async def _start_tls(self, tls: ssl.SSLContext, progress: Progress) -> None:
        await progress.enter(Stage.STARTTLS)
        if "starttls" not in self.extensions:
            raise AttemptEnded(State.DEFERRED, note="the server offers no STARTTLS")
        await self.wire.upgrade(
            tls, self._relay.host, timeout=self._relay.timeouts.connect
        )
        progress.tls = self.wire.tls()
        # RFC 3207, 4.2: what was said before TLS is forgotten
        await self._ehlo(progress)

    async def _authenticate(self, progress: Progress) -> None:
        """Use one mechanism, once: each failure counts towards a lock-out."""
        await progress.enter(Stage.AUTH)
        if self._relay.token is not None:
            await show_token(self, self._relay.token, self._relay.username, progress)
            return
        offered = self.extensions.get("auth", "").upper().split()
        user, password = self._relay.username.encode(), self._relay.password.encode()
        said = spellings_of_login(self._relay.username, self._relay.password)
        self.wire.hide(*said)
        if "PLAIN" in offered:
            secret = b64encode(b"\0" + user + b"\0" + password)
            progress.must(await self.command(b"AUTH", b"PLAIN", secret))
        elif "LOGIN" in offered:
            for word in (b"AUTH LOGIN", b64encode(user)):
                progress.must(await self.command(word), digit=INTERMEDIATE)
            progress.must(await self.command(b64encode(password)))
        else:
            raise AttemptEnded(
                State.DEFERRED, note="the server offers no AUTH that we use"
            )
