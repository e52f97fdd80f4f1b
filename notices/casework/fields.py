"""Faults of a fact that need nothing but the fact."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from notices import grammar
from notices.casework.facts import (
    FREE_TEXTS,
    Analysed,
    Answered,
    Disposed,
    Fact,
    Intake,
    Looked,
    Referred,
    Requested,
    Retracted,
    Returned,
)
from notices.errors import Fault
from notices.judgment import Source
from notices.messages import Text

_BY = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])", re.ASCII)
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_WORD = re.compile(r"[a-z0-9-]{0,80}", re.ASCII)
_TOLD = re.compile(r"[a-z0-9_. -]{0,200}", re.ASCII)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_MOST = 100_000_000
_LONGEST = 2000
"""Characters of a free text."""


def faults(fact: Fact) -> Iterator[Fault]:
    """Find them all; the paths are the names of the line's fields."""
    details = fact.details
    if fact.case_id and (wrong := grammar.case_id_fault(fact.case_id)):
        yield Fault("case_id", wrong)
    if not fact.case_id and not isinstance(details, Intake | Referred):
        yield Fault("case_id", "is missing")
    if fact.case_id and isinstance(details, Intake):
        yield Fault("case_id", "must not be there: these reports are no case of ours")
    if not _BY.fullmatch(fact.by):
        yield Fault("by", "must be 1 to 40 letters, digits, dots, hyphens, underscores")
    if fact.at < _FIRST:
        yield Fault("at", "must be in the year 2000 or later")
    if check := _CHECKS.get(type(details)):
        yield from check(details)
    yield from _texts(fact)


def _texts(fact: Fact) -> Iterator[Fault]:
    for name in FREE_TEXTS.get(type(fact.details), ()):
        text = getattr(fact.details, name)
        if wrong := grammar.prose_fault(text, longest=_LONGEST):
            yield Fault(name, wrong)


def _intake(details: Intake) -> Iterator[Fault]:
    if not _MONTH.fullmatch(details.month):
        yield Fault("month", "must be a month, such as 2026-11")
    for name in ("received", "out_of_scope"):
        if not 0 <= getattr(details, name) <= _MOST:
            yield Fault(name, Text("must be 0 to {most}", most=_MOST))
    yield from _hotline(details.source, details.hotline_country)


def _analysed(details: Analysed) -> Iterator[Fault]:
    if not details.category or not _WORD.fullmatch(details.category):
        yield Fault("category", "must be the slug of a category")
    for name in ("provider_location", "server_location"):
        yield from _country(name, getattr(details, name))
    if details.urls is not None and not 1 <= details.urls <= _MOST:
        yield Fault("urls", Text("must be 1 to {most}", most=_MOST))
    if details.edition and not re.fullmatch(r"\d{4}-\d\d-\d\d", details.edition):
        yield Fault("edition", "must be the edition's first day, such as 2025-09-25")
    yield from _hotline(details.source, details.hotline_country)


def _hotline(source: Source | None, country: str | None) -> Iterator[Fault]:
    yield from _country("hotline_country", country)
    if country is not None and source is not Source.FOREIGN_HOTLINE:
        yield Fault("hotline_country", "belongs to the source foreign_hotline only")


def _requested(details: Requested) -> Iterator[Fault]:
    yield from _number(details.number)
    yield from _country("country", details.country)
    for name in ("form", "channel"):
        if not _WORD.fullmatch(getattr(details, name)):
            yield Fault(name, "must be a word of small letters, digits and hyphens")
    if details.provider is not None and not _NUMBER.fullmatch(details.provider):
        yield Fault("provider", "must be the key of an entry in recipients.toml")


def _looked(details: Looked) -> Iterator[Fault]:
    yield from _country("from", details.seen_from)


def _referred(details: Referred) -> Iterator[Fault]:
    yield from _country("country", details.country)
    if not _WORD.fullmatch(details.category):
        yield Fault("category", "must be the slug of a category")


def _disposed(details: Disposed) -> Iterator[Fault]:
    if not _HASH.fullmatch(details.statement_sha256):
        yield Fault("statement_sha256", "must be SHA-256, 64 hexadecimal digits")
    for name in ("rule", "approver"):
        if not _TOLD.fullmatch(getattr(details, name) or ""):
            yield Fault(name, "must be words of small letters, digits, _ . and -")
    if not 0 <= details.rows <= _MOST:
        yield Fault("rows", Text("must be 0 to {most}", most=_MOST))


def _retracted(details: Retracted) -> Iterator[Fault]:
    if not _HASH.fullmatch(details.of):
        yield Fault(
            "of", "must be SHA-256 of the fact's canonical line, 64 hexadecimal digits"
        )


def _of_number(details: Answered | Returned) -> Iterator[Fault]:
    yield from _number(details.number)


def _number(number: str) -> Iterator[Fault]:
    if not _NUMBER.fullmatch(number):
        yield Fault("number", "must be a 整理番号, such as R8-1-000123")


def _country(name: str, code: str | None) -> Iterator[Fault]:
    if code is not None and (wrong := grammar.country_fault(code)):
        yield Fault(name, wrong)


_CHECKS: dict[type, Callable[..., Iterator[Fault]]] = {
    Intake: _intake,
    Analysed: _analysed,
    Disposed: _disposed,
    Requested: _requested,
    Looked: _looked,
    Answered: _of_number,
    Returned: _of_number,
    Referred: _referred,
    Retracted: _retracted,
}
