"""Header fields that a relay wrote anew, with the same words: RFC 2047 has many ways.

Exchange and others encode names and subjects again, as B or Q, in UTF-8 or ISO-2022-JP.
Read is what every program reads alike; anything else is None, and so not the same.
"""

import base64
import binascii
import re
from datetime import datetime

from notices.files.network_dates import told_moment

_CHARSETS = frozenset(("utf-8", "iso-2022-jp", "us-ascii"))
_WORD = re.compile(r"=\?([A-Za-z0-9-]+)\?([BbQq])\?([!->@-~]*)\?=")
_BETWEEN_WORDS = re.compile(r"(?<=\?=)[ \t]+(?==\?)")
_QUOTED_OCTET = re.compile(r"=([0-9A-F]{2})")
_ADDRESS = re.compile(
    r"(?:(?P<phrase>[^<>]+?) ?)?<(?P<local>[^<>@ ]+)@(?P<host>[^<>@ ]+)>"
)
_QUOTED = re.compile(r'"([ !#-\[\]-~]*)"')
_DATE = re.compile(
    r"(?:(?P<weekday>[A-Z][a-z]{2}), )?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} "
    r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})? (?:[+-][0-9]{4}|GMT|UT)(?: \([A-Z]{1,5}\))?"
)
"""RFC 5322, 3.3, and the two names of UTC from 4.3; a comment is but a zone's name."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def words(value: str) -> str | None:
    """What clients show of an unstructured field; None if they may differ on it."""
    shown, end = [], 0
    joined = _BETWEEN_WORDS.sub("", value)
    for match in _WORD.finditer(joined):
        between = joined[end : match.start()]
        decoded = _decoded(*match.groups())
        if decoded is None or "=?" in between:
            return None
        shown += [between, decoded]
        end = match.end()
    rest = joined[end:]
    if "=?" in rest or not joined.isascii():
        return None
    return "".join((*shown, rest))


def _decoded(charset: str, kind: str, text: str) -> str | None:
    if charset.lower() not in _CHARSETS:
        return None
    try:
        if kind in "Bb":
            octets = base64.b64decode(text, validate=True)
        else:
            octets = _QUOTED_OCTET.sub(
                lambda one: chr(int(one[1], 16)), text.replace("_", " ")
            ).encode("latin-1")
        return octets.decode(charset)
    except (binascii.Error, UnicodeDecodeError):
        return None


def same_words(told: str, inner: str) -> bool:
    """Whether two values of Subject show the same."""
    shown = words(told)
    return shown is not None and shown == words(inner)


def same_address(told: str, inner: str) -> bool:
    """Whether two values of From or To show the same name and the same mailbox."""
    shown = _address(told)
    return shown is not None and shown == _address(inner)


def _address(value: str) -> tuple[str, str, str] | None:
    match = _ADDRESS.fullmatch(value)
    if match is None:
        return None
    phrase = match["phrase"] or ""
    quoted = _QUOTED.fullmatch(phrase)
    name = quoted[1] if quoted else words(phrase)
    if name is None or (not quoted and '"' in phrase):
        return None
    return name, match["local"], match["host"].lower()


def same_moment(told: str, inner: str) -> bool:
    """Whether two values of Date, as every program reads them, are one moment."""
    one, other = _moment(told), _moment(inner)
    return one is not None and one == other


def _moment(value: str) -> datetime | None:
    match = _DATE.fullmatch(value)
    if match is None or "-0000" in value:
        return None
    moment = told_moment(value)
    if moment is None:
        return None
    weekday = match["weekday"]
    is_right = weekday in (None, _WEEKDAYS[moment.weekday()])
    return moment if is_right else None
