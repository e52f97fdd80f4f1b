"""The keys of a site: opened when they are first used, chosen by the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256

from notices.config import Config, KeyEntry
from notices.credentials import (
    Secret,
    read_passphrase,
    read_private_file,
    refuse_exposed,
)
from notices.errors import ConfigError, KeyUnavailable, TryLater
from notices.files.system_words import in_words
from notices.judgment import JST
from notices.messages import Text
from notices.signing import KeySources, SigningKey, is_example, load_key

PASSPHRASE = "signing-passphrase"  # noqa: S105 - the name of the credential
PLAIN_SCHEMES = ("pkcs12:", "pem:")


@dataclass(frozen=True)
class KeySlot:
    """One configured key."""

    config: Config
    """The site's."""
    entry: KeyEntry
    """Where the key is, and on which days it signs."""
    credential: str
    """Name of the systemd credential with its passphrase."""

    @cached_property
    def key(self) -> SigningKey:
        """The key; KeyUnavailable (77) if it does not open or others can read it."""
        certificate = b""
        if self.entry.certificate:
            certificate = read_file(
                self.config, self.entry.certificate, "signing.certificate"
            )
        sources = KeySources(
            resolve=self.config.resolve,
            passphrase=self._passphrase,
            certificate=certificate,
            may_be_exposed=True,
        )
        try:
            key = load_key(self.entry.key, sources)
        except KeyUnavailable as error:
            raise self._naming_the_file(error) from error
        if not is_example(key.certificate):
            # git keeps no file modes, so the example alone may be readable by all
            for path in self._secret_files():
                refuse_exposed(path, read_private_file(path))
        return key

    @property
    def certificate_sha256(self) -> str:
        """Which certificate it is, as the record has it."""
        return self.key.certificate.fingerprint(SHA256()).hex()

    @property
    def name(self) -> str:
        """The key's place without what is long in it."""
        return self.entry.key.partition("?")[0]

    def _naming_the_file(self, error: KeyUnavailable) -> KeyUnavailable:
        if Path(self.name).name in error.message:
            return error
        return KeyUnavailable(
            Text("{name}: {message}", name=self.name, message=error.message),
            hint=error.hint,
        )

    def _passphrase(self) -> Secret | None:
        name = self.entry.passphrase_file
        path = self.config.resolve(name) if name else None
        return read_passphrase(self.credential, path, may_be_exposed=True)

    def _secret_files(self) -> Iterator[Path]:
        names = [self.entry.passphrase_file] if self.entry.passphrase_file else []
        if not self.entry.key.startswith("pkcs11:"):
            key = self.entry.key
            for scheme in PLAIN_SCHEMES:
                key = key.removeprefix(scheme)
            names.append(key)
        for name in names:
            if not Path(name).name.startswith("fd:"):
                yield self.config.resolve(name)


class KeyRing:
    """Every configured key, and which of them signs."""

    def __init__(self, config: Config) -> None:
        entries = config.signing.entries
        # a credential each: one that is set goes before the passphrase's file
        names = [PASSPHRASE] if len(entries) == 1 else _numbered(len(entries))
        self.slots = tuple(
            KeySlot(config, entry, name)
            for entry, name in zip(entries, names, strict=True)
        )

    def current(self, now: datetime) -> KeySlot:
        """The one that signs at `now`; ConfigError if none does."""
        day = now.astimezone(JST).date()
        for slot in self._current(day):
            return slot
        raise no_key_on(day)

    def of_certificate(self, sha256: str, now: datetime) -> KeySlot:
        """The one with this certificate; TryLater if it was taken away.

        The current key is looked at first, so that a key that is out of use need not
        open. If none that opens is the one, KeyUnavailable or ConfigError of one that
        does not: a machine that delivers may have none.
        """
        closed: KeyUnavailable | ConfigError | None = None
        current = self._current(now.astimezone(JST).date())
        slots = (*current, *(one for one in self.slots if one not in current))
        for slot in slots:
            try:
                if slot.certificate_sha256 == sha256:
                    return slot
            except (KeyUnavailable, ConfigError) as error:
                closed = closed or error
                if slot in current:
                    raise
        if closed is not None:
            raise closed
        raise TryLater(
            Text(
                "the mail is signed with the certificate {sha256}..., which is not in"
                " signing.keys any more: it was not sent and waits",
                sha256=sha256[:16],
            ),
            hint="put that key back beside the new one, with its last day in `until`:"
            " what it has signed then goes out. If it is gone for good, withdraw the"
            " notice and send the case again with a reason",
        )

    def gaps(self, now: datetime, until: datetime) -> tuple[date, ...]:
        """Days from now on, before `until`, on which no key signs."""
        if any(one.entry.holds_for_ever for one in self.slots):
            return ()
        day, last = now.astimezone(JST).date(), until.astimezone(JST).date()
        days = (day + timedelta(days=count) for count in range((last - day).days + 1))
        return tuple(one for one in days if not self._current(one))

    def _current(self, day: date) -> tuple[KeySlot, ...]:
        """The one whose days hold and that began last; empty if there is none."""
        holding = [slot for slot in self.slots if slot.entry.holds_on(day)]
        if not holding:
            return ()
        return (max(holding, key=lambda slot: slot.entry.first_day or date.min),)


def no_key_on(day: date) -> ConfigError:
    """That no key signs on a day."""
    return ConfigError(
        Text("none of signing.keys is for {day}", day=day),
        hint="add the next key to signing.keys, or mend from and until",
    )


def _numbered(count: int) -> list[str]:
    return [f"{PASSPHRASE}-{number}" for number in range(1, count + 1)]


def read_file(config: Config, name: str, what: str) -> bytes:
    """A file that the configuration names; ConfigError if it cannot be read."""
    path = config.resolve(name)
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Text(
                "{what} cannot be read: {path}: {strerror}",
                what=what,
                path=path,
                strerror=in_words(error),
            ),
            hint="check the path in notices.toml",
        ) from error
