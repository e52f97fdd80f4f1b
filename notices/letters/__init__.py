"""Letters: one template, one model, written as text, PDF and DOCX.

Names load when they are used (PEP 562): fonts, PDF and DOCX libraries cost a third of
a second that a command without letters need not spend.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from notices.letters.letter import Letter as Letter
    from notices.letters.letter import write_letter as write_letter
    from notices.letters.mail_text import MailText as MailText
    from notices.letters.mail_text import write_mail as write_mail
    from notices.letters.pages import preview_pages as preview_pages
    from notices.letters.preview import PreviewLimits as PreviewLimits
    from notices.letters.preview import preview_letter as preview_letter
    from notices.letters.samples import sample_notice as sample_notice
    from notices.letters.settings import LetterSettings as LetterSettings
    from notices.letters.template.checks.template_check import (
        check_templates as check_templates,
    )
    from notices.letters.template.folders.loading import (
        load_templates as load_templates,
    )
    from notices.letters.template.sources import Templates as Templates

_ROOM = {
    "Letter": "letter",
    "LetterSettings": "settings",
    "PreviewLimits": "preview",
    "MailText": "mail_text",
    "Templates": "template.sources",
    "check_templates": "template.checks.template_check",
    "load_templates": "template.folders.loading",
    "preview_letter": "preview",
    "preview_pages": "pages",
    "sample_notice": "samples",
    "write_letter": "letter",
    "write_mail": "mail_text",
}

__all__ = [
    "Letter",
    "LetterSettings",
    "MailText",
    "PreviewLimits",
    "Templates",
    "check_templates",
    "load_templates",
    "preview_letter",
    "preview_pages",
    "sample_notice",
    "write_letter",
    "write_mail",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    if name not in _ROOM:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM[name]}"), name)
