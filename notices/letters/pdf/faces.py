"""The typefaces: what they can draw, how wide, and which one draws what."""

import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from notices.files.system_words import in_words
from notices.letters.model import Face
from notices.letters.pdf.truetype import BROKEN, NO_FONT, QuickFont, unusable

FONTS = Path(__file__).parents[2] / "fonts"
MINCHO, GOTHIC, SERIF = (
    FONTS / "BIZUDMincho-Regular.ttf",
    FONTS / "BIZUDGothic-Regular.ttf",
    FONTS / "NotoSerifJP-Regular.ttf",
)
# Japanese text in Mincho, English in a proportional serif, URLs and ids in a face
# where 1 l I 0 O differ; each falls back to the others for what it lacks.
_CHAINS = {
    ("ja", Face.PROSE): (MINCHO, SERIF, GOTHIC),
    ("en", Face.PROSE): (SERIF, MINCHO, GOTHIC),
    ("ja", Face.URL): (GOTHIC, MINCHO, SERIF),
    ("en", Face.URL): (GOTHIC, MINCHO, SERIF),
    ("ja", Face.EXACT): (GOTHIC, MINCHO, SERIF),
    ("en", Face.EXACT): (GOTHIC, MINCHO, SERIF),
}


@lru_cache(maxsize=16)
def load_font(path: Path) -> QuickFont:
    """A TrueType font, loaded once per process; ConfigError if it cannot be used."""
    try:
        return QuickFont(path)
    except OSError as closed:
        raise unusable(path, in_words(closed)) from closed
    except BROKEN as broken:
        raise unusable(path, NO_FONT) from broken


@dataclass(frozen=True, slots=True)
class Chain:
    """Fonts in the order in which they are asked for a character.

    A font is loaded when it is asked for the first time: most letters need two.
    """

    paths: tuple[Path, ...]
    _known: dict[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    def font(self, index: int) -> QuickFont:
        """The font at a place of the chain."""
        return load_font(self.paths[index])

    def measure(self, char: str) -> tuple[int, int]:
        """Index of the font that draws it, and its width in 1/1000 em."""
        known = self._known.get(char)
        if known is None:
            known = self._known[char] = self._look_up(char)
        return known

    def measured(self, text: str) -> list[tuple[int, int]]:
        """The same for each character of a text; a line feed takes no room."""
        known = self._known
        for char in text:
            if char not in known:
                known[char] = (0, 0) if char == "\n" else self._look_up(char)
        return [known[char] for char in text]

    def _look_up(self, char: str) -> tuple[int, int]:
        code, first = ord(char), None
        for index in range(len(self.paths)):
            face = self.font(index).face
            if code not in face.charToGlyph:
                continue
            glyph = index, round(face.getCharWidth(code))
            # A mark with a width of its own stands behind its letter, not on it.
            if not (glyph[1] and unicodedata.combining(char)):
                return glyph
            first = first or glyph
        # None is unreachable for cleaned text; a space is the least to be drawn.
        return first or (0, 500)

    def has(self, char: str) -> bool:
        """Whether any of the fonts draws the character, or a base with its selector."""
        faces = (self.font(index).face for index in range(len(self.paths)))
        if len(char) > 1:
            return any(face.has_sequence(char) for face in faces)
        return any(ord(char) in face.charToGlyph for face in faces)


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """One chain for each language and face."""

    chains: dict[tuple[str, Face], Chain]

    def chain(self, language: str, face: Face) -> Chain:
        """The chain for text of that language in that face."""
        return self.chains[language, face]

    def drawable(self, char: str) -> bool:
        """Whether the character can be drawn at all; the same in every face."""
        return self.chains["ja", Face.PROSE].has(char)


@lru_cache(maxsize=4)
def faces(extra: tuple[Path, ...] = ()) -> Faces:
    """The package's three fonts, then the site's own for what these lack."""
    for path in extra:
        load_font(path)  # a broken one is told at once, not when it is needed
    return Faces({key: Chain((*chain, *extra)) for key, chain in _CHAINS.items()})
