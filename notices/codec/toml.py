"""TOML to plain data, and the line at which each of its keys stands.

`tomllib` does not tell lines, so the text is read a second time for its keys alone.
It is known to be TOML then: what cannot be in TOML is not looked for.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notices.codec.parsing import Part, path_of
from notices.codec.toml_words import words_of
from notices.errors import ConfigError, Fault
from notices.messages import Text

_TOKEN = re.compile(
    r"""(?P<blank>[^\S\n]+|\#[^\n]*)
    |(?P<text>\"{3}(?:[^\\]|\\.)*?\"{3,5}|'{3}.*?'{3,5})
    |(?P<key>"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s\[\]{}=,.\#"']+)
    |(?P<sign>[\n\[\]{}=,.])""",
    re.VERBOSE | re.DOTALL,
)
_DEEPER = {"[": 1, "{": 1, "]": -1, "}": -1}
_STEP = re.compile(r'\["(?:[^"\\]|\\.)*"\]|\[\d+\]|\.?[^.\[]+')


@dataclass(frozen=True, slots=True)
class Places:
    """Where the keys of a file stand."""

    file: str
    """The file, as messages name it."""
    lines: Mapping[str, int]
    """Line of each table and key, by its path."""

    def place(self, path: str) -> str:
        """`file:line` of a path such as `signing.keys[0].from`.

        The line is that of the key, else of the nearest table around it, else the
        first one.
        """
        ends = [step.end() for step in _STEP.finditer(path)]
        around = (path[:end] for end in reversed(ends))
        line = next((self.lines[part] for part in around if part in self.lines), 1)
        return f"{self.file}:{line}"

    def placed(self, fault: Fault) -> Fault:
        """The fault at its line, with its path in the sentence."""
        return Fault(
            self.place(fault.path),
            Text("{path} {message}", path=fault.path, message=fault.message),
        )


def by_line(faults: Iterable[Fault]) -> list[Fault]:
    """Faults of one file in the order of its lines."""
    return sorted(faults, key=lambda fault: int(fault.path.rpartition(":")[2]))


def parse_toml(text: str, file: str) -> tuple[dict[str, Any], Places]:
    """Parse a file's text; ConfigError if it is no TOML."""
    try:
        tables = tomllib.loads(text)
    except ValueError as error:
        raise ConfigError(
            Text("{file} is not TOML: {reason}", file=file, reason=words_of(error))
        ) from error
    except RecursionError as error:
        raise ConfigError(Text("{file} is nested too deeply", file=file)) from error
    return tables, Places(file, _lines(text))


def _lines(text: str) -> dict[str, int]:
    lines: dict[str, int] = {}
    arrays: Counter[str] = Counter()
    table: tuple[Part, ...] = ()
    for line, tokens in _statements(text):
        if tokens[0] == "[":
            table = parts = _table(tokens, arrays)
        else:
            parts = (*table, *_keys(tokens))
        for end in range(1, len(parts) + 1):
            lines.setdefault(path_of(parts[:end]), line)
    return lines


def _table(tokens: list[str], arrays: Counter[str]) -> tuple[Part, ...]:
    """The path of a header; within `[[a]]`, `[a.b]` belongs to the latest `a`."""
    parts: tuple[Part, ...] = ()
    keys = _keys(tokens)
    for count, key in enumerate(keys, 1):
        parts = (*parts, key)
        path = path_of(parts)
        arrays[path] += count == len(keys) and tokens[1:2] == ["["]
        if arrays[path]:
            parts = (*parts, arrays[path] - 1)
    return parts


def _keys(tokens: list[str]) -> tuple[str, ...]:
    return tuple(_key(token) for token in tokens if token not in {"[", "]", "."})


def _key(token: str) -> str:
    """A key without its quotes and escapes."""
    if not token.startswith('"'):
        return token.strip("'")
    (key,) = tomllib.loads(f"{token} = 0")
    return key


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line of each header and each key, and its tokens without the value's."""
    line = start = 1
    depth = 0
    keys: list[str] = []
    in_value = False
    for match in _TOKEN.finditer(text):
        match match.lastgroup, match[0]:
            case "sign", "\n" if not depth:
                if keys:
                    yield start, keys
                keys, in_value, start = [], False, line + 1
            case "sign", "=":
                in_value = True
            case "sign" | "key", written if not in_value:
                keys.append(written)
            case "sign", bracket:
                depth += _DEEPER.get(bracket, 0)
        line += match[0].count("\n")
    if keys:
        yield start, keys
