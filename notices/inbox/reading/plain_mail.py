"""A mail as plain text for whoever looks at it; of its files the hash.

Nothing of a file is shown or kept: providers attach pictures of what was reported.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notices.inbox.reading.kept_mail import LeftOut, left_out
from notices.inbox.reading.mime import MimePart, TooMuch, leaves, read_part
from notices.inbox.reading.texts import is_attached, text_of
from notices.signs import plain

MOST_SHOWN = 50_000
"""Characters of a mail that are shown."""
_STATUS = "message/delivery-status"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainMail:
    """What of a mail is shown."""

    text: str
    """What somebody wrote; what does not show is spelt out, as in 〔U+202E〕."""
    attachments: tuple[LeftOut, ...]
    """All other parts."""
    is_cut: bool
    """The text is longer than what is shown."""


def plain_mail(octets: bytes) -> PlainMail:
    """Take a mail apart; of one beyond our bounds is told that alone."""
    try:
        parts = tuple(leaves(read_part(octets)))
    except TooMuch as bound:
        return PlainMail(text=str(bound), attachments=(), is_cut=True)
    shown = _written(parts)
    text = "\n\n".join(filter(None, (text_of(part).strip() for part in shown)))
    return PlainMail(
        text="\n".join(_lines(text[:MOST_SHOWN])),
        attachments=tuple(left_out(part) for part in _files(parts)),
        is_cut=len(text) > MOST_SHOWN,
    )


def _written(parts: Sequence[MimePart]) -> list[MimePart]:
    """The texts of the mail; its HTML only where nothing else says it."""
    texts = [part for part in parts if _is_text(part)]
    simple = [part for part in texts if part.media_type != "text/html"]
    has_words = any(text_of(part).strip() for part in simple)
    return simple if has_words else texts


def _is_text(part: MimePart) -> bool:
    is_text = part.media_type.startswith("text/") and not is_attached(part)
    return is_text or part.media_type == _STATUS


def _files(parts: Sequence[MimePart]) -> Iterator[MimePart]:
    return (part for part in parts if not _is_text(part))


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield plain(line.replace("\t", " ").rstrip())
