"""What acts for two pairs of eyes, each made of the parts that it uses."""

from functools import cached_property

from notices.signing import PdfLevel
from notices.site import configured
from notices.site.approval.approval_desk import ApprovalDesk
from notices.site.approval.draft_signer import DraftSigner
from notices.site.approval.party import relying_party
from notices.site.approval.people_desk import PeopleDesk
from notices.site.parts import Parts


class ApprovalRooms:
    """Opened when the first of them is used."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @cached_property
    def people(self) -> PeopleDesk:
        """Who is enrolled."""
        config = self.parts.config
        return PeopleDesk(
            people=self.parts.people,
            path=config.resolve(config.approval.people),
            log=configured.log_origin(config),
            party=relying_party(config),
            tolerance=config.signing.clock_tolerance,
            clock=self.parts.clock,
        )

    @cached_property
    def desk(self) -> ApprovalDesk:
        """What is to be signed by a person, and what was."""
        return ApprovalDesk(
            store=self.parts.store,
            drafts=self.parts.drafts,
            approvals=self.parts.approvals,
            people=self.parts.people,
            log=configured.log_origin(self.parts.config),
            clock=self.parts.clock,
        )

    @cached_property
    def signer(self) -> DraftSigner:
        """Signs drafts that may go on."""
        config = self.parts.config
        return DraftSigner(
            store=self.parts.store,
            drafts=self.parts.drafts,
            desk=self.parts.desk,
            approvals=self.parts.approvals,
            pdf_level=PdfLevel(config.signing.pdf_level),
            relay_host=config.smtp.host,
            mode=self.parts.mode,
            rollback=self.parts.rollback,
            high_water=self.parts.high_water,
            clock=self.parts.clock,
        )
