"""What `[abroad]` may say: why form 1 of a category goes abroad."""

from collections.abc import Iterator
from dataclasses import fields

from notices.config.sections import AbroadSection
from notices.grammar import name_fault

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
                f"abroad.{path}.category: {entry.category} has a reason already",
            )
        seen.add(entry.category)
