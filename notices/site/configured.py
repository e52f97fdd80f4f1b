"""What the sections of a configuration lead to."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from notices.catalogue import Catalogue, StandingReason
from notices.codec import (
    RecipientEntry,
    load_catalogue,
    read_provision_texts,
    read_recipients,
)
from notices.config import Config
from notices.config.inbox import maildir_path
from notices.credentials import read_passphrase
from notices.credentials.token_command import TokenCommand
from notices.errors import ConfigError, InputError
from notices.files.asking import real_path
from notices.files.reading import read_plain
from notices.files.system_words import in_words
from notices.grammar import case_id_fault
from notices.letters import LetterSettings, Templates, load_templates
from notices.messages import Text
from notices.notice import Center
from notices.site.starting import shipped

if TYPE_CHECKING:
    from notices.smtp import Relay


def open_directory(config: Config) -> Mapping[str, RecipientEntry]:
    """The entries of `recipients.toml`."""
    if not config.recipients.file:
        return {}
    path = config.resolve(config.recipients.file)
    text = read_text(path, "the directory of recipients")
    return read_recipients(
        text, str(path), why_not=lambda folder, digit: _why_not(config, folder, digit)
    )


def _why_not(config: Config, folder: str, digit: int) -> str:
    """Why an entry may not name a folder of templates; looked at only if one does."""
    from notices.letters.template.folders.loading import load_kinds

    return load_kinds(template_folders(config)).why_not(folder, digit)


def catalogue_of(config: Config) -> Catalogue:
    """The catalogue of the package, with what the site adds to it and demands."""
    reasons = [
        StandingReason(category=each.category, reason=each.reason, source=each.source)
        for each in config.abroad.reasons
    ]
    catalogue = _with_texts(load_catalogue(), config)
    if config.judgment.elements == "required":
        catalogue = catalogue.demanding_elements()
    try:
        return catalogue.with_standing(reasons) if reasons else catalogue
    except ValueError as error:
        slug = error.args[0]
        raise ConfigError(
            Text("[abroad] names {category}, no category of form 1", category=slug),
            hint="see `notices catalogue`",
        ) from error


def _with_texts(catalogue: Catalogue, config: Config) -> Catalogue:
    if not config.judgment.texts:
        return catalogue
    path = config.resolve(config.judgment.texts)
    texts = read_provision_texts(read_text(path, "[judgment] texts"), str(path))
    try:
        return catalogue.with_texts(texts)
    except ValueError as error:
        law = error.args[0]
        raise ConfigError(
            Text("{path} names {law}, no law of the catalogue", path=path, law=law),
            hint="see `notices catalogue CATEGORY` for the keys of laws",
        ) from error


def open_templates(config: Config) -> Templates:
    """The site's templates before the ones that came with the program."""
    return load_templates(template_folders(config))


def template_folders(config: Config) -> list[Path]:
    """Where templates are: the site's folder first."""
    folders = [shipped("templates")]
    if config.forms.templates:
        folders.insert(0, config.resolve(config.forms.templates))
    return folders


def letter_settings(config: Config) -> LetterSettings:
    """How letters look."""
    forms = config.forms
    return LetterSettings(
        url_style=forms.url_style,
        voluntary_note=forms.voluntary_note,
        fonts=tuple(config.resolve(name) for name in forms.fonts),
        root_fingerprint=_root_fingerprint(config),
    )


def _root_fingerprint(config: Config) -> str:
    """Of the first certificate in `[signing] trust`; empty if it cannot be read."""
    for name in config.signing.trust[:1]:
        try:
            pem = config.resolve(name).read_text(encoding="ascii")
            return sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
        except (OSError, ValueError):
            return ""  # who opens the key tells what is wrong with it
    return ""


def center_of(config: Config) -> Center:
    """Who asks."""
    section = config.center
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


def relay_of(config: Config) -> Relay:
    """The mail server that the configuration names."""
    from notices.smtp import Relay, Security

    smtp = config.smtp
    password = ""
    token = token_command_of(config, "smtp", smtp.token_command)
    if smtp.username and token is None:
        password = password_of(config, "smtp-password", smtp.password_file)
    domain = config.center.mailbox.rpartition("@")[2]
    return Relay(
        host=smtp.host,
        port=smtp.port,
        security=Security(smtp.security),
        username=smtp.username,
        password=password,
        token=token,
        ca=read_text(config.resolve(smtp.ca), "smtp.ca") if smtp.ca else "",
        local_hostname=smtp.local_hostname or domain,
    )


def token_command_of(
    config: Config, section: str, argv: tuple[str, ...]
) -> TokenCommand | None:
    """What gives access tokens; None without one. ConfigError if it is not there."""
    if not argv:
        return None
    command = TokenCommand(argv, f"{section}.token_command", config.resolve("."))
    command.program()
    return command


def password_of(config: Config, credential: str, file_name: str) -> str:
    """The password of a server: the systemd credential, else the file that is named.

    ConfigError if there is neither.
    """
    path = config.resolve(file_name) if file_name else None
    password = read_passphrase(credential, path)
    if password is None:
        section = credential.partition("-")[0]
        raise ConfigError(
            Text(
                "[{section}] username has no password: there is neither a "
                "password_file nor the credential {credential}",
                section=section,
                credential=credential,
            ),
            hint=Text(
                "name a file of mode 0600 in [{section}] password_file, or let the "
                "service load it: LoadCredentialEncrypted={credential}:PATH",
                section=section,
                credential=credential,
            ),
        )
    return password.reveal()


def outbox_url(config: Config, url: str) -> str:
    """The URL of a database; a file's name is relative to the site."""
    prefix = "sqlite:///"
    if not url.startswith(prefix):
        return url
    return f"{prefix}{config.resolve(url.removeprefix(prefix)).absolute()}"


def own_outbox_url(config: Config) -> str:
    """The URL of `[outbox] url`; ConfigError where another key names that file."""
    url = outbox_url(config, config.outbox.url)
    name = url.removeprefix("sqlite:///")
    if name != url and (what := taken_by(config, Path(name))):
        raise ConfigError(
            Text(
                "[outbox] url names the file {name}, which is {what}, too",
                name=name,
                what=what,
            ),
            hint="correct [outbox] url in notices.toml",
        )
    return url


def taken_by(config: Config, path: Path) -> str:
    """What else of the site a path is: `[ledger] signing_key`; empty: nothing."""
    path = real_path(path)
    for what, name in _files(config):
        if name and real_path(config.resolve(name)) == path:
            return what
    for what, name in _folders(config):
        if name and path.is_relative_to(real_path(config.resolve(name))):
            return Text("a file in {what}", what=what)
    return ""


def own_paths(config: Config) -> Iterator[Path]:
    """Every file and folder that the configuration names, and what lies beside them."""
    for _, name in (*_files(config), *_folders(config)):
        if name:
            yield config.resolve(name)
    if maildir_path(config.inbox.url) and config.inbox.archive_folder:
        yield config.resolve(config.inbox.archive_folder)
    url = outbox_url(config, config.outbox.url)
    if url.startswith("sqlite:///"):
        database = Path(url.removeprefix("sqlite:///"))
        for suffix in ("", "-wal", "-shm", "-journal", "-workers"):
            yield database.with_name(database.name + suffix)


def _files(config: Config) -> Iterator[tuple[str, str]]:
    signing, log_key = config.signing, config.ledger.signing_key
    yield "the configuration", config.path.name
    yield "[outbox] high_water_mark", config.outbox.high_water_mark
    yield "[outbox] disposals", config.outbox.disposals
    yield "[ledger] signing_key", log_key
    yield (
        "the public key of [ledger] signing_key",
        str(Path(log_key).with_suffix(".pub")),
    )
    yield "[ledger] checkpoint", config.ledger.checkpoint
    yield "[recipients] file", config.recipients.file
    yield "[judgment] texts", config.judgment.texts
    for what, section in (("smtp", config.smtp), ("inbox", config.inbox)):
        yield f"[{what}] password_file", section.password_file
        yield f"[{what}] ca", section.ca
    for entry in signing.entries:
        yield "[signing] key", entry.key.removeprefix("pkcs12:").removeprefix("pem:")
        yield "[signing] certificate", entry.certificate
        yield "[signing] passphrase_file", entry.passphrase_file
    for name in (
        *signing.trust,
        *signing.trust_tsa,
        *signing.crls,
        *config.forms.fonts,
    ):
        yield "a file of [signing] or [forms]", name


def _folders(config: Config) -> Iterator[tuple[str, str]]:
    yield "[cases] directory", config.cases.directory
    yield "[forms] templates", config.forms.templates
    if config.inbox.url.startswith("maildir:"):
        yield "[inbox] url", config.inbox.url.removeprefix("maildir:")


def case_path(config: Config, case_id: str) -> Path:
    """Where the judgment of `case_id` lies; InputError for what is no case id."""
    if fault := case_id_fault(case_id):
        raise InputError(
            Text("{case_id!r} is no case id: {fault}", case_id=case_id, fault=fault)
        )
    return config.resolve(config.cases.directory) / f"{case_id}.json"


def read_text(path: Path, what: str) -> str:
    """The text of a file that the configuration names."""
    try:
        return read_plain(path).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = "{what} cannot be read: {path}: {error}"
        told = Text(said, what=what, path=path, error=in_words(error))
        raise ConfigError(told, hint="check the path in notices.toml") from error


def fresh_token() -> str:
    """96 random bits, for boundaries and message ids."""
    return secrets.token_hex(12)


def log_origin(config: Config) -> str:
    """The log's name: `[ledger] origin`, or the centre's domain and `/notices`."""
    domain = config.center.mailbox.rpartition("@")[2]
    return config.ledger.origin or f"{domain}/notices"
