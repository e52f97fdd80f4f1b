"""What `notices doctor` says of signing: keys, certificate, time stamps."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from hashlib import sha256

from notices.config.signing_sections import SigningSection
from notices.errors import (
    CertificateNotUsable,
    ConfigError,
    NoticesError,
    RevocationUnavailable,
)
from notices.judgment import JST
from notices.messages import Text
from notices.signing import (
    WARN_BEFORE_END,
    Clock,
    Level,
    TimestampClient,
    require_endesive,
    shown,
)
from notices.site.configured import fresh_token
from notices.site.doctor.checkup import Checkup, fault, guard, warning
from notices.site.doctor.clock import ClockWatch
from notices.site.signer.desk import SignerDesk
from notices.site.signer.key_ring import KeySlot

_OF_LEVEL = {
    Level.PASSED: ("ok", 0),
    Level.WARNING: ("warning", 0),
    Level.REFUSED: ("fault", CertificateNotUsable.exit_code),
    Level.TRY_LATER: ("fault", RevocationUnavailable.exit_code),
    Level.MISCONFIGURED: ("fault", ConfigError.exit_code),
}


def examine_signing(
    desk: SignerDesk, settings: SigningSection, clock: Clock, watch: ClockWatch
) -> Iterator[Checkup]:
    """Every key, then the one that signs today as it is judged before it signs.

    watch: is told the clocks of the authorities that answer.
    """
    with suppress(NoticesError):  # a password that is missing is told below
        desk.authorities.watched_by(watch.note)
    if len(desk.ring.slots) > 1:
        yield from (_key(desk, slot, clock()) for slot in desk.ring.slots)
    try:
        findings = desk.judge(clock()).findings
    except NoticesError as error:
        yield fault("signing", error)
        return
    for finding in findings:
        status, exit_code = _OF_LEVEL[finding.level]
        yield Checkup(
            name=f"signing: {finding.id}",
            status=status,
            detail=finding.detail,
            advice=finding.hint,
            exit_code=exit_code,
        )
    yield from _gaps(desk, clock())
    if settings.backend == "endesive":
        yield guard("signing: backend", lambda: _endesive(desk, clock()))
    yield from _stampers(desk, settings, clock())


def _key(desk: SignerDesk, slot: KeySlot, now: datetime) -> Checkup:
    """One key of several: its days, and its certificate's."""
    name = Text("key {name}", name=slot.name)
    try:
        is_current = slot is desk.ring.current(now)
    except NoticesError:
        is_current = False
    days = " ".join(
        f"{word} {day}"
        for word, day in (
            ("from", slot.entry.first_day),
            ("until", slot.entry.last_day),
        )
        if day
    )
    try:
        certificate = slot.key.certificate
    except NoticesError as error:
        if is_current:
            return fault(name, error)
        return warning(
            name,
            Text("{days}: {message}", days=days, message=error.message),
            error.hint,
        )
    end = certificate.not_valid_after_utc
    detail = Text(
        "{is_current} ({days}); {subject}, valid from "
        "{not_valid_before_utc:%F} to {end:%F}",
        is_current="signs today" if is_current else "does not sign today",
        days=days or "every day",
        subject=certificate.subject.rfc4514_string(),
        not_valid_before_utc=certificate.not_valid_before_utc,
        end=end,
    )
    if slot.entry.first_day and end < _morning(slot.entry.first_day):
        return warning(
            name,
            Text("{detail}; it ends before its first day", detail=detail),
            "get the next certificate",
        )
    return Checkup(name=name, status="ok", detail=detail)


def _gaps(desk: SignerDesk, now: datetime) -> Iterator[Checkup]:
    """Days to come on which nothing can be signed."""
    days = [
        day
        for slot in desk.ring.slots
        for day in (slot.entry.first_day, slot.entry.last_day)
        if day
    ]
    until = max(now + WARN_BEFORE_END, *map(_morning, [*days, now.date()]))
    if gaps := desk.ring.gaps(now, until):
        yield warning(
            "keys",
            Text(
                "no key signs on {count} days: the first is {first}, the last {last}",
                count=len(gaps),
                first=gaps[0],
                last=gaps[-1],
            ),
            "mend from and until of signing.keys, or add the next key",
        )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), JST)


def _endesive(desk: SignerDesk, now: datetime) -> str:
    require_endesive(desk.key(now))
    return "endesive puts the mail's signature together"


def _stampers(
    desk: SignerDesk, settings: SigningSection, now: datetime
) -> Iterator[Checkup]:
    """Each authority is asked for a time stamp over random bits."""
    if not settings.wants_timestamps:
        return
    client = desk.timestamp_client(desk.key(now))
    checkups = [
        guard(Text("time stamps: {url}", url=shown(url)), partial(_stamp, client, url))
        for url in client.urls
    ]
    is_needed = settings.timestamps != "preferred"
    works = any(checkup.status == "ok" for checkup in checkups)
    for checkup in checkups:
        if checkup.status == "fault" and (works or not is_needed):
            yield warning(checkup.name, checkup.detail, checkup.advice)
        else:
            yield checkup


def _stamp(client: TimestampClient, url: str) -> str:
    only = replace(client, urls=(url,))
    stamp = only.stamp(sha256(fresh_token().encode()).digest())
    accuracy = (
        Text("{accuracy:g} s", accuracy=stamp.accuracy.total_seconds())
        if stamp.accuracy
        else "not told"
    )
    return Text(
        "{time:%F %T} UTC, policy {policy}, accuracy {accuracy}",
        time=stamp.time,
        policy=stamp.policy,
        accuracy=accuracy,
    )
