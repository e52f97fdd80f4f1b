"""The verifier's report as PDF/A for the files: verdict first, then what was proven.

The letter's own writer makes it, so it is tagged and archival as letters are. It is
not signed: whoever doubts it verifies the file again.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256

from notices.judgment import JST
from notices.letters.model import (
    Doc,
    Face,
    Para,
    Part,
    Passage,
    Row,
    Span,
    Style,
    Table,
)
from notices.letters.pdf.archival import Metadata, finish
from notices.letters.pdf.drawing import draw
from notices.letters.pdf.faces import faces
from notices.letters.template.hygiene import Cleaner
from notices.report import CheckStatus, Finding, Report, StoryLine, Verdict

LANGUAGE = "en"
TITLE = "Verification report"
_MEANING = {
    Verdict.TOTAL_PASSED: "every check that applies was passed",
    Verdict.TOTAL_FAILED: "this is not what the centre signed and sent, or it is "
    "damaged; the check that decided stands below",
    Verdict.INDETERMINATE: "what is at hand does not suffice to say; the check that "
    "decided stands below",
}
_HOW = {
    CheckStatus.PASSED: "passed",
    CheckStatus.FAILED: "FAILED",
    CheckStatus.INDETERMINATE: "not decided",
    CheckStatus.SKIPPED: "not checked",
}


def write_report(reports: Sequence[tuple[str, Report]], *, at: datetime) -> bytes:
    """PDF/A-2b of reports, each with the name of its file; `at` is the clock used.

    The same reports give the same bytes. Each file begins a page.
    """
    typefaces = faces(())
    clean = Cleaner(typefaces.drawable)
    parts = tuple(
        Part(language=LANGUAGE, blocks=tuple(_blocks(name, report, clean)))
        for name, report in reports
    )
    digests = "".join(report.subject_sha256 for _, report in reports)
    digest = sha256(digests.encode()).hexdigest()
    number = _number(reports, digest)
    doc = Doc(parts=parts or (_empty(clean),), number=clean.line(number))
    metadata = Metadata(
        title=f"{TITLE} ({number})",
        number=number,
        notice_json_sha256=digest,
        date=at.astimezone(JST).date(),
        case_id=_case(reports),
        form="verification-report",
        recipient="auditor",
        publisher="notices verify",
        languages=(LANGUAGE,),
    )
    return finish(draw(doc, typefaces), metadata)


def _number(reports: Sequence[tuple[str, Report]], digest: str) -> str:
    notices = {report.notice.number for _, report in reports if report.notice}
    return notices.pop() if len(notices) == 1 else digest[:16]


def _case(reports: Sequence[tuple[str, Report]]) -> str:
    cases = {report.notice.case_id for _, report in reports if report.notice}
    return cases.pop() if len(cases) == 1 else "-"


def _empty(clean: Cleaner) -> Part:
    words = _passage(Style.BODY, "There was nothing to be judged.", clean)
    title = _passage(Style.TITLE, TITLE, clean)
    return Part(language=LANGUAGE, blocks=(title, words))


def _blocks(name: str, report: Report, clean: Cleaner) -> Iterator[Passage | Table]:
    yield _passage(Style.TITLE, f"{TITLE}: {report.verdict}", clean)
    yield _passage(Style.BODY, f"{report.verdict}: {_MEANING[report.verdict]}.", clean)
    yield Table(rows=tuple(_summary(name, report, clean)))
    if report.story:
        yield _passage(Style.BODY, "What happened, and what it rests on:", clean)
        yield Table(rows=tuple(_told(told, clean) for told in report.story))
    yield _passage(Style.BODY, "What was checked, and what was compared:", clean)
    yield Table(rows=tuple(_checked(finding, clean) for finding in report.findings))
    yield _passage(
        Style.NOTE,
        "Names, verdicts and sub-indications are those of ETSI EN 319 102-1. This "
        "report is not signed; whoever doubts it verifies the file again.",
        clean,
    )


def _summary(name: str, report: Report, clean: Cleaner) -> Iterator[Row]:
    why = f" ({report.sub_indication})" if report.sub_indication else ""
    yield _row("Verdict", f"{report.verdict}{why}", clean)
    yield _row("File", name, clean)
    yield _row("Kind", report.kind, clean)
    yield _row("SHA-256", report.subject_sha256, clean, face=Face.URL)
    yield _row("Judged as of", _time(report.validation_time), clean)
    seconds = report.clock_tolerance.total_seconds()
    yield _row("Clocks may differ", f"by {seconds:g} s", clean)
    proven = report.best_signature_time
    yield _row("Existed by", _time(proven) if proven else "not proven", clean)
    claimed = report.signing_time
    yield _row("Signer's clock", _time(claimed) if claimed else "-", clean)
    if report.signer:
        signer = report.signer
        yield _row("Signer", f"{signer.subject} <{signer.mailbox}>", clean)
        yield _row("Issuer", f"{signer.issuer}, serial {signer.serial}", clean)
    if report.notice:
        facts = report.notice
        day = facts.date or "a day that is not shown"
        yield _row("Notice", f"{facts.number} of {day}, {facts.form}", clean)
        yield _row("Case", facts.case_id, clean)
        yield _row("Recipient", facts.recipient or "not shown", clean)


def _told(told: StoryLine, clean: Cleaner) -> Row:
    return _row(_time(told.at), f"{told.text} [{told.source}]", clean)


def _checked(finding: Finding, clean: Cleaner) -> Row:
    why = f" ({finding.sub_indication})" if finding.sub_indication else ""
    detail = f": {finding.detail}" if finding.detail else ""
    words = f"{finding.name}: {_HOW[finding.status]}{why}{detail}"
    return _row(finding.id, words, clean)


def _row(label: str, text: str, clean: Cleaner, *, face: Face = Face.PROSE) -> Row:
    span = Span(clean.prose(text), face)
    return Row(group="", label=label, paras=(Para((span,)),))


def _passage(style: Style, text: str, clean: Cleaner) -> Passage:
    return Passage(style, (Para((Span(clean.prose(text)),)),))


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
