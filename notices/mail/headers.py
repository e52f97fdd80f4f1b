"""Header fields by the byte: RFC 5322 lines with RFC 2047 encoded words.

Outside text never meets the header classes of the standard library: on CPython
3.10.13, 3.11.7 and 3.12.1 the subject `=?utf-8?q?=0D=0ABcc:_evil@x?=` becomes a
real Bcc field there. Here whatever is not plain text becomes base64 of its UTF-8.
"""

import base64
import binascii
import re
import unicodedata
from datetime import datetime
from email.utils import format_datetime

from notices.errors import InputError
from notices.mail.errors import MalformedMessage
from notices.messages import Text

MAX_LINE = 76
"""Characters of a line with encoded words (RFC 2047, 2)."""
MAX_MAILBOX = 254
"""Octets of an address (RFC 5321, 4.5.3.1.3, without the angle brackets)."""
WORD_START, WORD_END = "=?utf-8?B?", "?="

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_DOT_ATOM = rf"{_ATEXT}+(?:\.{_ATEXT}+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_MAILBOX = re.compile(rf"{_DOT_ATOM}@{_DOMAIN}")
_MESSAGE_ID = re.compile(rf"<{_DOT_ATOM}@{_DOMAIN}>")
_ATOMS = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_WORD = re.compile(r"=\?utf-8\?B\?([A-Za-z0-9+/]+={0,2})\?=")
_ADDRESS = re.compile(r"(?:(?P<phrase>[^<>]+) )?<(?P<mailbox>[^<> ]+)>")


def field(name: str, value: str) -> str:
    """One line `Name: value` with CRLF; the value is plain already."""
    return f"{name}: {value}".rstrip(" ") + "\r\n"


def text_field(name: str, text: str) -> str:
    """An unstructured field such as Subject, folded to 76 characters.

    InputError for a control character, a line separator or a lone surrogate.
    """
    refuse_controls(name, text)
    if _is_plain(text) and len(name) + 2 + len(text) <= MAX_LINE:
        return field(name, text)
    return _folded(name, encoded_words(text, MAX_LINE - len(name) - 2))


def address_field(name: str, display_name: str, mailbox: str) -> str:
    """An address field with exactly one mailbox, such as From or To.

    The display name is atoms or encoded words, never a quoted string, so that
    no quote or bracket of it can end it. InputError for what is no mailbox.
    """
    refuse_controls(name, display_name)
    require_mailbox(name, mailbox)
    if not display_name:
        return field(name, mailbox)
    room = MAX_LINE - len(name) - 2
    if _ATOMS.fullmatch(display_name) and _is_plain(display_name):
        words = [display_name] if len(display_name) <= room else []
    else:
        words = []
    words = words or encoded_words(display_name, room)
    return _folded(name, [*words, f"<{mailbox}>"])


def date_field(when: datetime) -> str:
    """The Date field (RFC 5322, 3.3), to the second. InputError if not aware."""
    if when.utcoffset() is None:
        raise InputError("the date of a mail needs its offset from UTC")
    return field("Date", format_datetime(when.replace(microsecond=0)))


def id_field(name: str, *identifiers: str) -> str:
    """Message-ID, In-Reply-To or References, one identifier a line."""
    for identifier in identifiers:
        if not _MESSAGE_ID.fullmatch(identifier):
            raise InputError(
                Text(
                    "{name}: {identifier!r} is no message id, <left@domain>",
                    name=name,
                    identifier=identifier,
                )
            )
    return _folded(name, list(identifiers))


def encoded_words(text: str, first_room: int) -> list[str]:
    """The text as RFC 2047 B words; no word splits a character, or a name's word.

    `first_room` is what the first line has left; later lines begin with a blank.
    """
    words, rest, room = [], text, first_room
    while rest:
        end = _fitting(rest, room)
        if end < len(rest):
            end = _natural_end(rest[:end])
        words.append(_word(rest[:end].encode()))
        rest, room = rest[end:], MAX_LINE - 1
    return words


def _fitting(text: str, room: int) -> int:
    """How many characters fit into a word of that length; at least one."""
    octets = 0
    for place, character in enumerate(text):
        octets += len(character.encode())
        if _word_length(octets) > room:
            return max(place, 1)
    return len(text)


def _natural_end(text: str) -> int:
    """Where a reader would pause, in the second half of the text; else its end.

    Python before 3.13.2 shows a blank between two words of a name (gh-128110).
    """
    for place in range(len(text), len(text) // 2, -1):
        if text[place - 1] in _PAUSES:
            return place
    return len(text)


_PAUSES = frozenset("・、。，．　 -‐/／（）()「」")


def refuse_controls(name: str, text: str) -> None:
    """InputError for what ends a line somewhere or cannot be UTF-8."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            raise InputError(
                Text(
                    "{name} holds the control character U+{ord:04X}",
                    name=name,
                    ord=ord(character),
                ),
                hint="take it out of the text that goes into this header field",
            )


def require_mailbox(name: str, mailbox: str) -> None:
    """InputError unless it is one ASCII `local@domain` (RFC 5321 Dot-string)."""
    if not _MAILBOX.fullmatch(mailbox) or len(mailbox) > MAX_MAILBOX:
        raise InputError(
            Text("{name}: {mailbox!r} is no mailbox", name=name, mailbox=mailbox),
            hint="one address, local@domain; a domain in other letters as A-label",
        )


def decode_text(value: str) -> str:
    """The text of an unfolded unstructured value as `text_field` writes it.

    MalformedMessage for encoded words of another kind than ours.
    """
    return _decode_words(value) if "=?" in value else value


def decode_address(value: str) -> tuple[str, str]:
    """Display name and mailbox of an unfolded value as `address_field` writes it."""
    if _MAILBOX.fullmatch(value):
        return "", value
    match = _ADDRESS.fullmatch(value)
    if match is None or not _MAILBOX.fullmatch(match["mailbox"]):
        raise MalformedMessage(
            Text("no single address of our kind: {value!r}", value=value[:80])
        )
    phrase = match["phrase"] or ""
    if "=?" in phrase:
        return _decode_words(phrase), match["mailbox"]
    if phrase and not _ATOMS.fullmatch(phrase):
        raise MalformedMessage(
            Text("a display name of another kind: {phrase!r}", phrase=phrase[:80])
        )
    return phrase, match["mailbox"]


def _decode_words(value: str) -> str:
    text = []
    for word in value.split(" "):
        match = _WORD.fullmatch(word)
        if match is None:
            raise MalformedMessage(
                Text("an encoded word of another kind: {word!r}", word=word[:80])
            )
        try:
            text.append(base64.b64decode(match[1], validate=True).decode())
        except (binascii.Error, UnicodeDecodeError) as error:
            raise MalformedMessage(
                Text("a broken encoded word: {word!r}", word=word[:80])
            ) from error
    return "".join(text)


def _is_plain(text: str) -> bool:
    # A blank at either end or two in a row would not survive unfolding everywhere.
    return text == "" or (_PLAIN.fullmatch(text) is not None and "=?" not in text)


def _word_length(octets: int) -> int:
    return len(WORD_START) + 4 * -(-octets // 3) + len(WORD_END)


def _word(octets: bytes) -> str:
    return f"{WORD_START}{base64.b64encode(octets).decode()}{WORD_END}"


def _folded(name: str, words: list[str]) -> str:
    lines, line = [], f"{name}:"
    for word in words:
        if len(line) + 1 + len(word) > MAX_LINE and line != f"{name}:":
            lines.append(line)
            line = ""
        line += f" {word}"
    return "\r\n".join([*lines, line]) + "\r\n"
