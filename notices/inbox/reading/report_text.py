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
from notices.inbox.reading.failure_causes import any_of, cause_of
from notices.inbox.reading.mime import MimePart
from notices.inbox.reading.received import Action, RecipientStatus
from notices.inbox.reading.texts import is_attached, text_of

MAX_ADDRESSES = 100
MAX_TEXT = 50_000
"""Characters of a report's own words; servers write a few thousand."""

_READ = {"text/plain", "text/html"}
_ADDRESS = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
    r"@(?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z0-9-]{2,63}"
)
_DAEMONS = re.compile(r"(mailer-daemon|mail-daemon|poo?st[_-]?master)@")

# a block of header fields, of which some are written by no report
_FIELD = re.compile(r"[>|\s]{0,8}([A-Za-z][A-Za-z0-9-]{1,60}):(?:\s|$)")
_OF_MESSAGES = {
    *("received", "return-path", "message-id", "mime-version", "dkim-signature"),
    *("content-type", "x-mailer", "user-agent", "references", "in-reply-to"),
}
_OF_ALL = {*_OF_MESSAGES, "from", "to", "cc", "subject", "date", "reply-to", "sender"}
_LEAST_FIELDS = 3
_MOST_LINES = 10
_WORDS_ALONE = 6
"""A line of no more words is an address with its frame."""

_NAMES_ONLY = any_of(r"[>|\s]{0,8}(to|cc|from|subject|宛先|件名)\s*[:：]")

_CODE = re.compile(
    r"(?<![\d.-])5\d\d(?=[- #:][^\d]|\s)|(?<![\d.])5\.\d{1,3}\.\d{1,3}\b"
)
_STATUS = re.compile(r"(?<![\d.])([45]\.[0-9]{1,3}\.[0-9]{1,3})\b(?!\.\d)")
_PERMANENT = any_of(
    r"permanent",
    r"giv(?:en|ing) (?:it )?up",
    r"gave (?:it |this )?up",
    r"will not be retried",
    r"no longer be attempted",
    r"retry time(?:out)? exceeded",
    r"cannot send message (?:for|within) \d",
    r"too long",
    r"action: *failed",
    r"\"action\" *: *\"failed\"",
)
_DELAYED = any_of(
    (
        r"\bwill (?:be (?:retried|re-?attempted)|(?:keep|continue|still|retry|"
        r"re-?try|try)\b)"
    ),
    r"(?:will|to) (?:continue|keep)[^.]{0,20} (?:try|attempt)",
    r"attempts will continue",
    r"(?:been|is|was|be) delayed",
    r"delivery[ -]delay",
    r"delayed mail",
    r"warning message only",
    r"do(?:es)? not need to (?:resend|do anything)",
    r"no action is required",
    r"not (?:yet )?been delivered (?:yet|after)",
    r"not yet been delivered",
    r"still being (?:retried|tried)",
    r"could not send m\w+ for past",
    r"action: *(?:delayed|relayed|delivered|expanded)",
    r"配信が遅れ",
    r"配信遅延",
    r"再送(?:信)?を(?:試み|続け|行い)",
    r"引き続き(?:配信|送信)",
)
_FAILED = any_of(
    r"undeliver",
    r"could ?n[o']t be (?:delivered|sent|completed)",
    r"can(?:not|'t) be delivered",
    r"was(?: not|n't) (?:delivered|accepted|able)",
    r"not (?:be )?delivered",
    r"did not reach",
    r"un(?:able|successful)(?: to| in)? (?:deliver|send|complet)\w*",
    r"fail(?:ed|ure)",
    r"not able to deliver",
    r"no delivery",
    r"error (?:delivering|sending|transf)",
    r"delivery error",
    r"return(?:ed|ing) (?:mail|message|to)",
    r"rejected",
    r"refused",
    r"blocked",
    r"unknown",
    r"no such",
    r"not (?:known|listed|found|exist|recogni[sz]ed|a valid)",
    r"doesn't (?:exist|have)",
    r"does not (?:exist|like|have)",
    r"invalid",
    r"disabled",
    r"over ?quota",
    r"quota exceeded",
    r"mailbox (?:is )?full",
    r"too large",
    r"not accept",
    r"(?:送信|配信|配送|送達|転送|お届け|届け)(?:することが)?(?:は)?でき(?:ません|なかった|ず)",
    r"届きません",
    r"届けることができ",
    r"宛先不明",
    r"見つかりません",
    r"存在しません",
    r"存在しない",
    r"受信拒否",
    r"(?:送信|配信|メール)エラー",
    r"エラーメール",
    r"不達",
    r"受け取れません",
    r"ありません",
    r"unzustellbar",
    r"nicht zugestellt",
    r"konnte nicht",
    r"non remis",
    r"n'a pas pu",
    r"impossible",
    r"non recapitabil",
    r"no se (?:ha podido|pudo)",
    r"не (?:доставлен|удалось|может)",
    r"недоставлен",
    r"无法",
    r"退信",
    r"\"bounceType\"",
)


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


def action_of(words: str, subject: str) -> Action | None:
    """What was done, if the words leave no doubt; None: they do.

    A warning tells of failures and of what comes later, too, so it is looked for first.
    """
    told = f"{subject}\n{words}"
    if _DELAYED.search(told):
        final = _PERMANENT.search(words)
        return Action.FAILED if final and _is_final(told) else Action.DELAYED
    if _PERMANENT.search(told) or _FAILED.search(told) or _CODE.search(words):
        return Action.FAILED
    return None


def named_recipients(
    words: str, subject: str, *, besides: str = ""
) -> Iterator[RecipientStatus]:
    """Give every address that the words name, with what they say of all and of it.

    besides: the field of those who got the report; they are the sender. An address that
    stands in a line such as `To: ...` alone is given only if no other is named.
    """
    action = action_of(words, subject)
    lines = words.split("\n")
    strong, weak = _places(lines, besides.lower())
    for address, at in list((strong or weak).items())[:MAX_ADDRESSES]:
        paragraph = _paragraph(lines, at)
        near = paragraph if _CODE.search(paragraph) else _context(lines, at)
        status = _STATUS.search(near) or _STATUS.search(words)
        yield RecipientStatus(
            addresses=frozenset({address}),
            action=action,
            status=status[1] if status else "",
            diagnostic=shown(paragraph),
            cause=cause_of(near, f"{subject}\n{words}", status[1] if status else ""),
        )


def _is_final(told: str) -> bool:
    """Words of delay beside words of an end: the end counts if it is no outlook."""
    return re.search(
        r"(?:i've|have|has|had|been) given up|giving up|gave (?:it |this )?up|"
        r"will not be retried|permanent (?:fatal )?error|failed permanently|"
        r"retry timeout exceeded|cannot send message (?:for|within) \d|action: *failed",
        told,
        re.IGNORECASE,
    ) is not None and not re.search(r"warning|\(delay\)|delayed", told, re.IGNORECASE)


def _places(
    lines: Sequence[str], besides: str
) -> tuple[dict[str, int], dict[str, int]]:
    """The first line of each address: where something is said of it, and elsewhere."""
    strong: dict[str, int] = {}
    weak: dict[str, int] = {}
    for index, line in enumerate(lines):
        places = weak if _NAMES_ONLY.match(line) else strong
        for match in _ADDRESS.finditer(line) if "@" in line else ():
            address = match[0].strip(".'`").lower()
            if address in besides or _DAEMONS.match(address):
                continue
            places.setdefault(address, index)
    return strong, weak


def _paragraph(lines: Sequence[str], at: int) -> str:
    """What is said of an address: its line and what follows, at least one line more.

    A paragraph that is nothing but the address is followed by what is said of it.
    """
    found: list[str] = []
    for line in lines[at : at + _MOST_LINES]:
        if line.strip():
            found.append(line)
        elif len(found) > 1 or (found and len(found[0].split()) > _WORDS_ALONE):
            break
    return "\n".join(found)


def _context(lines: Sequence[str], at: int) -> str:
    return "\n".join(lines[max(0, at - 3) : at + 15])


def _without_returned(text: str) -> str:
    """Cut a text where a block of header fields begins that only messages have."""
    start, offset = 0, 0
    names: set[str] = set()
    for line in text[: 4 * MAX_TEXT].splitlines(keepends=True):
        match = _FIELD.match(line)
        if match:
            if not names:
                start = offset
            names.add(match[1].lower())
            if names & _OF_MESSAGES and len(names & _OF_ALL) >= _LEAST_FIELDS:
                return text[:start]
        elif not line[:1].isspace() or not line.strip():
            names = set()
        offset += len(line)
    return text
