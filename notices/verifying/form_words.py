"""What the form says in words of its own is what `notice.json` says in fields.

Templates are the centre's own: a sentence is compared where the letter has it, and
never missed where it has not. What the judgment says in prose is taken out before, so
that a quoted post is no sentence of the letter.
"""

from collections.abc import Iterator, Sequence

from notices.mail.written_anew import words as words_of
from notices.messages import Text
from notices.printed import spellings
from notices.verifying.checks import malformed
from notices.verifying.content import Flowed, FormValues, NoticeJson
from notices.verifying.form_tables import (
    ADDRESS,
    ASKED,
    ASKED_EN,
    ASKS,
    BLOCK,
    CIRCLED,
    CLASSES,
    DEAL,
    DRAFT,
    GROUPS,
    HOLDS,
    HOLDS_EN,
    LONG,
    MANAGED,
    MARKS,
    NOTHING,
    NUMBERED,
    OF_DRAFTS,
    OF_FORMS,
    OF_KINDS,
    SENTENCES,
    SENTENCES_EN,
    SHORT,
    STOP,
    TEST,
    TITLES,
    TYPED,
    Known,
    Sentences,
)
from notices.verifying.words import flowed


def check_form_words(text: str, margins: Sequence[str], notice: NoticeJson) -> None:
    """Mark of a test, sentence of the rung, class, addresses, request; Refusal."""
    words = flowed(text)
    for told in margins:
        if DRAFT in told or (TEST in told) != notice.form.is_test:
            raise _other("test", told)
    _check_type(words, notice)
    _check_asked(words, notice)
    there = Flowed(text).standing(frozenset(notice.ip_addresses))
    for address in notice.ip_addresses:
        if address not in there:
            raise _other("ip_addresses", address)
    check_nothing_else(text, notice)


def check_nothing_else(text: str, notice: NoticeJson) -> None:
    """No sentence of the product's own that belongs to another notice; Refusal."""
    rest = _without_prose(text, notice)
    _check_sentences(rest, notice)
    _check_managed(rest, notice.form)
    _check_class(rest, notice)
    _check_other_requests(rest, notice)
    own = frozenset(notice.ip_addresses)
    for found in _addresses_in(rest, notice):
        if found not in own:
            raise _other("ip_addresses", found)


def check_mail_words(subject: str, text: str, notice: NoticeJson) -> None:
    """Subject and first sentence say that it is a test, or do not; Refusal.

    subject: as it stands in the signed part. Nor is the text that of another notice.
    """
    told = words_of(subject) or subject
    for words in (told, text):
        is_marked = words.strip().startswith(MARKS)
        if is_marked != notice.form.is_test:
            raise _other("test", words[:20])
    others = (*OF_DRAFTS, *(() if notice.form.is_test else MARKS))
    if any(mark in told for mark in others):
        raise _other("test", told)
    check_nothing_else(text, notice)


def check_consistent(notice: NoticeJson) -> None:
    """Fields that follow from each other do; Refusal."""
    form = notice.form
    facility, managed, _ = MANAGED.get(form.rung, ("", form.managed, ""))
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
        if len(value) >= LONG:
            words = words.replace(flowed(value), "\n")
    return words


def _check_sentences(rest: str, notice: NoticeJson) -> None:
    """Titles and sentences that only one form, one kind or a test has."""
    form = notice.form
    for mark in (*OF_DRAFTS, *(() if form.is_test else MARKS)):
        if mark in rest:
            raise _other("test", mark)
    for title, forms in TITLES.items():
        if title in rest and notice.statement.form not in forms:
            raise _other("form", title)
    for sentence, kind in OF_KINDS.items():
        if sentence in rest and notice.kind != kind:
            raise _other("kind", sentence)


def _check_managed(rest: str, form: FormValues) -> None:
    _, _, english = MANAGED.get(form.rung, ("", "", ""))
    for found in HOLDS.finditer(rest):
        if form.managed not in found.groups():
            raise _other("managed", found[0])
    for found in HOLDS_EN.finditer(rest):
        if found[1] != english:
            raise _other("managed", found[0])


def _check_class(rest: str, notice: NoticeJson) -> None:
    """The class that is marked, and the type below it."""
    form, name = notice.form, notice.statement.form
    if name == "form2-2006":
        marked = {CIRCLED.get(one, one) for one in NUMBERED.findall(rest)}
        if form.class_2006 and marked - {form.class_2006}:
            raise _other("category", "■")
    for key, label in CLASSES.items():
        if key != form.group and f"■{label}" in rest:
            raise _other("category.group", label)
    for found in TYPED.finditer(rest):
        if not rest.startswith(flowed(form.category), found.end()):
            raise _other("category.name", rest[found.start() : found.end() + 40])


def _check_type(words: str, notice: NoticeJson) -> None:
    """Form 2 names the type since 2023; a reminder and a withdrawal need not."""
    if notice.statement.form != "form2" or notice.kind in SHORT:
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
        if found := ASKS.search(rest):
            raise _other("requested_action", found[0])
        return
    for asked, known, sentences in _asked(notice):
        kind = known.get(asked)
        for other in {STOP, BLOCK, DEAL} - {kind}:
            if any(flowed(one) in rest for one in sentences[other]):
                raise _other("requested_action", sentences[other][0])


def _asked(notice: NoticeJson) -> Iterator[tuple[str, Known, Sentences]]:
    """In each language of the letter: the field, its meanings, the letters' words."""
    yield notice.form.asked, ASKED, SENTENCES
    if notice.form.asked_en:
        yield notice.form.asked_en, ASKED_EN, SENTENCES_EN


def _allowed(notice: NoticeJson) -> set[str]:
    is_withdrawn = notice.kind == "withdrawal"
    return {NOTHING} if is_withdrawn else OF_FORMS[notice.statement.form]


def _addresses_in(rest: str, notice: NoticeJson) -> Iterator[str]:
    """What is written as an address, but for those in URLs."""
    urls = {flowed(one) for url in notice.urls for one in (url, *spellings(url))}
    in_urls = "\n".join(urls)
    known = set(ADDRESS.findall(in_urls))
    for address in dict.fromkeys(ADDRESS.findall(rest)):
        is_whole = "." in address or "::" in address
        is_whole = is_whole or address.count(":") == GROUPS - 1
        if is_whole and address not in known and address not in in_urls:
            yield address
