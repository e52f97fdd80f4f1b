"""Subject and body of the mail that carries the letter."""

from dataclasses import dataclass

from notices.letters.pdf.faces import faces
from notices.letters.settings import USUAL, LetterSettings
from notices.letters.template.checks.checking import ensure_usable
from notices.letters.template.composing import languages, mail_parts
from notices.letters.template.folders.names import mail_name
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import Templates
from notices.notice import Notice

_RULE = "-" * 72


@dataclass(frozen=True, slots=True, kw_only=True)
class MailText:
    """The words of a mail."""

    subject: str
    """One line, the number first."""
    body: str
    """Plain text, lines end with LF."""


def write_mail(
    notice: Notice,
    *,
    templates: Templates,
    settings: LetterSettings = USUAL,
) -> MailText:
    """Write the mail of a notice; abroad English comes first, Japanese below a line.

    InvalidTemplate if the template must not be used.
    """
    order = languages(notice)
    if notice.recipient.is_abroad:
        order = order[::-1]
    ensure_usable(
        tuple(templates.source(mail_name(notice, language)) for language in order)
    )
    parts = {
        language: _in_language(notice, language, templates, settings)
        for language in order
    }
    first = next(iter(parts.values()))
    body = f"\n{_RULE}\n\n".join(part.body for part in parts.values())
    return MailText(subject=first.subject, body=body)


_TEST_MARK = {"ja": "【試験】", "en": "[TEST] "}


def _in_language(
    notice: Notice, language: str, templates: Templates, settings: LetterSettings
) -> MailText:
    clean = Cleaner(faces(settings.fonts).drawable)
    subject, body = mail_parts(notice, language, templates, settings, clean)
    if notice.is_draft:
        subject = f"【見本】{subject}" if language == "ja" else f"[DRAFT] {subject}"
    elif notice.is_test:
        mark, words = _TEST_MARK[language], templates.layout.texts(language).test_mail
        subject, body = f"{mark}{subject}", f"{mark}{words}\n\n{body}"
    return MailText(subject=subject, body=body)
