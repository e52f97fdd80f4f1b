"""The demo's server leaves nothing behind, whatever its clients do."""

import gc
import socket
from pathlib import Path

from notices.cli.demo_server import receiving


def test_a_client_that_stays_is_dropped_when_the_server_ends(tmp_path):
    pki = Path(__file__).parents[2] / "certs" / "example"
    with receiving(tmp_path, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
        client = socket.create_connection(("127.0.0.1", port), timeout=5)
        assert client.recv(100).startswith(b"220 ")
    with client:
        assert client.recv(100) == b""
    gc.collect()  # a task or a socket left open would be told now
