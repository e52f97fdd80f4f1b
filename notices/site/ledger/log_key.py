"""The key of the ledger: made once, kept in a file that only its owner reads."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from notices.credentials import read_private_file, refuse_exposed
from notices.errors import ConfigError, KeyUnavailable, NoticesError
from notices.files import read_plain, require_free, safe_write
from notices.files.asking import is_missing, is_there
from notices.files.system_words import in_words
from notices.ledger import VerifierKey, parse_verifier_key
from notices.messages import Text
from notices.signing import LogKey, load_log_key, new_log_key_text
from notices.store.ledger.stored import StoredLedger

PUBLIC_SUFFIX = ".pub"
_MAX_KEY = 1 << 16


@dataclass(frozen=True, kw_only=True)
class LogKeyFile:
    """The key of the log, in a file that only its owner reads."""

    path: Path
    """The file of the private key; the public one lies beside it."""
    origin: str
    """The log's name."""
    ledger: StoredLedger
    """Tells whether checkpoints were issued with it."""

    def key(self) -> LogKey:
        """The key that signs checkpoints; made if no checkpoint was ever issued.

        KeyUnavailable if it is gone or others can read it, ConfigError if the
        configuration names another log.
        """
        path = self.path
        if is_missing(path):
            if self.ledger.issued():
                raise KeyUnavailable(
                    Text(
                        "the ledger's key {path} is gone, and checkpoints were issued "
                        "with it",
                        path=path,
                    ),
                    hint="restore it from a backup; a new key would be another log",
                )
            _make(path, self.origin)
        file = read_private_file(path)
        refuse_exposed(path, file)
        key = load_log_key(file.content.decode("utf-8", "replace"))
        if key.public.name != self.origin:
            raise ConfigError(
                Text(
                    "{path} is the key of {name}, the site's log is {origin}",
                    path=path,
                    name=key.public.name,
                    origin=self.origin,
                ),
                hint="correct [ledger] origin in notices.toml",
            )
        return key

    def public(self) -> VerifierKey:
        """The public key, read from the file beside the key: no secret is opened."""
        path = _public_path(self.path)
        if is_missing(path):
            return self.key().public
        return parse_verifier_key(_text_of(path))


def _public_path(path: Path) -> Path:
    return path.with_name(path.stem + PUBLIC_SUFFIX)


def _text_of(path: Path) -> str:
    try:
        return read_plain(path, _MAX_KEY).decode("utf-8", "replace")
    except OSError as error:
        raise KeyUnavailable(
            Text("{path} cannot be read: {error}", path=path, error=in_words(error)),
            hint="check its owner and the permissions of its folder",
        ) from error


def _make(path: Path, name: str) -> None:
    text = new_log_key_text(name, secrets.token_bytes(32))
    public = load_log_key(text).public
    try:
        require_free(_public_path(path))
        safe_write(path, f"{text}\n".encode(), mode=0o600)
        safe_write(_public_path(path), f"{public}\n".encode())
    except NoticesError as error:
        if is_there(path):
            return  # another process was quicker
        raise KeyUnavailable(
            Text(
                "the ledger's key cannot be written: {message}", message=error.message
            ),
            hint="make the folder writable, or correct [ledger] signing_key; the public"
            " key of another log is to be moved away",
        ) from error
