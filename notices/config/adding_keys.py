"""A further key in the text of a `notices.toml`, with every comment where it was."""

import re
from pathlib import Path

from notices.config.reading import parse_config
from notices.config.sections import Config
from notices.config.signing_sections import KeyEntry
from notices.errors import ConfigError
from notices.messages import Text

_SECTION = re.compile(r"(?ms)^\[signing\]\n(.*?)(?=^\[|\Z)")
_LIST = re.compile(r"(?ms)^keys = \[\n(.*?)^\]$")
_SINGLE = ("key", "certificate", "passphrase_file")


def with_key(text: str, entry: KeyEntry, path: Path) -> str:
    """The text with one more of `signing.keys`; path: the file, for messages.

    The key that stood alone before becomes the first of them. What is read from the
    result is compared with what was meant: ConfigError, and the lines to be written by
    hand, where the file is written in another way.
    """
    before = parse_config(text, path)
    for change in (_among_several, _beside_the_only_one, _as_a_table):
        changed = change(text, before, entry)
        if changed is not None and _is_meant(changed, before, entry, path):
            return changed
    raise ConfigError(
        Text("{path} is written in a way that is not changed here", path=path),
        hint=Text("add to signing.keys by hand: {inline}", inline=_inline(entry)),
    )


def _is_meant(text: str, before: Config, entry: KeyEntry, path: Path) -> bool:
    try:
        after = parse_config(text, path)
    except ConfigError:
        return False
    signing = after.signing
    is_all = signing.entries == (*before.signing.entries, entry)
    return is_all and _rest(after) == _rest(before)


def _rest(config: Config) -> object:
    return [
        value for name, value in sorted(vars_of(config).items()) if name != "signing"
    ] + [
        value
        for name, value in sorted(vars_of(config.signing).items())
        if name not in ("keys", *_SINGLE)
    ]


def vars_of(value: object) -> dict[str, object]:
    """The fields of a frozen value with slots."""
    names: dict[str, object] = value.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: getattr(value, name) for name in names}


def _among_several(text: str, _: Config, entry: KeyEntry) -> str | None:
    section = _SECTION.search(text)
    listed = section and _LIST.search(section[0])
    if not section or not listed:
        return None
    end = section.start() + listed.end(1)
    return f"{text[:end]}  {_inline(entry)},\n{text[end:]}"


def _beside_the_only_one(text: str, before: Config, entry: KeyEntry) -> str | None:
    section = _SECTION.search(text)
    if not section or not before.signing.key or "\nkeys = []\n" not in section[0]:
        return None
    both = "".join(f"  {_inline(one)},\n" for one in (*before.signing.entries, entry))
    inside = section[0].replace("\nkeys = []\n", f"\nkeys = [\n{both}]\n")
    for name in _SINGLE:
        inside = re.sub(rf'(?m)^{name} = ".*"$', f'{name} = ""', inside)
    return text[: section.start()] + inside + text[section.end() :]


def _as_a_table(text: str, before: Config, entry: KeyEntry) -> str | None:
    if not before.signing.keys or "[[signing.keys]]" not in text:
        return None
    lines = "".join(f"{name} = {value}\n" for name, value in _fields(entry))
    return f"{text.rstrip()}\n\n[[signing.keys]]\n{lines}"


def _inline(entry: KeyEntry) -> str:
    inside = ", ".join(f"{name} = {value}" for name, value in _fields(entry))
    return f"{{ {inside} }}"


def _fields(entry: KeyEntry) -> list[tuple[str, str]]:
    fields = [("key", _quoted(entry.key))]
    if entry.certificate:
        fields.append(("certificate", _quoted(entry.certificate)))
    if entry.passphrase_file:
        fields.append(("passphrase_file", _quoted(entry.passphrase_file)))
    for name, day in (("from", entry.first_day), ("until", entry.last_day)):
        if day:
            fields.append((name, day.isoformat()))
    return fields


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
