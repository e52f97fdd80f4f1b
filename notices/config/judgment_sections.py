"""What `notices.toml` may say of what comes in: judgments, recipients, law."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgmentSection:
    """`[judgment]`: what a judgment must say."""

    elements: Literal["optional", "required"] = "optional"
    """Whether it names the elements that are fulfilled."""
    texts: str = ""
    """TOML file with what articles say and when, for annexes; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientsSection:
    """`[recipients]`: the directory of recipients."""

    file: str = ""
    """TOML file; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbroadEntry:
    """One of `[[abroad.reasons]]`: why form 1 of a category goes abroad."""

    category: str
    """Slug of the category."""
    reason: str
    """Why, in a sentence for the record."""
    source: str
    """Who decided it, and where that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AbroadSection:
    """`[abroad]`: what holds for every form 1 that goes abroad."""

    reasons: tuple[AbroadEntry, ...] = ()
    """Standing reasons; where there is none, each judgment gives its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesSection:
    """`[cases]`: where `CASE-ID.json` files lie."""

    directory: str = "cases"
    """Folder of judgments."""
