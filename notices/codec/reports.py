"""The schema of a verification report: what `notices verify --json` lists."""

import datetime as dt
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from notices.report import CheckStatus, SubIndication, Verdict

SCHEMA: Final = "urn:notices:report:1"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class ReportSigner(_Part):
    """Whose signature it is, as the certificate says."""

    subject: str
    """Subject (RFC 4514)."""
    mailbox: str
    """rfc822Name of the subjectAltName; empty if there is none."""
    serial: str
    """Serial number, lower-case hexadecimal."""
    issuer: str
    """Issuer (RFC 4514)."""


class ReportNotice(_Part):
    """Which notice it is, as its signed part says."""

    number: str
    """整理番号."""
    case_id: str
    """The centre's id of the case."""
    date: dt.date
    """The letter's date."""
    recipient: str
    """Whom it addresses."""
    form: Literal["form1", "form2", "form2-2006"]
    """Reference form of the guideline."""


class ReportCheck(_Part):
    """One numbered check and how it ended."""

    id: str = Field(pattern=r"^[MPBN][0-9]{2}$")
    """Its stable number: M mail, P PDF, B bundle, N notice.json."""
    name: str
    """What is checked."""
    status: CheckStatus
    """How it ended."""
    sub_indication: SubIndication | None
    """Why it did not pass (EN 319 102-1, tables 5 and 6)."""
    detail: str
    """What was compared, or why it was not checked."""


class ReportTold(_Part):
    """One line of a notice's story."""

    at: dt.datetime
    """When."""
    text: str
    """What happened."""
    source: str
    """What that rests on."""


class ReportError(_Part):
    """Why there is no verdict."""

    code: str
    """Stable code of the error."""
    message: str
    """What happened."""
    hint: str
    """What to do."""


class ReportDocument(_Part):
    """The outcome of verifying one file."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, title="Report"
    )

    file: str
    """Its name; `path[3]` for the third mail of an mbox."""
    kind: Literal["mail", "pdf", "bundle", "notice"] | None
    """What it is; null if it is none of these."""
    verdict: Verdict | None
    """The verdict (EN 319 102-1, 5.1.3); null without one."""
    sub_indication: SubIndication | None
    """The sub-indication of the check that decided."""
    signer: ReportSigner | None
    """Whose signature."""
    signing_time: dt.datetime | None
    """When it was signed, by the signer's own clock."""
    best_signature_time: dt.datetime | None
    """The earliest time at which it is proven to have existed."""
    clock_tolerance_seconds: float | None
    """How far other clocks were allowed to differ from the time of judging."""
    subject_sha256: str | None = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of the file."""
    notice: ReportNotice | None
    """Which notice."""
    checks: list[ReportCheck]
    """Every check in its order, also those that were skipped."""
    story: list[ReportTold]
    """What happened to the notice, in order of time; bundles only."""
    error: ReportError | None = None
    """Why there is no verdict; only then there."""


def report_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of one report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **ReportDocument.model_json_schema(),
    }
