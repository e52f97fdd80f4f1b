"""A checkpoint by mail: a witness outside holds what the log was at that time.

The mail is signed like every other, but it is no notice: it has no number, and
sending it twice does no harm. What was not taken is an error, nothing is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from notices import media_types
from notices.addresses import address_fault
from notices.delivery import Attempt, Envelope, Stage, State
from notices.errors import DeliveryFailed, InputError, RelayUnavailable
from notices.judgment import JST
from notices.mail import Attachment, Headers
from notices.messages import Text
from notices.notice import Center
from notices.running import complete
from notices.site import reserved
from notices.site.configured import fresh_token
from notices.site.preparing.documents import signed_mail
from notices.site.signer.desk import SignerDesk
from notices.smtp import Courier
from notices.store import Issued

TEXT = """\
This is a checkpoint of the log of {center}: its size and root hash, signed.
Please keep it. Whoever holds it can tell later whether the log was changed before
that point: notices ledger verify --checkpoint FILE.

{note}"""
NOTE_FILE, STAMP_FILE = "checkpoint.txt", "checkpoint.tst"


@dataclass(frozen=True, kw_only=True)
class CheckpointMailer:
    """Sends checkpoints to witnesses by signed mail."""

    center: Center
    """Who sends."""
    courier: Courier
    """Carries one mail at a time."""
    relay_host: str
    """Whom mail is given to."""
    desk: SignerDesk
    """Opens and judges the signer."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def mail(self, issued: Issued, mailbox: str) -> Attempt:
        """Send a checkpoint to one mailbox, with its time stamp where it has one.

        InputError for what is no mailbox, RelayUnavailable (75) or DeliveryFailed (69)
        if the server did not take it.
        """
        if fault := address_fault(mailbox):
            raise InputError(Text("{mailbox!r} {fault}", mailbox=mailbox, fault=fault))
        envelope = Envelope(
            reverse_path=self.center.mailbox, forward_path=mailbox, envid=fresh_token()
        )
        reserved.require_real(self.relay_host, envelope)
        octets = self._message(issued, mailbox)
        attempt = complete(self._carry(envelope, octets))
        if attempt.state is State.SENT:
            return attempt
        refusal = DeliveryFailed if attempt.state is State.FAILED else RelayUnavailable
        raise refusal(
            Text(
                "the checkpoint was not taken for {mailbox} at {stage}: {answer}",
                mailbox=mailbox,
                stage=attempt.stage,
                answer=attempt.reply or attempt.note,
            ),
            hint="the checkpoint itself is issued; mail it again, or write it with "
            "--out",
        )

    def _message(self, issued: Issued, mailbox: str) -> bytes:
        signer = self.desk.signer(self.clock())
        now = self.clock().replace(microsecond=0)  # authorities have answered meanwhile
        center = self.center
        domain = center.mailbox.rpartition("@")[2]
        headers = Headers(
            from_name=center.name_en,
            from_mailbox=center.mailbox,
            to_name="",
            to_mailbox=mailbox,
            subject=f"[checkpoint] {issued.note.splitlines()[0]}, {issued.size} "
            "entries",
            date=now.astimezone(JST),
            message_id=f"<checkpoint.{issued.size}.{fresh_token()}@{domain}>",
        )
        files = [
            Attachment(
                file_name=NOTE_FILE,
                media_type="application/octet-stream",
                content=issued.cosigned_note.encode(),
            )
        ]
        if issued.time_stamp:
            files.append(
                Attachment(
                    file_name=STAMP_FILE,
                    media_type=media_types.TIME_STAMP_TOKEN,
                    content=issued.time_stamp,
                )
            )
        text = TEXT.format(center=center.name_en, note=issued.cosigned_note)
        octets = signed_mail(headers, text, files, signer, now)
        self.desk.require_second(octets, signer, self.clock())
        return octets

    async def _carry(self, envelope: Envelope, octets: bytes) -> Attempt:
        courier = self.courier

        async def on_stage(stage: Stage) -> None:
            """Nothing is to be committed: the mail may be sent again."""

        try:
            return await courier.deliver(
                envelope, octets, on_stage=on_stage, clock=self.clock
            )
        finally:
            await courier.aclose()
