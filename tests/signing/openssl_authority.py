"""The test PKI answered for by openssl: `ts -reply`, `ocsp` and `ca -gencrl`.

Its clock is the machine's: it moves, and tells milliseconds, as authorities do. No
answer is ever of the moment at which it was asked for. Tests that want a clock which
is ahead or behind give the site one, as openssl has no other than this.
"""

import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from certomancer.registry import EntityLabel
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.programs import require_program
from tests.signing.authority import LISTS, STAMPERS, Authority

LIFE = timedelta(days=7)
"""Of a list; an OCSP answer holds for an hour."""
IN_PROCESS = frozenset({"tsa-for-tls"})
"""openssl refuses to stamp with a certificate that is not for it."""

STAMPING = """\
[tsa]
default_tsa = own
[own]
serial = {folder}/{name}.serial
signer_cert = {folder}/{name}.cert
signer_key = {folder}/tsa.pem
certs = {folder}/stamp-root.cert
signer_digest = sha256
default_policy = 1.3.6.1.4.1.32473.1
digests = sha256, sha384, sha512
accuracy = secs:1, millisecs:500
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
# 1.3.6.1.4.1.32473 is for examples (RFC 5612).

LISTING = """\
[ca]
default_ca = own
[own]
database = {folder}/{name}.index
certificate = {folder}/{name}.cert
private_key = {folder}/{name}.pem
default_md = sha256
"""


class OpensslAuthority(Authority):
    """Answers at the moment at which it is asked, by programs of their own."""

    folder: Path
    lists_of: frozenset[str] = frozenset(LISTS)
    """Who publishes a list; the others' certificates are asked for by OCSP."""

    def begin(self, folder: Path) -> None:
        """Write what openssl wants as files."""
        self.folder, self._turn = folder, threading.Lock()
        for name in (*LISTS, *STAMPERS, "ocsp"):
            encoded = self.certificate(name).public_bytes(Encoding.PEM)
            (folder / f"{name}.cert").write_bytes(encoded)
        for name in LISTS:
            (folder / f"{name}.index").write_text("".join(self._rows(name)))
            (folder / f"{name}.index.attr").write_text("unique_subject = no\n")
            self._write(f"{name}.ca", LISTING, name)

    def _stamped(self, name: str, body: bytes) -> bytes:
        if name in IN_PROCESS:
            return super()._stamped(name, body)
        self._write(f"{name}.tsa", STAMPING, name)
        (self.folder / "query").write_bytes(body)
        words = ["-config", f"{name}.tsa", "-queryfile", "query", "-out", "answer"]
        return self._openssl("ts", "-reply", *words)

    def _responded(self, name: str, body: bytes) -> bytes:
        (self.folder / "query").write_bytes(body)
        return self._openssl(
            *("ocsp", "-index", f"{name}.index", "-CA", f"{name}.cert"),
            *("-rsigner", "ocsp.cert", "-rkey", "ocsp.pem", "-nmin", "60"),
            *("-reqin", "query", "-respout", "answer"),
        )

    def _listed(self, name: str) -> bytes:
        if name not in self.lists_of:
            raise FileNotFoundError(name)
        seconds = str(int(LIFE.total_seconds()))
        words = ["-crlsec", seconds, "-out", "answer"]
        pem = self._openssl("ca", "-gencrl", "-config", f"{name}.ca", *words)
        return x509.load_pem_x509_crl(pem).public_bytes(Encoding.DER)

    def answer(self, path: str, body: bytes) -> bytes:
        with self._turn:
            return super().answer(path, body)

    def _write(self, file: str, text: str, name: str) -> None:
        (self.folder / file).write_text(text.format(folder=self.folder, name=name))

    def _openssl(self, *words: str) -> bytes:
        command = [require_program("openssl"), *words]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return (self.folder / "answer").read_bytes()

    def _rows(self, issuer: str) -> Iterator[str]:
        """Openssl's database: the issuer's certificates, and which are revoked by now."""
        issued = dict(self.architecture.enumerate_certs_by_issuer())
        for spec in issued[EntityLabel(issuer)]:
            certificate = self.certificate(spec.label.value)
            since = spec.revocation and spec.revocation.revoked_since
            revoked = bool(since and since <= datetime.now(UTC))
            columns = (
                "R" if revoked else "V",
                f"{certificate.not_valid_after_utc:%Y%m%d%H%M%SZ}",
                f"{since:%y%m%d%H%M%SZ}" if revoked else "",
                f"{certificate.serial_number:04X}",
                "unknown",
                f"/CN={spec.label.value}",
            )
            yield "\t".join(columns) + "\n"
