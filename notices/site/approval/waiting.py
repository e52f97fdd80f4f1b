"""Why a draft may not go on: nobody approved it, or the approval is good no more."""

from dataclasses import dataclass

from notices.approval import NotApproved
from notices.errors import NoticesError
from notices.messages import Text
from notices.store import StoredDraft, StoredNotice


@dataclass(frozen=True, kw_only=True)
class WhyWaiting:
    """Judges drafts by the policy."""

    is_required: bool
    """Somebody must approve."""

    def reason(self, stored: StoredNotice, draft: StoredDraft) -> NoticesError | None:
        """Why it may not be signed; None: it may."""
        if not self.is_required:
            return None
        return NotApproved(
            Text(
                "{number} waits for an approval of the draft {sha256}",
                number=stored.number,
                sha256=draft.sha256[:16],
            ),
            hint=Text(
                "the checker types: notices approve {case_id} --as NAME",
                case_id=stored.key.case_id,
            ),
        )

    def require_none(self, stored: StoredNotice, draft: StoredDraft) -> None:
        """Raise the reason, if there is one."""
        if error := self.reason(stored, draft):
            raise error
