"""From a judgment to a signed message in the store, `held`: nothing is sent here.

Where somebody must approve first, or the key is elsewhere, it stops at the draft.

The order matters: what can be refused without a trace comes first, the number is
reserved when key and certificate are known to be good, and everything that was made
is committed at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from notices.arguments import require_reason
from notices.casework import Act, RequestKind
from notices.codec import write_judgment
from notices.delivery import State
from notices.errors import OnHold, RefusedError, TryLater
from notices.judgment import Judgment, Rung
from notices.messages import Text
from notices.notice import Notice
from notices.rules import Channel, is_on_hold
from notices.site import reserved
from notices.site.casework.gate import CaseGate
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.site.preparing.composer import Composer
from notices.site.preparing.follow_up import FollowUp
from notices.site.preparing.writer import NoticeWriter
from notices.site.test_mode import SiteMode
from notices.store import (
    CaseKey,
    DraftedNotice,
    SignedNotice,
    Store,
    StoredDrafts,
    StoredNotice,
)

PENDING = {State.DRAFTED, State.HELD, State.QUEUED, State.DEFERRED}
"""States from which nothing can have arrived."""
_OVERTAKEN = (RequestKind.REMINDER, RequestKind.CORRECTION)
"""Kinds of notices that do not go out any more once the request is taken back."""
UNSETTLED = {State.SENDING, State.IN_DOUBT}
"""States in which it may have arrived."""


@dataclass(frozen=True, kw_only=True)
class Preparer:
    """Makes signed notices of judgments, `held`."""

    store: Store
    """The outbox."""
    drafts: StoredDrafts
    """The drafts of the outbox."""
    composer: Composer
    """Makes the notice of a judgment."""
    writer: NoticeWriter
    """Writes it out."""
    relay_host: str
    """Whom mail is given to."""
    mode: SiteMode
    """Real, or a trial whose mail goes to one address of our own."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    gate: CaseGate
    """Asks whether the case lets it go out."""
    stops_at_draft: bool
    """Somebody must approve before the centre signs."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def prepare(
        self,
        judgment: Judgment,
        *,
        rung: Rung | None = None,
        rung_reason: str = "",
        again: str = "",
        follow_up: FollowUp | None = None,
        as_draft: bool = False,
    ) -> StoredNotice:
        """Prepare the request of a judgment, or return the one prepared before.

        again: why a new notice is made although there is one already. follow_up: it is
        no request, but follows one; one of its kind that waits already is returned.
        as_draft: stop before the key, `drafted`, also where nobody must approve.
        Raises InvalidJudgment, OnHold, CertificateNotUsable, KeyUnavailable,
        RevocationUnavailable, TimestampUnavailable; then nothing was stored.
        """
        for reason in filter(None, (again, rung_reason)):
            require_reason(reason)
        now = self.clock()
        draft = self._draft(judgment, now, rung, rung_reason, follow_up)
        kind = self.mode.kind_of(draft.kind)
        earlier = self.store.latest(
            judgment.case_id, draft.recipient.rung.value, kind=kind
        )
        if earlier and follow_up and self.waits(earlier, judgment):
            return earlier
        if earlier and not follow_up and not again:
            return self._unchanged(earlier, judgment)
        self._require_free(draft, earlier, follow_up.act if follow_up else Act.SEND)
        key = CaseKey(
            case_id=judgment.case_id,
            rung=draft.recipient.rung.value,
            kind=kind,
            ordinal=self._ordinal(draft, earlier, is_again=bool(again or follow_up)),
        )
        reason = follow_up.reason if follow_up else again
        notice = replace(draft, ordinal=key.ordinal, again_reason=reason)
        try:
            return self.make_and_keep(notice, key, earlier, as_draft=as_draft)
        except RefusedError as refused:
            made = self._made_meanwhile(key, earlier)
            if made is None:
                raise
            if reason:
                raise _overtaken(made) from refused
            return self._unchanged(made, judgment)

    def make_and_keep(
        self,
        notice: Notice,
        key: CaseKey,
        earlier: StoredNotice | None,
        *,
        as_draft: bool = False,
    ) -> StoredNotice:
        """Write and store a notice, signed or as a draft: the one way into the store.

        earlier: what it takes the place of, where that is not sent.
        """
        now = self.clock()
        if self.stops_at_draft or as_draft:
            return self._keep_draft(self.writer.draft(notice, key, now), earlier)
        return self._keep(self.writer.signed(notice, key, now), earlier)

    def _made_meanwhile(
        self, key: CaseKey, earlier: StoredNotice | None
    ) -> StoredNotice | None:
        """The notice that another one has made since this looked; None: there is none.

        Two people may send one case at once: both mean the same notice.
        """
        newest = self.store.latest(key.case_id, key.rung, kind=key.kind)
        is_known = earlier and newest and newest.number == earlier.number
        return None if is_known else newest

    def _keep_draft(
        self, made: DraftedNotice, earlier: StoredNotice | None
    ) -> StoredNotice:
        """Store it as `drafted`; what it takes the place of is withdrawn with it."""
        stored = self.drafts.add(
            made, now=self.clock(), replaces=self._replaced(made.key, earlier)
        )
        self.high_water.keep_quietly()
        return stored

    def waits(self, earlier: StoredNotice, judgment: Judgment) -> bool:
        """Whether the very same goes out once somebody sends it."""
        is_same = self.store.judgment(earlier.number) == write_judgment(judgment)
        return is_same and earlier.state in PENDING

    def _draft(
        self,
        judgment: Judgment,
        now: datetime,
        rung: Rung | None,
        rung_reason: str,
        follow_up: FollowUp | None,
    ) -> Notice:
        """The notice without its number."""
        is_withdrawal = follow_up and follow_up.kind is RequestKind.WITHDRAWAL
        if is_on_hold(judgment) and not is_withdrawal:
            raise OnHold(
                Text(
                    "{case_id} is on hold, nothing was prepared",
                    case_id=judgment.case_id,
                ),
                hint="set police.hold to false when the police have given word",
            )
        return self.composer.compose(
            judgment, now, rung=rung, rung_reason=rung_reason, follow_up=follow_up
        )

    def _require_free(
        self, draft: Notice, earlier: StoredNotice | None, act: Act
    ) -> None:
        """Refuse what may not go out now, before a number is reserved."""
        self.rollback.require_none()
        self.high_water.keep()
        if draft.recipient.channel is Channel.SMTP:
            reserved.require_real(self.relay_host, self.writer.envelope(draft))
        if earlier is not None:
            _require_settled(earlier)
        if not draft.is_test:
            self.gate.require(draft.judgment, act)

    def _keep(self, made: SignedNotice, earlier: StoredNotice | None) -> StoredNotice:
        """Store it as `held`; what it takes the place of is withdrawn with it."""
        with self.writer.numbers.used_up(made.number):
            stored = self.store.add(
                made, now=self.clock(), replaces=self._replaced(made.key, earlier)
            )
        self.high_water.keep()
        return stored

    def _replaced(self, key: CaseKey, earlier: StoredNotice | None) -> list[str]:
        """Numbers of what it takes the place of, as far as nothing can have arrived."""
        if key.request_kind is RequestKind.WITHDRAWAL:
            return self.overtaken(key)
        is_open = earlier is not None and earlier.state in PENDING
        return [earlier.number] if earlier and is_open else []

    def overtaken(self, key: CaseKey) -> list[str]:
        """Numbers of what is withdrawn with a request: it waits, and follows it.

        key: of the request, or of what takes it back.
        """
        return [
            each.number
            for each in self.store.find(key.case_id)
            if (each.key.rung, each.is_test) == (key.rung, key.is_test)
            and each.key.request_kind in _OVERTAKEN
            and each.state in PENDING
        ]

    def _ordinal(
        self, draft: Notice, earlier: StoredNotice | None, *, is_again: bool
    ) -> int:
        """The next of the case.

        Notices that only the archive holds count when it is asked again, and stand in
        the way when it is not.
        """
        known = earlier.key.ordinal if earlier else 0
        if draft.is_test:
            return known + 1  # the archive gets no tests
        lost = self.store.queries.lost(
            draft.judgment.case_id, draft.recipient.rung.value
        )
        return max(known, lost.ordinal if lost and is_again else 0) + 1

    def _unchanged(self, earlier: StoredNotice, judgment: Judgment) -> StoredNotice:
        """The earlier notice, if it says what the judgment says now."""
        if self.store.judgment(earlier.number) == write_judgment(judgment):
            return earlier
        raise RefusedError(
            Text(
                "{case_id} was prepared as {number} ({state}) "
                "from "
                "another judgment; nothing was changed",
                case_id=judgment.case_id,
                number=earlier.number,
                state=earlier.state,
            ),
            hint="to ask with the changed judgment: "
            'notices send CASE-ID --again "REASON"',
        )


def _overtaken(made: StoredNotice) -> RefusedError:
    """Who gave a reason means a notice of his own, and has not seen this one."""
    return RefusedError(
        Text(
            "{number} of the same case was made at the same moment by somebody else; "
            "nothing was made here",
            number=made.number,
        ),
        hint=Text("look at it first: notices show {case}", case=made.key.case_id),
    )


def _require_settled(earlier: StoredNotice) -> None:
    if earlier.state in UNSETTLED:
        raise TryLater(
            Text(
                "{number} is {state}: it may have arrived, and a second "
                "notice now could be one too many",
                number=earlier.number,
                state=earlier.state,
            ),
            hint="settle it first; see: notices show " + earlier.key.case_id,
        )
