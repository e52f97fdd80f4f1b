"""Previews: letter and mail as they would go out, unsigned and marked 見本."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from notices.catalogue import check
from notices.codec import notice_json
from notices.errors import InputError
from notices.judgment import Judgment
from notices.letters import (
    Letter,
    MailText,
    preview_letter,
    sample_notice,
    write_mail,
)
from notices.notice import JST, Form, Notice, compose
from notices.site.parts import Parts

DRAFT_NUMBER = "MIHON"
"""Stands where the number will be; no real number is used up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a preview shows."""

    name: str
    """The case id or the form."""
    letter: Letter
    """Text, unsigned PDF, DOCX."""
    mail: MailText
    """Subject and body."""

    def write(self, directory: Path, *, pages: bool = False) -> list[Path]:
        """Write PDF, DOCX, text and mail, and with `pages` a PNG of each page."""
        files = {
            f"{self.name}.pdf": self.letter.pdf,
            f"{self.name}.docx": self.letter.docx,
            f"{self.name}.txt": self.letter.text.encode(),
            f"{self.name}.mail.txt": _mail_text(self.mail).encode(),
        }
        if pages:
            from notices.letters import preview_pages  # noqa: PLC0415 - loads pdfium

            for count, picture in enumerate(preview_pages(self.letter.pdf), 1):
                files[f"{self.name}-{count}.png"] = picture
        try:
            directory.mkdir(parents=True, exist_ok=True)
            for name, content in files.items():
                (directory / name).write_bytes(content)
        except OSError as error:
            raise InputError(
                f"{directory} cannot be written: {error}", hint="name another folder"
            ) from error
        return [directory / name for name in files]


def preview_case(parts: Parts, judgment: Judgment) -> Preview:
    """The letter of a judgment to the first rung that stands."""
    notice = compose(
        check(judgment, parts.catalogue),
        center=parts.center,
        number=DRAFT_NUMBER,
        date=parts.clock().astimezone(JST).date(),
        directory=parts.directory,
        is_draft=True,
    )
    return _preview(parts, notice, judgment.case_id)


def preview_form(parts: Parts, form: str) -> Preview:
    """The letter of a form's sample data, with the site's own centre and templates."""
    notice = sample_notice(Form(form), templates=parts.templates, center=parts.center)
    return _preview(parts, notice, form)


def _preview(parts: Parts, notice: Notice, name: str) -> Preview:
    """Templates may have been edited a minute ago: a process with limits writes."""
    letter = preview_letter(
        notice,
        templates=parts.templates,
        notice_json_sha256=sha256(notice_json(notice)).hexdigest(),
        settings=parts.letter_settings,
    )
    mail = write_mail(notice, templates=parts.templates, settings=parts.letter_settings)
    return Preview(name=name, letter=letter, mail=mail)


def _mail_text(mail: MailText) -> str:
    return f"Subject: {mail.subject}\n\n{mail.body}"
