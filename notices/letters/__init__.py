"""Letters: one template, one model, written as text, PDF and DOCX."""

from notices.letters.checking import check_templates
from notices.letters.composing import LetterSettings
from notices.letters.letter import Letter, write_letter
from notices.letters.mail_text import MailText, write_mail
from notices.letters.preview import Limits, preview_letter, preview_pages
from notices.letters.samples import sample_notice
from notices.letters.sources import Templates, load_templates

__all__ = [
    "Letter",
    "LetterSettings",
    "Limits",
    "MailText",
    "Templates",
    "check_templates",
    "load_templates",
    "preview_letter",
    "preview_pages",
    "sample_notice",
    "write_letter",
    "write_mail",
]
