"""An SMTP server that misbehaves on demand, and remembers what it really took."""

import asyncio
import contextlib
import socket
import ssl
import struct
from dataclasses import dataclass, field

STAGES = (
    "connect",
    "ehlo",
    "starttls",
    "auth",
    "mail",
    "rcpt",
    "data",
    "body",
    "end_of_data",
)
FAULTS = (
    "4yz",
    "5yz",
    "wrong code",
    "early reply",
    "close",
    "reset",
    "stall",
    "garbage",
    "oversized line",
    "mixed codes",
    "421 and close",
    "trickle",
)
REFUSALS = {"4yz", "5yz", "421 and close"}


@dataclass
class FaultyServer:
    """Plays one fault at one stage of every connection; none: behaves."""

    stage: str = ""
    fault: str = ""
    tls: ssl.SSLContext | None = None
    direct_tls: bool = False
    extensions: tuple[bytes, ...] = (b"SIZE 1000000", b"AUTH PLAIN LOGIN", b"DSN")
    answers: dict[bytes, bytes] = field(default_factory=dict)
    accepted: list[bytes] = field(default_factory=list)
    lines: list[bytes] = field(default_factory=list)
    faulted: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @contextlib.asynccontextmanager
    async def running(self):
        server = await asyncio.start_server(
            self._serve,
            "127.0.0.1",
            0,
            ssl=self.tls if self.direct_tls else None,
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._tasks.clear()
            await asyncio.sleep(0.01)  # the transports close in the next rounds
            await server.wait_closed()

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        plain = writer.transport
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, EOFError
        ):
            try:
                await self._talk(reader, writer)
            finally:
                writer.transport.abort()
                plain.abort()  # a broken handshake leaves it open

    async def _talk(self, reader, writer):
        await self._say(writer, "connect", b"220 faulty.example ESMTP\r\n")
        is_encrypted = self.direct_tls
        while True:
            line = await reader.readuntil(b"\r\n")
            self.lines.append(line)
            verb = line.split()[0].upper()
            if verb in self.answers:
                await self._write(writer, self.answers[verb])
                continue
            if verb == b"QUIT":
                await self._write(writer, b"221 2.0.0 bye\r\n")
                return
            await self._answer(writer, verb, is_encrypted=is_encrypted)
            if verb == b"STARTTLS":
                await writer.start_tls(self.tls)
                is_encrypted = True
            if verb == b"DATA":
                await self._take(reader, writer)

    async def _answer(self, writer, verb, *, is_encrypted):
        if verb == b"EHLO":
            offered = list(self.extensions)
            if self.tls and not is_encrypted:
                offered.append(b"STARTTLS")
            lines = b"".join(b"250-" + each + b"\r\n" for each in offered)
            reply = b"250-faulty.example\r\n" + lines + b"250 HELP\r\n"
            await self._say(writer, "ehlo", reply)
            return
        stage, reply = {
            b"STARTTLS": ("starttls", b"220 2.0.0 go ahead\r\n"),
            b"AUTH": ("auth", b"235 2.7.0 welcome\r\n"),
            b"MAIL": ("mail", b"250 2.1.0 ok\r\n"),
            b"RCPT": ("rcpt", b"250 2.1.5 ok\r\n"),
            b"DATA": ("data", b"354 go on\r\n"),
        }.get(verb, ("unknown", b"500 5.5.1 what?\r\n"))
        await self._say(writer, stage, reply)

    async def _take(self, reader, writer):
        taken = b""
        if self.stage == "body":
            taken = await reader.read(100)
            if self.fault != "trickle":
                await self._say(writer, "body", b"250 2.0.0 too early\r\n")
        while not taken.endswith(b"\r\n.\r\n"):
            more = await reader.read(65536)
            if not more:
                return
            taken += more
        body = taken[:-3].replace(b"\r\n..", b"\r\n.")
        if self._keeps():
            self.accepted.append(body)
        await self._say(writer, "end_of_data", b"250 2.0.0 queued as F1\r\n")

    def _keeps(self):
        """Whether the message that just ended is taken, whatever is said then."""
        return not (self.stage == "end_of_data" and self.fault in REFUSALS)

    async def _say(self, writer, stage, normal):
        if stage != self.stage:
            await self._write(writer, normal)
            return
        try:
            await self._misbehave(writer, normal, self.fault)
        finally:
            self.faulted.set()

    async def _misbehave(self, writer, normal, fault):
        code = normal[:3]
        replies = {
            "4yz": b"451 4.3.0 later\r\n",
            "5yz": b"554 5.7.1 no\r\n",
            "wrong code": b"250 no\r\n" if code[:1] == b"3" else b"354 what\r\n",
            "early reply": normal + b"250 2.0.0 fake\r\n",
            "garbage": b"\x00\xff hello\r\n",
            "oversized line": code + b" " + b"x" * 20_000 + b"\r\n",
            "mixed codes": code + b"-fine\r\n554 or not\r\n",
            "421 and close": b"421 4.3.2 closing\r\n",
        }
        if fault in replies:
            await self._write(writer, replies[fault])
        if fault == "421 and close":
            writer.close()
            raise ConnectionAbortedError
        if fault in ("close", "reset"):
            if fault == "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, linger
                )
            writer.transport.abort()
            raise ConnectionAbortedError
        if fault == "stall":
            self.faulted.set()
            await asyncio.sleep(60)
        if fault == "trickle":
            for index in range(len(normal)):
                await self._write(writer, normal[index : index + 1])
                await asyncio.sleep(0)

    async def _write(self, writer, data):
        writer.write(data)
        await writer.drain()
