"""A mail server that does something to its client at a moment of the transaction."""

import socket
import threading
from contextlib import contextmanager


@contextmanager
def listening(*, at_data=lambda: None, at_end=lambda: None):
    """The port of a server, and what it was given after each 354.

    at_data: called when DATA was said, before the 354. at_end: called when the message
    has ended, before the reply.
    """
    bodies = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with link, link.makefile("rb") as lines:
                _talk(link, lines, bodies, at_data, at_end)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], bodies
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)


def _talk(link, lines, bodies, at_data, at_end):
    try:
        link.sendall(b"220 here\r\n")
        while line := lines.readline():
            if not line.upper().startswith(b"DATA"):
                link.sendall(b"250 ok\r\n")
                continue
            at_data()
            link.sendall(b"354 go\r\n")
            body = b""
            while not body.endswith(b"\r\n.\r\n"):
                part = lines.readline()
                if not part:
                    break
                body += part
            if body:
                bodies.append(body)
                at_end()
            link.sendall(b"250 taken\r\n")
    except OSError:
        return
