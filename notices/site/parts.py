"""What a site is made of: each part is opened when it is first used."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from notices.catalogue import Catalogue
from notices.codec import RecipientEntry, load_catalogue, read_recipients
from notices.config import Config
from notices.credentials import read_passphrase
from notices.errors import ConfigError, InputError
from notices.grammar import case_id_fault
from notices.letters import LetterSettings, Templates, load_templates
from notices.notice import Center
from notices.site.starting import shipped

if TYPE_CHECKING:
    from notices.outbox import Relay, SmtpCourier, Store
    from notices.site.keys import SignerDesk


@dataclass(frozen=True)
class Parts:
    """The configuration, the clock, and what the configuration leads to."""

    config: Config
    """The site's `notices.toml`."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """Categories and statutes by date."""
        return load_catalogue()

    @cached_property
    def directory(self) -> Mapping[str, RecipientEntry]:
        """The entries of `recipients.toml`."""
        if not self.config.recipients.file:
            return {}
        path = self.config.resolve(self.config.recipients.file)
        return read_recipients(
            read_text(path, "the directory of recipients"), str(path)
        )

    @cached_property
    def templates(self) -> Templates:
        """The site's templates before the ones that came with the program."""
        folders = [shipped("templates")]
        if self.config.forms.templates:
            folders.insert(0, self.config.resolve(self.config.forms.templates))
        return load_templates(folders)

    @cached_property
    def letter_settings(self) -> LetterSettings:
        """How letters look."""
        forms = self.config.forms
        return LetterSettings(
            url_style=forms.url_style,
            voluntary_note=forms.voluntary_note,
            fonts=tuple(self.config.resolve(name) for name in forms.fonts),
        )

    @cached_property
    def center(self) -> Center:
        """Who asks."""
        section = self.config.center
        return Center(
            name=section.name,
            name_en=section.name_en,
            address=section.address,
            address_en=section.address_en,
            phone=section.phone,
            phone_international=section.phone_international,
            mailbox=section.mailbox,
            verification_page=section.verification_page,
        )

    @cached_property
    def store(self) -> Store:
        """The outbox, created on first use."""
        from notices.outbox import Store

        return Store.open(self.outbox_url(self.config.outbox.url))

    def outbox_url(self, url: str) -> str:
        """The URL of a database; a file's name is relative to the site."""
        prefix = "sqlite:///"
        if not url.startswith(prefix):
            return url
        return f"{prefix}{self.config.resolve(url.removeprefix(prefix)).absolute()}"

    @cached_property
    def desk(self) -> SignerDesk:
        """Opens and judges the signer."""
        from notices.site.keys import SignerDesk

        return SignerDesk(self.config, self.clock)

    @cached_property
    def hold_reasons(self) -> tuple[str, ...]:
        """Why nothing may be sent before `reconcile`; looked at once."""
        from notices.site.holding import reasons

        return reasons(self)

    @property
    def relay(self) -> Relay:
        """The mail server that the configuration names."""
        from notices.outbox import Relay, Security

        smtp = self.config.smtp
        password = None
        if smtp.username:
            password = read_passphrase(
                "smtp-password", self.config.resolve(smtp.password_file)
            )
        domain = self.config.center.mailbox.rpartition("@")[2]
        return Relay(
            host=smtp.host,
            port=smtp.port,
            security=Security(smtp.security),
            username=smtp.username,
            password=password.reveal() if password else "",
            ca=read_text(self.config.resolve(smtp.ca), "smtp.ca") if smtp.ca else "",
            local_hostname=smtp.local_hostname or domain,
        )

    @property
    def courier(self) -> SmtpCourier:
        """One SMTP attempt at a time to the relay."""
        from notices.outbox import Reuse, SmtpCourier

        kept = self.config.worker.concurrency
        return SmtpCourier(self.relay, Reuse(kept=kept))

    def case_path(self, case_id: str) -> Path:
        """Where the judgment of `case_id` lies; InputError for what is no case id."""
        if fault := case_id_fault(case_id):
            raise InputError(f"{case_id!r} is no case id: {fault}")
        return self.config.resolve(self.config.cases.directory) / f"{case_id}.json"


def read_text(path: Path, what: str) -> str:
    """The text of a file that the configuration names."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{what} cannot be read: {path}: {error}",
            hint="check the path in notices.toml",
        ) from error


def fresh_token() -> str:
    """96 random bits, for boundaries and message ids."""
    return secrets.token_hex(12)
