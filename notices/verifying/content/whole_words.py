"""Whether a number or a name stands in a text as a whole.

Looked for, not matched by a pattern: each letter has another number, and to compile a
pattern for it costs more than all the looking.
"""

from string import ascii_letters, digits

OF_NUMBERS = frozenset(ascii_letters + digits + "-")
"""With one of these beside it a number or a day is a part of a longer one."""


def stands_alone(
    words: str,
    text: str,
    *,
    before: frozenset[str] = OF_NUMBERS,
    behind: frozenset[str] = OF_NUMBERS,
) -> bool:
    """Whether words stand there once without a sign of those sets beside them.

    before, behind: what may not stand there.
    """
    start = text.find(words)
    while start >= 0:
        end = start + len(words)
        # at the edge of the text the slice is empty, and in no set
        if text[max(start - 1, 0) : start] not in before and (
            text[end : end + 1] not in behind
        ):
            return True
        start = text.find(words, start + 1)
    return False
