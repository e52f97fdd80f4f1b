"""A server of the old kind: no 8BITMIME, and it says so of what it is given."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Queue


@dataclass
class Hop:
    """What arrived."""

    port: int
    mails: "Queue[bytes]" = field(default_factory=Queue)


@contextmanager
def seven_bit_hop() -> Iterator[Hop]:
    """Takes every mail whose octets have seven bits; the rest is refused."""
    hop = Hop(port=0)

    class Handler(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 seven.example")
            for line in iter(self.rfile.readline, b""):
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.say("354 go on")
                    self.take()
                elif verb == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 seven.example")

        def take(self) -> None:
            lines = list(iter(self.rfile.readline, b".\r\n"))
            content = b"".join(line.removeprefix(b".") for line in lines)
            if not content.isascii():
                self.say("554 5.6.3 eight bits")
                return
            hop.mails.put(content)
            self.say("250 2.0.0 taken")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        hop.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield hop
        finally:
            server.shutdown()
