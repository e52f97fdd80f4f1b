"""Certificates as nobody should make them any more."""

import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from tests.signing.authority import MAILBOX

_EXTENSIONS = f"""
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = emailProtection
subjectAltName = email:{MAILBOX}
authorityKeyIdentifier = keyid
"""


def sha1(
    openssl: str,
    folder: Path,
    *,
    issuer: x509.Certificate,
    issuer_key,
    key,
    serial=7777,
) -> bytes:
    """A mail certificate (PEM) of the authority, signed with SHA-1."""

    def write(name: str, content: bytes) -> str:
        (folder / name).write_bytes(content)
        return str(folder / name)

    def plain(private) -> bytes:
        return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    names = {
        "ca": write("old-ca.pem", issuer.public_bytes(Encoding.PEM)),
        "ca_key": write("old-ca.key", plain(issuer_key)),
        "key": write("old.key", plain(key)),
        "extensions": write("old.cnf", _EXTENSIONS.encode()),
    }
    request = subprocess.run(
        [openssl, "req", "-new", "-key", names["key"], "-subj", "/CN=Test sha1"],
        capture_output=True,
        check=True,
    ).stdout
    return subprocess.run(
        [
            *(openssl, "x509", "-req", "-sha1", "-days", "300"),
            *("-CA", names["ca"], "-CAkey", names["ca_key"]),
            *("-set_serial", str(serial), "-extfile", names["extensions"]),
        ],
        input=request,
        capture_output=True,
        check=True,
    ).stdout
