"""What the form says in words of its own is what `notice.json` says in fields.

Templates are the centre's own: a sentence is compared where the letter has it, and
never missed where it has not. What the judgment says in prose is taken out before, so
that a quoted post is no sentence of the letter.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from notices.mail.written_anew import words as words_of
from notices.messages import Text
from notices.verifying.checks import malformed
from notices.verifying.content import Flowed, FormValues, NoticeJson
from notices.verifying.words import flowed

TEST, DRAFT = "試験TEST", "見本DRAFT"
"""In the head of each page of a test, of a draft, without white space."""
_MARKS = ("【試験】", "[TEST]")
"""Before the subject and the first sentence of a test's mail."""
_OF_DRAFTS = ("【見本】", "[DRAFT]")
_LONG = 8
"""Characters from which a value is prose that may hold sentences of its own."""
_MANAGED = {
    "board_administrator": ("bulletin_board", "電子掲示板", "onlineservice"),
    "website_administrator": ("website", "ウェブサイト", "website"),
    "server_administrator": ("", "サーバ", "server"),
    "ip_allocation_holder": ("", "IPアドレス", ""),
}
"""Of each rung: its facility (empty: any), what is managed, and that in English."""
_HOLDS = re.compile(
    r"(?:あなた|貴社|貴団体)(?:が管理する(電子掲示板|ウェブサイト|サーバ)"
    r"|が割り?振りを受けている(IPアドレス))"
)
_HOLDS_EN = re.compile(r"(onlineservice|website|server)thatyou(?:operate|manage)")
_STOP, _BLOCK, _DEAL, _NOTHING = "stop", "block", "deal", "nothing"
_ASKED = {
    "当該情報の送信を防止する措置": _STOP,
    "日本国内から当該情報を閲覧することができないようにする措置": _BLOCK,
    "利用者との間の契約や利用に関する取決め等に基づく対応": _DEAL,
    "なし（先の依頼を取り下げ、今後の対応を求めません。）": _NOTHING,
}
_ASKED_EN = {
    "measures to stop the transmission of this information": _STOP,
    "measures to make this information inaccessible from Japan": _BLOCK,
    "action under your terms of service or other agreements with your users": _DEAL,
    "nothing: our earlier request is withdrawn, and no further action is asked for": (
        _NOTHING
    ),
}
"""What is asked, as `notice.json` says it."""
_Known = Mapping[str, str]
_Sentences = Mapping[str, tuple[str, ...]]
_SENTENCES: _Sentences = {
    _STOP: ("当該情報の送信を防止する措置",),
    _BLOCK: ("日本国内から当該情報を閲覧することができないようにする措置",),
    _DEAL: (
        "利用者との間の契約や利用に関する取決め等に基づく対応",
        "利用者との間の契約や利用に関する取り決め等に基づく対応",
    ),
    _NOTHING: ("対応をお願いすることはありません",),
}
_SENTENCES_EN: _Sentences = {
    _STOP: ("measures to stop its transmission",),
    _BLOCK: ("measures to make it inaccessible from Japan",),
    _DEAL: ("under your terms of service or other agreements with your users",),
    _NOTHING: ("we no longer ask you for any action",),
}
"""The same as letters have said it since the first version."""
_OF_FORMS = {"form1": {_STOP, _BLOCK}, "form2": {_DEAL}, "form2-2006": {_DEAL}}
_TITLES = {
    "【違法情報】の通知書": ("form1",),
    "【公序良俗に反する情報】の通知書": ("form2", "form2-2006"),
}
"""How the titles of the forms begin."""
_OF_KINDS = {
    "再度の依頼書": "reminder",
    "依頼の取下げのお知らせ": "withdrawal",
    "下記の依頼を取り下げます": "withdrawal",
    "この依頼について対応をお願いすることはありません": "withdrawal",
    "訂正する依頼": "correction",
}
"""What the letters of one kind alone say."""
_ASKS = re.compile(
    "措置を講じるよう依頼します|等に基づく対応を依頼します|Werequestthatyoutake"
)
"""A request, which no withdrawal has."""
_SHORT = ("reminder", "withdrawal")
"""Kinds that leave the class to the notice before."""
CLASSES = {"serious-crime": "重要犯罪密接関連情報", "suicide": "自殺誘引等情報"}
"""The classes of form 2 since 2023."""
_NUMBERED = re.compile(r"■(?:([①②③])|\(([123])\))")
_TYPED = re.compile(r"類型[：:]")
_ADDRESS = re.compile(
    r"(?<![0-9A-Za-z.:])(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|(?:[0-9a-f]{0,4}:){2,7}"
    r"[0-9a-f]{0,4})(?![0-9A-Za-z]|[.:][0-9A-Za-z])"
)
_GROUPS = 8
"""Of a whole IPv6 address."""


def check_form_words(text: str, margins: Sequence[str], notice: NoticeJson) -> None:
    """Mark of a test, sentence of the rung, class, addresses, what is asked; Refusal."""
    words = flowed(text)
    for told in margins:
        if DRAFT in told or (TEST in told) != notice.form.is_test:
            raise _other("test", told)
    _check_type(words, notice)
    _check_asked(words, notice)
    for address in notice.ip_addresses:
        if not Flowed(text).names(address):
            raise _other("ip_addresses", address)
    check_nothing_else(text, notice)


def check_nothing_else(text: str, notice: NoticeJson) -> None:
    """No sentence of the product's own that belongs to another notice; Refusal."""
    rest = _without_prose(text, notice)
    _check_sentences(rest, notice)
    _check_managed(rest, notice.form)
    _check_class(rest, notice)
    _check_other_requests(rest, notice)
    for found in _addresses_in(rest, notice):
        if found not in notice.ip_addresses:
            raise _other("ip_addresses", found)


def check_mail_words(subject: str, text: str, notice: NoticeJson) -> None:
    """Subject and first sentence say that it is a test, or do not; Refusal.

    subject: as it stands in the signed part. Nor is the text that of another notice.
    """
    told = words_of(subject) or subject
    for words in (told, text):
        is_marked = words.strip().startswith(_MARKS)
        if is_marked != notice.form.is_test:
            raise _other("test", words[:20])
    others = (*_OF_DRAFTS, *(() if notice.form.is_test else _MARKS))
    if any(mark in told for mark in others):
        raise _other("test", told)
    check_nothing_else(text, notice)


def check_consistent(notice: NoticeJson) -> None:
    """Fields that follow from each other do; Refusal."""
    form = notice.form
    facility, managed, _ = _MANAGED.get(form.rung, ("", form.managed, ""))
    if form.managed != managed:
        raise _contradiction("managed", form.managed, "recipient.rung", form.rung)
    if facility and form.facility != facility:
        raise _contradiction("facility", form.facility, "recipient.rung", form.rung)
    if form.statutes and notice.statement.form != "form1":
        raise _contradiction(
            "statutes", str(form.statutes), "form", notice.statement.form
        )
    if form.group_name != CLASSES.get(form.group, form.group_name):
        raise _contradiction(
            "category.group_name", form.group_name, "category.group", form.group
        )
    if form.ordinal == 1 and notice.follows and notice.follows.kind == notice.kind:
        raise _contradiction("ordinal", "1", "follows.kind", notice.kind)


def _contradiction(name: str, value: str, other: str, said: str) -> Exception:
    return malformed(
        Text(
            "notice.json contradicts itself: {name} is {value}, {other} is {said}",
            name=name,
            value=value,
            other=other,
            said=said,
        )
    )


def _other(name: str, told: str) -> Exception:
    return malformed(
        Text(
            "{name} of notice.json is another than the letter's: {told}",
            name=name,
            told=told[:80],
        )
    )


def _without_prose(text: str, notice: NoticeJson) -> str:
    """The letter's words but for those of the judgment."""
    words = flowed(text)
    for _, value in sorted(notice.shown, key=lambda one: -len(one[1])):
        if len(value) >= _LONG:
            words = words.replace(flowed(value), "\n")
    return words


def _check_sentences(rest: str, notice: NoticeJson) -> None:
    """Titles and sentences that only one form, one kind or a test has."""
    form = notice.form
    for mark in (*_OF_DRAFTS, *(() if form.is_test else _MARKS)):
        if mark in rest:
            raise _other("test", mark)
    for title, forms in _TITLES.items():
        if title in rest and notice.statement.form not in forms:
            raise _other("form", title)
    for sentence, kind in _OF_KINDS.items():
        if sentence in rest and notice.kind != kind:
            raise _other("kind", sentence)


def _check_managed(rest: str, form: FormValues) -> None:
    _, _, english = _MANAGED.get(form.rung, ("", "", ""))
    for found in _HOLDS.finditer(rest):
        if form.managed not in found.groups():
            raise _other("managed", found[0])
    for found in _HOLDS_EN.finditer(rest):
        if found[1] != english:
            raise _other("managed", found[0])


def _check_class(rest: str, notice: NoticeJson) -> None:
    """The class that is marked, and the type below it."""
    form, name = notice.form, notice.statement.form
    if name == "form2-2006":
        marked = {(a and "①②③".find(a) + 1) or int(b) for a, b in _NUMBERED.findall(rest)}
        if form.class_2006 and marked - {int(form.class_2006)}:
            raise _other("category", "■")
    for key, label in CLASSES.items():
        if key != form.group and f"■{label}" in rest:
            raise _other("category.group", label)
    for found in _TYPED.finditer(rest):
        if not rest.startswith(flowed(form.category), found.end()):
            raise _other("category.name", rest[found.start() : found.end() + 40])


def _check_type(words: str, notice: NoticeJson) -> None:
    """Form 2 names the type since 2023; a reminder and a withdrawal need not."""
    if notice.statement.form != "form2" or notice.kind in _SHORT:
        return
    for value in filter(None, (notice.form.category, notice.form.category_en)):
        if flowed(value) not in words:
            raise _other("category.name", value)


def _check_asked(words: str, notice: NoticeJson) -> None:
    """What is asked stands there, in the words of the letter or as it is."""
    for asked, known, sentences in _asked(notice):
        kind = known.get(asked)
        if kind and kind not in _allowed(notice):
            raise _contradiction(
                "requested_action", asked, "form", notice.statement.form
            )
        wanted = sentences[kind] if kind else (asked,)
        if not any(flowed(one) in words for one in wanted):
            raise _other("requested_action", asked)


def _check_other_requests(rest: str, notice: NoticeJson) -> None:
    if notice.kind == "withdrawal":
        if found := _ASKS.search(rest):
            raise _other("requested_action", found[0])
        return
    for asked, known, sentences in _asked(notice):
        kind = known.get(asked)
        for other in {_STOP, _BLOCK, _DEAL} - {kind}:
            if any(flowed(one) in rest for one in sentences[other]):
                raise _other("requested_action", sentences[other][0])


def _asked(notice: NoticeJson) -> Iterator[tuple[str, _Known, _Sentences]]:
    """In each language of the letter: the field, its meanings, the letters' words."""
    yield notice.form.asked, _ASKED, _SENTENCES
    if notice.form.asked_en:
        yield notice.form.asked_en, _ASKED_EN, _SENTENCES_EN


def _allowed(notice: NoticeJson) -> set[str]:
    is_withdrawn = notice.kind == "withdrawal"
    return {_NOTHING} if is_withdrawn else _OF_FORMS[notice.statement.form]


def _addresses_in(rest: str, notice: NoticeJson) -> Iterator[str]:
    """What is written as an address outside of URLs and of what the judgment says."""
    for url in notice.urls:
        rest = rest.replace(flowed(url), "\n")
    for found in _ADDRESS.finditer(rest):
        is_whole = "." in found[0] or "::" in found[0]
        if is_whole or found[0].count(":") == _GROUPS - 1:
            yield found[0]
