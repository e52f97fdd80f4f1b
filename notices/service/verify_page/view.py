"""From what was judged to a page of HTML: values in, text out."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from jinja2 import Environment, PackageLoader, StrictUndefined

from notices.evidence.report_pdf import write_report
from notices.report import CheckStatus, Report, Verdict
from notices.service.verify_page.judging import Judged
from notices.service.verify_page.settings import VerifyPage
from notices.service.verify_page.words import WORDS
from notices.signs import plain
from notices.verifying import to_json

_SHOWN = 120
"""Characters of a file's name that are shown."""
_VERDICTS = {
    Verdict.TOTAL_PASSED: "passed",
    Verdict.TOTAL_FAILED: "failed",
    Verdict.INDETERMINATE: "indeterminate",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One file as the page shows it."""

    verdict: str
    """`passed`, `failed`, `indeterminate`, `none`: names a style, too."""
    sentence: str
    """The verdict for a layman."""
    reason: str
    """The check that decided, or why it cannot be judged; empty: it passed."""
    which: str
    """Which notice it is; empty: not known."""
    summary: str
    """How many checks passed."""
    checks: tuple[tuple[str, str, str, str, str], ...]
    """Id, name, style, result and detail of each check."""
    json: str
    """The whole result for programs."""


def render(
    page: VerifyPage,
    language: str,
    judged: Sequence[Judged] = (),
    *,
    now: datetime,
    problem: str = "",
) -> str:
    """The whole page. problem: key of a sentence in `words`; empty: none."""
    words = WORDS[language]
    is_ja = language == "ja"
    values: dict[str, Any] = {
        "center": page.center if is_ja else page.center_en,
        "phone": page.phone if is_ja else page.phone_international,
        "files": page.files,
        "mebibytes": page.body.octets >> 20,
    }
    told = {name: text.format_map(_Partly(values)) for name, text in words.items()}
    return (
        _environment()
        .get_template("page.html")
        .render(
            language=language,
            other="en" if is_ja else "ja",
            words=told,
            problem=told[problem] if problem else "",
            shown=[_shown(one, words, values) for one in judged],
            fingerprints=[root.sha256 for root in page.roots],
            report=_report(judged, now),
        )
    )


def fingerprint(root: bytes) -> str:
    """SHA-256 of a certificate, two digits a group, as one reads it aloud."""
    load = (
        x509.load_pem_x509_certificate
        if root.lstrip().startswith(b"-----")
        else x509.load_der_x509_certificate
    )
    digest = hashlib.sha256(load(root).public_bytes(Encoding.DER)).hexdigest().upper()
    return " ".join(digest[n : n + 4] for n in range(0, len(digest), 4))


def _shown(judged: Judged, words: Mapping[str, str], values: dict[str, Any]) -> Shown:
    name = plain(judged.name)[:_SHOWN]
    report = judged.report
    if report is None:
        sentence = words["none"].format(file=name)
        return Shown(
            verdict="none",
            sentence=sentence,
            reason=plain(judged.why),
            which="",
            summary="",
            checks=(),
            json="",
        )
    key = _VERDICTS[report.verdict]
    passed = sum(one.status is CheckStatus.PASSED for one in report.findings)
    count = sum(one.status is not CheckStatus.SKIPPED for one in report.findings)
    return Shown(
        verdict=key,
        sentence=words[key].format_map(
            {**values, "file": name, "signer": _signer(report)}
        ),
        reason=_reason(report),
        which=_which(report, words),
        summary=words["passed_of"].format(count=count, passed=passed),
        checks=tuple(
            (
                one.id,
                one.name,
                one.status.value,
                words[f"status_{one.status.value}"],
                plain(one.detail),
            )
            for one in report.findings
        ),
        json=json.dumps(to_json(report, name), ensure_ascii=False, indent=2),
    )


def _signer(report: Report) -> str:
    signer = report.signer
    return plain(signer.mailbox or signer.subject) if signer else "?"


def _which(report: Report, words: Mapping[str, str]) -> str:
    """Only of what passed: what a forged file claims is not repeated here."""
    notice = report.notice
    if notice is None or report.verdict is not Verdict.TOTAL_PASSED:
        return ""
    return words["which"].format(
        number=notice.number,
        date=notice.date.isoformat() if notice.date else "",
        recipient=plain(notice.recipient),
    )


def _reason(report: Report) -> str:
    for status in (CheckStatus.FAILED, CheckStatus.INDETERMINATE):
        for finding in report.findings:
            if finding.status is status:
                return plain(f"{finding.id} {finding.name}: {finding.detail}")
    return ""


def _report(judged: Sequence[Judged], now: datetime) -> str:
    """The report as a data URL: nothing is kept that could be fetched later."""
    reports = [(one.name, one.report) for one in judged if one.report]
    if not reports:
        return ""
    octets = write_report(reports, at=now)
    return "data:application/pdf;base64," + base64.b64encode(octets).decode("ascii")


class _Partly(dict[str, Any]):
    """Leaves the names that are filled in later as they stand."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("notices.service.verify_page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
