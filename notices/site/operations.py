"""What operators and auditors do with an open site; the command line calls it.

Case systems need no more than `Site` in the package itself has. A room loads when it
is first needed: a preview does without pyHanko and without the store.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from notices.errors import Fault, NoticesError
from notices.files import require_free, safe_write
from notices.site.receipts import Receipt

if TYPE_CHECKING:
    import signal
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import datetime

    from notices.config.sections import WorkerSection
    from notices.delivery import Attempt, State
    from notices.evidence import Audit
    from notices.judgment import Judgment
    from notices.ledger import VerifierKey
    from notices.outbox import Decision, Issued, News
    from notices.site.auditing import Consistency
    from notices.site.doctor import Checkup
    from notices.site.exporting import Exported
    from notices.site.moving import BackedUp, Moved
    from notices.site.parts import Parts
    from notices.site.previewing import Preview
    from notices.site.receiving import Arrival
    from notices.site.reconciled import Reconciled

LETTER = ("pdf", "docx", "txt")
"""The shapes in which a letter is stored."""


class Operations:
    """Looking, receiving, keeping and proving, on the parts of a site."""

    _parts: Parts

    def watch(
        self,
        listener: Callable[[News], None],
        *,
        signals: Iterable[signal.Signals] = (),
    ) -> None:
        """Deliver as things fall due until one of `signals` comes.

        What is under way is finished; a second signal breaks it off: TryLater.
        """
        from notices.site import sending

        sending.stay(self._parts, listener, signals=signals)

    @property
    def troubles(self) -> tuple[NoticesError, ...]:
        """What went wrong beside the work and stopped nothing, such as the inbox.

        As far as it was needed so far.
        """
        look = self._parts.__dict__.get("archive_look")
        return (look.trouble,) if look and look.trouble else ()

    @property
    def worker(self) -> WorkerSection:
        """How `notices work` goes about it."""
        return self._parts.config.worker

    def waiting(self) -> int:
        """How many deliveries are due now."""
        from notices.site import sending

        return sending.waiting(self._parts)

    def opens_at(self) -> datetime | None:
        """In quiet hours and on days off: when mail may go again; else None."""
        from notices.site import sending

        return sending.opens_at(self._parts)

    def preview(self, judgment: Judgment) -> Preview:
        """Letter and mail of a judgment, unsigned and marked as a draft."""
        from notices.site import previewing

        return previewing.preview_case(self._parts, judgment)

    def preview_form(self, form: str) -> Preview:
        """Letter and mail of a form's sample, unsigned and marked as a draft."""
        from notices.site import previewing

        return previewing.preview_form(self._parts, form)

    def notices(self, states: Collection[State] = ()) -> list[dict[str, Any]]:
        """Every notice and how its delivery stands, the oldest first."""
        from notices.site import sending

        return [
            {
                **sending.tell(self._parts, stored).to_json(),
                "form": stored.form,
                "date": stored.letter_date.isoformat(),
                "attempts": stored.attempts,
                "next_attempt_at": stored.next_attempt_at
                and stored.next_attempt_at.isoformat(),
            }
            for stored in self._parts.store.list(states)
        ]

    def show(self, case_id: str) -> list[dict[str, Any]]:
        """The record of each notice of a case: documents, events, proofs."""
        from notices.ledger import Tree
        from notices.site import auditing, receiving

        store = self._parts.store
        found = auditing.found_notices(self._parts, case_id)
        tree = Tree(store.leaves())
        return [
            {
                **auditing.record_of(store, stored, tree),
                "reports": receiving.reports_json(store.reports.of(stored.number)),
            }
            for stored in found
        ]

    def read_inbox(self) -> Iterator[Arrival]:
        """Record the reports, copies and replies that are new, one by one."""
        from notices.site import receiving

        return receiving.read_inbox(self._parts)

    def watch_inbox(
        self,
        report: Callable[[Arrival], None],
        trouble: Callable[[NoticesError], None],
        *,
        signals: Iterable[signal.Signals] = (),
    ) -> None:
        """Record what comes in until one of `signals` does."""
        from notices.site import receiving

        receiving.watch_inbox(self._parts, report, trouble, signals=signals)

    def resolve(
        self, case_id: str, decision: Decision, *, reason: str, number: str = ""
    ) -> Receipt:
        """Settle a doubt that evidence cannot settle, on record.

        number: which notice, where several of the case are in doubt.
        """
        from notices.site import receiving

        return receiving.resolve(
            self._parts, case_id, decision, reason=reason, number=number
        )

    def withdraw(self, case_id: str, *, reason: str, number: str = "") -> Receipt:
        """Take a notice back that was not sent, on record."""
        from notices.site import receiving

        return receiving.withdraw(self._parts, case_id, reason=reason, number=number)

    def migrate(self, url: str) -> Moved:
        """Copy the outbox into another, empty database, and prove it."""
        from notices.site import moving

        return moving.migrate(self._parts, url)

    def back_up(self, path: Path) -> BackedUp:
        """Copy the outbox as it is now into a new file, and check the copy."""
        from notices.site import moving

        return moving.back_up(self._parts, path)

    def reconcile(self, *, reason: str, skip: int | None = None) -> Reconciled:
        """Compare a restored outbox with what is known outside; lift the hold."""
        from notices.site import keeping

        return keeping.reconcile(self._parts, reason=reason, skip=skip)

    def checkpoint(self) -> Issued:
        """Sign size and root of the ledger as it is now."""
        from notices.site import auditing

        return auditing.checkpoint(self._parts)

    def mail_checkpoint(self, issued: Issued, mailbox: str) -> Attempt:
        """Send a checkpoint to a witness by signed mail; an error if not taken."""
        from notices.site import witnessing

        return witnessing.mail_checkpoint(self._parts, issued, mailbox)

    def log_key(self) -> VerifierKey:
        """The ledger's public key, which auditors pin."""
        from notices.site.log_key import public_key

        return public_key(self._parts)

    def prove(self, case_id: str) -> dict[str, Any]:
        """Every event of a case with its proof, and the checkpoint."""
        from notices.site import auditing

        return auditing.prove(self._parts, case_id)

    def audit(self, notes: Sequence[str] = ()) -> Audit:
        """Check the whole ledger, also against checkpoints from outside."""
        from notices.site import auditing

        return auditing.examine(self._parts, notes)

    def consistency(self, old_note: str, new_note: str) -> Consistency:
        """Prove that an old checkpoint is within a new one."""
        from notices.site import auditing

        return auditing.consistency(self._parts, old_note, new_note)

    def export(self, case_id: str, *, redact: bool = False) -> list[Exported]:
        """The evidence bundle of each notice of a case.

        redact: leave out URLs and content; the rest is proven all the same.
        """
        from notices.site import exporting

        return exporting.export(self._parts, case_id, redact=redact)

    def renew(self, bundle: bytes) -> tuple[bytes, tuple[str, ...]]:
        """A copy of a bundle with one more archive time stamp, and warnings."""
        from notices.site import exporting

        return exporting.renew_bundle(self._parts, bundle)

    def export_letters(self, number: str, directory: Path) -> list[Path]:
        """Write the letter of a notice as PDF (signed), DOCX and text: new files."""
        written = [directory / f"{number}.{suffix}" for suffix in LETTER]
        for path in written:
            require_free(path)
        for path, suffix in zip(written, LETTER, strict=True):
            safe_write(path, self._parts.store.artifact(number, f"letter.{suffix}"))
        return written

    def template_faults(self, form: str | None = None) -> tuple[Fault, ...]:
        """What an editor got wrong in the templates, all or those of one form."""
        from notices.letters import check_templates

        faults = check_templates(self._parts.templates)
        return tuple(fault for fault in faults if f"{form or ''}/" in fault.path)

    def doctor(self) -> list[Checkup]:
        """What works and what does not, part by part."""
        from notices.site import doctor

        return doctor.examine(self._parts)
