"""What outside text may look like on paper: one law for every output.

Whatever is invisible, steers the direction, or cannot be drawn is shown by its
code point, as 〔U+202E〕. Reader and machine then see the same characters.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

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


def is_hidden(char: str) -> bool:
    """True if the reader would not see the character for what it is."""
    category = unicodedata.category(char)
    if category == "Zs":
        return char not in _PLAIN_SPACES
    return category in _HIDDEN_CATEGORIES or char in _HIDDEN


def spelt(char: str) -> str:
    """The character by its code point, such as 〔U+202E〕."""
    return f"〔U+{ord(char):04X}〕"


@dataclass(slots=True)
class Cleaner:
    """Cleans text for print and remembers what it had to change."""

    drawable: Callable[[str], bool] = lambda _char: True
    """Whether some font has the character."""
    warnings: list[str] = field(default_factory=list)
    """One sentence for each kind of change, in the order met."""
    _seen: dict[str, str] = field(default_factory=dict)
    """What each odd character became."""

    def line(self, text: str) -> str:
        """Prose that stands on one line: NFC, and line ends are shown."""
        return self._clean(self._normalized(text), keep=())

    def prose(self, text: str) -> str:
        """Prose of several lines: NFC; CR LF and CR become LF."""
        unified = text.replace("\r\n", "\n").replace("\r", "\n")
        return self._clean(self._normalized(unified), keep=("\n",))

    def url(self, text: str) -> str:
        """An address: never normalised, for one more byte is another page."""
        return self._clean(text, keep=(), in_url=True)

    def _normalized(self, text: str) -> str:
        """The text in NFC; a sign that becomes another one is told.

        Some names are written with a compatibility ideograph such as U+FA1B, which
        NFC makes the common one.
        """
        if unicodedata.is_normalized("NFC", text):
            return text
        for char in dict.fromkeys(text):
            common = unicodedata.normalize("NFC", char)
            if common != char:
                self.warnings.append(f"U+{ord(char):04X}: printed as {common} (NFC)")
        return unicodedata.normalize("NFC", text)

    def _clean(self, text: str, *, keep: Collection[str], in_url: bool = False) -> str:
        if text.isascii() and text.isprintable() and not (in_url and " " in text):
            return text
        return "".join(
            char if char in keep else self._char(char, in_url=in_url) for char in text
        )

    def _char(self, char: str, *, in_url: bool) -> str:
        if in_url and char.isspace():
            return spelt(char)
        known = self._seen.get(char)
        if known is None:
            known = self._seen[char] = self._judge(char)
        if in_url and not known:
            return spelt(char)
        return known

    def _judge(self, char: str) -> str:
        code = f"U+{ord(char):04X}"
        if char in _SELECTORS:
            self.warnings.append(f"{code}: a variation selector was dropped")
            return ""
        if is_hidden(char):
            self.warnings.append(f"{code}: not visible, spelt out")
            return spelt(char)
        if not self.drawable(char):
            self.warnings.append(f"{code}: no font has it, spelt out")
            return spelt(char)
        return char


# UTS #39 in short: scripts that share letter shapes with Latin.
_SCRIPT = re.compile(
    r"^(LATIN|CYRILLIC|GREEK|ARMENIAN|CHEROKEE|HIRAGANA|KATAKANA|CJK|HANGUL)"
)


def scripts(label: str) -> frozenset[str]:
    """The scripts whose letters a host label holds; Japanese counts as one."""
    found = set()
    for char in label:
        match = _SCRIPT.match(unicodedata.name(char, ""))
        if match:
            found.add(
                "JAPANESE" if match[1] in {"HIRAGANA", "KATAKANA", "CJK"} else match[1]
            )
    return frozenset(found)
