"""From a notice to its letter: model, text, PDF and DOCX at once."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from notices.letters.addresses import UrlStyle
from notices.letters.archival import Metadata, finish
from notices.letters.directives import read_part
from notices.letters.faces import Faces, faces
from notices.letters.filling import fill
from notices.letters.hygiene import Cleaner
from notices.letters.lengths import with_lengths
from notices.letters.letter_text import write_text
from notices.letters.model import Doc, Para, Part, Passage, Span, Style
from notices.letters.pdf import draw
from notices.letters.sources import Templates, letter_name
from notices.letters.variables import letter_values
from notices.letters.word import write_docx
from notices.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSettings:
    """How letters look at this site."""

    url_style: UrlStyle = "exact"
    """`exact`, or `defanged`: hxxps://www[.]example[.]jp/."""
    voluntary_note: bool = True
    """Whether the note of the guideline's section 6 stands below the form."""
    fonts: tuple[Path, ...] = ()
    """TrueType fonts asked for what the package's own lack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter in all its forms; all say the same."""

    model: Doc
    """What the template and the notice say."""
    text: str
    """As plain text."""
    pdf: bytes
    """PDF/A-2b, tagged, not yet signed."""
    docx: bytes
    """For word processors."""
    warnings: tuple[str, ...] = ()
    """What had to be changed for print, one sentence each."""


def write_letter(
    notice: Notice,
    *,
    templates: Templates,
    notice_json_sha256: str,
    settings: LetterSettings = LetterSettings(),
) -> Letter:
    """Write the letter of a notice.

    `notice_json_sha256` is the SHA-256 of the machine-readable `notice.json` in hex;
    the PDF names it in its metadata. The same arguments give the same bytes.
    InvalidTemplate if the template must not be used, ConfigError for a broken font.
    """
    typefaces = faces(settings.fonts)
    clean = Cleaner(typefaces.drawable)
    doc = compose_model(notice, templates, settings, clean, typefaces)
    drawn = draw(doc, typefaces)
    metadata = _metadata(notice, doc, notice_json_sha256, clean)
    return Letter(
        model=doc,
        text=write_text(doc),
        pdf=finish(drawn, metadata),
        docx=write_docx(doc, metadata.title),
        warnings=tuple(dict.fromkeys(clean.warnings)),
    )


def compose_model(
    notice: Notice,
    templates: Templates,
    settings: LetterSettings,
    clean: Cleaner,
    typefaces: Faces,
) -> Doc:
    """Fill the templates of all languages of the letter into one model."""
    languages = ("ja", "en") if notice.is_bilingual else ("ja",)
    parts = (
        _part(notice, language, templates, settings, clean) for language in languages
    )
    return Doc(
        parts=tuple(with_lengths(part, typefaces) for part in parts),
        number=clean.line(notice.number),
        is_draft=notice.is_draft,
    )


def _part(
    notice: Notice,
    language: str,
    templates: Templates,
    settings: LetterSettings,
    clean: Cleaner,
) -> Part:
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


def _metadata(notice: Notice, doc: Doc, sha256: str, clean: Cleaner) -> Metadata:
    return Metadata(
        title=f"{doc.title}（{doc.number}）",
        number=doc.number,
        notice_json_sha256=sha256,
        date=notice.date,
        case_id=notice.judgment.case_id,
        form=notice.form.value,
        recipient=clean.line(notice.recipient.name),
        publisher=clean.line(notice.center.name),
        languages=("ja", "en") if notice.is_bilingual else ("ja",),
    )
