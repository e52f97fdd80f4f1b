"""A report as plain text for people and as JSON for programs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from notices.report import (
    CheckStatus,
    Finding,
    NoticeFacts,
    Report,
    StoryLine,
    SubIndication,
    Verdict,
)
from notices.signs import plain

_MARKS = {
    CheckStatus.PASSED: "ok  ",
    CheckStatus.FAILED: "FAIL",
    CheckStatus.INDETERMINATE: "?   ",
    CheckStatus.SKIPPED: "-   ",
}


def render_text(report: Report, file: str) -> str:
    """One line a check, then whose notice it is and the verdict; nothing invisible."""
    lines = [plain(file), *(_line(finding) for finding in report.findings)]
    if report.story:
        lines.append("story")
        lines += [_told(told) for told in report.story]
    if report.notice:
        lines.append(f"notice  {_notice_line(report.notice)}")
    if report.signer:
        lines.append(f"signer  {report.signer.subject} <{report.signer.mailbox}>")
    proven = report.best_signature_time
    lines.append(f"time    {_time(proven)} proven" if proven else "time    not proven")
    lines.append(f"verdict {verdict_line(report.verdict, report.sub_indication)}")
    lines += [f"BUT     {condition}" for condition in report.conditions]
    return "\n".join(plain(line) for line in lines) + "\n"


def _notice_line(facts: NoticeFacts) -> str:
    day = f" of {facts.date.isoformat()}" if facts.date else ""
    whom = f", to {facts.recipient}" if facts.recipient else ""
    return f"{facts.number} ({facts.case_id}){day}, {facts.form}{whom}"


def _told(told: StoryLine) -> str:
    moment = told.at.astimezone(UTC)
    return f"  {moment:%Y-%m-%d %H:%M:%SZ}  {told.text}  [{told.source}]"


def verdict_line(verdict: Verdict, sub_indication: SubIndication | None) -> str:
    """Such as `INDETERMINATE/TRY_LATER`."""
    return f"{verdict}/{sub_indication}" if sub_indication else str(verdict)


def _line(finding: Finding) -> str:
    why = f" [{finding.sub_indication}]" if finding.sub_indication else ""
    detail = f": {finding.detail}" if finding.detail else ""
    return f"  {_MARKS[finding.status]} {finding.id} {finding.name}{why}{detail}"


def to_json(report: Report, file: str) -> dict[str, Any]:
    """The object that `notices verify --json` lists for one file."""
    signer, facts = report.signer, report.notice
    return {
        "file": file,
        "kind": report.kind,
        "verdict": str(report.verdict),
        "sub_indication": _optional(report.sub_indication),
        "signer": signer
        and {
            "subject": signer.subject,
            "mailbox": signer.mailbox,
            "serial": signer.serial,
            "issuer": signer.issuer,
        },
        "signing_time": _time(report.signing_time),
        "best_signature_time": _time(report.best_signature_time),
        "clock_tolerance_seconds": _seconds(report.clock_tolerance),
        "subject_sha256": report.subject_sha256,
        "notice": facts
        and {
            "number": facts.number,
            "case_id": facts.case_id,
            "date": facts.date and facts.date.isoformat(),
            "recipient": facts.recipient,
            "form": facts.form,
        },
        "checks": [
            {
                "id": finding.id,
                "name": finding.name,
                "status": str(finding.status),
                "sub_indication": _optional(finding.sub_indication),
                "detail": finding.detail,
            }
            for finding in report.findings
        ],
        "story": [
            {"at": told.at.isoformat(), "text": told.text, "source": told.source}
            for told in report.story
        ],
        "conditions": list(report.conditions),
    }


def _seconds(length: timedelta) -> float:
    """A whole number where it is one."""
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _optional(value: SubIndication | None) -> str | None:
    return None if value is None else str(value)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
