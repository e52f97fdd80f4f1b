"""What the Japanese catalogue lacks, and what in it is of no use any more.

    python -m tests.texts.missing            # says it
    python -m tests.texts.missing --write    # adds empty entries, drops stale ones

Each text is one entry in `notices/data/texts/ja/ROOM.po`, under the name of the first
module that holds it. To translate: write the Japanese into `msgstr ""`, with the same
names in braces. `--write` also sorts, so that two who add texts rarely meet.
"""

import json
import sys
from collections import defaultdict

from notices.codec.languages import read_po
from notices.messages import names_of
from tests.texts.in_code import ROOT, find, room

FOLDER = ROOT / "notices" / "data" / "texts" / "ja"
HEAD = "# Japanese texts of notices/{room}; see tests/texts/missing.py\n"


def main() -> int:
    """Say or write it; 1 if something is to be done."""
    known = all_entries()
    missing, stale = find().texts.keys() - known, known.keys() - find().texts
    if "--write" in sys.argv:
        write({text: known.get(text, "") for text in find().texts})
    lines = [
        *(f"{min(find().texts[text])}: no Japanese for {text!r}" for text in missing),
        *(f"no use any more: {text!r}" for text in stale),
        *(
            f"an f-string like a sentence; make it a Text: {f}"
            for f in find().f_strings
        ),
    ]
    sys.stdout.write("".join(f"{line}\n" for line in sorted(lines)))
    return 1 if lines else 0


def all_entries() -> dict[str, str]:
    """English to Japanese, of all files."""
    found: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.po")):
        found.update(read_po(path.read_text("utf-8")))
    return found


def write(texts: dict[str, str]) -> None:
    """Write all files anew, sorted by module and text."""
    rooms: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for english, japanese in texts.items():
        module = min(find().texts[english])
        rooms[room(module)].append((module, english, japanese))
    for path in FOLDER.glob("*.po"):
        path.unlink()
    for name, entries in rooms.items():
        blocks = (_block(*entry) for entry in sorted(entries))
        text = HEAD.format(room=name) + "\n" + "\n".join(blocks)
        (FOLDER / f"{name}.po").write_text(text, "utf-8")


def _block(module: str, english: str, japanese: str) -> str:
    return f"#: {module}\nmsgid {_quoted(english)}\nmsgstr {_quoted(japanese)}\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def names_fit(english: str, japanese: str) -> bool:
    """Whether both have the same parameters; Japanese needs no plural."""
    return names_of(english) - {"plural"} == names_of(japanese)


if __name__ == "__main__":
    sys.exit(main())
