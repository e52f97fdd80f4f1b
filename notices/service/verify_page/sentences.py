"""A report as the page shows it: a sentence first, then what it rests on."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from notices.evidence.findings_in_words import delivery, moment, not_proven, proven
from notices.messages import Text
from notices.report import CheckStatus, Finding, Report, SubIndication, Verdict
from notices.service.verify_page.desk import Judged
from notices.service.verify_page.settings import VerifyPage
from notices.service.verify_page.words import (
    OTHER_SIGNER,
    REASONS,
    STATUSES,
    UNSIGNED_DATA,
    spoken,
    teller,
)
from notices.signs import plain
from notices.verifying import to_json

_SHOWN = 120
"""Characters of a file's name that are shown."""
_WHO_SIGNED = frozenset({"M15", "P16", "B13"})
"""Checks whether the signer is one who was expected."""
_VERDICTS = {
    Verdict.TOTAL_PASSED: "passed",
    Verdict.TOTAL_FAILED: "failed",
    Verdict.INDETERMINATE: "indeterminate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCheck:
    """One check as a row of the table."""

    id: str
    """Its number."""
    name: str
    """What is checked."""
    style: str
    """`passed`, `failed`, `indeterminate`, `skipped`."""
    result: str
    """The same for people."""
    detail: str
    """What was compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFile:
    """One file as the page shows it."""

    verdict: str
    """`passed`, `failed`, `indeterminate`, `none`: names a style, too."""
    badge: str
    """The verdict in a word or two."""
    sentence: str
    """The verdict for a layman, with the names of file and centre."""
    reasons: tuple[str, ...] = ()
    """What decided: for a layman, then the check's own words."""
    fingerprints: tuple[tuple[str, str], ...] = ()
    """Whose, and the fingerprint; only where the file is genuine."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value of what the file says; a claim unless it is genuine."""
    proves: tuple[str, ...] = ()
    """Sentences on what is proven."""
    proves_not: tuple[str, ...] = ()
    """Sentences on what is not."""
    ending: str = ""
    """How the delivery stood at the last event; empty where nothing tells."""
    story: tuple[tuple[str, str], ...] = ()
    """When, and what happened with what it rests on; bundles that are genuine only."""
    summary: str = ""
    """How many checks passed; empty: there was none."""
    checks: tuple[ShownCheck, ...] = ()
    """All of them."""
    json: str = ""
    """The whole result for programs."""


def shown_file(
    page: VerifyPage, judged: Judged, language: str, values: dict[str, object]
) -> ShownFile:
    """What came of a file, in a language. values: what sentences have in common."""
    return _Showing(page, language, values).of(judged)


class _Showing:
    def __init__(
        self, page: VerifyPage, language: str, values: dict[str, object]
    ) -> None:
        self._page = page
        self._values = values
        self._say = spoken(language, values)
        self._tell: Callable[[str], str] = lambda text: plain(teller(language)(text))

    def of(self, judged: Judged) -> ShownFile:
        name = plain(judged.name, _SHOWN)
        report = judged.report
        key = "none" if report is None else verdict_key(report)
        badge, sentence = self._say(f"badge_{key}"), self._say(key, file=name)
        if report is None:
            why = (self._tell(judged.why),)
            return ShownFile(verdict=key, badge=badge, sentence=sentence, reasons=why)
        document = json.dumps(to_json(report, name), ensure_ascii=False, indent=2)
        if len(document) > self._page.allowance.report_octets:
            why = (self._say("too_long"),)
            return ShownFile(verdict=key, badge=badge, sentence=sentence, reasons=why)
        # of a file that is refused nothing is said that sounds like praise
        is_good = report.verdict is Verdict.TOTAL_PASSED
        return ShownFile(
            verdict=key,
            badge=badge,
            sentence=sentence,
            reasons=tuple(self._reasons(report)),
            fingerprints=tuple(self._fingerprints(report)),
            facts=tuple(self._facts(report)),
            proves=tuple(map(self._tell, proven(report) if is_good else ())),
            proves_not=tuple(map(self._tell, not_proven(report))),
            ending=self._ending(report) if is_good else "",
            story=tuple(self._story(report)) if is_good else (),
            summary=self._summary(report),
            checks=tuple(map(self._check, report.findings)),
            json=document,
        )

    def _reasons(self, report: Report) -> Iterator[str]:
        finding = deciding(report)
        if finding is None:
            return
        if finding.id in _WHO_SIGNED:
            yield self._tell(Text(OTHER_SIGNER, **self._values))
        elif finding.id == "N02":
            yield self._tell(UNSIGNED_DATA)
        elif words := finding.sub_indication and REASONS.get(finding.sub_indication):
            yield self._tell(words)
        name, detail = self._tell(finding.name), self._tell(finding.detail)
        yield f"{finding.id} {name}: {detail}"

    def _fingerprints(self, report: Report) -> Iterator[tuple[str, str]]:
        """Nothing of what a forged file carries: it would be read out."""
        if report.verdict is not Verdict.TOTAL_PASSED or report.signer is None:
            return
        yield self._say("fingerprint_signer"), grouped(report.signer.certificate_sha256)
        for root in self._page.roots:
            label = self._say("fingerprint_root", subject=plain(root.subject))
            yield label, grouped(root.sha256)

    def _facts(self, report: Report) -> Iterator[tuple[str, str]]:
        if notice := report.notice:
            yield self._say("number"), plain(notice.number)
            if notice.date:
                yield self._say("date"), notice.date.isoformat()
            if notice.recipient:
                yield self._say("recipient"), plain(notice.recipient)
        if signer := report.signer:
            yield self._say("signer"), plain(signer.subject)
            if signer.mailbox:
                yield self._say("from"), plain(signer.mailbox)
        if report.signing_time:
            yield self._say("signed_at"), moment(report.signing_time)

    def _ending(self, report: Report) -> str:
        state = delivery(report)
        return self._say("ending", state=state) if state is not None else ""

    def _story(self, report: Report) -> Iterator[tuple[str, str]]:
        for line in report.story:
            told = Text("{text} [{source}]", text=line.text, source=line.source)
            yield moment(line.at), self._tell(told)

    def _summary(self, report: Report) -> str:
        findings = report.findings
        passed = sum(one.status is CheckStatus.PASSED for one in findings)
        count = sum(one.status is not CheckStatus.SKIPPED for one in findings)
        return self._say("checks", passed=passed, count=count)

    def _check(self, finding: Finding) -> ShownCheck:
        return ShownCheck(
            id=finding.id,
            name=self._tell(finding.name),
            style=finding.status.value,
            result=self._tell(STATUSES[finding.status]),
            detail=self._tell(finding.detail),
        )


def verdict_key(report: Report) -> str:
    """`passed`, `failed` or `indeterminate`.

    A certificate that leads to no root is INDETERMINATE to an auditor, who may
    have the wrong root (EN 319 102-1, 5.2.6). This page has the centre's own roots.
    """
    if report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND:
        return "failed"
    return _VERDICTS[report.verdict]


def deciding(report: Report) -> Finding | None:
    """The check that decided a verdict that is not good."""
    for status in (CheckStatus.FAILED, CheckStatus.INDETERMINATE):
        for finding in report.findings:
            if finding.status is status:
                return finding
    return None


def grouped(digest: str) -> str:
    """Hexadecimal digits in fours, as one reads them aloud.

    >>> grouped("00ff12ab")
    '00ff 12ab'
    """
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
