"""Reading `notices.toml`: every fault at once, with file and line."""

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from notices.config.center import center_problems
from notices.config.inbox import inbox_problems
from notices.config.keys import read_keys
from notices.config.lines import Lines
from notices.config.mailboxes import mailbox_problems
from notices.config.numbering import pattern_fault
from notices.config.sections import SECTIONS, CenterSection, Config, SmtpSection
from notices.config.signing import signing_problems
from notices.config.trial import trial_problem
from notices.config.worker import worker_problems
from notices.errors import ConfigError, Fault
from notices.grammar import is_loopback, mailbox_fault

FILE_NAME = "notices.toml"


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
    lines = Lines(path, text)
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
        if isinstance(section, CenterSection):
            faults += [
                Fault(lines.of(name, key), problem)
                for key, problem in center_problems(section)
            ]
    if not faults:
        faults += _cross_faults(sections, lines)
    if faults:
        raise ConfigError(f"{path} has {len(faults)} fault(s)", faults=faults)
    return Config(path=path, **sections)


def _read_section(
    name: str, kind: type, table: object, lines: Lines
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
        if key in table and (name, key) == ("signing", "keys"):
            values[key], found = read_keys(table[key], lines)
            faults += found
        elif key in table:
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


def _cross_faults(sections: Mapping[str, Any], lines: Lines) -> list[Fault]:
    """What two keys or a key and the world's rules make wrong together."""
    faults = []
    smtp: SmtpSection = sections["smtp"]
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
    mailboxes = mailbox_problems(sections["center"], sections["archive"])
    faults += [Fault(lines.of(name, "mailbox"), wrong) for name, wrong in mailboxes]
    faults += [
        Fault(lines.of("signing", key), problem)
        for key, problem in signing_problems(sections["signing"])
    ]
    known = {"docx", "xarf"}
    faults += [
        Fault(
            lines.of("forms", "attachments"),
            f"unknown attachment {name}; known: docx, xarf",
        )
        for name in sections["forms"].attachments
        if name not in known
    ]
    if problem := pattern_fault(sections["numbering"].pattern):
        place = lines.of("numbering", "pattern")
        faults.append(Fault(place, f"numbering.pattern {problem}"))
    archive = sections["archive"].mailbox
    if archive and (problem := mailbox_fault(archive) or ""):
        place = lines.of("archive", "mailbox")
        faults.append(Fault(place, f"archive.mailbox {problem}"))
    inbox = inbox_problems(sections["inbox"])
    faults += [Fault(lines.of("inbox", key), problem) for key, problem in inbox]
    worker = worker_problems(sections["worker"])
    faults += [Fault(lines.of("worker", key), problem) for key, problem in worker]
    if problem := trial_problem(sections["test"], sections["numbering"].pattern):
        faults.append(Fault(lines.of("test", "address"), problem))
    return faults
