"""The mail server of the demo: STARTTLS on loopback, each mail into a file."""

import asyncio
import itertools
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

from notices.errors import RefusedError
from notices.files import safe_write

HOST = "127.0.0.1"
_LAST_WORDS = 1.0
MESSAGE_ID = re.compile(
    rb"^Message-ID: <([A-Za-z0-9._-]{1,64})\.[0-9a-f]+@", re.MULTILINE
)


class Receiver:
    """Writes every accepted mail to a folder, byte for byte."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's name and arguments
        """Take responsibility: on disk first, then 250 (RFC 5321, 6.1)."""
        octets: bytes = envelope.original_content
        found = MESSAGE_ID.search(octets)
        name = found[1].decode() if found else "unknown"
        _keep(self._directory, name, octets)
        return f"250 2.0.0 Ok: {name} taken by the demo's server"


def _keep(directory: Path, name: str, octets: bytes) -> None:
    """A mail that comes a second time becomes a second file."""
    for count in itertools.count(1):
        suffix = f"-{count}" if count > 1 else ""
        with suppress(RefusedError):
            safe_write(directory / f"{name}{suffix}.eml", octets)
            return


@contextmanager
def receiving(directory: Path, certificate: Path, key: Path) -> Iterator[int]:
    """Serve until the block ends; gives the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    receiver = Receiver(directory)
    loop = asyncio.new_event_loop()

    sessions: list[SMTP] = []

    def session() -> SMTP:
        sessions.append(
            SMTP(
                receiver,
                hostname="demo.example",
                tls_context=context,
                require_starttls=True,
                loop=loop,
            )
        )
        return sessions[-1]

    server = loop.run_until_complete(loop.create_server(session, HOST, 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_end(server, sessions), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        loop.close()


async def _end(server: asyncio.Server, sessions: list[SMTP]) -> None:
    """Take no more clients, hear out those that are saying QUIT, drop the rest."""
    server.close()
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    if talking:
        await asyncio.wait(talking, timeout=_LAST_WORDS)
    for session in sessions:
        if isinstance(session.transport, asyncio.WriteTransport):
            session.transport.abort()
    await asyncio.gather(*talking, return_exceptions=True)
    await asyncio.sleep(0)  # transports close in the next round
