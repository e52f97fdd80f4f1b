"""How letters look at a site."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

UrlStyle = Literal["exact", "defanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSettings:
    """How letters look at this site."""

    url_style: UrlStyle = "exact"
    """`exact`, or `defanged`: hxxps://www[.]example[.]jp/."""
    voluntary_note: bool = True
    """Whether the note of the guideline's section 6 stands below the form."""
    fonts: tuple[Path, ...] = ()
    """TrueType fonts asked for what the package's own lack."""


USUAL = LetterSettings()
"""The settings of a site that says nothing."""
