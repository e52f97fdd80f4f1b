"""What acts for two pairs of eyes, each made of the parts that it uses."""

from functools import cached_property

from notices.signing import PdfLevel
from notices.site import configured
from notices.site.approval.draft_signer import DraftSigner
from notices.site.approval.grounds import GroundSources, catalogue_octets
from notices.site.approval.waiting import WhyWaiting
from notices.site.parts import Parts


class ApprovalRooms:
    """Opened when the first of them is used."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @property
    def is_required(self) -> bool:
        """Whether somebody must approve before the centre signs."""
        return self.parts.config.approval.required != "none"

    @cached_property
    def grounds(self) -> GroundSources:
        """What drafts rest on, read anew at each look."""
        config = self.parts.config
        texts = config.judgment.texts
        return GroundSources(
            templates=lambda: configured.open_templates(config),
            settings=lambda: configured.letter_settings(config),
            directory=lambda: configured.open_directory(config),
            center=lambda: configured.center_of(config),
            catalogue=lambda: catalogue_octets(
                config.resolve(texts) if texts else None, config.abroad.reasons
            ),
        )

    @cached_property
    def why_waiting(self) -> WhyWaiting:
        """Why a draft may not go on."""
        return WhyWaiting(is_required=self.is_required)

    @cached_property
    def signer(self) -> DraftSigner:
        """Signs drafts that may go on."""
        config = self.parts.config
        return DraftSigner(
            store=self.parts.store,
            drafts=self.parts.drafts,
            desk=self.parts.desk,
            why_waiting=self.why_waiting,
            pdf_level=PdfLevel(config.signing.pdf_level),
            relay_host=config.smtp.host,
            mode=self.parts.mode,
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            clock=self.parts.clock,
        )
