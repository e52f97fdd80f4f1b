"""Reports of failure in words: whom a server names, whether it gave up, and why.

Servers write such reports as they like. Two things are the same in all: above what was
sent stands what the server says itself, and there it names the recipient. What was
sent names him, too, and says nothing; so it is cut off first. Where the words do not
say clearly that delivery was given up, nothing is made of them.
"""

import re
from collections.abc import Iterator, Sequence

from notices.inbox.reading.charsets import decode
from notices.inbox.reading.dsn import STATUS_TYPES
from notices.inbox.reading.encoded_words import shown
from notices.inbox.reading.failure_causes import cause_of, said_in
from notices.inbox.reading.failure_words import CODE, any_of
from notices.inbox.reading.mime import MimePart
from notices.inbox.reading.named_addresses import ADDRESS, places
from notices.inbox.reading.received import Action, RecipientStatus
from notices.inbox.reading.texts import is_attached, text_of

MAX_ADDRESSES = 100
MAX_TEXT = 50_000
"""Characters of a report's own words; servers write a few thousand."""

_READ = {"text/plain", "text/html"}
# a block of header fields, of which some are written by no report
_FIELD = re.compile(r"[>|\s]{0,8}([A-Za-z][A-Za-z0-9-]{1,60}):(?:\s|$)")
_OF_MESSAGES = {
    *("received", "return-path", "message-id", "mime-version", "dkim-signature"),
    *("content-type", "x-mailer", "user-agent", "references", "in-reply-to"),
}
_OF_ALL = {*_OF_MESSAGES, "from", "to", "cc", "subject", "date", "reply-to", "sender"}
_LEAST_FIELDS = 3
_INSET = (" ", "\t", ">", "|")
_MOST_LINES = 10
_WORDS_ALONE = 6
"""A line of no more words is an address with its frame."""

_GOT = any_of(
    r"success",
    r"(?:was|were|been) (?:\w+ )?delivered",
    r"正常に[^\n。]{0,10}(?:配信|配送|送信|届)",
    r"(?:配信|配送|お届け)(?:され|し)まし",
)
_NOT_GOT = any_of(
    r"\bnot\b|n't\b|unsuccess|fail|error|reject|permanent|delay|undeliver|could not",
    r"ません|できず|失敗|エラー|不達|不能|遅延",
)

_STATUS = re.compile(r"(?<![\d.])([45]\.[0-9]{1,3}\.[0-9]{1,3})\b(?!\.\d)")


def own_words(mail: MimePart, parts: Sequence[MimePart]) -> str:
    """What the report says itself: its texts, up to the header of what was sent."""
    texts: list[str] = []
    for part in parts:
        if part.media_type in STATUS_TYPES:
            texts.append(text_of(part))
        elif part.media_type in _READ and not is_attached(part):
            if part.media_type == "text/html" and any(map(str.strip, texts)):
                continue
            texts.append(text_of(part))
    if not parts:  # a multipart of which no delimiter came
        texts.append(decode(mail.content(), ""))
    text = "\n\n".join(_without_returned(text.replace("\r\n", "\n")) for text in texts)
    return text[:MAX_TEXT]


def named_recipients(
    words: str, subject: str, action: Action | None, *, besides: str = ""
) -> Iterator[RecipientStatus]:
    """Give every address that the words are about, with what they say of it.

    action: what they say was done. besides: the field of those who got the report; they
    are the sender.
    """
    lines = words.split("\n")
    for address, at in list(places(lines, besides.lower()).items())[:MAX_ADDRESSES]:
        paragraph = _paragraph(lines, at)
        near = paragraph if CODE.search(paragraph) else _context(lines, at)
        found = _STATUS.search(near) or _STATUS.search(words)
        status = found[1] if found else ""
        yield RecipientStatus(
            addresses=frozenset({address}),
            # one report may tell of one who failed and of one who got it
            action=None if _is_success(lines, at) else action,
            status=status,
            diagnostic=shown(paragraph),
            # lines above may be the frame of all, such as "rejected by the server"
            cause=said_in(paragraph[:4000])
            or cause_of(near, f"{subject}\n{words}", status),
        )


def _is_success(lines: Sequence[str], at: int) -> bool:
    """Tell whether the line of an address, or its heading, says that he got it."""
    above = [line for line in lines[max(0, at - 3) : at] if line.strip()]
    for text in (lines[at], *reversed(above)):
        if _NOT_GOT.search(text):
            return False
        if _GOT.search(text):
            return True
        if ADDRESS.search(text) and text is not lines[at]:
            return False
    return False


def _paragraph(lines: Sequence[str], at: int) -> str:
    """What is said of an address: its line and what follows, at least one line more.

    A paragraph that is nothing but the address is followed by what is said of it.
    """
    paragraph: list[str] = []
    for line in lines[at : at + _MOST_LINES]:
        if line.strip():
            paragraph.append(line)
        elif len(paragraph) > 1 or (
            paragraph and len(paragraph[0].split()) > _WORDS_ALONE
        ):
            break
    return "\n".join(paragraph)


def _context(lines: Sequence[str], at: int) -> str:
    return "\n".join(lines[max(0, at - 3) : at + 15])


def _without_returned(text: str) -> str:
    """Cut a text where a block of header fields begins that only messages have.

    Behind a block that is set in, what stands at the margin is the report's again.
    """
    start, offset = 0, 0
    names: set[str] = set()
    for line in text[: 4 * MAX_TEXT].splitlines(keepends=True):
        match = _FIELD.match(line)
        if match:
            if not names:
                start = offset
            names.add(match[1].lower())
            if names & _OF_MESSAGES and len(names & _OF_ALL) >= _LEAST_FIELDS:
                return text[:start] + _behind_inset(text[start : 4 * MAX_TEXT])
        elif not line[:1].isspace() or not line.strip():
            names = set()
        offset += len(line)
    return text


def _behind_inset(text: str) -> str:
    """What follows a quoted or indented block, from its first line at the margin on.

    Empty where the block stands at the margin itself: what was sent goes on below it.
    """
    if text[:1] not in _INSET:
        return ""
    offset = 0
    for line in text.splitlines(keepends=True):
        if line.strip() and line[0] not in _INSET:
            return text[offset:]
        offset += len(line)
    return ""
