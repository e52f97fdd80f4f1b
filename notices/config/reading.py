"""Reading `notices.toml`: every fault at once, with file and line."""

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any

from notices.codec.parsing import path_of
from notices.codec.reading import TOML, read
from notices.codec.toml import by_line, parse_toml
from notices.config.abroad import abroad_problems
from notices.config.approval import approval_problems
from notices.config.casework import casework_problems, statistics_problems
from notices.config.center import archive_problems, center_problems
from notices.config.inbox import inbox_problems
from notices.config.mail_sections import SmtpSection
from notices.config.numbering import mode_problems, numbering_problems
from notices.config.retention import retention_problems
from notices.config.sections import SECTIONS, Config
from notices.config.service import service_problems
from notices.config.signing import signing_problems
from notices.config.tokens import token_problems
from notices.config.worker import worker_problems
from notices.errors import ConfigError, Fault
from notices.files.asking import is_folder
from notices.files.system_words import in_words
from notices.grammar import is_loopback
from notices.messages import Text

FILE_NAME = "notices.toml"


def load_config(path: Path) -> Config:
    """Read the file at `path`; a folder means the `notices.toml` in it."""
    if is_folder(path):
        path = path / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ConfigError(
            Text("{path} does not exist", path=path),
            hint="run it in a site's folder, name one with --site DIR, "
            "or make one with: notices init DIR",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            Text("{path} cannot be read: {error}", path=path, error=in_words(error))
        ) from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """The values of `text`; ConfigError with every fault, as `file:line`."""
    tables, places = parse_toml(text, str(path))
    faults = [
        Fault(
            places.place(path_of((name,))),
            Text(
                "unknown section [{name}]; known: {sections}",
                name=name,
                sections=", ".join(SECTIONS),
            ),
        )
        for name in tables
        if name not in SECTIONS
    ]
    sections: dict[str, Any] = {}
    broken: set[str] = set()
    for name, kind in SECTIONS.items():
        table = tables.get(name, {})
        sections[name], found = read(kind, table, notation=_NOTATION, at=(name,))
        faults += map(places.placed, found)
        broken |= {name} if found else set()
    problems = _problems(sections, broken)
    faults += [Fault(places.place(path), problem) for path, problem in problems]
    if faults:
        raise ConfigError(
            Text("{path} has {count} faults", path=path, count=len(faults)),
            faults=by_line(faults),
        )
    return Config(path=path, **sections)


def _problems(
    sections: Mapping[str, Any], broken: AbstractSet[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with values that were read: the path, and a sentence."""
    for names, check in _CHECKS:
        if broken.isdisjoint(names):
            for key, problem in check(*(sections[name] for name in names)):
                yield f"{names[0]}.{key}" if key else names[0], problem


def _smtp_problems(smtp: SmtpSection) -> Iterator[tuple[str, str]]:
    if smtp.security == "none" and not is_loopback(smtp.host):
        where = Text("for loopback only, not for {host}", host=smtp.host)
        yield (
            "security",
            Text("security = none is {where}; use starttls or tls", where=where),
        )
    if not 0 < smtp.port < 65536:  # noqa: PLR2004 - the range of ports
        yield "port", "smtp.port must be 1 to 65535"
    if not _HOST.fullmatch(smtp.host):
        yield "host", "smtp.host must be a host name or an IP address"
    if smtp.local_hostname and not _HOST.fullmatch(smtp.local_hostname):
        yield "local_hostname", "smtp.local_hostname must be a host name"
    yield from token_problems("smtp", smtp)
    if smtp.password_file and not smtp.username:
        yield "username", "smtp.password_file needs smtp.username"


# a name with or without underscores (Docker makes such), IPv4, IPv6 with or without []
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[?[0-9A-Fa-f:.]{2,45}\]?")
_NOTATION = replace(TOML, takes_lone_text=True)
_Check = Callable[..., Iterator[tuple[str, str]]]
_CHECKS: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (("center",), center_problems),
    (("smtp",), _smtp_problems),
    (("signing",), signing_problems),
    (("numbering",), numbering_problems),
    (("archive",), archive_problems),
    (("inbox",), inbox_problems),
    (("abroad",), abroad_problems),
    (("worker",), worker_problems),
    (("test", "numbering"), mode_problems),
    (("casework",), casework_problems),
    (("approval",), approval_problems),
    (("statistics",), statistics_problems),
    (("service",), service_problems),
    (("retention",), retention_problems),
)
"""What compares values: the sections that it takes, the first of which it is about.

A check gives keys of that section, each with a sentence on what is wrong with it.
"""
