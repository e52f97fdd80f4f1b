"""From a judgment to a signed message in the store, `held`: nothing is sent here.

The order matters: what can be refused without a trace comes first, the number is
reserved when key and certificate are known to be good, and everything that was made
is committed at once.
"""

from dataclasses import replace
from datetime import datetime

from notices.catalogue import check
from notices.codec import write_judgment
from notices.config import number_text
from notices.delivery import Envelope, State
from notices.errors import OnHold, RefusedError, TryLater
from notices.judgment import Judgment, Rung
from notices.mail import Headers
from notices.notice import JST, Notice, compose
from notices.outbox import CaseKey, Prepared, Stored
from notices.rules import is_on_hold
from notices.site import trial
from notices.site.channels import submission
from notices.site.documents import (
    Documents,
    artifacts,
    make_documents,
    make_headers,
    sign_message,
)
from notices.site.holding import require_no_hold
from notices.site.keys import Signer
from notices.site.marking import keep
from notices.site.parts import Parts, fresh_token

PENDING = {State.HELD, State.QUEUED, State.DEFERRED}
"""States from which nothing can have arrived."""
UNSETTLED = {State.SENDING, State.IN_DOUBT}
"""States in which it may have arrived."""


def prepare(
    parts: Parts,
    judgment: Judgment,
    *,
    rung: Rung | None = None,
    rung_reason: str = "",
    again: str = "",
) -> Stored:
    """Prepare the request of a judgment, or return the one prepared before.

    again: why a new notice is made although there is one already.
    Raises InvalidJudgment, OnHold, CertificateNotUsable, KeyUnavailable,
    RevocationUnavailable, TimestampUnavailable; then nothing was stored.
    """
    now = parts.clock()
    if is_on_hold(judgment):
        raise OnHold(
            f"{judgment.case_id} is on hold, nothing was prepared",
            hint="set police.hold to false when the police have given word",
        )
    draft = _compose(parts, judgment, "0", now, rung, rung_reason)
    kind = trial.kind_of(parts)
    earlier = parts.store.latest(
        judgment.case_id, draft.recipient.rung.value, kind=kind
    )
    if earlier is not None and not again:
        return _unchanged(parts, earlier, judgment)
    require_no_hold(parts)
    keep(parts)
    key = CaseKey(
        case_id=judgment.case_id,
        rung=draft.recipient.rung.value,
        kind=kind,
        ordinal=_ordinal(parts, draft, earlier, again),
    )
    if earlier is not None:
        _require_settled(earlier)
    signer = parts.desk.signer(now)
    number = parts.store.reserve_number(
        key,
        year=draft.date.year,
        make_number=lambda serial: number_text(
            trial.pattern_of(parts),
            year=draft.date.year,
            form_digit=draft.form.digit,
            serial=serial,
        ),
        now=parts.clock(),
        series=trial.series_of(parts),
    )
    notice = replace(draft, number=number, ordinal=key.ordinal, again_reason=again)
    made = _make(parts, notice, key, signer, now)
    if earlier is not None and earlier.state in PENDING:
        parts.store.withdraw(
            earlier.number,
            reason=f"replaced by {number}: {again}",
            now=parts.clock(),
        )
    stored = parts.store.add(made, now=parts.clock())
    keep(parts)
    return stored


def _compose(
    parts: Parts,
    judgment: Judgment,
    number: str,
    now: datetime,
    rung: Rung | None,
    rung_reason: str,
) -> Notice:
    notice = compose(
        check(judgment, parts.catalogue),
        center=parts.center,
        number=number,
        date=now.astimezone(JST).date(),
        rung=rung,
        rung_reason=rung_reason,
        directory=parts.directory,
    )
    wanted = dict.fromkeys(
        notice.recipient.attachments + parts.config.forms.attachments
    )
    recipient = replace(notice.recipient, attachments=tuple(wanted))
    return trial.redirected(parts, replace(notice, recipient=recipient))


def _ordinal(parts: Parts, draft: Notice, earlier: Stored | None, again: str) -> int:
    """The next of the case.

    Notices that only the archive holds count when it is asked again, and stand in the
    way when it is not.
    """
    known = earlier.key.ordinal if earlier else 0
    if draft.is_test:
        return known + 1  # the archive gets no tests
    lost = parts.store.lost(draft.judgment.case_id, draft.recipient.rung.value)
    return max(known, lost.ordinal if lost and again else 0) + 1


def _unchanged(parts: Parts, earlier: Stored, judgment: Judgment) -> Stored:
    """The earlier notice, if it says what the judgment says now."""
    if parts.store.judgment(earlier.number) == write_judgment(judgment):
        return earlier
    raise RefusedError(
        f"{judgment.case_id} was prepared as {earlier.number} ({earlier.state}) from "
        "another judgment; nothing was changed",
        hint='to ask with the changed judgment: notices send --again "REASON"',
    )


def _require_settled(earlier: Stored) -> None:
    if earlier.state in UNSETTLED:
        raise TryLater(
            f"{earlier.number} is {earlier.state}: it may have arrived, and a second "
            "notice now could be one too many",
            hint="settle it first; see: notices show " + earlier.key.case_id,
        )


def _make(
    parts: Parts, notice: Notice, key: CaseKey, signer: Signer, now: datetime
) -> Prepared:
    # The Date field has whole seconds, and it is the signing time. What is asked for
    # on the way is younger, so the whole is judged at a time of its own.
    signing_time = now.replace(microsecond=0)
    documents = make_documents(parts, notice, signer, signing_time)
    headers = make_headers(notice, documents.mail, signing_time)
    octets = sign_message(headers, documents, notice, signer, signing_time)
    parts.desk.require_accepted(octets, signer, parts.clock())
    return prepared(parts, notice, key, signer, documents, octets, headers)


def prepared(
    parts: Parts,
    notice: Notice,
    key: CaseKey,
    signer: Signer,
    documents: Documents,
    octets: bytes,
    headers: Headers,
) -> Prepared:
    """Everything that is committed with a notice."""
    return Prepared(
        number=notice.number,
        key=key,
        form=notice.form.value,
        recipient_name=notice.recipient.name,
        letter_date=notice.date,
        judgment=write_judgment(notice.judgment),
        notice=documents.notice_json.decode(),
        signer_certificate_sha256=signer.certificate_sha256,
        message=octets,
        message_id=headers.message_id,
        envelope=Envelope(
            reverse_path=notice.center.mailbox,
            forward_path=notice.recipient.mailbox,
            archive_path="" if notice.is_test else parts.config.archive.mailbox,
            envid=f"{notice.number}.{fresh_token()[:8]}",
        ),
        artifacts=(
            *artifacts(documents),
            *submission(notice, documents.notice_json),
        ),
        again_reason=notice.again_reason,
        rung_reason=notice.rung_reason,
        facts={
            "clock_tolerance_seconds": parts.config.signing.clock_tolerance_seconds,
            **(signer.stamping.facts if signer.stamping else {}),
        },
        channel=notice.recipient.channel,
        is_test=notice.is_test,
    )
