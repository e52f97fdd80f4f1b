"""The mail server of the demo: STARTTLS on loopback, each mail into a file."""

import asyncio
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"
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
        (self._directory / f"{name}.eml").write_bytes(octets)
        return f"250 2.0.0 Ok: {name} taken by the demo's server"


@contextmanager
def receiving(directory: Path, certificate: Path, key: Path) -> Iterator[int]:
    """Serve until the block ends; gives the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    receiver = Receiver(directory)
    loop = asyncio.new_event_loop()

    def session() -> SMTP:
        return SMTP(
            receiver,
            hostname="demo.example",
            tls_context=context,
            require_starttls=True,
            loop=loop,
        )

    server = loop.run_until_complete(loop.create_server(session, HOST, 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        loop.close()
