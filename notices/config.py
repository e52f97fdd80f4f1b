"""`notices.toml`: what a site is, as frozen values.

Unknown keys, wrong types and missing keys are faults with file and line, all at
once. Paths in the file are relative to it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from notices.errors import ConfigError, Fault

FILE_NAME = "notices.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CenterSection:
    """`[center]`: who asks, as letters and mails name it."""

    name: str
    """Official Japanese name."""
    name_en: str
    """English name."""
    address: str
    """住所."""
    address_en: str
    """The address in English."""
    phone: str
    """連絡先（電話番号）."""
    phone_international: str
    """The number with the country code."""
    mailbox: str
    """The address that sends; the certificate must name it."""
    verification_page: str
    """https address that tells how to check a mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingSection:
    """`[numbering]`: how 整理番号 are written."""

    pattern: str = "{era}{era_year}-{form}-{serial:06d}"
    """See `number_text`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsSection:
    """`[forms]`: wording and look of letters."""

    templates: str = ""
    """Folder with the site's own templates; empty: none."""
    fonts: tuple[str, ...] = ()
    """More TrueType files for rare characters."""
    url_style: Literal["exact", "defanged"] = "exact"
    """How the mail's own sentences write addresses."""
    attachments: tuple[str, ...] = ()
    """What goes along besides PDF and notice.json: `docx`."""
    voluntary_note: bool = True
    """True: the note stands below the letter, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSection:
    """`[signing]`: the key, and what is demanded before and after signing."""

    key: str
    """File or URI of the key: `pkcs12:`, `pem:`."""
    certificate: str = ""
    """PEM, where the key's file has none."""
    passphrase_file: str = ""
    """File of mode 0600, or `fd:N`."""
    trust: tuple[str, ...]
    """Root certificates, PEM."""
    crls: tuple[str, ...] = ()
    """Revocation lists kept as files."""
    revocation: Literal["require", "prefer", "off"] = "require"
    """What is demanded before signing."""
    pdf_level: Literal["B-B", "B-T", "B-LT", "B-LTA"] = "B-B"
    """PAdES level (EN 319 142-1)."""
    timestamp_urls: tuple[str, ...] = ()
    """RFC 3161 authorities, tried in order."""


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
class OutboxSection:
    """`[outbox]`: where notices and their history are kept."""

    url: str = "sqlite:///outbox.sqlite"
    """`sqlite:///FILE`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesSection:
    """`[cases]`: where `CASE-ID.json` files lie."""

    directory: str = "cases"
    """Folder of judgments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientsSection:
    """`[recipients]`: the directory of recipients."""

    file: str = ""
    """TOML file; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole `notices.toml`."""

    path: Path
    """The file; its folder is the site's."""
    center: CenterSection
    """Who asks."""
    numbering: NumberingSection = field(default_factory=NumberingSection)
    """How numbers are written."""
    forms: FormsSection = field(default_factory=FormsSection)
    """Wording and look."""
    signing: SigningSection
    """Key and demands."""
    smtp: SmtpSection
    """The relay."""
    archive: ArchiveSection = field(default_factory=ArchiveSection)
    """Our own copy."""
    outbox: OutboxSection = field(default_factory=OutboxSection)
    """The store."""
    cases: CasesSection = field(default_factory=CasesSection)
    """The judgments."""
    recipients: RecipientsSection = field(default_factory=RecipientsSection)
    """The directory."""

    @property
    def directory(self) -> Path:
        """The site's folder."""
        return self.path.parent

    def resolve(self, name: str) -> Path:
        """A path of the file, relative to its folder."""
        return self.directory / name


SECTIONS: Mapping[str, type] = {
    "center": CenterSection,
    "numbering": NumberingSection,
    "forms": FormsSection,
    "signing": SigningSection,
    "smtp": SmtpSection,
    "archive": ArchiveSection,
    "outbox": OutboxSection,
    "cases": CasesSection,
    "recipients": RecipientsSection,
}


def load_config(path: Path) -> Config:
    """Read the file at `path`; a folder means the `notices.toml` in it."""
    if path.is_dir():
        path = path / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            f"{path} does not exist",
            hint="run it in a site's folder, name one with --site DIR, "
            "or make one with: notices init DIR",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}") from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """The values of `text`; ConfigError with every fault, as `file:line`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    lines = _Lines(path, text)
    faults: list[Fault] = [
        Fault(lines.of(name), f"unknown section [{name}]; known: {', '.join(SECTIONS)}")
        for name in tables
        if name not in SECTIONS
    ]
    sections: dict[str, Any] = {}
    for name, kind in SECTIONS.items():
        section, found = _read_section(name, kind, tables.get(name, {}), lines)
        sections[name] = section
        faults += found
    if not faults:
        faults += _cross_faults(sections, lines)
    if faults:
        raise ConfigError(f"{path} has {len(faults)} fault(s)", faults=faults)
    return Config(path=path, **sections)


def _read_section(
    name: str, kind: type, table: object, lines: "_Lines"
) -> tuple[object, list[Fault]]:
    if not isinstance(table, dict):
        return None, [Fault(lines.of(name), f"[{name}] must be a table of keys")]
    hints = get_type_hints(kind)
    known: dict[str, Field[Any]] = {item.name: item for item in fields(kind)}
    faults = [
        Fault(
            lines.of(name, key),
            f"unknown key {key} in [{name}]; known: {', '.join(known)}",
        )
        for key in table
        if key not in known
    ]
    values: dict[str, object] = {}
    for key, item in known.items():
        if key in table:
            value, problem = _convert(table[key], hints[key])
            values[key] = value
            if problem:
                faults.append(Fault(lines.of(name, key), f"{name}.{key} {problem}"))
        elif item.default is MISSING and item.default_factory is MISSING:
            faults.append(Fault(lines.of(name), f"{name}.{key} is missing"))
    return (None if faults else kind(**values)), faults


def _convert(value: object, hint: Any) -> tuple[object, str]:
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        return value, "" if value in choices else f"must be one of {choices}"
    if get_origin(hint) is tuple:
        values = [value] if isinstance(value, str) else value
        if isinstance(values, list) and all(isinstance(item, str) for item in values):
            return tuple(values), ""
        return (), "must be a list of texts"
    # bool is an int in Python, but a port of `true` is a mistake
    if type(value) is not hint:
        words = {str: "a text in quotes", int: "a whole number", bool: "true or false"}
        return value, f"must be {words[hint]}"
    return value, ""


def _cross_faults(sections: Mapping[str, Any], lines: "_Lines") -> list[Fault]:
    """What two keys or a key and the world's rules make wrong together."""
    faults = []
    smtp: SmtpSection = sections["smtp"]
    signing: SigningSection = sections["signing"]
    if smtp.security == "none" and not is_loopback(smtp.host):
        faults.append(
            Fault(
                lines.of("smtp", "security"),
                f"security = none is for loopback only, not for {smtp.host}; "
                "use starttls or tls",
            )
        )
    if not 0 < smtp.port < 65536:  # noqa: PLR2004 - the range of ports
        faults.append(Fault(lines.of("smtp", "port"), "smtp.port must be 1 to 65535"))
    if bool(smtp.username) != bool(smtp.password_file):
        faults.append(
            Fault(lines.of("smtp", "username"), "username needs password_file, and vv.")
        )
    if signing.pdf_level != "B-B" and not signing.timestamp_urls:
        faults.append(
            Fault(
                lines.of("signing", "pdf_level"),
                f"pdf_level {signing.pdf_level} needs timestamp_urls",
            )
        )
    known = {"docx"}
    faults += [
        Fault(
            lines.of("forms", "attachments"), f"unknown attachment {name}; known: docx"
        )
        for name in sections["forms"].attachments
        if name not in known
    ]
    faults += _pattern_faults(sections["numbering"].pattern, lines)
    return faults


def _pattern_faults(pattern: str, lines: "_Lines") -> list[Fault]:
    try:
        numbers = {
            number_text(pattern, year=2026, form_digit=1, serial=serial)
            for serial in (1, 2)
        }
    except (KeyError, ValueError, IndexError, AttributeError) as error:
        problem = f"cannot be filled: {error!r}"
    else:
        if len(numbers) == 1:
            problem = "must hold {serial}"
        elif not all(_NUMBER.fullmatch(number) for number in numbers):
            problem = "must give 1 to 40 letters, digits, dots, dashes or underscores"
        else:
            return []
    return [Fault(lines.of("numbering", "pattern"), f"numbering.pattern {problem}")]


_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_REIWA_OFFSET = 2018


def number_text(pattern: str, *, year: int, form_digit: int, serial: int) -> str:
    """整理番号 by `pattern`: `{era}{era_year}` R8, `{year}` 2026, `{form}`, `{serial}`.

    >>> number_text("{era}{era_year}-{form}-{serial:06d}",
    ...             year=2026, form_digit=1, serial=123)
    'R8-1-000123'
    """
    return pattern.format(
        era="R",
        era_year=year - _REIWA_OFFSET,
        year=year,
        form=form_digit,
        serial=serial,
    )


def is_loopback(host: str) -> bool:
    """True for the names and addresses that never leave the machine."""
    return host in ("localhost", "::1") or bool(
        re.fullmatch(r"127(\.\d{1,3}){3}", host)
    )


class _Lines:
    """Finds the line of a section or key; tomllib does not tell it."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines: dict[tuple[str, str], int] = {}
        section = ""
        for number, line in enumerate(text.splitlines(), 1):
            if header := re.match(r"\s*\[+\s*([\w.-]+)", line):
                section = header[1]
                self._lines.setdefault((section, ""), number)
            elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
                self._lines.setdefault((section, key[1]), number)
                self._lines.setdefault((key[1], ""), number)

    def of(self, section: str, key: str = "") -> str:
        number = self._lines.get((section, key)) or self._lines.get((section, ""), 1)
        return f"{self._path}:{number}"
