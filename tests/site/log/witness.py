"""A witness, written from the specification alone (C2SP tlog-witness, cosignature/v1).

Nothing of the program is used: tree heads, proofs, notes and signatures are its own.
"""

import hashlib
import threading
import time
from base64 import b64decode, b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof) -> bool:
    """RFC 6962, 2.1.2, recursively from its definition: SUBPROOF read backwards."""
    if old == 0:
        return not proof
    if old == new:
        return not proof and old_root == new_root
    rest = list(proof)

    def both(m: int, n: int, *, is_whole: bool) -> tuple[bytes, bytes]:
        """Roots of the first m leaves and of all n of a subtree."""
        if m == n:
            one = old_root if is_whole else rest.pop(0)
            return one, one
        k = 1 << (n - 1).bit_length() - 1
        if m <= k:
            left_old, left_new = both(m, k, is_whole=is_whole)
            return left_old, node(left_new, rest.pop(0))
        right_old, right_new = both(m - k, n - k, is_whole=False)
        left = rest.pop(0)
        return node(left, right_old), node(left, right_new)

    try:
        found_old, found_new = both(old, new, is_whole=True)
    except IndexError:
        return False
    return not rest and (found_old, found_new) == (old_root, new_root)


@dataclass
class Log:
    """A log that the witness knows."""

    key: str
    size: int = 0
    root: bytes = b""


@dataclass
class Witness:
    """One witness with one key."""

    name: str = "witness.example/w1"
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    logs: dict[str, Log] = field(default_factory=dict)
    asked: list[tuple[int, str]] = field(default_factory=list)
    """Code and request of each call."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    url: str = ""
    behave: str = ""
    """Empty: as it should; else a way of failing."""

    @property
    def key(self) -> str:
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        octets = b"\x04" + public
        named = hashlib.sha256(self.name.encode() + b"\n" + octets).digest()[:4]
        return f"{self.name}+{named.hex()}+{b64encode(octets).decode()}"

    @property
    def codes(self) -> list[int]:
        return [code for code, _ in self.asked]

    def knows(self, verifier_key: str) -> None:
        self.logs[verifier_key.partition("+")[0]] = Log(key=verifier_key.strip())

    def add_checkpoint(self, body: str) -> tuple[int, str, str]:
        with self.lock:
            answer = self._add_checkpoint(body)
            self.asked.append((answer[0], body))
            return answer

    def _add_checkpoint(self, body: str) -> tuple[int, str, str]:  # noqa: PLR0911
        head, gap, note = body.partition("\n\n")
        first, *lines = head.split("\n")
        word, _, size = first.partition(" ")
        if not gap or word != "old" or str(int(size)) != size or len(lines) > 63:
            return 400, "", "text/plain"
        text, _, signatures = note.rpartition("\n\n")
        text += "\n"
        origin, told, encoded = text.split("\n")[:3]
        log = self.logs.get(origin)
        if log is None:
            return 404, "", "text/plain"
        if not self._is_signed(log, text, signatures):
            return 403, "", "text/plain"
        old, new, root = int(size), int(told), b64decode(encoded)
        if old > new:
            return 400, "", "text/plain"
        if old != log.size:
            return 409, f"{log.size}\n", "text/x.tlog.size"
        if old == new and old and root != log.root:
            return 409, f"{log.size}\n", "text/x.tlog.size"
        if not consistent(old, log.root, new, root, [b64decode(one) for one in lines]):
            return 422, "", "text/plain"
        log.size, log.root = new, root
        return 200, self.cosign(text), "text/plain"

    def _is_signed(self, log: Log, text: str, signatures: str) -> bool:
        name, _, rest = log.key.partition("+")
        key_hash, _, encoded = rest.partition("+")
        public = Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:])
        for line in signatures.splitlines():
            _, signer, value = line.split(" ")
            octets = b64decode(value)
            if signer == name and octets[:4].hex() == key_hash:
                try:
                    public.verify(octets[4:], text.encode())
                except InvalidSignature:
                    return False
                return True
        return False

    def cosign(self, text: str) -> str:
        seconds = int(time.time())
        message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        octets = bytes.fromhex(self.key.split("+")[1]) + seconds.to_bytes(8, "big")
        octets += self.private.sign(message)
        return f"— {self.name} {b64encode(octets).decode()}\n"


@contextmanager
def serving(witness: Witness):
    """The witness over HTTP on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            body = self.rfile.read(length).decode()
            if witness.behave == "silent":
                time.sleep(30)
                return
            if self.path != "/prefix/add-checkpoint":
                code, text, kind = 404, "", "text/plain"
            elif witness.behave == "nonsense":
                code, text, kind = 200, "hello\n", "text/plain"
            elif witness.behave == "another":
                stranger = Witness(name=witness.name)
                note = body.partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
                code, text, kind = 200, stranger.cosign(note), "text/plain"
            elif witness.behave == "forged":
                good = witness.cosign("another\n1\nAAAA\n")
                code, text, kind = 200, good, "text/plain"
            elif witness.behave == "broken":
                code, text, kind = 500, "oh", "text/html"
            else:
                code, text, kind = witness.add_checkpoint(body)
            octets = text.encode()
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    witness.url = f"http://127.0.0.1:{server.server_port}/prefix/"
    try:
        yield witness
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
