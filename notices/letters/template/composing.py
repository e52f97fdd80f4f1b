"""From a notice and its templates to the model of the letter and the mail's words."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from notices.letters.model import Doc, Para, Part, Passage, Span, Style
from notices.letters.pdf.faces import Faces
from notices.letters.pdf.lengths import with_lengths
from notices.letters.settings import LetterSettings
from notices.letters.template.directives import read_mail, read_part
from notices.letters.template.filling import fill
from notices.letters.template.history import history
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import Templates, letter_name, mail_name
from notices.letters.template.variables import (
    NAMES,
    both,
    honorific,
    letter_values,
    recipient_path,
)
from notices.letters.template.wanted import require_measure, tell_lost_annex
from notices.notice import Notice


def languages(notice: Notice) -> tuple[str, ...]:
    """The languages of the letter; Japanese first: it is the original."""
    return ("ja", "en") if notice.is_bilingual else ("ja",)


def compose_model(
    notice: Notice,
    templates: Templates,
    settings: LetterSettings,
    clean: Cleaner,
    typefaces: Faces,
) -> Doc:
    """Fill the templates of all languages of the letter into one model."""
    parts = (
        compose_part(notice, language, templates, settings, clean)
        for language in languages(notice)
    )
    return Doc(
        parts=tuple(with_lengths(part, typefaces) for part in parts),
        number=clean.line(notice.number),
        addressee=_addressee(notice, clean),
        is_draft=notice.is_draft,
        is_test=notice.is_test,
    )


def _addressee(notice: Notice, clean: Cleaner) -> str:
    name = clean.at(recipient_path(notice)).line(notice.recipient.name)
    return f"{name}　{honorific(notice.recipient)}".rstrip()


def compose_part(
    notice: Notice,
    language: str,
    templates: Templates,
    settings: LetterSettings,
    clean: Cleaner,
) -> Part:
    """The letter in one language, before lengths are put behind wrapped URLs."""
    values: dict[str, Any] = letter_values(
        notice,
        language,
        clean,
        url_style="exact",  # a row of the form, whatever the mail writes
        voluntary_note=settings.voluntary_note,
    )
    source = templates.source(letter_name(notice.form, language))
    part = read_part(fill(source, values), language)
    require_measure(part.texts(), notice, language, source)
    if language == "ja":
        tell_lost_annex(part.texts(), notice, clean)
    words = _DRAFT if notice.is_draft else _TEST if notice.is_test else None
    return _marked(part, words) if words else part


_DRAFT = {
    "ja": "【見本】この書面は見本であり、送付されたものではありません。",
    "en": "[DRAFT] This letter is a draft. It has not been sent.",
}
_TEST = {
    "ja": "【試験】この書面は試験のために作成したものであり、依頼ではありません。",
    "en": "[TEST] This letter was made as a test. It is not a request.",
}


def _marked(part: Part, words: Mapping[str, str]) -> Part:
    """The part with the words what it is; no template can take them away."""
    mark = Passage(Style.MARK, (Para((Span(words[part.language]),)),))
    return replace(part, blocks=(mark, *part.blocks))


def mail_parts(
    notice: Notice,
    language: str,
    templates: Templates,
    settings: LetterSettings,
    clean: Cleaner,
) -> tuple[str, str]:
    """Subject and body of the mail in one language."""
    values = letter_values(
        notice, language, clean, url_style=settings.url_style, voluntary_note=True
    )
    count = len(notice.judgment.target.urls)
    more = {
        "url_count": count,
        "has_several_urls": count > 1,
        "history": history(notice, language),
    }
    source = templates.source(mail_name(notice.form, language))
    subject, body = read_mail(fill(source, values | both(more, NAMES)))
    require_measure((body,), notice, language, source)
    return subject, body
