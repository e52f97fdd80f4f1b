"""What `[abroad]` may say: why form 1 of a category goes abroad."""

from collections.abc import Iterator
from dataclasses import fields

from notices.config.judgment_sections import AbroadSection
from notices.grammar import name_fault
from notices.messages import Text

MAX_REASON = 2000
"""Longest reason, in characters; as that of a judgment."""


def abroad_problems(section: AbroadSection) -> Iterator[tuple[str, str]]:
    """Give each key that is wrong, and what is wrong with it."""
    seen: set[str] = set()
    for index, entry in enumerate(section.reasons):
        path = f"reasons[{index}]"
        for item in fields(entry):
            text = getattr(entry, item.name)
            if wrong := name_fault(text, longest=MAX_REASON):
                yield f"{path}.{item.name}", f"abroad.{path}.{item.name} {wrong}"
        if entry.category in seen:
            yield (
                f"{path}.category",
                Text(
                    "abroad.{path}.category: {category} has a reason already",
                    path=path,
                    category=entry.category,
                ),
            )
        seen.add(entry.category)
