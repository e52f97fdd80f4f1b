"""Answers: whether a program or a person wrote, to what, and with which word."""

import html
import re
import unicodedata
from collections.abc import Sequence

from notices.inbox.reading.dsn import MAX_IDS, last_message_ids, message_ids
from notices.inbox.reading.encoded_words import decode_words
from notices.inbox.reading.failure_words import any_of
from notices.inbox.reading.mime import MimePart
from notices.inbox.reading.received import RecipientAnswer
from notices.inbox.reading.texts import written

# in brackets of any kind anything may be a number; without them it has a digit and a
# hyphen between signs, as every pattern of ours but the shortest does
_BRACKETS = re.compile(
    r"[\[【［〔(（〈《「]\s*([A-Za-z0-9][A-Za-z0-9._-]{0,39})\s*[\]】］〕)）〉》」]"
)
_BARE = re.compile(
    r"(?:(?<![A-Za-z0-9._@/-])|(?<=[Nn][Oo]\.)|(?<=[Rr]ef\.))"
    r"([A-Za-z0-9]{1,12}(?:-[A-Za-z0-9]{1,12}){1,4})(?!_*[A-Za-z0-9]|[@/-])"
)
WIDE = str.maketrans(
    # editors make dashes of hyphens, and Japanese keyboards write a long vowel
    "０１２３４５６７８９－ー−‐‑‒–—―﹣"
    + "".join(chr(0xFF21 + each) for each in range(26)),
    "0123456789----------" + "".join(chr(0x41 + each) for each in range(26)),
)
_MAX_NUMBERS = 5
_OF_PROGRAMS = {"auto_reply", "auto-reply"}
_MARKS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply")
_AUTO_SUBJECT = re.compile(
    r"\s*(?:auto(?:matic)?[- ]?(?:reply|response)|out of (?:the )?office|"
    r"[【\[]?(?:自動|オート)(?:応答|返信|送信|リプライ)|不在(?:応答|通知|のお知らせ)|"
    r"(?:\[[^\]]{1,20}\]\s*)?(?:자동\s?(?:응답|회신|답장)|부재\s?중)|[【\[]?自(?:动|動)(?:回复|回覆|答复)|"
    r"automatische (?:antwort|abwesenheit)|abwesenheits(?:notiz|meldung)|abwesend|"
    r"r(?:é|e)ponse automatique|respuesta autom|risposta automatica|автоответ)|"
    # in brackets behind the subject; an answer to such a mail has it there, too
    r"(?!\s*(?:re|fwd?|aw|sv|返信|転送)\s*[:：]).{0,300}"
    r"[（(【\[]\s*(?:自動|オート)(?:応答|返信|送信|配信|リプライ)(?:メール)?\s*[)）】\]]",
    re.IGNORECASE,
)
_WORDS = {
    "対応済": RecipientAnswer.DONE,
    "対応済み": RecipientAnswer.DONE,
    "対応不可": RecipientAnswer.DECLINED,
    "対象外": RecipientAnswer.NOT_OURS,
    "done": RecipientAnswer.DONE,
    "declined": RecipientAnswer.DECLINED,
    "not ours": RecipientAnswer.NOT_OURS,
}
_AROUND = " \t\u3000\xa0\u200b\ufeff.。.!！\"'「」『』*【】[]<>〈〉《》()→⇒"
# `Status: done` of a ticket system tells of its ticket
_BEFORE_WORD = re.compile(
    r"(?:ご?回答|ご?返答|(?:対応)?結果|対応状況|(?:our )?(?:answer|reply))\s*:\s*",
    re.IGNORECASE,
)
# a word at the start of a line that goes on as a sentence is no word but that
_WITH_MORE = re.compile(
    r"(対応済み?|対応不可|対象外)[。.]|(done|declined|not ours)[.!] ", re.IGNORECASE
)
_QUOTED = (">", "|", "＞", "│", "｜")
# below the first kind there stands what is answered, without signs of its own
_ORIGINAL_BELOW = any_of(
    r"-{2,}\s*(?:original|forwarded|元の?メッセージ|転送)",
    r"_{10,}$",
    r"(?:from|差出人|送信元)\s*[:：]",
)
_QUOTE_HEAD = any_of(
    r"on .{5,200}(?: wrote| writes)?:?$",
    r".{0,120}(?:のメール|wrote|さん?は(?:書きました|言いました))\s*[:：]$",
    r"\d{4}[年/-]\d{1,2}[月/-]\d{1,2}日?.{0,150}[:：]$",
)
# what people write before they come to the point
_GREETING = any_of(
    r"(?:いつも(?:大変)?)?(?:お世話に|大変お世話に)",
    r"お疲れ様",
    r"平素(?:は|より)",
    r"拝啓",
    r"前略",
    r"ご連絡(?:を)?(?:いただき|頂き|ありがとう|有難う)",
    r"ご担当(?:者)?様?",
    r"担当(?:者)?様",
    r"(?:.{0,40})(?:御中|各位|様|殿)$",
    r"こんにちは",
    r"はじめまして",
    r".{0,60}(?:と申します|でございます)[。.]?$",
    r"[^。]{1,30}の[^。]{1,12}です[。.]?$",
    r"[^。]{1,40}(?:窓口|担当|事務局|センター|[係部課室])です[。.]?$",
    (
        r"(?:dear|hello|hi|hey|greetings|good (?:morning|afternoon|evening|day)|"
        r"to whom)\b.{0,60}$"
    ),
    r"thank(?:s| you)\b.{0,80}$",
    r"(?:sir|madam)\b.{0,30}$",
    r".{0,40}(?:以下|下記|次)の(?:とおり|通り|ように).{0,20}(?:回答|返信|返答|連絡|報告).{0,12}$",
    # lines that ticket systems and signatures put above
    r".{0,40}\b(?:type|write|enter) your reply above this line",
    r".{0,10}\breply above this line",
    r".{0,10}この行より上に.{0,20}(?:返信|入力|記入)",
    r"-----BEGIN PGP SIGNED MESSAGE-----$",
    r"hash: sha-?\d{1,3}$",
)
_ADDRESSEE = any_of(r".{0,40}(?:御中|各位|様|殿)$")
_LINES_OF_ADDRESS = 4
_LONGEST_OFFICE = 40
_MOST_GREETINGS = 6
_IN_ANGLES = re.compile(r"<[^<>]{1,500}>")
_MAX_READ = 20_000


def is_automatic(mail: MimePart) -> bool:
    """Tell whether a program wrote it (RFC 3834, 5; and the marks before it).

    A mark that asks others for no automatic answer tells nothing of its writer
    (X-Auto-Response-Suppress), nor does one of bulk mail: ticket systems set both on
    what a person writes.
    """
    submitted = mail.value("auto-submitted").split(";")[0].split("(")[0].strip()
    if submitted and submitted.lower() != "no":
        return True
    if mail.value("precedence").strip().lower() in _OF_PROGRAMS:
        return True
    if any(
        mail.value(name).strip().lower() not in ("", "no", "false", "0")
        for name in _MARKS
    ):
        return True
    if mail.value("return-path").replace(" ", "") == "<>":  # RFC 3834, 4
        return True
    return has_subject_of_programs(decode_words(mail.value("subject")))


def has_subject_of_programs(subject: str) -> bool:
    """Tell whether a subject says that nobody is there, or that a program answers."""
    return bool(_AUTO_SUBJECT.match(subject[:500]))


def is_disposition(mail: MimePart) -> bool:
    """Tell whether it is a disposition notification (RFC 8098): shown, deleted."""
    kind = mail.parameters.get("report-type", "").lower()
    return mail.media_type == "multipart/report" and kind == "disposition-notification"


def disposed_ids(parts: Sequence[MimePart]) -> tuple[str, ...]:
    """Give the Original-Message-ID of a disposition notification (RFC 8098, 3.2.5)."""
    for part in parts:
        if part.media_type == "message/disposition-notification":
            # the part is a block of fields, which reads as the header of a mail
            match = re.search(rb"(?im)^original-message-id:([^\r\n]*)", part.content())
            if match:
                return tuple(message_ids(match[1].decode("ascii", "replace")))
    return ()


def referred_ids(mail: MimePart) -> tuple[str, ...]:
    """Give the message ids that it answers (RFC 5322, 3.6.4), the nearest first.

    Some programs encode them as words, as HTML, or leave the angle brackets away.
    """
    answered = [each for value in mail.values("in-reply-to") for each in _ids_of(value)]
    thread = [
        each
        for value in mail.values("references")
        for each in last_message_ids(decode_words(value))
    ]
    return tuple(dict.fromkeys([*answered, *reversed(thread)]))[:MAX_IDS]


def numbers(mail: MimePart, parts: Sequence[MimePart]) -> tuple[str, ...]:
    """Give what may be a number of ours: in the subject, or else in the text.

    In brackets first, such as R8-1-000123 in [R8-1-000123].
    """
    subject = decode_words(mail.value("subject"))[:1000].translate(WIDE)
    found = [*_BRACKETS.findall(subject), *_BARE.findall(subject)]
    text = written(parts, has_quotations=True)[:_MAX_READ].translate(WIDE)
    within = [*_BRACKETS.findall(text), *_BARE.findall(text)]
    named = [*found[:_MAX_NUMBERS], *within[:_MAX_NUMBERS]]
    # people type in small letters
    return tuple(dict.fromkeys([*named, *(each.upper() for each in named)]))


def answer_in(parts: Sequence[MimePart]) -> RecipientAnswer | None:
    """Give the one-word answer, if the first line that says anything is one.

    A greeting says nothing yet; what is quoted, attached or forwarded is not said.
    """
    greetings = 0
    for line in _below_address(written(parts)[:_MAX_READ].splitlines()):
        words = line.strip(_AROUND)
        if not words or line.lstrip(" \t\u3000").startswith(_QUOTED):
            continue
        if _ORIGINAL_BELOW.match(words):
            return None
        if _QUOTE_HEAD.match(words):
            continue
        if (answer := _answer(words)) is not None:
            return answer
        if not _GREETING.match(words) or greetings == _MOST_GREETINGS:
            return None
        greetings += 1
    return None


def _below_address(lines: Sequence[str]) -> Sequence[str]:
    """The lines behind those that say to whom it is written: an office, a person."""
    first = [at for at, line in enumerate(lines[:20]) if line.strip()]
    for at in first[:_LINES_OF_ADDRESS]:
        words = lines[at].strip(_AROUND)
        if _ADDRESSEE.match(words):
            return lines[at + 1 :]
        if _says(words) or len(words) > _LONGEST_OFFICE:
            break
    return lines


def _says(words: str) -> bool:
    """Tell whether a line is more than a name."""
    is_name = not re.search(r"[。、,:：]|(?:です|ます|ました|せん)$", words)
    return not is_name or bool(_ORIGINAL_BELOW.match(words)) or bool(_answer(words))


def _answer(words: str) -> RecipientAnswer | None:
    words = unicodedata.normalize("NFKC", words)
    words = _BEFORE_WORD.sub("", words, count=1).strip(_AROUND)
    if answer := _WORDS.get(" ".join(words.lower().split())):
        return answer
    match = _WITH_MORE.match(words)
    return _WORDS[(match[1] or match[2]).lower()] if match else None


def _ids_of(value: str) -> list[str]:
    # a line may have been folded within an id
    decoded = _IN_ANGLES.sub(lambda each: "".join(each[0].split()), decode_words(value))
    if found := message_ids(decoded):
        return found
    bare = html.unescape(decoded).strip(" \t\r\n<>\"'")
    return message_ids(f"<{bare}>")
