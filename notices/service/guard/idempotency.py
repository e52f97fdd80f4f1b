"""The Idempotency-Key field: one act, however often it is asked for.

After draft-ietf-httpapi-idempotency-key-header-07. A key belongs to a caller. It is
kept with the notice that it made, in the same transaction: there is never one without
the other. While the first request runs, a second one is told to wait.
"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

LONGEST = 200
"""Characters of a key."""
_STRING = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_BARE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]+")


class MalformedKey(ValueError):
    """What came is no key."""


class StillRunning(Exception):
    """The first request with this key has not ended."""


def read_key(field: str | None) -> str:
    """The key of a request; empty: none came. MalformedKey for what is none.

    A string as RFC 9651 writes it, `"8e03978e"`, or the same without its quotes.

    >>> read_key('"8e03978e"'), read_key("8e03978e")
    ('8e03978e', '8e03978e')
    """
    if field is None:
        return ""
    text = field.strip()
    if found := _STRING.fullmatch(text):
        key = re.sub(r"\\(.)", r"\1", found[1])
    elif _BARE.fullmatch(text):
        key = text
    else:
        raise MalformedKey
    if not 0 < len(key) <= LONGEST:
        raise MalformedKey
    return key


def fingerprint(method: str, target: str, body: bytes) -> str:
    """SHA-256 of what was asked for: another body under the same key is refused.

    target: path and query.
    """
    digest = hashlib.sha256()
    for part in (method.encode(), target.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class RunningKeys:
    """Which keys are at work in this process."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()
        self._lock = Lock()

    @contextmanager
    def running(self, caller: str, key: str) -> Iterator[None]:
        """Hold a key while a request runs; StillRunning where another one has it."""
        if not key:
            yield
            return
        name = (caller, key)
        with self._lock:
            if name in self._keys:
                raise StillRunning
            self._keys.add(name)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(name)
