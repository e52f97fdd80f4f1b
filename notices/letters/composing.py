"""From a notice and its templates to the model of the letter and the mail's words."""

from dataclasses import replace
from typing import Any

from notices.letters.directives import read_mail, read_part
from notices.letters.faces import Faces
from notices.letters.filling import fill
from notices.letters.history import history
from notices.letters.hygiene import Cleaner
from notices.letters.lengths import with_lengths
from notices.letters.model import Doc, Para, Part, Passage, Span, Style
from notices.letters.settings import LetterSettings
from notices.letters.sources import Templates, letter_name, mail_name
from notices.letters.variables import NAMES, both, letter_values
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
        is_draft=notice.is_draft,
    )


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
        url_style=settings.url_style,
        voluntary_note=settings.voluntary_note,
    )
    source = templates.source(letter_name(notice.form, language))
    part = read_part(fill(source, values), language)
    return _marked(part) if notice.is_draft else part


def _marked(part: Part) -> Part:
    """The part with the words that it is a draft; no template can take them away."""
    words = {
        "ja": "【見本】この書面は見本であり、送付されたものではありません。",
        "en": "[DRAFT] This letter is a draft. It has not been sent.",
    }
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
    more = {
        "url_count": len(notice.judgment.target.urls),
        "history": history(notice, language),
    }
    source = templates.source(mail_name(notice.form, language))
    return read_mail(fill(source, values | both(more, NAMES)))
