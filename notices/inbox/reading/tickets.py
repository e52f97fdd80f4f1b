"""The number under which the other side's system knows what we sent."""

import re
from collections.abc import Sequence

from notices.inbox.reading.encoded_words import decode_words, shown
from notices.inbox.reading.mime import MimePart
from notices.inbox.reading.replies import WIDE
from notices.inbox.reading.texts import written

_NUMBER = r"([A-Za-z0-9][A-Za-z0-9_-]{0,39})"
_TICKET = re.compile(
    # a system that is known for it puts its number before all else
    r"\A\s*(?:re:\s*)?\[(\d-\d{6,20}|\d{9,20})\]|"
    r"(?:(?<![a-z])(?:ticket|case|request|reference|ref|incident|inquiry|"
    r"report(?=\s*(?:no|nr|number|id)(?![a-z])))|"
    r"受付|お?問い?合わ?せ|受理|チケット|リクエスト|インシデント|整理|管理|照会|案件)"
    # only where it is called a number, more than a sign may stand between
    r"(?:\s*(?:(?:no|nr|number|id|番号)(?![a-z])\.?\s*(?:is(?![a-z])|は|[-–])?)|(?![a-z]))"
    rf"\s*[.:：]?\s*[#＃(（「『【\[]?\s*{_NUMBER}|"
    r"\[[^\]\[]{0,60}?#([A-Za-z0-9_-]{1,40})\]|"
    r"(?<![\w&])#(\d{2,20})\b",
    re.IGNORECASE,
)
_FIELDS = (
    "rt-ticket",
    "x-otrs-ticket-number",
    "x-jira-issue-key",
    "x-redmine-issue-id",
    "x-zendesk-ticket-id",
    "x-ticket-id",
)


def ticket(mail: MimePart, parts: Sequence[MimePart]) -> str:
    """Give the number under which the other side's system knows it; empty: none."""
    for name in _FIELDS:
        if value := mail.value(name):
            return shown(value.rpartition("#")[2] or value, 40)
    texts = (decode_words(mail.value("subject"))[:1000], written(parts)[:2000])
    for text in texts:
        for match in _TICKET.finditer(text.translate(WIDE)):
            found = next(each for each in match.groups() if each)
            if any(sign.isdigit() for sign in found):
                return found
    return ""
