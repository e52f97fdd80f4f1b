"""Whom a report's own words are about, of all the addresses that they name.

A server names the one who did not get it, and beside him whom to ask, whose list or
forwarding led there, who sent it. Only of the first something is said, so that the
others must not pass for him: theirs may be the address that we wrote to.
"""

import re
from collections.abc import Iterator, Sequence

from notices.inbox.reading.failure_words import any_of

ADDRESS = re.compile(
    # letters of other scripts stand beside an address without a blank
    r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
    r"@(?:[A-Za-z0-9-]{1,63}\.){1,10}[A-Za-z0-9-]{2,63}"
)
_TYPE = re.compile(r"\A(?:smtp|rfc-?822)=", re.IGNORECASE)
"""Before an address in the forms of X.400: `dda:SMTP=user@host;`."""
_DAEMONS = re.compile(r"(mailer-daemon|mail-daemon|poo?st[_-]?master)@")
_NAMES_ONLY = any_of(r"[>|\s]{0,8}(to|cc|from|subject|宛先|件名)\s*[:：]")
_MARKS = r"[\s>|*•・#0-9.)<\[(\"'`~-]{0,40}"
_HEADS = re.compile(
    # a mark or a label of few words, then the address
    rf"{_MARKS}(?:(?:[A-Za-z][\w-]{{0,20}}|[^\x00-\x7f]{{1,12}})"
    r"(?: [\w-]{1,20}){0,4} ?[:：;=]|smtp\b)?[\s<\[(\"'`]{0,40}",
    re.IGNORECASE,
)
"""What may stand before an address that begins what is said of it."""
_LONGEST_HEAD = 300
_LISTED = re.compile(
    r"[\s<>()\[\]\"',;、，/&]*(?:and|および|と)?[\s<>()\[\]\"',;、，]*"
)
"""Between addresses of which the same is said."""
_OF_SENDER = re.compile(r"\b(?:from|by|sender)\b[\s:<\[(\"']{0,10}\Z", re.IGNORECASE)
_TO_ASK = any_of(
    r"\bplease (?:\w+ ){0,3}(?:contact|write|send|e-?mail|report)\b[^@.。:：]{0,80}$",
    r"\bfor (?:\w+ ){0,3}(?:assistance|help|information|questions?)\b[^@.。:：]{0,80}$",
    r"\b(?:contact (?:us|our|your|the)|questions)\b[^@.。:：]{0,60}$",
    (
        r"(?:[.!?;,] |\b(?:or|may|should|must|kindly|then) )"
        r"(?:report|forward|write|contact|ask|notify|inform|reply)\b[^@.。]{0,60}$"
    ),
    r"(?:^|[.!?;] |\bor )send (?:an? )?(?:e-?mail|message|request)s? to\W{0,4}$",
    r"(?:[.!?;] |\bor )(?:e-?)?mail(?: us)?(?: at)?\W{0,4}$",
    (
        r"\b(?:contact|support|help ?desk|abuse(?: (?:desk|contact|team))?|hotline|"
        r"admin(?:istrator)?|webmaster|questions?|sender|reply[- ]?to)"
        r"[^@:：\n]{0,20}[:：]\W{0,4}$"
    ),
    r"(?:連絡|問い?合わ?せ|照会|相談)(?:先|窓口)[^@\n。]{0,12}$",
    r"(?:管理者|サポート|窓口|送信者|差出人|送信元)[^@\n。]{0,12}[:：]\W{0,4}$",
)
"""What stands before the address of who may be asked, or of who sent it."""
_ASKED = any_of(
    r"[>）)\s]*(?:まで|(?:に|へ|宛(?:に|て)?)[^\n。]{0,12}(?:連絡|問い?合わ?せ))",
)
"""What stands behind it."""
_LED_THERE = any_of(
    r"\b(?:expanded|generated|forwarded|redirected|re-?sent|derived)[- ]"
    r"(?:from|by|via)\b[^@\n]{0,20}$",
    r"\bon behalf of\b[^@\n]{0,20}$",
    r"(?:転送|展開)元[^@\n]{0,12}$",
)
"""Before the address of a list or a forwarding: not he failed but who is behind it."""
_LEADS = any_of(
    r"[>）)\s]*(?:(?:is|was|has been) )?(?:forward|redirect|expand)\w* to\b",
    r"[>）)\s]*(?:から(?:の)?|(?:に|で)[^\n。]{0,8}|の)転送",
)
"""The same behind it."""
_NEAR = 120


def places(lines: Sequence[str], besides: str) -> dict[str, int]:
    """Give the line of each address that the words are about.

    besides: the field of those who got the report, in lower case; they are the sender.
    What heads a line goes before what a sentence names; a line such as `To: ...`, and a
    list whose member failed, count if nothing else is named.
    """
    heads: dict[str, int] = {}
    within: dict[str, int] = {}
    weak: dict[str, int] = {}
    for index, line in enumerate(lines):
        is_weak = "@" in line and _NAMES_ONLY.match(line) is not None
        for address, start, leads in _about(lines, index, besides):
            is_head = start < _LONGEST_HEAD and _HEADS.fullmatch(line, 0, start)
            found = heads if is_head else within
            (weak if is_weak or leads else found).setdefault(address, index)
    return heads or within or weak


def _about(
    lines: Sequence[str], at: int, besides: str
) -> Iterator[tuple[str, int, bool]]:
    """The addresses of one line: behind the first only those listed with it.

    With each where its list begins, and whether it only leads to the one that failed.
    """
    line = lines[at]
    start = end = -1
    for match in ADDRESS.finditer(line) if "@" in line else ():
        address = _TYPE.sub("", match[0]).strip(".'`").lower()
        if address in besides or _DAEMONS.match(address):
            continue
        if _is_asked(lines, at, match):
            continue
        if end >= 0 and not _LISTED.fullmatch(line[end : match.start()]):
            return
        start = start if end >= 0 else match.start()
        leads = _leads(line, match)
        if not leads and not _OF_SENDER.search(_before(line, match)):
            end = match.end()
        yield address, start, leads


def _leads(line: str, match: re.Match[str]) -> bool:
    behind = line[match.end() : match.end() + _NEAR]
    return bool(_LED_THERE.search(_before(line, match)) or _LEADS.match(behind))


def _before(line: str, match: re.Match[str]) -> str:
    """The nearest signs: a line may have thousands of addresses."""
    return line[max(0, match.start() - _NEAR) : match.start()]


def _is_asked(lines: Sequence[str], at: int, match: re.Match[str]) -> bool:
    """Tell whether an address is named for who may be asked, or who sent it."""
    above = lines[at - 1][-_NEAR:] if at else ""
    line = lines[at]
    before = _before(line, match)
    behind = line[match.end() : match.end() + _NEAR]
    return bool(
        _TO_ASK.search(f"{above} {before}" if above.strip() else before)
        or _TO_ASK.search(before)
        or _ASKED.match(behind)
    )
