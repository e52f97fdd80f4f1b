"""Characters that do not show, and the one notation that shows them: 〔U+202E〕.

Text that was cleaned for print can be read back: a sign of its own that looks like
this notation is told apart from one that the notation stands for.
"""

import re
import unicodedata

_BLANK_CATEGORIES = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Letters and marks that Unicode calls Default_Ignorable_Code_Point, and blanks
# that look like nothing: DerivedCoreProperties.txt; Braille blank; Hangul fillers.
_HIDDEN = frozenset(
    map(chr, (0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0))
)
_PLAIN_SPACES = frozenset(" \u3000")
# UAX #37 and the Mongolian free variation selectors.
_SELECTORS = frozenset(
    map(
        chr,
        (
            *range(0xFE00, 0xFE10),
            *range(0xE0100, 0xE01F0),
            *(0x180B, 0x180C, 0x180D, 0x180F),
        ),
    )
)
# By ranges: beyond U+FFFF each sign of a class is compared with each character.
SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Whatever only chooses a shape for the character before it."""
# Not assigned yet, and to be shown as nothing (Other_Default_Ignorable_Code_Point).
_RESERVED = frozenset(
    map(chr, (0x2065, *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)))
)
_MARK = re.compile(r"〔U\+([0-9A-F]{4,6})〕")
_LAST = 0x10FFFF


def is_hidden(char: str) -> bool:
    """True if the reader would not see the character for what it is."""
    category = unicodedata.category(char)
    if category == "Zs":
        return char not in _PLAIN_SPACES
    return category in _HIDDEN_CATEGORIES or char in _HIDDEN


def is_selector(char: str) -> bool:
    """True if it only chooses a shape for the character before it."""
    return char in _SELECTORS


def is_blank(text: str) -> bool:
    """True if nothing of the text shows on paper: no characters, or such as U+200B."""
    return all(map(_is_unseen, text))


def as_seen(text: str) -> str:
    """What is left to tell two texts apart: no blank, nothing unseen, one case.

    NFKC_Casefold (Unicode, 3.13) and what it leaves of blanks and fillers.

    >>> as_seen("見本 花\u200b子") == as_seen("見本花子")
    True
    """
    folded = unicodedata.normalize("NFKC", _seen_of(text)).casefold()
    return _seen_of(unicodedata.normalize("NFKC", folded))


def _seen_of(text: str) -> str:
    return "".join(char for char in text if not _is_unseen(char))


def _is_unseen(char: str) -> bool:
    return (
        char in _HIDDEN
        or char in _SELECTORS
        or char in _RESERVED
        or unicodedata.category(char) in _BLANK_CATEGORIES
    )


def spelt(char: str) -> str:
    """The character by its code point, such as 〔U+202E〕."""
    return f"〔U+{ord(char):04X}〕"


def plain(text: str, limit: int | None = None) -> str:
    """One line in which everything is seen, for screens, logs and reports.

    limit: characters of the text that are shown; None: all.
    """
    if limit is not None and len(text) > limit:
        text = text[:limit] + "…"
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\u3000" else spelt(char) for char in text
    )


def guarded(text: str) -> str:
    """The text, the bracket of each 〔U+XXXX〕 that it holds itself spelt out.

    >>> guarded("〔U+0041〕")
    '〔U+3014〕U+0041〕'
    """
    return _MARK.sub(lambda mark: spelt("〔") + mark[0][1:], text)


def shown(text: str) -> str:
    """The text with what is hidden spelt out; every other character as it is.

    It depends on no font: so metadata have a name. `read_back` is the way back.
    """
    return "".join(spelt(char) if is_hidden(char) else char for char in guarded(text))


def read_back(text: str) -> str:
    """The text as it was before `guarded`, and before any character was spelt out."""
    return _MARK.sub(_unspelt, text)


def _unspelt(mark: re.Match[str]) -> str:
    number = int(mark[1], 16)
    return chr(number) if number <= _LAST else mark[0]
