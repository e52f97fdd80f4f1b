"""Words that say whether a delivery was given up or goes on."""

import re

from notices.inbox.reading.received import Action


def any_of(*phrases: str) -> re.Pattern[str]:
    """One expression of several, in upper or lower case."""
    return re.compile("|".join(phrases), re.IGNORECASE)


CODE = re.compile(r"(?<![\d.-])5\d\d(?=[- #:][^\d]|\s)|(?<![\d.])5\.\d{1,3}\.\d{1,3}\b")
"""A permanent reply code (RFC 5321, 4.2.1) or status (RFC 3463, 2)."""
_REPLY = re.compile(r"(?<![\d.-])5\d\d[- ]#?5\.\d{1,3}\.\d{1,3}\b")
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
    r"退信",
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
    r"impossible",
    r"\"bounceType\"",
)
"""Words of a server's answer; others write them, too."""


def action_of(words: str, subject: str, *, is_sure: bool) -> Action | None:
    """What was done, if the words leave no doubt; None: they do.

    is_sure: sender or subject show that it is a report; else only what nobody but a
    report says counts. A warning tells of failures and of what comes later, too, so it
    is looked for first.
    """
    told = f"{subject}\n{words}"
    if _DELAYED.search(told):
        final = _PERMANENT.search(words)
        return Action.FAILED if final and _is_final(told) else Action.DELAYED
    if _FAILED.search(told) or _REPLY.search(words):
        return Action.FAILED
    says_so = _PERMANENT.search(told) or _OF_ANSWERS.search(told) or CODE.search(words)
    return Action.FAILED if is_sure and says_so else None


def _is_final(told: str) -> bool:
    """Words of delay beside words of an end: the end counts if it is no outlook."""
    return re.search(
        r"(?:i've|have|has|had|been) given up|giving up|gave (?:it |this )?up|"
        r"will not be retried|permanent (?:fatal )?error|failed permanently|"
        r"retry timeout exceeded|cannot send message (?:for|within) \d|action: *failed",
        told,
        re.IGNORECASE,
    ) is not None and not re.search(r"warning|\(delay\)|delayed", told, re.IGNORECASE)
