"""Where a key stands in a TOML file; tomllib does not tell."""

import re
from collections import Counter
from pathlib import Path


class Lines:
    """Finds the line of a section or key."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines: dict[tuple[str, str], int] = {}
        section = ""
        tables: Counter[str] = Counter()
        for number, line in enumerate(text.splitlines(), 1):
            if header := re.match(r"\s*(\[+)\s*([\w.-]+)", line):
                section = header[2]
                if header[1] == "[[":
                    tables[section] += 1
                    section = f"{section}[{tables[section] - 1}]"
                self._lines.setdefault((section, ""), number)
            elif key := re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line):
                self._lines.setdefault((section, key[1]), number)
                self._lines.setdefault((key[1], ""), number)

    def has(self, section: str) -> bool:
        """Whether the file has this section; `name[0]` is the first `[[name]]`."""
        return (section, "") in self._lines

    def of(self, section: str, key: str = "") -> str:
        """`file:line` of a key, of its section, or of the first line."""
        number = self._lines.get((section, key)) or self._lines.get((section, ""), 1)
        return f"{self._path}:{number}"
