"""What `notices verify --json` lists for one file, as types (docs/json.md)."""

from __future__ import annotations

from typing import TypedDict


class SignerDocument(TypedDict):
    """Whose certificate signed."""

    subject: str
    """Its subject."""
    mailbox: str
    """The mailbox that it names."""
    serial: str
    """Its serial number."""
    issuer: str
    """Who issued it."""
    certificate_sha256: str
    """Of the certificate, lower-case hexadecimal."""


class NoticeFactsDocument(TypedDict):
    """Which notice it is."""

    number: str
    """整理番号."""
    case_id: str
    """The case system's id."""
    date: str | None
    """The letter's date, ISO 8601."""
    recipient: str
    """Whom it addresses."""
    form: str
    """`form1`, `form2` or `form2-2006`."""
    kind: str | None
    """What it is to the notices before it; None: the file does not tell."""


class FindingDocument(TypedDict):
    """What one check found."""

    id: str
    """Its number, such as `M09`."""
    name: str
    """What it looks at."""
    status: str
    """`passed failed indeterminate skipped`."""
    sub_indication: str | None
    """Of EN 319 102-1."""
    detail: str
    """What was seen."""


class ToldDocument(TypedDict):
    """One event of the story."""

    at: str
    """When, RFC 3339."""
    text: str
    """What happened."""
    source: str
    """By what it is known."""


class ReportDocument(TypedDict):
    """The object of one file."""

    file: str
    """As given."""
    kind: str
    """`mail`, `pdf`, `bundle`, `notice` or `proof`."""
    verdict: str
    """`TOTAL-PASSED`, `TOTAL-FAILED`, `INDETERMINATE`."""
    sub_indication: str | None
    """Of EN 319 102-1, of the check that decided."""
    signer: SignerDocument | None
    """Whose certificate signed; None: nobody's is known."""
    signing_time: str | None
    """The signer's claim, RFC 3339."""
    best_signature_time: str | None
    """The earliest time with proof, RFC 3339; None: without a time stamp."""
    clock_tolerance_seconds: float
    """How far other clocks were allowed to differ."""
    subject_sha256: str
    """Of the judged file, lower-case hexadecimal."""
    notice: NoticeFactsDocument | None
    """Which notice it is; None: it does not tell."""
    checks: list[FindingDocument]
    """Every check, in order."""
    story: list[ToldDocument]
    """Of bundles and proofs: what happened, in order of time."""
    delivery: str | None
    """Of bundles and proofs: the state that the events lead to."""
    conditions: list[str]
    """What a good verdict leaves open, in sentences."""
