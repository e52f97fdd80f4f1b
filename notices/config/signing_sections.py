"""What `[signing]` may say: keys with their days, roots, answers, time stamps."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from notices.report import CLOCK_TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """One of `[[signing.keys]]`: a key and the days on which it signs."""

    key: str
    """File or URI of the key: `pkcs12:`, `pem:`, `pkcs11:`."""
    certificate: str = ""
    """PEM, where the key's file has none."""
    passphrase_file: str = ""
    """File of mode 0600, or `fd:N`."""
    first_day: date | None = field(default=None, metadata={"key": "from"})
    """`from`: its first day in Japan; None: from ever."""
    last_day: date | None = field(default=None, metadata={"key": "until"})
    """`until`: its last day in Japan; None: until the next one begins."""

    @property
    def holds_for_ever(self) -> bool:
        """Whether every day is one of its days."""
        return self.first_day is None and self.last_day is None

    def holds_on(self, day: date) -> bool:
        """Whether `day` is one of its days."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginEntry:
    """One of `[[signing.timestamp_logins]]`: who we are to an authority."""

    url: str
    """One of `timestamp_urls`, letter by letter."""
    username: str
    """For Basic authentication (RFC 7617)."""
    password_file: str = ""
    """File of mode 0600."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSection:
    """`[signing]`: the key, and what is demanded before and after signing."""

    key: str = ""
    """File or URI of the key: `pkcs12:`, `pem:`, `pkcs11:`; empty: see `keys`."""
    certificate: str = ""
    """PEM, where the key's file has none."""
    passphrase_file: str = ""
    """File of mode 0600, or `fd:N`."""
    keys: tuple[KeyEntry, ...] = ()
    """Several keys with their days, instead of `key`."""
    backend: Literal["pyhanko", "endesive"] = "pyhanko"
    """Which library puts the mail's signature together."""
    trust: tuple[str, ...]
    """Root certificates, PEM."""
    trust_tsa: tuple[str, ...] = ()
    """Roots of time-stamp authorities alone, PEM; empty: `trust` serves both."""
    crls: tuple[str, ...] = ()
    """Revocation lists kept as files."""
    revocation: Literal["require", "prefer", "off"] = "require"
    """What is demanded before signing."""
    pdf_level: Literal["B-B", "B-T", "B-LT", "B-LTA"] = "B-B"
    """PAdES level (EN 319 142-1)."""
    timestamp_urls: tuple[str, ...] = ()
    """RFC 3161 authorities, tried in order."""
    timestamps: Literal["", "required", "preferred", "off"] = ""
    """What happens if none answers; empty: required once one is named."""
    timestamp_logins: tuple[LoginEntry, ...] = ()
    """User and password, for authorities that want them."""
    proxy: str = ""
    """`http://HOST:PORT` for lists, OCSP and time stamps; empty: none."""
    proxy_username: str = ""
    """For a proxy that wants a login."""
    proxy_password_file: str = ""
    """File of mode 0600."""
    max_age_hours: int = 0
    """How old an answer about the signer may be; 0: as long as it says itself."""
    max_list_kilobytes: int = 512
    """Larger lists are replaced by OCSP where the certificate names a responder."""
    clock_tolerance_seconds: int = int(CLOCK_TOLERANCE.total_seconds())
    """How far the clocks of authorities may differ from this machine's, both ways."""

    @property
    def entries(self) -> tuple[KeyEntry, ...]:
        """Every key that is configured."""
        return self.keys or (
            KeyEntry(
                key=self.key,
                certificate=self.certificate,
                passphrase_file=self.passphrase_file,
            ),
        )

    @property
    def clock_tolerance(self) -> timedelta:
        """`clock_tolerance_seconds` as a length of time."""
        return timedelta(seconds=self.clock_tolerance_seconds)

    @property
    def wants_timestamps(self) -> bool:
        """Whether an authority is asked at all."""
        return bool(self.timestamp_urls) and self.timestamps != "off"
