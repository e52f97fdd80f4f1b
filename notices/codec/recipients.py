"""The directory of providers, `recipients.toml`."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from notices import grammar
from notices.addresses import address_fault
from notices.errors import ConfigError, Fault
from notices.judgment import Language, Rung
from notices.rules import Channel, RecipientEntry
from notices.signs import is_blank

_ATTACHMENTS = ("docx", "xarf")


def read_recipients(text: str, where: str) -> Mapping[str, RecipientEntry]:
    """Read the entries by name: one table each, `[board-example]`.

    Keys: `name` and `mailboxes`, and if wanted `role`, `language`, `channel`,
    `form_url`, `attachments`, `urls_per_notice`, `country`, `is_person`. ConfigError
    names file (`where`) and line of every fault.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise ConfigError(f"{where} is not TOML: {wrong}") from wrong
    faults = [
        Fault(f"{where}:{_line(text, entry, key)}", f"[{entry}] {key}: {sentence}")
        for entry, table in data.items()
        for key, sentence in _table(table)
    ]
    if faults:
        raise ConfigError(f"{where} has faults", faults=faults)
    return MappingProxyType({name: _entry(table) for name, table in data.items()})


def _entry(table: dict[str, Any]) -> RecipientEntry:
    return RecipientEntry(
        name=table["name"],
        mailboxes=tuple(table["mailboxes"]),
        role=Rung(table["role"]) if "role" in table else None,
        language=Language(table["language"]) if "language" in table else None,
        channel=Channel(table.get("channel", Channel.SMTP)),
        form_url=table.get("form_url", ""),
        attachments=tuple(table.get("attachments", ())),
        urls_per_notice=table.get("urls_per_notice"),
        country=table.get("country"),
        is_person=table.get("is_person", False),
    )


def _table(table: Any) -> Iterator[tuple[str, str]]:
    """Find what is wrong with one table: key and sentence."""
    if not isinstance(table, dict):
        yield "", "must be a table, such as [board-example]"
        return
    for key in ("name", "mailboxes"):
        if key not in table:
            yield key, "is missing"
    for key, item in table.items():
        if key not in _KEYS:
            yield key, f"is unknown; known are {', '.join(_KEYS)}"
        elif wrong := _KEYS[key](item):
            yield key, wrong
    has_form = "form_url" in table
    if (table.get("channel") == Channel.WEBFORM) is not has_form:
        key = "form_url" if has_form else "channel"
        yield key, "webform and form_url, the address of the form, go together"


def _name(item: object) -> str | None:
    if not isinstance(item, str) or is_blank(item):
        return "must be a text of which something shows"
    return grammar.line_fault(item)


def _mailboxes(item: object) -> str | None:
    if not isinstance(item, list) or not item:
        return "must be a list of addresses, the one in use first"
    for mailbox in item:
        if not isinstance(mailbox, str):
            return "must be a list of texts"
        if wrong := address_fault(mailbox):
            return f"{mailbox!r} {wrong}"
    return None


def _country(item: object) -> str | None:
    return grammar.country_fault(item) if isinstance(item, str) else "must be a text"


def _count(item: object) -> str | None:
    good = isinstance(item, int) and not isinstance(item, bool) and item > 0
    return None if good else "must be a number from 1"


def _flag(item: object) -> str | None:
    return None if isinstance(item, bool) else "must be true or false"


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str | None]:
    def wrong(item: object) -> str | None:
        known = ", ".join(choices)
        return None if item in choices else f"must be one of: {known}"

    return wrong


def _each_of(choices: tuple[str, ...]) -> Callable[[object], str | None]:
    def wrong(item: object) -> str | None:
        good = isinstance(item, list) and all(part in choices for part in item)
        return None if good else f"must be a list of: {', '.join(choices)}"

    return wrong


def _form_url(item: object) -> str | None:
    if not isinstance(item, str) or not item.startswith("https://"):
        return "must be an https address"
    return grammar.url_fault(item)


_KEYS: Mapping[str, Callable[[object], str | None]] = {
    "name": _name,
    "mailboxes": _mailboxes,
    "role": _one_of(tuple(Rung)),
    "language": _one_of(tuple(Language)),
    "channel": _one_of(tuple(Channel)),
    "form_url": _form_url,
    "attachments": _each_of(_ATTACHMENTS),
    "urls_per_notice": _count,
    "country": _country,
    "is_person": _flag,
}


def _line(text: str, entry: str, key: str) -> int:
    """Tell the line of a key, or of its table; tomllib does not say it."""
    inside, table_line = False, 1
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[+\s*(.+?)\s*\]+\s*(#.*)?$", line):
            inside = header[1].strip("\"'") == entry
            table_line = number if inside else table_line
        elif re.match(
            rf"\s*[\"']?{re.escape(key if inside else entry)}[\"']?\s*=", line
        ):
            return number
    return table_line
