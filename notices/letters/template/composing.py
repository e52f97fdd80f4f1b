"""From a notice and its templates to the model of the letter and the mail's words."""

from dataclasses import replace
from typing import Any

from notices.letters.model import Doc, Para, Part, Passage, Span, Style, Table
from notices.letters.pdf.faces import Faces
from notices.letters.pdf.lengths import with_lengths
from notices.letters.settings import LetterSettings
from notices.letters.template.additions import (
    annex,
    box_for_checking,
    has_annex,
    with_sender_line,
)
from notices.letters.template.directives import read_mail, read_part
from notices.letters.template.filling import fill
from notices.letters.template.folders.names import letter_name, mail_name
from notices.letters.template.history import history
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.layout_file import FixedTexts, Layout
from notices.letters.template.names import ITEM_NAMES, NAMES, both
from notices.letters.template.sources import Templates
from notices.letters.template.variables import honorific, letter_values, recipient_path
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
    *,
    sha256: str,
) -> Doc:
    """Fill the templates of all languages of the letter into one model.

    sha256: of `notice.json`, for the box for checking.
    """
    parts = (
        _with_box(
            compose_part(notice, language, templates, settings, clean),
            notice,
            templates.layout,
            settings,
            sha256,
        )
        for language in languages(notice)
    )
    return Doc(
        parts=tuple(with_lengths(part, typefaces) for part in parts),
        number=clean.line(notice.number),
        addressee=_addressee(notice, clean),
        addressee_en=_addressee_en(notice, clean),
        has_heads=templates.layout.head_from_page_2,
        pictures=templates.pictures,
        is_draft=notice.is_draft,
        is_test=notice.is_test,
    )


def _addressee(notice: Notice, clean: Cleaner) -> str:
    name = clean.at(recipient_path(notice)).line(notice.recipient.name)
    return f"{name}　{honorific(notice.recipient)}".rstrip()


def _addressee_en(notice: Notice, clean: Cleaner) -> str:
    field = "name_en" if notice.recipient.name_en else "name"
    name: str = getattr(notice.recipient, field)
    return clean.at(recipient_path(notice, field)).line(name)


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
        fixed=templates.layout.texts(language),
        voluntary_note=settings.voluntary_note,
    )
    source = templates.source(letter_name(notice, language))
    layout = templates.layout
    fixed = layout.texts(language)
    addresses = tuple(item["address"] for item in values["urls"])
    if has_annex(notice, layout):
        values |= both({"urls": _see_annex(len(addresses), fixed)}, NAMES)
    part = replace(read_part(fill(source, values), language), continued=fixed.continued)
    require_measure(part.texts(), notice, language, source)
    if language == "ja":
        tell_lost_annex(part.texts(), notice, clean)
    if has_annex(notice, layout):
        part = replace(part, blocks=(*part.blocks, *annex(addresses, fixed)))
    if layout.sender_line and language == "ja":
        part = with_sender_line(part, layout.sender_line)
    if notice.is_draft or notice.is_test:
        return _marked(part, fixed.draft if notice.is_draft else fixed.test)
    return part


def _see_annex(count: int, fixed: FixedTexts) -> tuple[dict[str, str], ...]:
    told = fixed.see_annex.replace("{count}", str(count))
    return (both({"ordinal": "", "address": told}, ITEM_NAMES),)


def _with_box(
    part: Part,
    notice: Notice,
    layout: Layout,
    settings: LetterSettings,
    sha256: str,
) -> Part:
    if not layout.checking:
        return part
    box = box_for_checking(notice, settings, layout.texts(part.language), sha256)
    place = next(
        (at for at, block in enumerate(part.blocks) if _begins_annex(block)),
        len(part.blocks),
    )
    return replace(part, blocks=(*part.blocks[:place], box, *part.blocks[place:]))


def _begins_annex(block: Passage | Table) -> bool:
    return isinstance(block, Passage) and block.style is Style.ANNEX


def _marked(part: Part, words: str) -> Part:
    """The part with the words what it is; no template can take them away."""
    mark = Passage(Style.MARK, (Para((Span(words),)),))
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
        notice,
        language,
        clean,
        url_style=settings.url_style,
        voluntary_note=True,
        fixed=templates.layout.texts(language),
    )
    count = len(notice.judgment.target.urls)
    more = {
        "url_count": count,
        "has_several_urls": count > 1,
        "history": history(notice, language),
    }
    source = templates.source(mail_name(notice, language))
    subject, body = read_mail(fill(source, values | both(more, NAMES)))
    require_measure((body,), notice, language, source)
    return subject, body
