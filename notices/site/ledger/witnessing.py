"""A checkpoint by mail: a witness outside holds what the log was at that time.

The mail is signed like every other, but it is no notice: it has no number, and
sending it twice does no harm. What was not taken is an error, nothing is kept.
"""

import asyncio

from notices.addresses import address_fault
from notices.delivery import Attempt, Envelope, Stage, State
from notices.errors import DeliveryFailed, InputError, RelayUnavailable
from notices.mail import Attachment, Headers
from notices.notice import JST
from notices.site import reserved
from notices.site.documents import signed_mail
from notices.site.parts import Parts, fresh_token
from notices.store import Issued

TEXT = """\
This is a checkpoint of the log of {center}: its size and root hash, signed.
Please keep it. Whoever holds it can tell later whether the log was changed before
that point: notices ledger verify --checkpoint FILE.

{note}"""
NOTE_FILE, STAMP_FILE = "checkpoint.txt", "checkpoint.tst"


def mail_checkpoint(parts: Parts, issued: Issued, mailbox: str) -> Attempt:
    """Send a checkpoint to one mailbox, with its time stamp where it has one.

    InputError for what is no mailbox, RelayUnavailable (75) or DeliveryFailed (69)
    if the server did not take it.
    """
    if fault := address_fault(mailbox):
        raise InputError(f"{mailbox!r} {fault}")
    envelope = Envelope(
        reverse_path=parts.center.mailbox, forward_path=mailbox, envid=fresh_token()
    )
    reserved.require_real(parts, envelope)
    octets = _message(parts, issued, mailbox)
    attempt = asyncio.run(_carry(parts, envelope, octets))
    if attempt.state is State.SENT:
        return attempt
    refusal = DeliveryFailed if attempt.state is State.FAILED else RelayUnavailable
    raise refusal(
        f"the checkpoint was not taken for {mailbox} at {attempt.stage}: "
        f"{attempt.reply or attempt.note}",
        hint="the checkpoint itself is issued; mail it again, or write it with --out",
    )


def _message(parts: Parts, issued: Issued, mailbox: str) -> bytes:
    now = parts.clock().replace(microsecond=0)
    center = parts.center
    domain = center.mailbox.rpartition("@")[2]
    headers = Headers(
        from_name=center.name_en,
        from_mailbox=center.mailbox,
        to_name="",
        to_mailbox=mailbox,
        subject=f"[checkpoint] {issued.note.splitlines()[0]}, {issued.size} entries",
        date=now.astimezone(JST),
        message_id=f"<checkpoint.{issued.size}.{fresh_token()}@{domain}>",
    )
    files = [
        Attachment(
            file_name=NOTE_FILE,
            media_type="application/octet-stream",
            content=issued.note.encode(),
        )
    ]
    if issued.time_stamp:
        files.append(
            Attachment(
                file_name=STAMP_FILE,
                media_type="application/vnd.etsi.timestamp-token",
                content=issued.time_stamp,
            )
        )
    text = TEXT.format(center=center.name_en, note=issued.note)
    return signed_mail(headers, text, files, parts.desk.signer(now), now)


async def _carry(parts: Parts, envelope: Envelope, octets: bytes) -> Attempt:
    courier = parts.courier

    async def on_stage(stage: Stage) -> None:
        """Nothing is to be committed: the mail may be sent again."""

    try:
        return await courier.deliver(
            envelope, octets, on_stage=on_stage, clock=parts.clock
        )
    finally:
        await courier.aclose()
