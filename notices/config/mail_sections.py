"""What `notices.toml` may say of the way of mails: relay, archive, inbox, worker."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSection:
    """`[smtp]`: the relay that takes the mail."""

    host: str
    """The relay's name or address."""
    port: int = 587
    """Its port."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """`none` is for loopback."""
    username: str = ""
    """For AUTH; empty: none."""
    password_file: str = ""
    """File of mode 0600."""
    token_command: tuple[str, ...] = ()
    """Program and arguments that print an access token, for AUTH XOAUTH2."""
    ca: str = ""
    """PEM of the relay's root; empty: the system's."""
    local_hostname: str = ""
    """What EHLO says; empty: the domain of the centre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSection:
    """`[archive]`: a mailbox of our own that gets a copy of every mail."""

    mailbox: str = ""
    """Second recipient of every mail; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxSection:
    """`[inbox]`: where reports, replies and archive copies are read."""

    url: str = ""
    """`imaps://HOST`, `imap://HOST` (STARTTLS), `maildir:PATH`; empty: none."""
    username: str = ""
    """Of the IMAP account."""
    password_file: str = ""
    """File of mode 0600."""
    token_command: tuple[str, ...] = ()
    """Program and arguments that print an access token, for AUTHENTICATE XOAUTH2."""
    ca: str = ""
    """PEM of the server's root; empty: the system's."""
    folder: str = "INBOX"
    """IMAP folder of reports and replies."""
    archive_folder: str = ""
    """IMAP folder or Maildir where `archive.mailbox` arrives; empty: the same."""
    move_to: str = ""
    """IMAP folder for what was read; empty: it stays."""
    mark_read: bool = True
    """False: the mailbox is left as it is."""
    poll: int = 60
    """Seconds between two looks, where the server does not tell by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSection:
    """`[worker]`: how `notices work` goes about it."""

    concurrency: int = 4
    """Deliveries at once."""
    per_domain: int = 2
    """Deliveries at once to one recipient domain; 0: any number."""
    per_domain_per_minute: int = 0
    """Deliveries begun within a minute to one domain; 0: any number."""
    shared_limits: bool = False
    """True: all workers of the database keep to the limits per domain together."""
    quiet_hours: str = ""
    """`20:00-08:00` in Japan's time; empty: none."""
    business_days: bool = False
    """True: nothing goes out on Saturdays, Sundays and holidays of Japan."""
    year_end_closed: bool = True
    """True: 29 December to 3 January are no business days."""
    max_age_hours: int = 48
    """Open hours after which a delivery is given up."""
    log: Literal["text", "json"] = "text"
    """How `notices work --watch` tells what happens."""
    metrics: str = ""
    """Address of the Prometheus metrics, loopback only; empty: none."""
