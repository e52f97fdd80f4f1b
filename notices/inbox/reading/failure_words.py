"""Words that say whether a delivery was given up or goes on."""

import re
from dataclasses import dataclass
from functools import cached_property

from notices.inbox.reading.received import Action


@dataclass(frozen=True)
class Phrases:
    """One expression of several, in upper or lower case; compiled when it is asked.

    Many commands load what reads mails and read none: to compile these long
    expressions takes more than all else in loading them.
    """

    phrases: tuple[str, ...]
    """Regular expressions, any of which will do."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All of them as one."""
        return re.compile("|".join(self.phrases), re.IGNORECASE)

    def search(self, text: str) -> re.Match[str] | None:
        """The first of them in a text."""
        return self.pattern.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """The first of them, if it stands at the beginning."""
        return self.pattern.match(text)


def any_of(*phrases: str) -> Phrases:
    """Any of these phrases, in upper or lower case."""
    return Phrases(phrases)


CODE = re.compile(
    r"(?<![\d.-])5\d\d(?=[- #:][^\d]|[])\s])|(?<![\d.])5\.\d{1,3}\.\d{1,3}\b"
)
"""A permanent reply code (RFC 5321, 4.2.1) or status (RFC 3463, 2)."""
_LATER = re.compile(r"(?<![\d.-])4\d\d[ -]#?4\.\d{1,3}\.\d{1,3}\b|: 4[2-7]\d[ -]")
"""A code that asks to try later (RFC 5321, 4.2.1)."""
_REPLY = re.compile(r"(?<![\d.-])5\d\d[- ]#?5\.\d{1,3}\.\d{1,3}\b")
_GIVEN_UP = (
    r"(?:配信|配送|送信|再送|お届け)[^\n。]{0,10}(?:中止|断念|打ち切|取りやめ|あきらめ)(?:し(?:ました|た)|り?まし|ま)",
    r"(?:試み|試行し|再送し|続け)(?:まし)?た(?:が|けれど)",
    r"(?:恒久|永久|永続)的な(?:エラー|誤り|障害)",
    r"(?:재시도|다시 시도|재전송)(?:하였|했)으나",
    r"영구적(?:인)? (?:오류|실패)",
    r"(?:多次|已)(?:尝试|重试)",
)
"""Words that say in the past tense that it was tried, and is at an end."""
_FAILED_IN_JSON = r"\\?\"action\\?\" *: *\\?\"failed\\?\""
"""What an event of a mail service says in the words of RFC 3464."""
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
    _FAILED_IN_JSON,
    *_GIVEN_UP,
)
_DELAYED = any_of(
    (
        r"\bwill (?:be (?:retried|re-?attempted)|(?:keep|continue|still|retry|"
        r"re-?try|try)\b)"
    ),
    r"(?:will|to) (?:continue|keep)[^.]{0,20} (?:try|attempt)",
    (
        r"(?<!\bno )\b(?:next|further|more) (?:delivery )?"
        r"(?:attempts?|tr(?:y|ies)|retr(?:y|ies))\b"
    ),
    r"\bstill (?:attempt|try|retry|wait)ing\b|\bstill (?:in|queued)\b",
    r"\b(?:remains?|stays?|kept) [^.]{0,20}\bqueued?\b",
    r"\b(?:has been|have been|is (?:now|still)) queued\b",
    r"\bpostponed\b",
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
    r"\(delay\)",
    r"temporary problem",
    r"一時的(?:な|に)(?:問題|エラー|障害)",
    r"遅延|遅れ",
    r"再(?:試行|送|配信|配送|送信)(?:を|が|は|に|し(?:てい|てお|ます|続け)|され|す)",
    r"再度[^\n。]{0,10}(?:試み|試行|配信|配送|送信)",
    r"(?:継続して|引き続き)[^\n。]{0,20}(?:試行|配信|配送|送信)",
    r"まだ(?:配信|配送|送信|届)",
    r"試行(?:します|されます|を続け)",
    r"(?:配信|配送|送信)(?:が|は)完了してい(?:ない|ません)",
    r"지연|재시도|재전송|다시 시도|일시적",
    r"延迟|延遲|继续(?:尝试|重试)|重试|重試|稍后|暂时",
    r"verz(?:ö|oe)ger|noch nicht zugestellt|weiterhin versucht|erneut versucht",
    r"retard(?:é|e)|nouvelle(?:s)? tentative|pour le moment",
    r"retrasad|retraso|demorad|seguirá intentando|reintent",
    r"ritardo|ritardat|nuovi tentativi",
    r"задерж|попытки[^\n.]{0,20}(?:продолж|повтор)|пока не",
    r"noch nicht|n'a pas encore|(?:aún|todavía) no|non (?:è |e' )?ancora|ещ[её] не",
    r"nog niet|blijft|opnieuw geprobeerd|jeszcze|ponawia|ainda não|continuará",
    r"ännu inte|endnu ikke|ikke ennå|ikke levert ennå|henüz|chưa",
    r"réessa|riprover|volver[áa] a intentar|아직|尚未",
    (
        r"\\?\"(?:bounce|event|notification)Type\\?\" *: *"
        r"\\?\"(?:Transient|Undetermined|DeliveryDelay)\\?\""
    ),
)
_HELD = any_of(
    r"(?:has been|was|is) (?:quarantined|held)",
    (
        r"(?:awaits|awaiting|waiting for|pending|held for|subject to)[^.]{0,20} "
        r"(?:moderat|approv|review|release)"
    ),
    r"(?:承認|審査|確認)(?:待ち|され(?:る|ます)まで)|保留(?:され|し(?:てい|まし)|中)|隔離され",
)
"""It waits for somebody who lets it through; a report or not."""
_FAILED = any_of(
    r"undeliver",
    r"automatically rejected",
    r"was aborted after",
    r"could ?n[o']t be (?:delivered|sent|completed)",
    r"can(?:not|'t) be delivered",
    r"was(?: not|n't) (?:delivered|accepted|able)",
    r"not (?:be )?delivered",
    r"did not reach",
    r"un(?:able|successful)(?: to| in)? (?:deliver|send|complet)\w*",
    r"not able to deliver",
    r"no delivery",
    r"delivery error",
    r"(?:送信|配信|配送|送達|転送|お届け|届け)(?:することが)?(?:は)?でき(?:ません|なかった|ず)",
    r"届きません",
    r"届けることができ",
    r"(?:送信|配信|メール)エラー",
    r"エラーメール",
    r"不達",
    r"unzustellbar",
    r"nicht zugestellt",
    r"konnte nicht",
    r"non remis",
    r"n'a pas pu",
    r"non recapitabil",
    r"no se (?:ha podido|pudo)",
    r"не (?:доставлен|удалось|может)",
    r"недоставлен",
    r"无法",
    r"退信|退回",
    (
        r"(?:전송|발송|전달|배달|배송)(?:이|을|에|를|되지|하지)?[ ]?"
        r"(?:실패|못|불가|오류|할 수 없)"
    ),
    r"(?:보내|전달하|전송하)지 못(?:했|하였)",
    r"반송",
    r"(?:送信|配信|配送|送達)(?:に|が|の)?(?:失敗|エラー)",
    r"届きませんでした",
    r"(?:delivery|delivering|mail) (?:has |have )?failed",
    r"following address(?:es|\(es\))? (?:\w+ ){0,3}failed",
)
"""Words that say of a mail that it was not delivered."""
_OF_ANSWERS = any_of(
    r"fail(?:ed|ure)",
    r"error (?:delivering|sending|transf)",
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
    r"宛先不明",
    r"見つかりません",
    r"存在しません",
    r"存在しない",
    r"受信拒否",
    r"受け取れません",
    r"ありません",
    r"존재하지 않|찾을 수 없|차단",
    r"impossible",
    r"\"bounceType\"",
)
"""Words of a server's answer; others write them, too."""


_ENDED = any_of(*_GIVEN_UP)
_GOES_ON = any_of(
    r"引き続き|継続して|再度|警告|(?:今後|あと|この後|このあと)",
    r"앞으로|계속",
    r"继续|將|将",
)
"""Beside words of an end: it goes on all the same."""


def action_of(words: str, subject: str, *, is_sure: bool) -> Action | None:
    """What was done, if the words leave no doubt; None: they do.

    is_sure: sender or subject show that it is a report; else only what nobody but a
    report says counts. A warning tells of failures and of what comes later, too, so it
    is looked for first.
    """
    told = f"{subject}\n{words}"
    if _DELAYED.search(told) or _HELD.search(told):
        final = _PERMANENT.search(words)
        return Action.FAILED if final and _is_final(told) else Action.DELAYED
    if _is_temporary(words):
        return None
    if _FAILED.search(told) or _REPLY.search(words):
        return Action.FAILED
    says_so = _PERMANENT.search(told) or _OF_ANSWERS.search(told) or CODE.search(words)
    return Action.FAILED if is_sure and says_so else None


def _is_temporary(words: str) -> bool:
    """Whether the server's code says later, and nothing says that this was the end."""
    is_later = _LATER.search(words) and not CODE.search(words)
    return bool(is_later) and not _PERMANENT.search(words)


_COMPLAINT = re.compile(
    r"^[ \t]*(?:unknown|invalid) (?:\w+ ){0,3}"
    r"(?:user|user-?id|recipient|address|host|mailbox)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that is nothing but the fault and whom it is about, such as of IMail."""


def says_so_itself(words: str) -> bool:
    """Tell whether a report's words say of a delivery that it failed, or will be later.

    A person may write about failures under a heading like one.
    """
    found = (_FAILED, _DELAYED, _PERMANENT, CODE, _COMPLAINT)
    return any(each.search(words) for each in found)


def _is_final(told: str) -> bool:
    """Words of delay beside words of an end: the end counts if it is no outlook."""
    if _ENDED.search(told):
        return not _GOES_ON.search(told)
    return re.search(
        r"(?:i've|have|has|had|been) given up|giving up|gave (?:it |this )?up|"
        r"will not be retried|permanent (?:fatal )?error|failed permanently|"
        r"retry timeout exceeded|cannot send message (?:for|within) \d|action: *failed|"
        rf"{_FAILED_IN_JSON}",
        told,
        re.IGNORECASE,
    ) is not None and not re.search(r"warning|\(delay\)|delayed", told, re.IGNORECASE)
