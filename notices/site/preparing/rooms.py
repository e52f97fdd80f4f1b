"""What acts between judgments and notices, each made of the parts that it uses."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from notices.site import configured

if TYPE_CHECKING:
    from collections.abc import Callable

    from notices.site.casework.following import FollowingDesk
    from notices.site.casework.gate import CaseGate
    from notices.site.parts import Parts
    from notices.site.preparing.composer import Composer
    from notices.site.preparing.judgment_folder import JudgmentFolder
    from notices.site.preparing.preparer import Preparer
    from notices.site.preparing.previewer import Previewer
    from notices.site.preparing.template_desk import TemplateDesk
    from notices.site.preparing.writer import NoticeWriter


class PreparingRooms:
    """Opened when the first of them is used."""

    def __init__(self, parts: Parts, *, open_gate: Callable[[], CaseGate]) -> None:
        self._parts = parts
        self._open_gate = open_gate

    @cached_property
    def composer(self) -> Composer:
        """From a judgment to its notice."""
        from notices.site.preparing.composer import Composer

        return Composer(
            catalogue=self._parts.catalogue,
            center=self._parts.center,
            directory=self._parts.directory,
            attachments=self._parts.config.forms.attachments,
            mode=self._parts.mode,
            tolerance=self._parts.config.signing.clock_tolerance,
        )

    @cached_property
    def judgments(self) -> JudgmentFolder:
        """Judgments that wait in `cases/`."""
        from notices.site.preparing.judgment_folder import JudgmentFolder

        config = self._parts.config
        return JudgmentFolder(
            directory=config.resolve(config.cases.directory),
            queries=lambda: self._parts.store.queries,
            catalogue=self._parts.catalogue,
            tolerance=config.signing.clock_tolerance,
            clock=self._parts.clock,
        )

    @cached_property
    def previewer(self) -> Previewer:
        """Letters and mails as they would go out."""
        from notices.site.preparing.previewer import Previewer

        return Previewer(
            composer=self.composer,
            templates=self._parts.templates,
            letter_settings=configured.letter_settings(self._parts.config),
            archive_mailbox=self._parts.config.archive.mailbox,
            relay_host=self._parts.config.smtp.host,
            clock=self._parts.clock,
        )

    @cached_property
    def template_desk(self) -> TemplateDesk:
        """Templates, changed by two people."""
        from notices.letters import load_templates
        from notices.site.preparing.template_desk import TemplateDesk
        from notices.store.console import StoredProposals

        config = self._parts.config
        forms = config.forms.templates
        return TemplateDesk(
            load=lambda: load_templates(configured.template_folders(config)),
            folder=config.resolve(forms) if forms else None,
            proposals=StoredProposals(self._parts.store.engine),
            previewer=self.previewer,
            clock=self._parts.clock,
        )

    @cached_property
    def writer(self) -> NoticeWriter:
        """From a notice to its documents, under its number."""
        from notices.signing import PdfLevel
        from notices.site.preparing.number_desk import NumberDesk
        from notices.site.preparing.writer import NoticeWriter

        parts = self._parts
        return NoticeWriter(
            numbers=NumberDesk(store=parts.store, mode=parts.mode, clock=parts.clock),
            desk=parts.desk,
            composer=self.composer,
            templates=parts.templates,
            letter_settings=configured.letter_settings(parts.config),
            pdf_level=PdfLevel(parts.config.signing.pdf_level),
            archive_mailbox=parts.config.archive.mailbox,
            gate=self._open_gate(),
            grounds=parts.grounds,
            clock=parts.clock,
        )

    @cached_property
    def preparer(self) -> Preparer:
        """From a judgment to a signed notice, `held`."""
        from notices.site.preparing.preparer import Preparer

        return Preparer(
            store=self._parts.store,
            drafts=self._parts.drafts,
            composer=self.composer,
            writer=self.writer,
            relay_host=self._parts.config.smtp.host,
            mode=self._parts.mode,
            rollback=self._parts.rollback,
            high_water=self._parts.high_water,
            gate=self._open_gate(),
            stops_at_draft=self._parts.config.approval.is_required,
            clock=self._parts.clock,
        )

    @cached_property
    def following(self) -> FollowingDesk:
        """Reminders, withdrawals, corrections."""
        from notices.site.casework.as_sent import CasesAsSent
        from notices.site.casework.following import FollowingDesk

        return FollowingDesk(
            store=self._parts.store,
            casework=self._parts.casework,
            cases=CasesAsSent(
                store=self._parts.store,
                casework=self._parts.casework,
                mode=self._parts.mode,
            ),
            catalogue=self._parts.catalogue,
            preparer=self.preparer,
            mode=self._parts.mode,
            clock=self._parts.clock,
        )
