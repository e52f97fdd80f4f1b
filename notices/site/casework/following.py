"""What follows a request: reminders, withdrawals and corrections, by the facts."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from notices.casework import (
    Case,
    Looked,
    LookOutcome,
    Requested,
    RequestKind,
)
from notices.catalogue import Catalogue
from notices.codec import read_judgment
from notices.delivery import State
from notices.errors import InputError, RefusedError, TryLater
from notices.judgment import JST, Judgment
from notices.messages import Text
from notices.notice import Followed, Following
from notices.site.casework.as_sent import ARRIVED, CasesAsSent
from notices.site.preparing.correcting import corrected_parts
from notices.site.preparing.follow_up import FollowUp
from notices.site.preparing.preparer import PENDING, Preparer
from notices.site.receipts import choose
from notices.site.test_mode import SiteMode
from notices.store import Store, StoredNotice
from notices.store.casework import StoredCasework

_MAY_HAVE_ARRIVED = ARRIVED | {State.IN_DOUBT}


@dataclass(frozen=True, kw_only=True)
class FollowingDesk:
    """Prepares what follows a request, to the same recipient."""

    store: Store
    """The outbox."""
    casework: StoredCasework
    """Facts and cases of the database."""
    cases: CasesAsSent
    """Cases as the site's mode has them: in test mode tests follow tests."""
    catalogue: Catalogue
    """Categories by date."""
    preparer: Preparer
    """Makes signed notices: the one way."""
    mode: SiteMode
    """Real, or a trial: a trial follows trials alone."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def remind(self, case_id: str) -> StoredNotice:
        """Ask the recipient of the standing request again.

        RefusedError with the reasons where it may not be done yet.
        """
        return self._prepare(*self.reminder(case_id))

    def reminder(self, case_id: str) -> tuple[Judgment, FollowUp]:
        """What a reminder is made of."""
        case = self.cases.case(case_id)
        before = self._standing(case)
        following = replace(
            self._following(RequestKind.REMINDER, before), seen_on=_seen_on(case)
        )
        follow_up = FollowUp(following=following, before=before)
        return self._judgment(before), follow_up

    def correct(self, judgment: Judgment, *, reason: str) -> StoredNotice:
        """Put right what the standing request says, by the changed judgment.

        InputError if the judgment says what was said before; RefusedError with the
        reasons where nothing stands that could be put right.
        """
        _require(reason, "a correction needs its reason")
        return self._prepare(*self.correction(judgment, reason=reason))

    def correction(
        self, judgment: Judgment, *, reason: str = ""
    ) -> tuple[Judgment, FollowUp]:
        """What a correction is made of."""
        case = self.cases.case(judgment.case_id)
        before = self._standing(case)
        frozen = self._judgment(before)
        # whom it goes to and how the ladder was walked is not what is corrected
        changed = replace(judgment, ladder=frozen.ladder)
        corrected = tuple(corrected_parts(frozen, changed))
        if not corrected:
            raise InputError(
                Text(
                    "the judgment of {case_id} says what {number} says",
                    case_id=judgment.case_id,
                    number=before.number,
                ),
                hint="change the case's file first; then type it again",
            )
        following = replace(
            self._following(RequestKind.CORRECTION, before), corrected=corrected
        )
        return changed, FollowUp(following=following, before=before, reason=reason)

    def to_withdraw(self, case_id: str, number: str = "") -> StoredNotice:
        """The notice that `withdraw` is about: one that waits, or a request.

        InputError if the case has none, or several; RefusedError if none fits.
        """
        if not number:
            requests = [
                stored
                for stored in self.store.find(case_id)
                if stored.key.kind == self.mode.kind and self._is_fitting(stored)
            ]
            if not requests:
                self._require_not_taken_back(case_id)
            # what waits behind a request is taken back with it
            number = requests[0].number if len(requests) == 1 else ""
        return choose(
            self.store,
            case_id,
            number,
            is_fitting=lambda stored: self._is_fitting(stored, is_named=bool(number)),
            words="to be taken back",
        )

    def withdrawable(self, case_id: str) -> tuple[StoredNotice, ...]:
        """Every notice of a case that `withdraw` takes back where it is named."""
        found = self.store.find(case_id)
        return tuple(one for one in found if self._is_fitting(one, is_named=True))

    def withdraw(self, request: StoredNotice, *, reason: str) -> StoredNotice:
        """Prepare the notice that takes back a request that may have arrived."""
        _require(reason, "taking a notice back needs its reason")
        if request.state is State.SENDING:
            raise TryLater(
                Text("a worker is at {number}; try again", number=request.number)
            )
        return self._prepare(*self.withdrawal(request, reason=reason))

    def withdrawal(
        self, request: StoredNotice, *, reason: str = ""
    ) -> tuple[Judgment, FollowUp]:
        """What a withdrawal is made of."""
        self.mode.require(request)
        before = self._newest_asking(request)
        follow_up = FollowUp(
            following=self._following(RequestKind.WITHDRAWAL, before),
            before=before,
            reason=reason,
            is_on_record=self._is_on_record(request),
        )
        return self._judgment(before), follow_up

    def _is_on_record(self, request: StoredNotice) -> bool:
        """Whether the facts tell that it was sent; those of a doubt do not."""
        return any(
            isinstance(fact.details, Requested)
            and fact.details.number == request.number
            for case in self.casework.cases_of([request.key.case_id])
            for fact in case.facts
        )

    def is_pending(self, stored: StoredNotice) -> bool:
        """Whether nothing of it can have arrived: it is taken back without a word."""
        return stored.state in PENDING

    def _is_fitting(self, stored: StoredNotice, *, is_named: bool = False) -> bool:
        """A withdrawal that waits is taken back only where it is named."""
        if stored.state in PENDING or stored.state is State.SENDING:
            return is_named or stored.key.request_kind is not RequestKind.WITHDRAWAL
        is_request = (
            stored.key.kind == self.mode.kind and stored.state in _MAY_HAVE_ARRIVED
        )
        return is_request and not self._is_taken_back(stored)

    def _is_taken_back(self, request: StoredNotice) -> bool:
        """By a withdrawal that went out; while one waits, `withdraw` tells of it."""
        by = self.store.queries.taken_back_by(self._newest_asking(request).number)
        return bool(by) and self.store.get(by).state not in PENDING

    def _require_not_taken_back(self, case_id: str) -> None:
        """Tell by which notice a case's request was taken back."""
        for follower in self.store.queries.followers(case_id):
            is_test, is_sent = follower.is_test, follower.state in ARRIVED
            if follower.kind is not RequestKind.WITHDRAWAL:
                continue
            if is_sent and is_test == self.mode.is_test:
                raise RefusedError(
                    Text(
                        "{number} was taken back by {by}",
                        number=follower.of,
                        by=follower.number,
                    ),
                    hint='to ask anew: notices send CASE-ID --again "REASON"',
                )

    def _standing(self, case: Case) -> StoredNotice:
        """The newest notice that tells what is asked of whom; RefusedError if none."""
        standing = case.standing_request
        number = getattr(standing.details, "number", "") if standing else ""
        sent = self.store.find(case.case_id)
        found = [stored for stored in sent if stored.number == number]
        if not found:
            raise RefusedError(
                self._none_stands(case.case_id),
                hint=Text("see: notices case {case_id}", case_id=case.case_id),
            )
        self.mode.require(found[0])
        return self._newest_asking(found[0])

    def _none_stands(self, case_id: str) -> Text:
        if self.mode.is_test:
            return Text("no test of {case_id} stands that was sent", case_id=case_id)
        return Text(
            "no request of {case_id} stands that was sent from here", case_id=case_id
        )

    def _newest_asking(self, request: StoredNotice) -> StoredNotice:
        """The request, or its newest correction that was sent."""
        by_number = {each.number: each for each in self.store.find(request.key.case_id)}
        chain = {request.number}
        newest = request
        for follower in self.store.queries.followers(request.key.case_id):
            is_correction = follower.kind is RequestKind.CORRECTION
            if is_correction and follower.of in chain and follower.state in ARRIVED:
                chain.add(follower.number)
                newest = by_number[follower.number]
        return newest

    def _following(self, kind: RequestKind, before: StoredNotice) -> Following:
        octets = self._notice_json(before)
        return Following(
            kind=kind,
            follows=Followed(
                number=before.number,
                date=before.letter_date,
                kind=before.key.request_kind,
                notice_sha256=sha256(octets).hexdigest(),
                message_id=before.message_id,
            ),
            thread=(*self._thread(before), before.message_id),
        )

    def _thread(self, before: StoredNotice) -> Iterator[str]:
        """Message-IDs of what the notice before follows, the oldest first."""
        told: dict[str, Any] = json.loads(self._notice_json(before))
        follows = told.get("follows")
        if follows:
            yield from self._thread(self.store.get(follows["number"]))
            yield follows["message_id"]

    def _notice_json(self, stored: StoredNotice) -> bytes:
        return self.store.artifact(stored.number, "notice.json")

    def _judgment(self, stored: StoredNotice) -> Judgment:
        frozen = self.store.judgment(stored.number).encode()
        judgment: Judgment = read_judgment(frozen, self.catalogue)
        return judgment

    def _prepare(self, judgment: Judgment, follow_up: FollowUp) -> StoredNotice:
        return self.preparer.prepare(
            judgment,
            rung=follow_up.rung,
            rung_reason=follow_up.before.rung_reason,
            follow_up=follow_up,
        )


def _require(reason: str, message: str) -> None:
    if not reason.strip():
        raise RefusedError(message)


def _seen_on(case: Case) -> date | None:
    """The day on which it was last seen to be there since the request."""
    look = case.known_look()
    if look is None or not isinstance(look.details, Looked):
        return None
    is_there = look.details.outcome in {LookOutcome.STILL_THERE, LookOutcome.PARTLY}
    return look.at.astimezone(JST).date() if is_there else None
