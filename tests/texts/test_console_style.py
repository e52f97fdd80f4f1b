"""Two styles, each in its place, as official Japanese has them (公用文作成の考え方, I-4).

What an error says is である, as everywhere in the catalogue; what it advises, and what
pages say to a person, is です・ます.
"""

import re
from pathlib import Path

from notices.codec.languages import read_po

FOLDER = Path(__file__).parents[2] / "notices" / "data" / "texts" / "ja"
POLITE = re.compile(r"(です|ます|ました|ません|でした|でしょう)(。|$|：|、)")
ADVICE = re.compile(r"ください")
PLAIN = re.compile(
    r"(である|ている|ていない|できない|(?<![まで])した|だ|する|しない)。"
)


def texts_of(room: str, *modules: str) -> dict[str, str]:
    """English to Japanese of the entries of these modules."""
    text = (FOLDER / f"{room}.po").read_text("utf-8")
    blocks = [b for b in text.split("\n\n") if any(f"#: {m}" in b for m in modules)]
    found = read_po("\n\n".join(blocks) + "\n")
    assert len(found) > 5
    return found


def test_errors_of_the_console_are_in_the_plain_style():
    found = {
        **texts_of("service", "notices/service/console/acts/"),
        **texts_of("site", "notices/site/access/linking.py"),
    }
    polite = [t for t in found.values() if POLITE.search(t) and not ADVICE.search(t)]
    hints = [t for t in polite if "発行できます" not in t]
    assert hints == []


def test_pages_speak_politely():
    for module in ("console", "verify_page"):
        found = texts_of("service", f"notices/service/{module}/words.py")
        assert [text for text in found.values() if PLAIN.search(text)] == []
