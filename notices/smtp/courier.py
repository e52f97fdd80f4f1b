"""The courier: one message, one recipient, one SMTP transaction, told truly.

Whatever happens becomes an `Attempt`. Before the first body byte a failure is
`deferred`, or `failed` where the server refused the message for good; after it only
the reply to the final dot decides, and without one the delivery is `in_doubt`.
A connection carries several transactions; before each further one it is seen to be
alive, so that one that died in silence costs a connection and no delivery.
"""

import asyncio
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from aiosmtplib import SMTPException, SMTPResponseException

from notices.delivery import Attempt, Envelope, Reply, Stage, State, classify
from notices.messages import Text
from notices.smtp.commands import (
    Words,
    faults_of,
    mail_from,
    rcpt_to,
    rcpt_to_archive,
)
from notices.smtp.ending import (
    INTERMEDIATE,
    POSITIVE,
    AttemptEnded,
    OnStage,
    Progress,
)
from notices.smtp.pool import Pool, Reuse
from notices.smtp.protocol import reply_from
from notices.smtp.relay import Relay, require_name, tls_context
from notices.smtp.session import Session
from notices.smtp.words import words_of

_PARAMETERS_REFUSED = frozenset({501, 504, 555})  # RFC 5321, 4.1.1.11 and 4.2.2
_LONGEST_SIZE = 20

Clock = Callable[[], datetime]
"""Gives the time, aware."""


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


class SmtpCourier:
    """Hands messages to one relay."""

    def __init__(self, relay: Relay, reuse: Reuse | None = None) -> None:
        """Check the relay's settings; raises ConfigError."""
        require_name(relay.local_hostname)
        self._relay = relay
        self._tls = tls_context(relay)
        self._pool = Pool(reuse or Reuse())

    def require_runnable(self) -> None:
        """ConfigError if access tokens come from a command that cannot be run."""
        if self._relay.token is not None:
            self._relay.token.require_runnable()

    async def aclose(self) -> None:
        """Close all connections and wait until they are closed."""
        await self._pool.aclose()

    async def deliver(
        self, envelope: Envelope, message: bytes, *, on_stage: OnStage, clock: Clock
    ) -> Attempt:
        """Try once. Only what `on_stage` raises is raised."""
        started_at = clock()
        progress = Progress(on_stage)
        conversation = _Conversation(self._relay, self._tls, self._pool, progress)
        try:
            state, note = await conversation.outcome(envelope, message)
        finally:
            conversation.part()
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


class _Conversation:
    """One transaction, and the connection that it runs on."""

    def __init__(
        self,
        relay: Relay,
        tls: ssl.SSLContext | None,
        pool: Pool,
        progress: Progress,
    ) -> None:
        self._relay = relay
        self._tls = tls
        self._pool = pool
        self._session: Session | None = None
        self.progress = progress

    async def outcome(self, envelope: Envelope, message: bytes) -> tuple[State, str]:
        """Go through all stages; tell what came of it and why."""
        try:
            return await self._transact(envelope, message), ""
        except AttemptEnded as ended:
            return ended.state, ended.note
        except (SMTPException, OSError, TimeoutError) as error:
            if error is self.progress.callback_error:
                raise
            return self._lost(error)

    def part(self) -> None:
        """Keep the connection if it is in order; close it as it deserves if not."""
        if self._session is None:
            return
        if self.progress.left_it_clean:
            self._pool.put(self._session)
        elif self.progress.reply is not None:
            self._pool.leave(self._session)
        else:
            self._pool.drop(self._session)

    async def _transact(self, envelope: Envelope, message: bytes) -> State:
        if faults := faults_of(envelope, message):
            raise AttemptEnded(State.FAILED, note="; ".join(faults))
        async with asyncio.timeout(self._relay.timeouts.before_data):
            session = await self._connected()
            await self._open_transaction(session, envelope, message)
        return await self._transfer(session, message)

    async def _connected(self) -> Session:
        """A connection on which MAIL may be said: one that is open, or a new one."""
        await self.progress.enter(Stage.CONNECT)
        session = self._session = self._pool.take()
        if session is not None:
            if await session.is_ready():
                self.progress.tls = session.wire.tls()
                return session
            self._pool.drop(session)
        session = self._session = Session(self._relay)
        await session.open(self._tls, self.progress)
        return session

    async def _open_transaction(
        self, session: Session, envelope: Envelope, message: bytes
    ) -> None:
        session.transactions += 1
        await self.progress.enter(Stage.MAIL)
        limit = session.extensions.get("size", "")
        # RFC 1870, 4: up to 20 digits; no number or 0: there is no fixed limit
        is_limit = limit.isdecimal() and len(limit) <= _LONGEST_SIZE
        if is_limit and 0 < int(limit) < len(message):
            note = Text(
                "{count} bytes are more than the server takes ({limit})",
                count=len(message),
                limit=limit,
            )
            raise AttemptEnded(State.FAILED, note=note)
        size = len(message)
        reply = await self._say(session, lambda of: mail_from(envelope, size, of))
        self.progress.must(reply)
        await self.progress.enter(Stage.RCPT)
        reply = await self._say(session, lambda of: rcpt_to(envelope.forward_path, of))
        self.progress.must(reply)
        if path := envelope.archive_path:
            reply = await self._say(session, lambda of: rcpt_to_archive(path, of))
            self._must_archive(reply)

    async def _say(
        self, session: Session, words: Callable[[Mapping[str, str]], Words]
    ) -> Reply:
        """Say MAIL or RCPT; without the DSN parameters where they are refused.

        A server that offers DSN and does not take it still takes mail: the reports are
        missed, and the notice arrives.
        """
        reply = await session.command(*words(session.extensions))
        if reply.code in _PARAMETERS_REFUSED and "dsn" in session.extensions:
            session.extensions.pop("dsn")
            return await session.command(*words(session.extensions))
        return reply

    async def _transfer(self, session: Session, message: bytes) -> State:
        timeouts, wire = self._relay.timeouts, session.wire
        self.progress.stage, self.progress.reply = Stage.DATA, None
        self.progress.must(await session.command(b"DATA"), digit=INTERMEDIATE)
        wire.must_be_quiet()
        await self.progress.enter(Stage.DATA)
        wire.must_be_quiet()
        self.progress.is_armed = True
        await wire.send(_with_dots(message), timeout=timeouts.body)
        await self.progress.enter(Stage.END_OF_DATA)
        reply = await wire.end_of_data(timeout=timeouts.end_of_data)
        self.progress.reply = reply
        return classify(reply, Stage.END_OF_DATA)

    def _must_archive(self, reply: Reply) -> None:
        """Without the archive no DATA; but that is our mailbox, so never final."""
        if reply.code // 100 == POSITIVE:
            return
        self.progress.reply = reply
        raise AttemptEnded(State.DEFERRED, note="the archive mailbox was refused")

    def _lost(self, error: Exception) -> tuple[State, str]:
        """Judge an attempt that ended without a reply."""
        if isinstance(error, SMTPResponseException) and error.code > 0:
            # only aiosmtplib's STARTTLS raises replies
            self.progress.reply = reply_from(error.code, error.message)
            return classify(self.progress.reply, self.progress.stage), ""
        state = State.IN_DOUBT if self.progress.is_armed else State.DEFERRED
        return state, words_of(error)


def _with_dots(message: bytes) -> bytes:
    """RFC 5321, 4.5.2: a dot is put before every line that starts with one."""
    first = b"." if message.startswith(b".") else b""
    return first + message.replace(b"\n.", b"\n..")
