"""`messages.mo` of what click says itself: gettext's binary file of a PO file.

    python -m tests.texts.write_click

The format: GNU gettext manual, 10.3. Only this file needs it: our own texts are read
from PO files as they stand.
"""

import json
import struct
from pathlib import Path

from tests.texts.in_code import ROOT

SOURCE = Path(__file__).parent / "click" / "ja.po"
TARGET = ROOT / "notices" / "data" / "texts" / "ja" / "LC_MESSAGES" / "messages.mo"
_HEAD = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"
_MAGIC = 0x950412DE
_WORDS_OF_HEADER = 7


def entries() -> dict[str, str]:
    """What click says to what it says in Japanese; a plural behind a NUL."""
    found = {"": _HEAD}
    english = ""
    for line in SOURCE.read_text("utf-8").splitlines():
        keyword, _, quoted = line.partition(" ")
        if keyword == "msgid":
            english = json.loads(quoted)
        elif keyword == "msgid_plural":
            english += "\0" + json.loads(quoted)
        elif keyword == "msgstr":
            found[english] = json.loads(quoted)
    return found


def compiled(texts: dict[str, str]) -> bytes:
    """The file: a header, two tables of lengths and places, then the texts."""
    pairs = sorted((key.encode(), value.encode()) for key, value in texts.items())
    count, start = len(pairs), _WORDS_OF_HEADER * 4
    place = start + count * 16
    tables: list[list[int]] = []
    body = b""
    for column in zip(*pairs, strict=True):
        table = []
        for text in column:
            table += [len(text), place + len(body)]
            body += text + b"\0"
        tables.append(table)
    head = (_MAGIC, 0, count, start, start + count * 8, 0, place)
    numbers = [*head, *tables[0], *tables[1]]
    return struct.pack(f"<{len(numbers)}I", *numbers) + body


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(compiled(entries()))
