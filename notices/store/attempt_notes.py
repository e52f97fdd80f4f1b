"""The notes of attempts, read from the record as texts that the catalogue can tell.

The record keeps an English sentence. What it was made of is found again by its
template, so that it can be told in another language years later.
"""

import re
from collections.abc import Iterable
from functools import cache
from string import Formatter

from notices.messages import Text

EARLIER_WORDS = (
    "Connection lost",
    "Timed out waiting for server response",
    "Unexpected EOF received",
    "connection lost",
)
"""Sentences of a library, which earlier versions wrote down as they were."""

TEMPLATES = (
    "{said}; given up: too old",
    "certificate refused: {reason}",
    "TLS failed: {reason}",
    "no SMTP reply: {shown}",
    "{count} bytes are more than the server takes ({limit})",
    "the server refuses the access token ({status})",
    "[{where}] gave no access token: {why}",
    "[{where}] {program} cannot be run: {why}",
    "[{where}] there is no program {program}",
    "it ended with {code}",
    "the host cannot be looked up ({code})",
    "OpenSSL code {code}",
    "the connection failed ({kind})",
    "the conversation failed ({kind})",
    "error {name} of the operating system",
    "the worker died {where}",
    "handed over; reference: {reference}",
)
"""What notes with parameters are made of."""


def recalled(said: str, templates: Iterable[str] = TEMPLATES) -> str:
    """A note as it was when it was written down: with its template, where it has one.

    said: the English sentence; unchanged if it is made of nothing that is known.
    templates: what it may be made of.
    """
    for template in templates:
        if found := _pattern(template).fullmatch(said):
            parts = {name: recalled(part) for name, part in found.groupdict().items()}
            return Text.of(said, template, parts)
    return said


@cache
def _pattern(template: str) -> re.Pattern[str]:
    """Text between the names as it is; each name takes what is there."""
    parts = (
        re.escape(literal) + (f"(?P<{name}>.+)" if name else "")
        for literal, name, *_ in Formatter().parse(template)
    )
    return re.compile("".join(parts), re.DOTALL)
