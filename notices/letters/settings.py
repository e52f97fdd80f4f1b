"""How letters look at a site."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

UrlStyle = Literal["exact", "defanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSettings:
    """How letters look at this site."""

    url_style: UrlStyle = "exact"
    """How the mail's text writes URLs: `exact`, or `defanged`, which no mail program
    makes a link: hxxps://www[.]example[.]jp/. The letter's row is always exact."""
    voluntary_note: bool = True
    """Whether the note of the guideline's section 6 stands below the form."""
    root_fingerprint: str = ""
    """SHA-256 of the centre's root certificate in hex, for the box for checking."""
    fonts: tuple[Path, ...] = ()
    """TrueType fonts asked for what the package's own lack."""


USUAL = LetterSettings()
"""The settings of a site that says nothing."""
