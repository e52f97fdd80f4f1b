"""What outside text may look like on paper: one law for every output.

Whatever is invisible, steers the direction, or cannot be drawn is shown by its
code point, as 〔U+202E〕. Reader and machine then see the same characters.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from notices.messages import Text
from notices.signs import guarded, is_hidden, is_selector, spelt

# Scripts whose letters change place or shape with their neighbours (Unicode 15,
# chapters 9 and 12 to 17): a font of the site may have them, nothing joins them here.
_SHAPED = (
    range(0x0900, 0x0E00),
    range(0x0F00, 0x10A0),
    range(0x1100, 0x1200),
    range(0x1700, 0x18B0),
    range(0x1900, 0x1CD0),
    range(0xA800, 0xAB30),
    range(0x11000, 0x12000),
)


def needs_shaping(char: str) -> bool:
    """True for scripts that run from right to left, and for those that are joined."""
    if unicodedata.bidirectional(char) in {"R", "AL"}:
        return True
    return any(ord(char) in block for block in _SHAPED)


@dataclass(frozen=True, slots=True)
class Remark:
    """What had to be changed for print, and where it stands."""

    path: str
    """The field, such as `target.urls[0]`; `center.name` is one of notices.toml."""
    message: str
    """One plain sentence."""
    code: str = "print"
    """For programs: `print` is what print changes; others are told elsewhere."""

    def __str__(self) -> str:
        if not self.path:
            return self.message
        return Text("{path}: {message}", path=self.path, message=self.message)


@lru_cache(maxsize=8)
def _printed_as_they_are(_drawable: Callable[[str], bool]) -> set[str]:
    """The characters that were found to need no change, in all letters so far.

    It is a pure function of character and fonts, and grows to what the fonts have.
    """
    return set()


@dataclass(slots=True)
class Cleaner:
    """Cleans text for print and remembers what it had to change."""

    drawable: Callable[[str], bool] = lambda _char: True
    """Whether some font has the character, or a base with its variation selector."""
    remarks: dict[Remark, None] = field(default_factory=dict)
    """Each kind of change in each field once, in the order met."""
    _path: str = ""
    """The field that is being cleaned."""
    _seen: dict[tuple[str, bool], tuple[str, str]] = field(default_factory=dict)
    """What each odd character became, and what is said of it."""
    _plain: set[str] = field(init=False, repr=False)
    """Characters that stay, found by any cleaner for the same fonts."""

    def __post_init__(self) -> None:
        self._plain = _printed_as_they_are(self.drawable)

    @property
    def warnings(self) -> list[str]:
        """One sentence for each kind of change, wherever it stands."""
        return list(dict.fromkeys(remark.message for remark in self.remarks))

    def at(self, path: str) -> Self:
        """The same, for the field at that path."""
        self._path = path
        return self

    def warn(self, message: str) -> None:
        """Remember a change of the field at hand."""
        self.remarks[Remark(self._path, message)] = None

    def line(self, text: str) -> str:
        """A name or an id: never normalised, and `signs.read_back` gives it again."""
        kept = guarded(text)
        if kept != text:
            self.warn("it has a 〔U+...〕 of its own, whose bracket is spelt out")
        return self._clean(kept, exact=True)

    def prose(self, text: str) -> str:
        """Prose of several lines: NFC; CR LF and CR become LF."""
        unified = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = self._normalized(unified).split("\n")
        return "\n".join(self._clean(line, exact=False) for line in lines)

    def url(self, text: str) -> str:
        """A part of an address: never normalised, for one more byte is another page."""
        return "".join(
            spelt(char) if char.isspace() else self._char(char, exact=True)
            for char in text
        )

    def _normalized(self, text: str) -> str:
        """The text in NFC; a sign that becomes another one is told.

        Some words are written with a compatibility ideograph such as U+FA1B, which
        NFC makes the common one.
        """
        if unicodedata.is_normalized("NFC", text):
            return text
        for char in dict.fromkeys(text):
            common = unicodedata.normalize("NFC", char)
            if common != char:
                self.warn(
                    Text(
                        "{code}: printed as {common} (NFC)",
                        code=f"U+{ord(char):04X}",
                        common=common,
                    )
                )
        return unicodedata.normalize("NFC", text)

    def _clean(self, text: str, *, exact: bool) -> str:
        if self._plain.issuperset(text) or (text.isascii() and text.isprintable()):
            return text
        if not any(map(is_selector, text)):
            return "".join(self._char(char, exact=exact) for char in text)
        return "".join(self._with_selectors(text, exact=exact))

    def _with_selectors(self, text: str, *, exact: bool) -> Iterator[str]:
        """A base and its selector stay where a font has the shape that they ask for."""
        before = ""
        for char in text:
            if before and is_selector(char) and self.drawable(before + char):
                yield char
            else:
                yield self._char(char, exact=exact)
            before = char if self._is_base(char) else ""

    def _is_base(self, char: str) -> bool:
        """Whether the character is printed as it is."""
        if is_selector(char) or is_hidden(char) or needs_shaping(char):
            return False
        return self.drawable(char)

    def _char(self, char: str, *, exact: bool) -> str:
        key = char, exact
        known = self._seen.get(key)
        if known is None:
            known = self._seen[key] = self._judge(char, exact=exact)
        becomes, told = known
        if told:
            self.warn(told)
        return becomes

    def _judge(self, char: str, *, exact: bool) -> tuple[str, str]:
        """What the character becomes, and what is said of it; empty: nothing."""
        code = f"U+{ord(char):04X}"
        if is_selector(char):
            if exact:
                return spelt(char), Text(
                    "{code}: a variation selector, spelt out", code=code
                )
            return "", Text("{code}: a variation selector was dropped", code=code)
        if is_hidden(char):
            return spelt(char), Text("{code}: not visible, spelt out", code=code)
        if not self.drawable(char):
            return spelt(char), Text("{code}: no font has it, spelt out", code=code)
        if needs_shaping(char):
            return spelt(char), Text(
                "{code}: its script needs shaping, spelt out", code=code
            )
        self._plain.add(char)
        return char, ""
