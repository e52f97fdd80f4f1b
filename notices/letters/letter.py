"""From a notice to its letter: model, text, PDF and DOCX at once."""

from dataclasses import dataclass

from notices.letters.docx import write_docx
from notices.letters.model import Doc
from notices.letters.pdf.archival import Metadata, finish
from notices.letters.pdf.drawing import draw
from notices.letters.pdf.faces import faces
from notices.letters.settings import USUAL, LetterSettings
from notices.letters.template.checks.checking import ensure_usable
from notices.letters.template.checks.wholeness import ensure_whole
from notices.letters.template.composing import compose_model, languages
from notices.letters.template.folders.names import letter_name
from notices.letters.template.hygiene import Cleaner, Remark
from notices.letters.template.sources import Templates
from notices.letters.text import write_text
from notices.notice import Notice
from notices.signs import shown


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
    remarks: tuple[Remark, ...] = ()
    """The same, each with the field in which it stands."""


def write_letter(
    notice: Notice,
    *,
    templates: Templates,
    notice_json_sha256: str,
    settings: LetterSettings = USUAL,
) -> Letter:
    """Write the letter of a notice.

    `notice_json_sha256` is the SHA-256 of the machine-readable `notice.json` in hex;
    the PDF names it in its metadata. The same arguments give the same bytes.
    InvalidTemplate if the template must not be used, ConfigError for a broken font.
    """
    ensure_usable(
        tuple(
            templates.source(letter_name(notice, language))
            for language in languages(notice)
        )
    )
    if not notice.is_draft:
        templates.require_accepted()
    typefaces = faces(settings.fonts)
    clean = Cleaner(typefaces.drawable)
    doc = compose_model(
        notice, templates, settings, clean, typefaces, sha256=notice_json_sha256
    )
    ensure_whole(doc, notice, templates, settings)
    drawn = draw(doc, typefaces)
    metadata = _metadata(notice, doc, notice_json_sha256)
    return Letter(
        model=doc,
        text=write_text(doc),
        pdf=finish(drawn, metadata),
        docx=write_docx(
            doc, metadata.title, author=metadata.publisher, day=notice.date
        ),
        warnings=tuple(clean.warnings),
        remarks=tuple(clean.remarks),
    )


def _metadata(notice: Notice, doc: Doc, sha256: str) -> Metadata:
    """Names as they were judged, whatever the fonts; only what is hidden is spelt."""
    return Metadata(
        title=f"{doc.title}（{doc.number}）",
        number=doc.number,
        notice_json_sha256=sha256,
        date=notice.date,
        case_id=notice.judgment.case_id,
        form=notice.form.value,
        recipient=shown(notice.recipient.name),
        publisher=shown(notice.center.name),
        languages=languages(notice),
    )
