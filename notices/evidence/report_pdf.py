"""The verifier's report as PDF/A for the files: verdict first, then what was proven.

The letter's own writer makes it, so it is tagged and archival as letters are. It is
not signed: whoever doubts it verifies the file again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from notices.evidence.findings_in_words import delivery, moment, not_proven, proven
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
from notices.messages import Text
from notices.report import CheckStatus, Finding, Report, StoryLine, Verdict

TITLE = "Verification report"
_MEANING = {
    Verdict.TOTAL_PASSED: "every check that applies was passed.",
    Verdict.TOTAL_FAILED: "this is not what the centre signed and sent, or it is "
    "damaged; the check that decided stands below.",
    Verdict.INDETERMINATE: "what is at hand does not suffice to say; the check that "
    "decided stands below.",
}
_HOW = {
    CheckStatus.PASSED: Text("passed"),
    CheckStatus.FAILED: Text("FAILED"),
    CheckStatus.INDETERMINATE: Text("not decided"),
    CheckStatus.SKIPPED: Text("not checked"),
}


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts words onto the page in one language."""

    language: str
    tell: Callable[[str], str]
    clean: Cleaner

    def passage(self, style: Style, text: str) -> Passage:
        """A paragraph."""
        return Passage(style, (Para((Span(self.clean.prose(self.tell(text))),)),))

    def row(self, label: str, text: str, *, face: Face = Face.PROSE) -> Row:
        """A line of a table."""
        span = Span(self.clean.prose(self.tell(text)), face)
        return Row(group="", label=self.tell(label), paras=(Para((span,)),))


def write_report(
    reports: Sequence[tuple[str, Report]],
    *,
    at: datetime,
    language: str = "en",
    tell: Callable[[str], str] = str,
) -> bytes:
    """PDF/A-2b of reports, each with the name of its file; `at` is the clock used.

    The same reports give the same bytes. Each file begins a page. `tell` puts texts
    into `language`, as for example `notices.messages.told` does.
    """
    typefaces = faces(())
    writer = _Writer(language, tell, Cleaner(typefaces.drawable))
    parts = tuple(
        Part(language=language, blocks=tuple(_blocks(name, report, writer)))
        for name, report in reports
    )
    digests = "".join(report.subject_sha256 for _, report in reports)
    digest = sha256(digests.encode()).hexdigest()
    number = _number(reports, digest)
    doc = Doc(parts=parts or (_empty(writer),), number=writer.clean.line(number))
    metadata = Metadata(
        title=f"{tell(TITLE)} ({number})",
        number=number,
        notice_json_sha256=digest,
        date=at.astimezone(JST).date(),
        case_id=_case(reports),
        form="verification-report",
        recipient="auditor",
        publisher="notices verify",
        languages=(language,),
    )
    return finish(draw(doc, typefaces), metadata)


def _number(reports: Sequence[tuple[str, Report]], digest: str) -> str:
    notices = {report.notice.number for _, report in reports if report.notice}
    return notices.pop() if len(notices) == 1 else digest[:16]


def _case(reports: Sequence[tuple[str, Report]]) -> str:
    cases = {report.notice.case_id for _, report in reports if report.notice}
    return cases.pop() if len(cases) == 1 else "-"


def _empty(writer: _Writer) -> Part:
    words = writer.passage(Style.BODY, "There was nothing to be judged.")
    return Part(
        language=writer.language, blocks=(writer.passage(Style.TITLE, TITLE), words)
    )


def _blocks(name: str, report: Report, writer: _Writer) -> Iterator[Passage | Table]:
    verdict = report.verdict
    title = Text("Verification report: {verdict}", verdict=verdict.value)
    yield writer.passage(Style.TITLE, title)
    meaning = Text(
        "{verdict}: {meaning}", verdict=verdict.value, meaning=_MEANING[verdict]
    )
    yield writer.passage(Style.BODY, meaning)
    yield Table(rows=tuple(_summary(name, report, writer)))
    yield from _list("What is proven:", proven(report), writer)
    yield from _list("What is not proven:", not_proven(report), writer)
    if (state := delivery(report)) is not None:
        end = Text("Delivery, by the last event: {state}.", state=state)
        yield writer.passage(Style.BODY, end)
    if report.story:
        yield writer.passage(Style.BODY, "What happened, and what it rests on:")
        yield Table(rows=tuple(_told(told, writer) for told in report.story))
    yield writer.passage(Style.BODY, "What was checked, and what was compared:")
    yield Table(rows=tuple(_checked(finding, writer) for finding in report.findings))
    yield writer.passage(
        Style.NOTE,
        "Names, verdicts and sub-indications are those of ETSI EN 319 102-1. This "
        "report is not signed; whoever doubts it verifies the file again.",
    )


def _list(title: str, sentences: Iterable[str], writer: _Writer) -> Iterator[Passage]:
    told = list(sentences)
    if told:
        yield writer.passage(Style.BODY, title)
    for sentence in told:
        yield writer.passage(Style.NOTE, Text("- {sentence}", sentence=sentence))


def _summary(name: str, report: Report, writer: _Writer) -> Iterator[Row]:
    row = writer.row
    why = f" ({report.sub_indication})" if report.sub_indication else ""
    yield row(Text("Verdict"), f"{report.verdict}{why}")
    yield row(Text("File"), name)
    yield row(Text("Kind"), report.kind)
    yield row("SHA-256", report.subject_sha256, face=Face.URL)
    yield row("Judged as of", moment(report.validation_time))
    seconds = report.clock_tolerance.total_seconds()
    yield row("Clocks may differ", Text("by {seconds:g} s", seconds=seconds))
    proven = report.best_signature_time
    yield row("Existed by", moment(proven) if proven else "not proven")
    claimed = report.signing_time
    yield row(Text("Signer's clock"), moment(claimed) if claimed else "-")
    is_good = report.verdict is Verdict.TOTAL_PASSED
    if signer := report.signer:
        label = Text("Signer") if is_good else Text("Signer, as claimed")
        yield row(label, f"{signer.subject} <{signer.mailbox}>")
        issued = Text(
            "{issuer}, serial {serial}", issuer=signer.issuer, serial=signer.serial
        )
        yield row(Text("Issuer"), issued)
    if facts := report.notice:
        number, day = facts.number, facts.date or "a day that is not shown"
        notice = Text(
            "{number} of {day}, {form}", number=number, day=day, form=facts.form
        )
        yield row(Text("Notice") if is_good else Text("Notice, as claimed"), notice)
        yield row(Text("Case"), facts.case_id)
        yield row(Text("Recipient"), facts.recipient or "not shown")


def _told(told: StoryLine, writer: _Writer) -> Row:
    text = Text("{text} [{source}]", text=told.text, source=told.source)
    return writer.row(f"{told.at.astimezone(JST):%Y-%m-%d %H:%M:%S} JST", text)


def _checked(finding: Finding, writer: _Writer) -> Row:
    why = f" ({finding.sub_indication})" if finding.sub_indication else ""
    how = Text(
        "{name}: {how}{why}", name=finding.name, how=_HOW[finding.status], why=why
    )
    if not finding.detail:
        return writer.row(finding.id, how)
    return writer.row(
        finding.id, Text("{how}: {detail}", how=how, detail=finding.detail)
    )
