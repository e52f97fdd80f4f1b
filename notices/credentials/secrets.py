"""Secrets: where a passphrase or PIN comes from, and files that only we may read.

Order: systemd credential, file descriptor, file, the prompt of a terminal. Never
an argument of a command, never in a log, a repr or an exception.
"""

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from notices.errors import KeyUnavailable
from notices.files.asking import is_missing
from notices.files.system_words import in_words
from notices.messages import Text

MAX_SECRET_BYTES = 1 << 20
"""A key file or passphrase larger than this is a mistake."""
_OTHERS = 0o077
_OTHERS_OF_CREDENTIALS = 0o037
"""Where systemd lets the service's user read a credential by an ACL, the ACL's mask
stands in the place of the group: mode 0440, and no group may read it (acl(5))."""


class Secret:
    """Text that never shows itself."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it where it is used and keep no copy."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"


@dataclass(frozen=True, slots=True)
class PrivateFile:
    """What a key or passphrase file holds, and whether only its owner may read it."""

    content: bytes
    """The bytes; left out of the repr."""
    exposure: str
    """Why others may read it; empty if they may not."""

    def __repr__(self) -> str:
        return f"PrivateFile(<{len(self.content)} bytes>, exposure={self.exposure!r})"


def read_private_file(path: Path, *, forbidden: int = _OTHERS) -> PrivateFile:
    """Read `path` without following a link, and say whether others could.

    The checks are made on the opened file, so that nothing can be put in its
    place between check and use. KeyUnavailable if it cannot be read or is no
    regular file. forbidden: permissions that nobody but the owner may have.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise KeyUnavailable(
                    Text("{path} is not a regular file", path=path),
                    hint="name the file itself",
                )
            content = file.read(MAX_SECRET_BYTES + 1)
    except OSError as error:
        raise KeyUnavailable(
            Text(
                "{path} cannot be read: {strerror}", path=path, strerror=in_words(error)
            ),
            hint="check the path in notices.toml, the owner, and that it is no link",
        ) from error
    if len(content) > MAX_SECRET_BYTES:
        raise KeyUnavailable(
            Text(
                "{path} is larger than {max_secret_bytes} bytes",
                path=path,
                max_secret_bytes=MAX_SECRET_BYTES,
            ),
            hint="this is no key or passphrase; check the path in notices.toml",
        )
    return PrivateFile(content, _exposure(status, forbidden))


def refuse_exposed(path: Path, file: PrivateFile) -> None:
    """KeyUnavailable if others than the owner may read `file`."""
    if file.exposure:
        raise KeyUnavailable(
            Text("{path} {exposure}", path=path, exposure=file.exposure),
            hint=Text(
                "make it readable for its owner only: chmod 600 {path}", path=path
            ),
        )


def read_passphrase(
    name: str,
    path: Path | None,
    *,
    environment: Mapping[str, str] | None = None,
    may_be_exposed: bool = False,
) -> Secret | None:
    """The passphrase called `name`; None if no source has one.

    `path` comes from the configuration; `fd:N` in it names an open descriptor.
    `may_be_exposed` is for the example PKI alone, as git keeps no file modes.
    """
    environment = os.environ if environment is None else environment
    directory = environment.get("CREDENTIALS_DIRECTORY")
    if directory and not is_missing(Path(directory) / name):
        return _from_credential(Path(directory) / name)
    if path is not None and path.name.startswith("fd:"):
        return _from_descriptor(path.name)
    if path is not None:
        return read_secret(path, may_be_exposed=may_be_exposed)
    if sys.stdin is not None and sys.stdin.isatty():
        return Secret(getpass(f"{name}: "))
    return None


def _exposure(status: os.stat_result, forbidden: int) -> str:
    if status.st_uid not in (0, os.geteuid()):
        return Text("belongs to another user (uid {uid})", uid=status.st_uid)
    if status.st_mode & forbidden:
        return Text(
            "can be read by others (mode {mode:04o})", mode=stat.S_IMODE(status.st_mode)
        )
    if status.st_nlink != 1:
        return Text("has {links} hard links", links=status.st_nlink)
    return ""


def _from_credential(path: Path) -> Secret:
    """A credential of systemd: root's own, with an ACL for the service's user."""
    file = read_private_file(path, forbidden=_OTHERS_OF_CREDENTIALS)
    refuse_exposed(path, file)
    return _decode(file.content, str(path))


def read_secret(path: Path, *, may_be_exposed: bool = False) -> Secret:
    """The secret in a file that only its owner may read; KeyUnavailable."""
    file = read_private_file(path)
    if not may_be_exposed:
        refuse_exposed(path, file)
    return _decode(file.content, str(path))


def _from_descriptor(name: str) -> Secret:
    try:
        with os.fdopen(int(name.removeprefix("fd:")), "rb") as file:
            return _decode(file.read(MAX_SECRET_BYTES), name)
    except OSError as error:
        raise _no_descriptor(name, in_words(error)) from error
    except (ValueError, OverflowError) as error:
        raise _no_descriptor(name, Text("it is no number")) from error


def _no_descriptor(name: str, why: str) -> KeyUnavailable:
    return KeyUnavailable(
        Text("descriptor {name} cannot be read: {error}", name=name, error=why),
        hint="open it for the process, for example 3<passphrase-file",
    )


def _decode(content: bytes, where: str) -> Secret:
    try:
        return Secret(content.decode().rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise KeyUnavailable(
            Text("{where} is not UTF-8 text", where=where),
            hint="it should hold the passphrase alone",
        ) from error
