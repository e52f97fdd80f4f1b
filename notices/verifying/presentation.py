"""A report as plain text for people and as JSON for programs."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from notices.messages import Text
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
from notices.verifying.process.report_document import ReportDocument

_MARKS = {
    CheckStatus.PASSED: "ok  ",
    CheckStatus.FAILED: "FAIL",
    CheckStatus.INDETERMINATE: "?   ",
    CheckStatus.SKIPPED: "-   ",
}


Tell = Callable[[str], str]
"""Puts a text into the reader's language."""


def render_text(report: Report, file: str, tell: Tell = str) -> str:
    """One line a check, then whose notice it is and the verdict; nothing invisible."""
    lines = [file, *(_line(finding, tell) for finding in report.findings)]
    if report.story:
        lines.append(tell(Text("story")))
        lines += [_told(told, tell) for told in report.story]
    lines += map(tell, _facts(report))
    return "\n".join(plain(line) for line in lines) + "\n"


def _facts(report: Report) -> Iterator[Text]:
    """Whose notice it is, who signed it, since when, and the verdict."""
    if report.notice:
        yield Text("notice  {notice}", notice=_notice_line(report.notice))
    if signer := report.signer:
        yield Text(
            "signer  {subject} <{mailbox}>",
            subject=signer.subject,
            mailbox=signer.mailbox,
        )
    if proven := report.best_signature_time:
        yield Text("time    {proven} proven", proven=_time(proven))
    else:
        yield Text("time    not proven")
    verdict = verdict_line(report.verdict, report.sub_indication)
    yield Text("verdict {verdict}", verdict=verdict)
    for condition in report.conditions:
        yield Text("BUT     {condition}", condition=condition)


def _notice_line(facts: NoticeFacts) -> Text:
    # what is no request is named first: a withdrawal asks for nothing any more
    is_request = facts.kind in (None, "request")
    form = facts.form if is_request else f"{facts.kind}, {facts.form}"
    named = {"number": facts.number, "case_id": facts.case_id, "form": form}
    if not facts.date:
        return Text("{number} ({case_id}), {form}", **named)
    if not facts.recipient:
        return Text("{number} ({case_id}) of {date}, {form}", date=facts.date, **named)
    return Text(
        "{number} ({case_id}) of {date}, {form}, to {recipient}",
        date=facts.date,
        recipient=facts.recipient,
        **named,
    )


def _told(told: StoryLine, tell: Tell) -> str:
    moment = told.at.astimezone(UTC)
    return f"  {moment:%Y-%m-%d %H:%M:%SZ}  {tell(told.text)}  [{tell(told.source)}]"


def verdict_line(verdict: Verdict, sub_indication: SubIndication | None) -> str:
    """Such as `INDETERMINATE/TRY_LATER`."""
    return f"{verdict}/{sub_indication}" if sub_indication else str(verdict)


def _line(finding: Finding, tell: Tell) -> str:
    why = f" [{finding.sub_indication}]" if finding.sub_indication else ""
    detail = f": {tell(finding.detail)}" if finding.detail else ""
    return f"  {_MARKS[finding.status]} {finding.id} {tell(finding.name)}{why}{detail}"


def to_json(report: Report, file: str) -> ReportDocument:
    """The object that `notices verify --json` lists for one file."""
    signer, facts = report.signer, report.notice
    return {
        "file": file,
        "kind": report.kind,
        "verdict": str(report.verdict),
        "sub_indication": _optional(report.sub_indication),
        "signer": {
            "subject": signer.subject,
            "mailbox": signer.mailbox,
            "serial": signer.serial,
            "issuer": signer.issuer,
            "certificate_sha256": signer.certificate_sha256,
        }
        if signer
        else None,
        "signing_time": _time(report.signing_time),
        "best_signature_time": _time(report.best_signature_time),
        "clock_tolerance_seconds": _seconds(report.clock_tolerance),
        "subject_sha256": report.subject_sha256,
        "notice": {
            "number": facts.number,
            "case_id": facts.case_id,
            "date": facts.date.isoformat() if facts.date else None,
            "recipient": facts.recipient,
            "form": facts.form,
            "kind": facts.kind,
        }
        if facts
        else None,
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
        "delivery": report.delivery or None,
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
