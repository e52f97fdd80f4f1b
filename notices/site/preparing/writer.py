"""A notice written out under its number, as a draft or signed; not kept here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notices.codec import write_judgment
from notices.delivery import Envelope
from notices.letters import LetterSettings, Templates
from notices.letters.template.hygiene import Remark
from notices.mail import Headers
from notices.notice import Notice, RequestKind
from notices.signing import PdfLevel
from notices.site.approval.grounds import GroundSources, entry_of
from notices.site.casework.gate import CaseGate
from notices.site.configured import fresh_token
from notices.site.manual import submission
from notices.site.preparing.composer import Composer
from notices.site.preparing.documents import (
    Documents,
    artifacts,
    make_documents,
    make_headers,
    sign_documents,
    sign_message,
    try_mail,
)
from notices.site.preparing.drafts import drafted_notice
from notices.site.preparing.follow_up import act_of
from notices.site.preparing.number_desk import NumberDesk
from notices.site.preparing.remarks import remarks_document
from notices.site.signer.desk import SignerDesk
from notices.site.signer.signer import Signer
from notices.store import CaseKey, DraftedNotice, SignedNotice


@dataclass(frozen=True, kw_only=True)
class NoticeWriter:
    """Writes letters and mails, and has them signed."""

    numbers: NumberDesk
    """Gives 整理番号."""
    desk: SignerDesk
    """Opens and judges the signer."""
    composer: Composer
    """Makes the notice of a judgment."""
    templates: Templates
    """Wording and layout of letters and mails."""
    letter_settings: LetterSettings
    """How letters look."""
    pdf_level: PdfLevel
    """Level of the letter's signature (EN 319 142-1)."""
    archive_mailbox: str
    """Gets a copy of every real mail; empty: none does."""
    gate: CaseGate
    """Tells what speaks against it in the case."""
    grounds: GroundSources
    """What a draft rests on."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def draft(self, notice: Notice, key: CaseKey, now: datetime) -> DraftedNotice:
        """All that is approved, under its number; no key is touched."""
        grounds = self.grounds.of(key.case_id, entry_of(notice.judgment, key.rung))
        numbered = self.numbers.made(notice, key, lambda it: self._tried(it, now))
        notice, documents = numbered.notice, numbered.documents
        remarks = self._remarks(notice, documents)
        return drafted_notice(
            notice,
            key,
            documents,
            make_headers(notice, documents.mail, now),
            self.envelope(notice),
            grounds=grounds,
            remarks=remarks,
            facts={"warnings": len(remarks), **_choices(notice)},
        )

    def signed(self, notice: Notice, key: CaseKey, now: datetime) -> SignedNotice:
        """Everything under its number: what can fail without one fails before."""
        signer = self.desk.signer(now)
        numbered = self.numbers.made(notice, key, lambda it: self._tried(it, now))
        notice, documents = numbered.notice, numbered.documents
        # The Date field has whole seconds, and it is the signing time. What is asked
        # for on the way is younger, so the whole is judged at a time of its own.
        signing_time = now.replace(microsecond=0)
        headers = make_headers(notice, documents.mail, signing_time)
        documents = sign_documents(
            documents,
            signer,
            signing_time,
            level=self.pdf_level,
            clock=self.clock,
            tolerance=self.desk.authorities.tolerance,
        )
        with self.numbers.used_up(notice.number):
            octets = sign_message(headers, documents, notice, signer, signing_time)
            self.desk.require_accepted(octets, signer, self.clock())
            return self._everything(notice, key, signer, documents, octets, headers)

    def _tried(self, notice: Notice, now: datetime) -> Documents:
        """The documents, of which a mail can be made."""
        documents = self._documents(notice)
        try_mail(make_headers(notice, documents.mail, now), documents, notice)
        return documents

    def _documents(self, notice: Notice) -> Documents:
        return make_documents(
            notice,
            templates=self.templates,
            settings=self.letter_settings,
            warnings={each.code for each in self.composer.remarks(notice)},
        )

    def _everything(
        self,
        notice: Notice,
        key: CaseKey,
        signer: Signer,
        documents: Documents,
        octets: bytes,
        headers: Headers,
    ) -> SignedNotice:
        """Everything that is committed with a notice."""
        tolerance = self.desk.authorities.tolerance
        return SignedNotice(
            number=notice.number,
            key=key,
            form=notice.form.value,
            recipient_name=notice.recipient.name,
            letter_date=notice.date,
            judgment=write_judgment(notice.judgment),
            notice=documents.notice_json.decode(),
            signer_certificate_sha256=signer.certificate_sha256,
            message=octets,
            message_id=headers.message_id,
            envelope=self.envelope(notice),
            artifacts=(
                *artifacts(documents),
                *submission(notice, documents.notice_json),
                *remarks_document(self._remarks(notice, documents)),
            ),
            again_reason=notice.again_reason,
            rung_reason=notice.rung_reason,
            follows=notice.following.follows.number if notice.following else "",
            facts={
                "clock_tolerance_seconds": int(tolerance.total_seconds()),
                "warnings": len(self._remarks(notice, documents)),
                **_choices(notice),
                **(signer.stamping.facts if signer.stamping else {}),
            },
            channel=notice.recipient.channel,
            is_test=notice.is_test,
        )

    def _remarks(self, notice: Notice, documents: Documents) -> tuple[Remark, ...]:
        open_points = self.composer.remarks(notice)
        of_case = self.gate.remarks(notice.judgment, act_of(notice.kind))
        if notice.is_test:
            of_case = iter(())
        return (*open_points, *documents.letter.remarks, *of_case)

    def envelope(self, notice: Notice) -> Envelope:
        """Who gets it, and who hears of it."""
        return Envelope(
            reverse_path=notice.center.mailbox,
            forward_path=notice.recipient.mailbox,
            archive_path="" if notice.is_test else self.archive_mailbox,
            envid=f"{notice.number}.{fresh_token()[:8]}",
        )


def _choices(notice: Notice) -> dict[str, str]:
    """What the site's own files decided: the judgment does not tell it."""
    folder, reason = notice.recipient.template, notice.standing_reason
    is_further = folder and notice.kind is RequestKind.REQUEST
    kind = {"template": folder} if is_further else {}
    if reason is None:
        return kind
    return {**kind, "abroad_reason": reason.reason, "abroad_source": reason.source}
