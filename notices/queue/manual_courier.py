"""What is carried by hand: a form that an operator filled in, another system."""

from dataclasses import dataclass
from datetime import datetime

from notices.delivery import Attempt, Envelope, Stage, State
from notices.messages import Text
from notices.smtp.courier import Clock
from notices.smtp.ending import OnStage


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualCourier:
    """Records that somebody handed the request over; touches no network.

    It goes through the same steps as mail does, so that history and ledger tell it
    in the same way, and a crash half-way is seen as one.
    """

    remote: str
    """Where to: the form's host, or what took it."""
    reference: str
    """What the recipient or the other system gave for it."""
    at: datetime
    """When it was done."""

    async def deliver(
        self, envelope: Envelope, message: bytes, *, on_stage: OnStage, clock: Clock
    ) -> Attempt:
        """Give what was done as an attempt that ended well."""
        del envelope, message, clock
        for stage in (Stage.CONNECT, Stage.DATA, Stage.END_OF_DATA):
            await on_stage(stage)
        return Attempt(
            started_at=self.at,
            ended_at=self.at,
            state=State.SENT,
            stage=Stage.END_OF_DATA,
            remote=self.remote,
            note=Text("handed over; reference: {reference}", reference=self.reference),
        )

    async def aclose(self) -> None:
        """Nothing is open."""
