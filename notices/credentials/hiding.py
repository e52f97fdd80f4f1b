"""Secrets taken out of what a server says: it may repeat what it was told.

A reply goes on record for good. Servers repeat a line that they do not know, whole, in
base64, cut or folded; so any longer part of a secret counts.
"""

from base64 import b64encode
from collections.abc import Iterable

_SHORTEST = 4
"""Signs of a secret that is looked for: fewer stand in every reply."""
_PART = 12
"""So many signs in a row of a longer one are a part of it."""
_HIDDEN = "***"


def spellings(secret: str) -> tuple[str, ...]:
    """How it may come back: as it is, and in base64."""
    return secret, b64encode(secret.encode()).decode().rstrip("=")


def spellings_of_login(username: str, password: str) -> tuple[str, ...]:
    """The password, and both together as SASL PLAIN says them (RFC 4616)."""
    both = b64encode(f"\0{username}\0{password}".encode()).decode()
    return (*spellings(password), both)


def hidden(text: str, secrets: Iterable[str]) -> str:
    """The text without them and without longer parts of them, whatever their case."""
    if not (wanted := [each for each in secrets if len(each) >= _SHORTEST]):
        return text
    folded = text.casefold()
    if len(folded) != len(text):  # rare letters that are two when folded
        text = folded
    found = [False] * len(text)
    for secret in wanted:
        _mark(folded, secret.casefold(), found)
    return _without(text, found)


def _mark(text: str, secret: str, found: list[bool]) -> None:
    size = min(len(secret), _PART)
    for start in range(len(text) - size + 1):
        if text[start : start + size] in secret:
            found[start : start + size] = [True] * size


def _without(text: str, found: list[bool]) -> str:
    kept = []
    for at, sign in enumerate(text):
        if not found[at]:
            kept.append(sign)
        elif at == 0 or not found[at - 1]:
            kept.append(_HIDDEN)
    return "".join(kept)
