"""From the key's URI in the configuration to a key that signs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from notices.credentials import Secret, read_private_file, refuse_exposed
from notices.signing.keys.pkcs11 import load_token_key
from notices.signing.keys.signing_key import SigningKey, load_pem, load_pkcs12

SCHEMES = ("pkcs12", "pem", "pkcs11")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySources:
    """What opening a key needs besides its URI; the site supplies it."""

    resolve: Callable[[str], Path]
    """Turns a path of the configuration into one of this machine."""
    passphrase: Callable[[], Secret | None]
    """Asked only when it is needed; PIN of a token, passphrase of a file."""
    certificate: bytes = b""
    """PEM of the signer's certificate and chain, for `pem:` and `pkcs11:`."""
    may_be_exposed: bool = False
    """True for the example PKI alone, as git keeps no file modes."""


def load_key(uri: str, sources: KeySources) -> SigningKey:
    """The key that a URI names.

    `pkcs12:PATH` or a bare path, `pem:PATH`, `pkcs11:...` (RFC 7512).
    KeyUnavailable with what to do; ConfigError for a token URI that is wrong.
    """
    scheme, colon, rest = uri.partition(":")
    if not colon or scheme not in SCHEMES:
        scheme, rest = "pkcs12", uri
    if scheme == "pkcs11":
        return load_token_key(uri, sources.passphrase(), sources.certificate)
    path = sources.resolve(rest)
    content = open_key_file(path, may_be_exposed=sources.may_be_exposed)
    if scheme == "pkcs12":
        return load_pkcs12(content, sources.passphrase())
    passphrase = sources.passphrase() if b"ENCRYPTED" in content else None
    return load_pem(content, sources.certificate or content, passphrase)


def open_key_file(path: Path, *, may_be_exposed: bool = False) -> bytes:
    """The bytes of a key file that only its owner may read.

    KeyUnavailable for a link, a file of another user, or one that others may read.
    """
    file = read_private_file(path)
    if not may_be_exposed:
        refuse_exposed(path, file)
    return file.content
