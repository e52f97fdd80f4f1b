"""A site whose key, lists and time stamps come from the test authority, over HTTP."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)

from notices.cli.demo_server import receiving
from notices.site.starting import start_site
from tests.signing.authority import SIGNERS, Authority, Kind, start_authority
from tests.signing.openssl_authority import OpensslAuthority

PASSPHRASE = b"a passphrase"
DEAD = "http://127.0.0.1:9/tsa"
"""Nobody listens there."""


@contextmanager
def running(
    folder: Path, signers: Sequence[str] = SIGNERS
) -> Iterator[OpensslAuthority]:
    """An authority of openssl, whose clock is the machine's."""

    def clock() -> datetime:
        return datetime.now(UTC)

    with _served(folder, OpensslAuthority, clock, signers) as authority:
        authority.begin(folder)
        yield authority


def set_by_hand(
    folder: Path, clock: Callable[[], datetime]
) -> AbstractContextManager[Authority]:
    """An authority in this process, for days that openssl's clock does not reach."""
    return _served(folder, Authority, clock)


@contextmanager
def _served(
    folder: Path,
    kind: type[Kind],
    clock: Callable[[], datetime],
    signers: Sequence[str] = SIGNERS,
) -> Iterator[Kind]:
    authority, server = start_authority(folder, kind, clock, signers)
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def without_lists(authority: Authority) -> Iterator[None]:
    """Only OCSP tells whether the signer is revoked; the lists cannot be had."""
    usual = authority.answer

    def answer(path: str, body: bytes) -> bytes:
        if "/crls/issuing/" in path:
            raise FileNotFoundError(path)
        return usual(path, body)

    authority.answer = answer
    try:
        yield
    finally:
        authority.answer = usual


@contextmanager
def server(folder: Path) -> Iterator[tuple[Path, int]]:
    """One mail server for a whole module: its folder of mails, and its port."""
    start_site(folder / "site")
    pki = folder / "site" / "certs" / "example"
    mails = folder / "mails"
    mails.mkdir()
    with receiving(mails, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
        yield mails, port


def emptied(mails: Path) -> Path:
    """The folder without the mails of the test before."""
    for mail in mails.iterdir():
        mail.unlink()
    return mails


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def write_secret(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o600)


def write_key(folder: Path, authority: Authority, name: str) -> str:
    """`NAME.p12` and `NAME.pass` in a site's folder."""
    store = pkcs12.serialize_key_and_certificates(
        name.encode(),
        authority.keys.get(name, authority.keys["p256"]),
        authority.certificate(name),
        authority.chain,
        BestAvailableEncryption(PASSPHRASE),
    )
    write_secret(folder / f"{name}.p12", store)
    write_secret(folder / f"{name}.pass", PASSPHRASE + b"\n")
    return f"{name}.p12"


def equip(desk, authority: Authority, name: str = "p256", *stampers: str) -> None:
    """Give the site the key `name`; its lists are fetched from the authority.

    `stampers` are addresses of time-stamp authorities.
    """
    desk.set("key", f'"{write_key(desk.home, authority, name)}"', section="signing")
    desk.set("passphrase_file", f'"{name}.pass"')
    (desk.home / "roots.pem").write_bytes(pem(*authority.roots))
    desk.set("trust", '["roots.pem"]')
    desk.set("crls", "[]")
    quoted = ", ".join(f'"{url}"' for url in stampers)
    desk.set("timestamp_urls", f"[{quoted}]")
