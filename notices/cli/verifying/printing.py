"""How outcomes of `notices verify` are told: checks, a table, or JSON."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from notices.cli.output import (
    print_folded,
    print_json,
    print_line,
    print_table,
    say,
    shown,
    tell,
)
from notices.cli.screen.faults import answered
from notices.errors import NoticesError
from notices.messages import Text
from notices.report import CheckStatus, Verdict
from notices.signs import plain
from notices.verifying import Outcome, render_text, to_json

NOT_JUDGED = "not judged"
_BESIDE_CHECK, _BESIDE = 9, 8
"""Columns before what a check says, and before what a fact at the end says."""


def printer(*, json_lines: bool, as_json: bool, many: bool) -> "Printer":
    """How outcomes are told; what is for programs goes before what is for people."""
    if json_lines:
        return Lines()
    if as_json:
        return JsonDocument()
    return SummaryLines() if many else Texts()


class Printer(Protocol):
    """A way of telling."""

    def tell(self, outcome: Outcome) -> None:
        """Show one outcome."""

    def end(self) -> None:
        """Show what is said of all."""


class Texts:
    """Every check of every file."""

    def tell(self, outcome: Outcome) -> None:
        """Show one outcome, or count it."""
        name = plain(outcome.name)
        if outcome.report:
            for line in render_text(outcome.report, name, tell).split("\n"):
                print_folded(line, beside=_BESIDE_CHECK if line[:1] == " " else _BESIDE)
        elif outcome.error:
            said = outcome.error.diagnostics(shown)
            message = said if _names_itself(outcome) else f"{name}: {said}"
            say(Text("notices: error: {message}", message=message), err=True)

    def end(self) -> None:
        """Nothing more."""


def _names_itself(outcome: Outcome) -> bool:
    """Whether the error tells already of which file it speaks."""
    parameters = getattr(outcome.error and outcome.error.message, "parameters", {})
    return outcome.name in map(str, parameters.values())


class Lines:
    """A JSON document a line, as they come."""

    def tell(self, outcome: Outcome) -> None:
        """Show one outcome, or count it."""
        answered()
        print_line(json.dumps(_row(outcome), ensure_ascii=False))

    def end(self) -> None:
        """Nothing more."""


class JsonDocument(Texts):
    """One JSON document."""

    def __init__(self) -> None:
        self._rows: list[Mapping[str, Any]] = []

    def tell(self, outcome: Outcome) -> None:
        """Show one outcome, or count it."""
        self._rows.append(_row(outcome))
        if outcome.error:
            super().tell(outcome)

    def end(self) -> None:
        """Show what is said of all."""
        print_json(self._rows)


class SummaryLines:
    """A line for what did not pass, then how many of what."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()

    def tell(self, outcome: Outcome) -> None:
        """Show one outcome, or count it."""
        key = _class_of(outcome)
        self._counts[key] += 1
        if key[0] != Verdict.TOTAL_PASSED:
            words = " ".join(
                filter(None, [*map(tell, key[:2]), plain(outcome.name), _why(outcome)])
            )
            print_folded(words)

    def end(self) -> None:
        """Show what is said of all."""
        rows = [
            (verdict, why, kind, str(count))
            for (verdict, why, kind), count in sorted(self._counts.items())
        ]
        total = str(self._counts.total())
        heads = (Text("verdict"), Text("why"), Text("kind"), Text("count"))
        print_table(heads, [*rows, ("", "", "", total)])


def _class_of(outcome: Outcome) -> tuple[str, str, str]:
    report = outcome.report
    if report is None:
        return NOT_JUDGED, outcome.error.code if outcome.error else "", ""
    return str(report.verdict), str(report.sub_indication or ""), report.kind


def _why(outcome: Outcome) -> str:
    if outcome.error:
        return shown(outcome.error.message)
    wanted = (CheckStatus.FAILED, CheckStatus.INDETERMINATE)
    findings = outcome.report.findings if outcome.report else ()
    for status in wanted:
        for finding in findings:
            if finding.status is status:
                return f"{finding.id} {shown(finding.name)}: {shown(finding.detail)}"
    return ""


def _row(outcome: Outcome) -> Mapping[str, Any]:
    if outcome.report:
        return to_json(outcome.report, outcome.name)
    return _unread_row(outcome.name, outcome.error) if outcome.error else {}


def _unread_row(name: str, error: NoticesError) -> Mapping[str, Any]:
    keys = (
        "kind",
        "verdict",
        "sub_indication",
        "signer",
        "signing_time",
        "best_signature_time",
        "clock_tolerance_seconds",
        "subject_sha256",
        "notice",
    )
    return {
        "file": name,
        **dict.fromkeys(keys),
        "checks": [],
        "story": [],
        "delivery": None,
        "conditions": [],
        "error": {"code": error.code, "message": error.message, "hint": error.hint},
    }
