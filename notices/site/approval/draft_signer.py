"""From a draft to a signed message, `held`: the octets that were approved, signed.

Nothing is written anew here. What goes out is what the draft has, and the letter
begins with the octets of the unsigned one.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from notices import media_types
from notices.approval import (
    UNSIGNED_LETTER,
    ApprovalRefused,
    NotApproved,
    read_draft,
)
from notices.delivery import State
from notices.errors import EvidenceBroken, NoticesError
from notices.judgment import JST
from notices.messages import Text
from notices.rules import Channel
from notices.signing import PdfLevel
from notices.site import reserved
from notices.site.configured import fresh_token
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.site.preparing.documents import sign_letter, signed_mail
from notices.site.preparing.drafts import (
    SIGNED_LETTER,
    OutgoingMail,
    outgoing_files,
    read_outgoing,
)
from notices.site.receipts import Receipt, receipt_of
from notices.site.signer.desk import SignerDesk
from notices.site.signer.signer import Signer
from notices.site.test_mode import SiteMode
from notices.store import (
    JUDGMENT,
    Artifact,
    SignedDraft,
    Store,
    StoredApprovals,
    StoredDraft,
    StoredDrafts,
    StoredNotice,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOutcome:
    """What became of a draft in one round."""

    number: str
    """整理番号."""
    stored: StoredNotice
    """How it stands now."""
    error: NoticesError | None = None
    """Why it was not signed or queued; None: it was."""


@dataclass(frozen=True, kw_only=True)
class DraftSigner:
    """Signs drafts that may go on, and queues those that are to be sent."""

    store: Store
    """The outbox."""
    drafts: StoredDrafts
    """Its drafts."""
    desk: SignerDesk
    """Opens and judges the signer."""
    approvals: StoredApprovals
    """The door: tells why a draft may not go on."""
    pdf_level: PdfLevel
    """Level of the letter's signature (EN 319 142-1)."""
    relay_host: str
    """Whom mail is given to."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def ask_to_send(self, number: str) -> Receipt:
        """Note that a draft is to be sent; whoever holds the key does it.

        What is signed by now is queued, where nobody did that before.
        """
        stored = self.store.get(number)
        if stored.state is State.DRAFTED:
            self.drafts.ask_to_send(number, now=self.clock())
            waits = self.waits_for_approval(number)
            note = waits.message if waits else Text("it waits to be signed")
            return receipt_of(self.store, self.store.get(number), note)
        if stored.state is State.HELD and stored.channel is Channel.SMTP:
            self._require_fit(stored)
            stored = self.store.queue(number, now=self.clock())
        return receipt_of(self.store, stored)

    def receipts(self) -> Iterator[Receipt | NoticesError]:
        """`round`, as callers are told of it."""
        for outcome in self.round():
            yield outcome.error or receipt_of(self.store, outcome.stored)

    def waits_for_approval(self, number: str) -> NotApproved | None:
        """That nobody has approved it yet; None: it may go on, or has another fault."""
        why = self.approvals.why_shut(self.store.get(number), now=self.clock())
        return why if isinstance(why, NotApproved) else None

    def sign(self, number: str) -> StoredNotice:
        """Sign a draft that may go on: `drafted` to `held`.

        NotApproved and its kin where it may not; what signing raises else. Then it
        stays a draft, and nothing that was made is kept.
        """
        return self._sign(number, is_to_be_sent=False)

    def _sign(self, number: str, *, is_to_be_sent: bool) -> StoredNotice:
        stored = self.store.get(number)
        if why := self.approvals.why_shut(stored, now=self.clock()):
            raise why
        self._require_fit(stored)
        now = self.clock()
        draft = self.drafts.get(number)
        signed = self._signed(draft, self.desk.signer(now), now)
        done = self.drafts.sign(
            signed,
            now=self.clock(),
            is_to_be_sent=is_to_be_sent and stored.channel is Channel.SMTP,
        )
        self.high_water.keep()
        return done

    def go_on(self, number: str) -> StoredNotice:
        """Sign it, and queue it where somebody asked to send it."""
        asked = self.drafts.get(number).send_asked_at is not None
        return self._sign(number, is_to_be_sent=asked)

    def round(self, avoid: Collection[str] = ()) -> Iterator[DraftOutcome]:
        """Look at every draft once; what waits for an approval is passed over.

        avoid: numbers that are left alone.
        """
        for draft in self.drafts.waiting():
            if draft.number in avoid:
                continue
            if outcome := self._outcome(draft.number):
                yield outcome

    def _outcome(self, number: str) -> DraftOutcome | None:
        """What became of it; None: it waits for an approval, or for another one."""
        try:
            return DraftOutcome(number=number, stored=self.go_on(number))
        except NoticesError as error:
            # told, and the others are signed all the same
            stored = self.store.get(number)
            if isinstance(error, (ApprovalRefused, NotApproved)):
                return None
            return DraftOutcome(number=number, stored=stored, error=error)

    def _require_fit(self, stored: StoredNotice) -> None:
        self.rollback.require_none()
        self.high_water.keep()
        self.mode.require(stored)
        if stored.channel is Channel.SMTP:
            reserved.require_real(self.relay_host, stored.envelope)

    def _signed(self, draft: StoredDraft, signer: Signer, now: datetime) -> SignedDraft:
        number = draft.number
        mail = read_outgoing(draft.mail)
        stored = self._documents(draft, mail)
        # Date has whole seconds, and it is the signing time
        signing_time = now.replace(microsecond=0)
        letter = sign_letter(
            stored[UNSIGNED_LETTER],
            signer,
            self.pdf_level,
            signing_time,
            self.clock,
            self.desk.authorities.tolerance,
        )
        if not letter.startswith(stored[UNSIGNED_LETTER]):
            raise NoticesError("the signed letter does not begin with the unsigned one")
        domain = mail.headers["from_mailbox"].rpartition("@")[2]
        headers = mail.to_headers(
            date=signing_time.astimezone(JST),
            message_id=f"<{number}.{fresh_token()}@{domain}>",
        )
        octets = signed_mail(
            headers,
            stored[mail.body].decode(),
            outgoing_files(mail, stored, letter),
            signer,
            signing_time,
        )
        self.desk.require_accepted(octets, signer, self.clock())
        return SignedDraft(
            number=number,
            signer_certificate_sha256=signer.certificate_sha256,
            message=octets,
            message_id=headers.message_id,
            artifacts=(
                Artifact(
                    name=SIGNED_LETTER, media_type=media_types.PDF, content=letter
                ),
            ),
            facts=self._facts(draft, signer),
        )

    def _documents(self, draft: StoredDraft, mail: OutgoingMail) -> dict[str, bytes]:
        """What is to be signed, each as the draft has it; EvidenceBroken else."""
        wanted = read_draft(draft.draft.encode()).documents
        names = {mail.body, UNSIGNED_LETTER} | {
            each["document"] for each in mail.attachments
        }
        found = {name: self.store.artifact(draft.number, name) for name in names}
        judgment = self.store.judgment(draft.number).encode()
        for name, content in {**found, JUDGMENT: judgment}.items():
            made = Artifact(name=name, media_type="", content=content).sha256
            if wanted.get(name) != made:
                raise EvidenceBroken(
                    Text(
                        "{name} of notice {number} is not the one of the draft",
                        name=name,
                        number=draft.number,
                    ),
                    hint="nothing was signed; keep the database for inquiry",
                )
        return found

    def _facts(
        self, draft: StoredDraft, signer: Signer
    ) -> dict[str, str | int | bool | None]:
        tolerance = self.desk.authorities.tolerance
        return {
            "clock_tolerance_seconds": int(tolerance.total_seconds()),
            **json.loads(draft.grounds).get("facts", {}),
            **(signer.stamping.facts if signer.stamping else {}),
        }
