"""A notice that follows another: what it is made of besides its judgment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from notices.casework import Act, RequestKind
from notices.judgment import Rung

if TYPE_CHECKING:
    from notices.notice import Following, Notice
    from notices.store import StoredNotice  # a preview of a form opens no database

_XARF = "xarf"
_ACTS = {
    RequestKind.REQUEST: Act.SEND,
    RequestKind.REMINDER: Act.REMIND,
    RequestKind.CORRECTION: Act.CORRECT,
    RequestKind.WITHDRAWAL: Act.WITHDRAW,
}


def act_of(kind: RequestKind) -> Act:
    """What the case is asked for where such a notice is to go out."""
    return _ACTS[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A reminder, a withdrawal or a correction that is to be made."""

    following: Following
    """What it follows."""
    before: StoredNotice
    """The notice that it follows: it goes to the same recipient, by the same way."""
    reason: str = ""
    """Why, for the record; it stands in no letter."""
    is_on_record: bool = True
    """False: the facts of the case do not tell that the notice before was sent."""

    @property
    def kind(self) -> RequestKind:
        """What it is to the one before."""
        return self.following.kind

    @property
    def act(self) -> Act:
        """What the case is asked for before it is made."""
        return act_of(self.kind) if self.is_on_record else Act.TAKE_BACK

    @property
    def rung(self) -> Rung:
        """Rung of the ladder that was asked."""
        return Rung(self.before.key.rung)

    def addressed(self, notice: Notice) -> Notice:
        """The notice to whom the one before went, whatever the directory says now.

        A withdrawal goes along with no report for machines that take reports down, and
        only who is asked anew gets the words of the articles again.
        """
        is_correction = self.kind is RequestKind.CORRECTION
        attachments = notice.recipient.attachments
        if self.kind is RequestKind.WITHDRAWAL:
            attachments = tuple(name for name in attachments if name != _XARF)
        recipient = replace(
            notice.recipient,
            name=self.before.recipient_name,
            mailbox=self.before.envelope.forward_path,
            channel=self.before.channel,
            attachments=attachments,
        )
        annex = notice.annex if is_correction else ()
        return replace(notice, recipient=recipient, annex=annex)
