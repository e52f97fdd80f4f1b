"""Why a delivery failed, in six words: what the answer of the server comes to.

The words of the server near the recipient decide; then its enhanced status code (RFC
3463), which many servers set to one value for everything; then the rest of the report.
"""

import re
from collections.abc import Mapping

from notices.inbox.reading.failure_words import any_of
from notices.inbox.reading.received import Cause

_PHRASES: Mapping[Cause, tuple[str, ...]] = {
    Cause.MAILBOX_FULL: (
        (
            r"(?:mail ?(?:box|folder)|inbox|account|directory|"
            r"maildir\w*)[\w\s'<>@.-]{0,60}(?:is |has )(?:\w+ )?(?:full|over "
            r"?quota|exceeded)"
        ),
        r"mail ?box (?:full|exceed|size exceed)",
        (
            r"(?:over|exceed\w*|out of)\W{0,3}(?:(?:the|your|its|his|their|"
            r"maximum|storage|disk|allowed|message|mailbox|size|user) )*quota"
        ),
        r"over ?quota",
        r"quota (?:is )?(?:exceed|full|violation)",
        r"insufficient (?:system |disk )?storage",
        r"not enough (?:storage|disk)",
        r"storage (?:limit|allocation)",
        r"too full",
        r"容量[^\n。]{0,12}(?:超|オーバー|いっぱい|一杯|不足)",
        r"いっぱい|一杯の?(?:ため|で|です)",
        r"満杯",
        r"용량[^\n]{0,8}(?:초과|부족)|(?:메일함|편지함)[^\n]{0,8}가득",
        r"(?:邮箱|信箱|容量|空间|空間)[^\n]{0,6}(?:已满|已滿|不足|超)",
        r"postfach[^\n]{0,40}(?:voll|überschritten)|speicherplatz",
        r"bo(?:î|i)te[^\n]{0,40}pleine",
        r"buz(?:ó|o)n[^\n]{0,40}llen[oa]",
        r"casella[^\n]{0,40}piena",
        r"ящик[^\n]{0,20}(?:переполнен|заполнен)",
        r"превышен[^\n]{0,20}(?:квот|размер)",
    ),
    Cause.BLOCKED: (
        r"spamhaus",
        r"spamcop",
        r"barracuda",
        r"\bdnsbl\b",
        r"\brbl\b",
        r"reputation",
        r"\bspam",
        r"unsolicited",
        r"\bdmarc\b",
        r"\bspf\b",
        r"\bdkim\b",
        r"unauthenticated",
        r"block(?:ed|list| using)",
        r"blacklist",
        r"black list",
        r"not authori[sz]ed",
        r"not allowed",
        r"relay(?:ing|ed)? (?:access )?denied",
        r"relaying",
        r"to relay",
        r"not permitted",
        r"reverse (?:dns|lookup)",
        r"\bptr\b",
        r"banned",
        r"too many (?:connections|errors)",
        r"rate limit",
        r"purported responsible",
        (
            r"\b(?:client|server|host|helo|name|ip|"
            r"sender)\b[\w\s.\[\]<>@()-]{0,60}(?:was |were |is |be "
            r")?(?:rejected|refused|denied|forbidden|mismatch)"
            r"(?! (?:address|recipient))"
        ),
        r"mismatches client",
        r"sender (?:address|domain)",
        r"unroutable sender",
        r"invalid ip",
        r"smtp authentication",
        r"access denied",
        r"security polic",
        r"messages from",
        r"not accepting connections",
        r"you've reached your",
        r"\(bl\)",
        r"please use the smtp",
        r"service refus",
        r"access forbidden",
        r"from: domain",
        r"受信拒否",
        r"迷惑メール",
        r"拒否",
        r"allowed rcpthosts",
        r"스팸|차단|수신 ?거부",
        r"垃圾邮件|垃圾郵件|拒收|黑名单",
    ),
    Cause.UNKNOWN_USER: (
        r"user (?:is )?(?:unknown|not (?:found|known|exist))",
        (
            r"unknown (?:or illegal |final )?(?:user|recipient|address|local|"
            r"mailbox|rcpt|alias)"
        ),
        r"no such (?:user|mailbox|recipient|person|account|address|domain)",
        (
            r"(?:user|recipient|mailbox|address|account|"
            r"""addressee)[\w\s<>@.,'\"()-]{0,80}(?:does(?:n't| not) exist|not """
            r"(?:found|exist|known|listed)|unavailable|is (?:unknown|invalid|"
            r"disabled|inactive|expired|closed|frozen))"
        ),
        r"not listed in",
        r"invalid (?:final delivery )?(?:recipient|mailbox|user|address)",
        r"bad destination",
        r"doesn't have an? [\w.]+ account",
        r"no (?:mailbox|account|user) (?:here|by that)",
        r"(?:disabled|unknown) recipient",
        r"not a valid (?:user|mailbox|recipient)",
        r"mailbox (?:unavailable|not found)",
        r"account (?:has been )?(?:disabled|closed|deleted|suspended)",
        r"(?:is|are) not recogni[sz]ed",
        r"recipient name is not",
        r"(?:recipient )?address rejected",
        r"(?:check if|if the) (?:the )?address is correct",
        r"group (?:you|which)",
        r"host(?:name)? [\w.-]* ?(?:or domain name )?(?:unknown|not found)",
        r"unknown host",
        r"domain (?:name )?(?:not found|does not exist|is not reachable)",
        r"unrouteable",
        r"host not found",
        r"name service error",
        r"no mx (?:record|found)",
        r"no smtp service",
        r"dns (?:error|lookup failure)",
        r"no longer (?:valid|available|in use)",
        r"宛先不明",
        r"domain [\w.-]{1,80} (?:does not exist|not found)",
        r"宛先(?:の|が|は|メール)?[^\n。]{0,16}(?:正しくな|誤|間違)",
        r"(?:現在|いま)(?:は)?(?:使われて|使用されて|利用されて)",
        r"존재하지 ?않|찾을 ?수 ?없|사용자(?:가)? ?없",
        r"없는 (?:사용자|계정|주소|메일)|알 수 없는 (?:사용자|수신)",
        r"(?:地址|用户|用戶|邮箱|信箱|收件人)[^\n]{0,6}(?:不存在|无效|無效|未找到)",
        r"empf(?:ä|ae)nger[^\n]{0,30}(?:unbekannt|existiert nicht)",
        r"(?:adresse|postfach)[^\n]{0,40}existiert nicht",
        r"(?:adresse|destinataire)[^\n]{0,40}(?:inconnu|introuvable)",
        r"(?:adresse|utilisateur)[^\n]{0,40}n'existe pas",
        r"(?:usuario|destinatario|direcci(?:ó|o)n)[^\n]{0,40}(?:desconocid|no existe)",
        r"не существует|не найден|неверное имя",
        r"存在し(?:ない|ません)",
        r"(?:登録|リスト|記載|掲載)され(?:ていない|て(?:い|お)りません|ていません)",
        r"address(?:es)? (?:was|were|is|are) unknown",
        r"(?:見|み)つかりません",
        r"(?:ユーザ|宛先|アドレス)[^\n]{0,20}(?:いません|ありません)",
    ),
    Cause.POLICY: (
        r"too (?:large|big)",
        r"size (?:limit|exceed)",
        r"exceeds? (?:the )?(?:maximum |fixed )?(?:message |size)",
        r"message length",
        r"line limit",
        r"virus",
        r"malware",
        r"attachment",
        r"content (?:reject|filter|not accept)",
        r"message (?:was )?(?:filtered|content)",
        r"policy",
        r"illegal",
        r"syntax",
        r"malformed",
        r"header error",
        r"8-bit",
        r"protocol (?:violation|error)",
        r"not (?:rfc|compliant)",
        r"rfc[ -]?\d{4}",
        r"improper",
        r"parameter not implemented",
    ),
    Cause.UNREACHABLE: (
        r"timed? ?out",
        r"connection (?:refused|reset|failed|lost)",
        r"lost connection",
        r"no route",
        r"network (?:is )?unreachable",
        r"(?:host )?not reachable",
        r"socket error",
        r"(?:could not|can't|not able to|unable to) connect",
        r"connect(?:ing)? to",
        r"giv(?:en|ing) up",
        r"(?:too|long) (?:long|time)",
        r"expired",
        r"retry time",
        r"temporar",
        r"deferred",
        r"cannot send message for",
        r"loops? back",
        r"too many hops",
        r"hop count",
        r"mail loop",
        r"system (?:error|failure)",
        r"service (?:currently )?unavailable",
        r"try (?:again )?later",
    ),
}
"""What servers say, as regular expressions; the first cause that fits is the one."""

_FOUND = tuple((cause, any_of(*phrases)) for cause, phrases in _PHRASES.items())
_STATUS = re.compile(r"(?<![\d.])[45](\.\d{1,3}\.\d{1,3})\b(?!\.\d)")
# RFC 3463, 3.2 to 3.8, where the third number tells; .0.0 tells nothing
_CODES = {
    **dict.fromkeys(
        (".1.0", ".1.1", ".1.2", ".1.3", ".1.6", ".1.10"), Cause.UNKNOWN_USER
    ),
    **dict.fromkeys((".2.1", ".5.1", ".4.3", ".7.13"), Cause.UNKNOWN_USER),
    **dict.fromkeys((".2.2", ".3.1"), Cause.MAILBOX_FULL),
    **dict.fromkeys((".1.7", ".1.8"), Cause.BLOCKED),
    **dict.fromkeys((".2.3", ".3.4", ".6.0", ".6.1", ".6.3", ".6.9"), Cause.POLICY),
    **dict.fromkeys(
        (".4.1", ".4.2", ".4.4", ".4.6", ".4.7", ".3.2"), Cause.UNREACHABLE
    ),
}
_SECURITY = ".7."
"""RFC 3463, 3.8: security or policy; who says no more has refused us."""


def cause_of(near: str, whole: str, status: str) -> Cause:
    """Tell why. near: what stands by the recipient; whole: all the report's words."""
    for text in (near[:4000], whole[:20_000]):
        if (said := said_in(text)) is not None:
            return said
        if (found := _of_codes(f"{text}\n{status}")) is not None:
            return found
    return Cause.OTHER


def said_in(text: str) -> Cause | None:
    """Tell the cause that a text gives in words, without codes; None: it gives none."""
    return next((cause for cause, words in _FOUND if words.search(text)), None)


def _of_codes(text: str) -> Cause | None:
    """By the first enhanced status code that tells anything."""
    codes = _STATUS.findall(text)
    found = next((_CODES[each] for each in codes if each in _CODES), None)
    is_refused = any(each.startswith(_SECURITY) for each in codes)
    return found or (Cause.BLOCKED if is_refused else None)
