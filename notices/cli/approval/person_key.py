"""A person's own key on the command line: opened once, signs as often as it must."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from notices.cli.output import tell
from notices.credentials import Secret, read_passphrase
from notices.errors import NoticesError
from notices.messages import Text

if TYPE_CHECKING:
    from notices.signing import SigningKey
    from notices.verifying.approval.statement import SignatureKind

KEY_OPTIONS = (
    click.option(
        "--key",
        "uri",
        default="",
        metavar="KEY",
        help="The person's own key: pkcs12:FILE, pem:FILE or pkcs11:...",
    ),
    click.option(
        "--key-certificate",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Certificate of that key, where its file has none.",
    ),
    click.option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        help="File of mode 0600 with passphrase or PIN; else it is asked for, once.",
    ),
)


def key_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--key`, `--key-certificate`, `--passphrase-file`."""
    for option in reversed(KEY_OPTIONS):
        command = option(command)
    return command


class PersonKey:
    """A key that opens when it first signs; the PIN is asked for once."""

    def __init__(
        self, uri: str, certificate: Path | None, passphrase_file: Path | None
    ) -> None:
        if not uri:
            raise click.UsageError("--key names the key that signs")
        self._uri = uri
        self._certificate = certificate
        self._passphrase_file = passphrase_file
        self._refusal: NoticesError | None = None

    @cached_property
    def key(self) -> SigningKey:
        """The key, opened; what keeps it shut is final, as cards count wrong PINs."""
        from notices.signing import KeySources, load_key  # noqa: PLC0415 - loads pyHanko

        self.require_not_refused()
        certificate = self._certificate.read_bytes() if self._certificate else b""
        sources = KeySources(
            resolve=Path, passphrase=self._passphrase, certificate=certificate
        )
        try:
            return load_key(self._uri, sources)
        except NoticesError as error:
            self._refusal = error
            raise

    def require_not_refused(self) -> None:
        """Raise again what kept the key shut, if it was tried."""
        if self._refusal:
            raise self._refusal

    def sign(self, prefix: bytes, octets: bytes) -> tuple[SignatureKind, bytes]:
        """Detached CMS over a statement."""
        from notices.signing.statements import sign_statement  # noqa: PLC0415
        from notices.verifying.approval.statement import SignatureKind  # noqa: PLC0415

        now = datetime.now(UTC).replace(microsecond=0)
        made = sign_statement(prefix, octets, self.key, signing_time=now)
        return SignatureKind.CMS, made

    def _passphrase(self) -> Secret | None:
        if self._passphrase_file:
            return read_passphrase("approval-passphrase", self._passphrase_file)
        if not sys.stdin.isatty():
            return None
        words = tell(
            Text("passphrase or PIN of {key}", key=self._uri.partition("?")[0])
        )
        typed = click.prompt(words, hide_input=True, default="", show_default=False)
        return Secret(typed) if typed else None
