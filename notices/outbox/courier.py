"""The courier: one message, one recipient, one SMTP transaction, told truly.

Whatever happens becomes an `Attempt`. Before the first body byte a failure is
`deferred`, or `failed` where the server refused the message for good; after it only
the reply to the final dot decides, and without one the delivery is `in_doubt`.
"""

import asyncio
import re
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiosmtplib import SMTPException, SMTPResponseException

from notices.delivery import Attempt, Envelope, Reply, Stage, State, classify
from notices.outbox.envelope import faults_of, mail_from, rcpt_to, rcpt_to_archive
from notices.outbox.relay import Relay, Security, tls_context
from notices.outbox.wire import Wire, printable, reply_from

OnStage = Callable[[Stage], Awaitable[None]]
"""Called before each stage; for `data` after the 354, before the first body byte.
What it raises ends the attempt without a further byte."""
Clock = Callable[[], datetime]
"""Gives the time, aware."""

_LEADING_DOT = re.compile(rb"(?m)^\.")
_POSITIVE, _INTERMEDIATE = 2, 3


class Courier(Protocol):
    """What can carry a message."""

    async def deliver(
        self, envelope: Envelope, message: bytes, *, on_stage: OnStage, clock: Clock
    ) -> Attempt:
        """Try once."""
        ...

    async def aclose(self) -> None:
        """Let go of what is open."""
        ...


class _Ended(Exception):
    """The attempt is over, and it is known what that makes of the delivery."""

    def __init__(self, state: State, *, note: str = "") -> None:
        super().__init__(note)
        self.state = state
        self.note = note


@dataclass(slots=True, kw_only=True)
class _Progress:
    """How far an attempt has come."""

    stage: Stage = Stage.CONNECT
    is_armed: bool = False
    reply: Reply | None = None
    tls: str = ""


class SmtpCourier:
    """Hands messages to one relay."""

    def __init__(self, relay: Relay) -> None:
        """Check the relay's settings; raises ConfigError."""
        self._relay = relay
        self._tls = tls_context(relay)
        self._leaving: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Wait until all connections are closed."""
        await asyncio.gather(*self._leaving)

    async def deliver(
        self, envelope: Envelope, message: bytes, *, on_stage: OnStage, clock: Clock
    ) -> Attempt:
        """Try once. Only what `on_stage` raises is raised."""
        started_at = clock()
        conversation = _Conversation(self._relay, self._tls, on_stage)
        try:
            state, note = await conversation.outcome(envelope, message)
        finally:
            self._leave(conversation)
        progress = conversation.progress
        return Attempt(
            started_at=started_at,
            ended_at=clock(),
            state=state,
            stage=progress.stage,
            remote=self._relay.remote,
            tls=progress.tls,
            reply=progress.reply,
            note=note,
        )

    def _leave(self, conversation: "_Conversation") -> None:
        """Close in the background: the outcome is to be committed at once."""
        task = asyncio.get_running_loop().create_task(conversation.leave())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)


class _Conversation:
    """One connection and one transaction on it."""

    def __init__(
        self, relay: Relay, tls: ssl.SSLContext | None, on_stage: OnStage
    ) -> None:
        self._relay = relay
        self._tls = tls
        self._on_stage = on_stage
        self._wire: Wire | None = None
        self._extensions: dict[str, str] = {}
        self._callback_error: BaseException | None = None
        self.progress = _Progress()

    async def outcome(self, envelope: Envelope, message: bytes) -> tuple[State, str]:
        """Go through all stages; tell what came of it and why."""
        try:
            return await self._transact(envelope, message), ""
        except _Ended as ended:
            return ended.state, ended.note
        except (SMTPException, OSError, TimeoutError) as error:
            if error is self._callback_error:
                raise
            return self._lost(error)

    async def leave(self) -> None:
        """Close, politely where the server still listens."""
        if self._wire is None:
            return
        if self.progress.reply is None:
            await self._wire.drop()
        else:
            await self._wire.leave(timeout=self._relay.timeouts.quit)

    async def _transact(self, envelope: Envelope, message: bytes) -> State:
        if faults := faults_of(envelope, message):
            raise _Ended(State.FAILED, note="; ".join(faults))
        async with asyncio.timeout(self._relay.timeouts.before_data):
            wire = await self._connect()
            await self._say_hello(wire)
            await self._start_tls(wire)
            await self._authenticate(wire)
            await self._open_transaction(wire, envelope, message)
        return await self._transfer(wire, message)

    async def _enter(self, stage: Stage) -> None:
        self.progress.stage = stage
        self.progress.reply = None
        try:
            await self._on_stage(stage)
        except BaseException as error:
            self._callback_error = error
            raise

    async def _connect(self) -> Wire:
        await self._enter(Stage.CONNECT)
        relay, loop = self._relay, asyncio.get_running_loop()
        direct = self._tls if relay.security is Security.TLS else None
        async with asyncio.timeout(relay.timeouts.connect):
            _, wire = await loop.create_connection(
                lambda: Wire(loop),
                relay.host,
                relay.port,
                ssl=direct,
                server_hostname=relay.host if direct else None,
            )
        self._wire = wire
        self.progress.tls = wire.tls()
        self._must(await wire.greeting(timeout=relay.timeouts.command))
        return wire

    async def _say_hello(self, wire: Wire) -> None:
        await self._enter(Stage.EHLO)
        await self._ehlo(wire)

    async def _ehlo(self, wire: Wire) -> None:
        reply, self._extensions = await wire.ehlo(
            self._relay.local_hostname, timeout=self._relay.timeouts.command
        )
        self._must(reply)

    async def _start_tls(self, wire: Wire) -> None:
        if self._relay.security is not Security.STARTTLS or self._tls is None:
            return
        await self._enter(Stage.STARTTLS)
        if "starttls" not in self._extensions:
            raise _Ended(State.DEFERRED, note="the server offers no STARTTLS")
        await wire.upgrade(
            self._tls, self._relay.host, timeout=self._relay.timeouts.connect
        )
        self.progress.tls = wire.tls()
        # RFC 3207, 4.2: what was said before TLS is forgotten
        await self._ehlo(wire)

    async def _authenticate(self, wire: Wire) -> None:
        """Use one mechanism, once: each failure counts towards a lock-out."""
        if not self._relay.username:
            return
        await self._enter(Stage.AUTH)
        offered = self._extensions.get("auth", "").upper().split()
        user, password = self._relay.username.encode(), self._relay.password.encode()
        if "PLAIN" in offered:
            secret = b64encode(b"\0" + user + b"\0" + password)
            self._must(await self._command(wire, b"AUTH", b"PLAIN", secret))
        elif "LOGIN" in offered:
            for word in (b"AUTH LOGIN", b64encode(user)):
                self._must(await self._command(wire, word), digit=_INTERMEDIATE)
            self._must(await self._command(wire, b64encode(password)))
        else:
            raise _Ended(State.DEFERRED, note="the server offers no AUTH that we use")

    async def _open_transaction(
        self, wire: Wire, envelope: Envelope, message: bytes
    ) -> None:
        await self._enter(Stage.MAIL)
        limit = self._extensions.get("size", "")
        # RFC 1870, 4: no number or 0 means that there is no fixed limit
        if limit.isdecimal() and 0 < int(limit) < len(message):
            note = f"{len(message)} bytes are more than the server takes ({limit})"
            raise _Ended(State.FAILED, note=note)
        words = mail_from(envelope, len(message), self._extensions)
        self._must(await self._command(wire, *words))
        await self._enter(Stage.RCPT)
        words = rcpt_to(envelope.forward_path, self._extensions)
        self._must(await self._command(wire, *words))
        if envelope.archive_path:
            words = rcpt_to_archive(envelope.archive_path, self._extensions)
            self._must_archive(await self._command(wire, *words))

    async def _transfer(self, wire: Wire, message: bytes) -> State:
        timeouts = self._relay.timeouts
        self.progress.stage, self.progress.reply = Stage.DATA, None
        self._must(await self._command(wire, b"DATA"), digit=_INTERMEDIATE)
        wire.must_be_quiet()
        await self._enter(Stage.DATA)
        wire.must_be_quiet()
        self.progress.is_armed = True
        # RFC 5321, 4.5.2: a dot is put before every line that starts with one
        await wire.send(_LEADING_DOT.sub(b"..", message), timeout=timeouts.body)
        await self._enter(Stage.END_OF_DATA)
        reply = await wire.end_of_data(timeout=timeouts.end_of_data)
        self.progress.reply = reply
        return classify(reply, Stage.END_OF_DATA)

    async def _command(self, wire: Wire, *words: bytes) -> Reply:
        return await wire.command(*words, timeout=self._relay.timeouts.command)

    def _must(self, reply: Reply, *, digit: int = _POSITIVE) -> None:
        """Go on if the reply's first digit is as expected, else end the attempt."""
        if reply.code // 100 == digit:
            return
        self.progress.reply = reply
        raise _Ended(classify(reply, self.progress.stage))

    def _must_archive(self, reply: Reply) -> None:
        """Without the archive no DATA; but that is our mailbox, so never final."""
        if reply.code // 100 == _POSITIVE:
            return
        self.progress.reply = reply
        raise _Ended(State.DEFERRED, note="the archive mailbox was refused")

    def _lost(self, error: Exception) -> tuple[State, str]:
        """Judge an attempt that ended without a reply."""
        if isinstance(error, SMTPResponseException) and error.code > 0:
            # only aiosmtplib's STARTTLS raises replies
            self.progress.reply = reply_from(error.code, error.message)
            return classify(self.progress.reply, self.progress.stage), ""
        state = State.IN_DOUBT if self.progress.is_armed else State.DEFERRED
        return state, _describe(error)


def _describe(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate refused: {printable(error.verify_message)}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {printable(str(error.reason or error))}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    if isinstance(error, SMTPException):
        return printable(error.message)
    return printable(str(error)) or "connection lost"
