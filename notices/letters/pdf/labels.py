"""Headings of rows, broken between phrases: 違法情報該当性の／判断理由等."""

import re

from notices.letters.pdf.page import LABEL_ROOM, Cursor

# A phrase ends where kana are followed by a kanji or katakana, or by a bracket that
# opens; か否か is one word.
_PHRASE = re.compile(r"(?<=[ぁ-ん])(?<!か(?=否))(?=[一-鿿々ァ-ヺ（「])|(?<!^)(?=（)")


def by_phrases(label: str, cursor: Cursor) -> str:
    """The label with a line feed between the phrases of a line and of the next.

    As it is, if it fits on one line or a phrase does not fit on one.
    """
    phrases = _PHRASE.split(label)
    if _width(label, cursor) <= LABEL_ROOM or any(
        _width(phrase, cursor) > LABEL_ROOM for phrase in phrases
    ):
        return label
    lines = [""]
    for phrase in phrases:
        if _width(lines[-1] + phrase, cursor) <= LABEL_ROOM:
            lines[-1] += phrase
        else:
            lines.append(phrase)
    return "\n".join(lines)


def _width(text: str, cursor: Cursor) -> int:
    return cursor.lines(text, 10**9)[0].width
