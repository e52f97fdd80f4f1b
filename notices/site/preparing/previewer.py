"""Previews: letter and mail as they would go out, unsigned and marked 見本."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from notices.codec import notice_json
from notices.evidence import PICTURE_MARK, is_preview
from notices.files import make_folder, require_free, safe_write
from notices.judgment import Judgment
from notices.letters import (
    Letter,
    LetterSettings,
    MailText,
    Templates,
    preview_letter,
    sample_notice,
    write_letter,
    write_mail,
)
from notices.letters.pictures import declared
from notices.letters.samples import as_kind, sample_of_kind
from notices.letters.template.hygiene import Remark
from notices.messages import Text
from notices.notice import Form, Notice, RequestKind
from notices.rules import Channel
from notices.site import reserved
from notices.site.preparing.composer import Composer

if TYPE_CHECKING:
    from notices.site.preparing.follow_up import FollowUp

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
    notice: Notice
    """What it is made of: recipient, form, kind; its number is `MIHON`."""
    remarks: tuple[Remark, ...] = ()
    """What would stand in the way of sending it."""

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """All that is told and does not stop the making of it."""
        return (*self.remarks, *self.letter.remarks)

    def write(self, directory: Path, *, pages: bool = False) -> list[Path]:
        """Write PDF, DOCX, text and mail, and with `pages` a PNG of each page.

        An earlier preview is replaced. RefusedError for any other file of that name;
        then nothing is written.
        """
        files = {
            f"{self.name}.pdf": self.letter.pdf,
            f"{self.name}.docx": self.letter.docx,
            f"{self.name}.txt": self.letter.text.encode(),
            f"{self.name}.mail.txt": _mail_text(self.mail).encode(),
        }
        if pages:
            from notices.letters import preview_pages  # noqa: PLC0415 - loads pdfium

            pictures = preview_pages(self.letter.pdf, software=PICTURE_MARK)
            for count, picture in enumerate(pictures, 1):
                files[f"{self.name}-{count}.png"] = picture
        make_folder(directory)
        for name in files:
            require_free(directory / name, is_preview)
        for name, content in files.items():
            safe_write(directory / name, content, replaces=is_preview)
        return [directory / name for name in files]


@dataclass(frozen=True, kw_only=True)
class Previewer:
    """Shows letter and mail, unsigned and marked as drafts."""

    composer: Composer
    """Makes the notice of a judgment."""
    templates: Templates
    """Wording and layout."""
    letter_settings: LetterSettings
    """How letters look."""
    archive_mailbox: str
    """Gets a copy of every real mail; empty: none does."""
    relay_host: str
    """Whom mail is given to."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def case(self, judgment: Judgment, *, template: str = "") -> Preview:
        """The letter of a judgment to the first rung that stands.

        template: folder of a further kind of notice, whatever the recipient's entry
        says; InvalidTemplate if it is none of the judgment's form.
        """
        notice = self.composer.draft(judgment, DRAFT_NUMBER, self.clock())
        if template:
            notice = as_kind(notice, self.templates.kind(template))
        made = self._preview(notice, judgment.case_id)
        open_points = self.composer.remarks(notice)
        return replace(made, remarks=(*open_points, *self._remarks(notice)))

    def told_of(self, judgment: Judgment) -> tuple[Remark, ...]:
        """What would be told of a judgment, without a preview of its letter.

        In this process, as when it is prepared: templates were checked when they were
        edited. InvalidJudgment, InvalidTemplate.
        """
        notice = self.composer.draft(judgment, DRAFT_NUMBER, self.clock())
        letter = write_letter(
            notice,
            templates=self.templates,
            notice_json_sha256=sha256(notice_json(notice)).hexdigest(),
            settings=self.letter_settings,
        )
        of_notice = (*self.composer.remarks(notice), *self._remarks(notice))
        return (*of_notice, *letter.remarks)

    def _remarks(self, notice: Notice) -> Iterator[Remark]:
        """Channels besides mail need no mailbox; tests have another one."""
        if notice.recipient.channel is Channel.SMTP:
            test, archive = self.composer.mode.address, self.archive_mailbox
            to = (test,) if test else (notice.recipient.mailbox, archive)
            if wrong := reserved.fault(self.relay_host, (notice.center.mailbox, *to)):
                told = Text("{wrong}: it will not be sent", wrong=wrong)
                yield Remark("smtp.host", told, "relay")

    def form(self, form: Form, kind: RequestKind = RequestKind.REQUEST) -> Preview:
        """The letter of a form's sample data, with the site's centre and templates."""
        notice = sample_notice(
            form, templates=self.templates, center=self.composer.center, kind=kind
        )
        return self._preview(notice, sample_title(form, kind))

    def further(self, folder: str) -> Preview:
        """The letter of a further kind of notice, with its own sample or its form's."""
        notice = sample_of_kind(
            self.templates.kind(folder),
            templates=self.templates,
            center=self.composer.center,
        )
        return self._preview(notice, folder)

    def follow_up(self, judgment: Judgment, follow_up: FollowUp) -> Preview:
        """The reminder, withdrawal or correction of a case as it would go out."""
        notice = self.composer.draft(
            judgment, DRAFT_NUMBER, self.clock(), follow_up=follow_up
        )
        made = self._preview(notice, f"{judgment.case_id}-{follow_up.kind}")
        return replace(made, remarks=tuple(self._remarks(notice)))

    def _preview(self, notice: Notice, name: str) -> Preview:
        """Templates may have been edited a minute ago: a process with limits writes."""
        letter = preview_letter(
            notice,
            templates=self.templates,
            notice_json_sha256=sha256(
                notice_json(notice, images=declared(self.templates.pictures))
            ).hexdigest(),
            settings=self.letter_settings,
        )
        mail = write_mail(
            notice, templates=self.templates, settings=self.letter_settings
        )
        return Preview(name=name, letter=letter, mail=mail, notice=notice)


def sample_title(form: Form, kind: RequestKind) -> str:
    """What the preview of a sample is called, such as `reminder-form2`."""
    return form.value if kind is RequestKind.REQUEST else f"{kind}-{form}"


SAMPLES: Mapping[str, tuple[Form, RequestKind]] = {
    **{sample_title(form, kind): (form, kind) for kind in RequestKind for form in Form},
    **{
        kind.value: (Form.FORM_1, kind)
        for kind in RequestKind
        if kind is not RequestKind.REQUEST
    },
}
"""What can be previewed without a case: forms, and kinds of notices that follow."""


def _mail_text(mail: MailText) -> str:
    return f"Subject: {mail.subject}\n\n{mail.body}"
