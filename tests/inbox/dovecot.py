"""A private Dovecot on loopback: IMAP with TLS over Maildirs in a folder of its own.

Nothing of the system's Dovecot is read or changed. Its master needs root.
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.programs import require_program

USER, PASSWORD = "desk", "loopback-only"

CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = dovecot
default_login_user = dovenull
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
mail_location = maildir:{folder}/mail:LAYOUT=fs
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain xoauth2
auth_failure_delay = 0
service imap-login {{
  inet_listener imap {{
    port = {starttls_port}
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
passdb {{
  driver = static
  mechanisms = plain
  args = password={{PLAIN}}loopback-only
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail
}}
"""


INTROSPECTION = """
introspection_mode = auth
introspection_url = http://127.0.0.1:{port}/
username_attribute = sub
active_attribute = active
active_value = yes
"""


class Tokens(BaseHTTPRequestHandler):
    """Whoever issues tokens, asked by Dovecot whether one is good (RFC 7662)."""

    good = "token-of-desk"

    def do_GET(self):
        is_good = self.headers.get("Authorization") == f"Bearer {self.good}"
        said = {"active": "yes", "sub": USER} if is_good else {"active": "no"}
        body = json.dumps(said).encode()
        self.send_response(200 if is_good else 401)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@dataclass
class Dovecot:
    folder: Path
    port: int
    starttls_port: int

    def maildir(self, name=""):
        return self.folder / "mail" / name

    def put(self, octets, *, name="", key="1.a.host"):
        """Deliver as a local agent does: write to tmp, move to new."""
        maildir = self.maildir(name)
        made = maildir / "tmp" / key
        made.write_bytes(octets.replace(b"\r\n", b"\n"))
        shutil.chown(made, "nobody", "nogroup")
        made.rename(maildir / "new" / key)


@contextmanager
def private_dovecot(certificate):
    """Start it with a server certificate of trustme, stop it in the end."""
    command = require_program("dovecot")
    if os.geteuid() != 0:
        words = "a private Dovecot needs root: its master refuses to start without"
        if os.environ.get("NOTICES_ALLOW_MISSING"):
            pytest.skip(words)
        pytest.fail(words)
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    process = None
    issuer = ThreadingHTTPServer(("127.0.0.1", 0), Tokens)
    threading.Thread(target=issuer.serve_forever, daemon=True).start()
    try:
        running = _configure(folder, certificate)
        text = INTROSPECTION.format(port=issuer.server_port)
        (folder / "oauth2.conf").write_text(text, encoding="ascii")
        process = subprocess.Popen(
            [command, "-F", "-c", str(folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for(running)
        yield running
    finally:
        if process is not None:
            process.terminate()
            process.wait(10)
        issuer.shutdown()
        issuer.server_close()
        shutil.rmtree(folder)


def _configure(folder, certificate):
    folder.chmod(0o755)
    pem = folder / "server.pem"
    pem.touch(mode=0o600)
    pem.write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
    for name in ("", "Archive", "Done"):
        for place in ("new", "cur", "tmp"):
            made = folder / "mail" / name / place
            made.mkdir(parents=True)
            shutil.chown(made, "nobody", "nogroup")
        shutil.chown(folder / "mail" / name, "nobody", "nogroup")
    ports = free_ports(2)
    text = CONFIGURATION.format(folder=folder, port=ports[0], starttls_port=ports[1])
    (folder / "dovecot.conf").write_text(text, encoding="ascii")
    return Dovecot(folder=folder, port=ports[0], starttls_port=ports[1])


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _wait_for(running):
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            with socket.create_connection(
                ("127.0.0.1", running.starttls_port), timeout=1
            ) as link:
                if link.recv(10).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.05)
    log = running.folder / "dovecot.log"
    tail = log.read_text(errors="replace")[-2000:] if log.exists() else "no log"
    pytest.fail(f"dovecot does not answer: {tail}")
