"""When two verifiers agree: the same verdict, or one says by name what it leaves out."""

from typing import Any

from notices.report import CheckStatus, Report, Verdict
from tests.verifier_js.node import statuses

LEFT_OUT = (
    "an OCSP answer of another shape than ours",
    "name constraints",
    "rules about policies",
    "indirect lists",
    "a certificate that was on hold",
    "a list that another key than the issuer's signed",
    "PDF files with cross-reference streams",
    "PDF files with octets that no table names",
    "PDF objects of later generations",
    "streams that are packed another way",
    "Ed25519, which this browser does not have",
    "{name} signatures",
    "what the pages show, glyph by glyph",
    "the words on the pages beside notice.json",
    "the approval of a second person",
)
"""All of it; `docs/second-verifier.md` gives the reason of each."""
PAGES = ("P18", "M24")
"""Left out of every mail and letter: glyphs are compared by the program alone."""
SAYS = "left out by this verifier: "


def left_out(told: dict[str, Any]) -> list[str]:
    """What the second verifier says that it did not judge, the pages aside."""
    details = [
        one["detail"]
        for one in told["checks"]
        if one["detail"] and one["id"] not in PAGES
    ]
    return [one.removeprefix(SAYS) for one in details if one.startswith(SAYS)]


def beside_pages(report: Report | dict[str, Any]) -> tuple[str, str | None]:
    """Verdict and sub-indication as if the checks on the pages were none."""
    if isinstance(report, Report):
        found = [(x.id, x.status.value, x.sub_indication) for x in report.findings]
    else:
        found = [(x["id"], x["status"], x["sub_indication"]) for x in report["checks"]]
    for status, verdict in (
        (CheckStatus.FAILED, Verdict.TOTAL_FAILED),
        (CheckStatus.INDETERMINATE, Verdict.INDETERMINATE),
    ):
        for name, how, indication in found:
            if how == status and name not in PAGES:
                return verdict, indication
    return Verdict.TOTAL_PASSED, None


def disagreement(report: Report, told: dict[str, Any]) -> str:
    """Empty if they agree; else both verdicts, and the checks that differ.

    On the pages the second verifier has no say: where nothing else is amiss it ends
    INDETERMINATE, whatever the program says of them.
    """
    if told["verdict"] == Verdict.TOTAL_PASSED != report.verdict:
        return f"{report.verdict}, the second passed it"
    here, there = beside_pages(report)[0], beside_pages(told)[0]
    if here == there or (there == Verdict.INDETERMINATE and left_out(told)):
        return ""
    shown = statuses(told)
    differ = [
        f"{name}: {how}, the second {shown.get(name)}: "
        + next((one["detail"] for one in told["checks"] if one["id"] == name), "")
        for name, how in statuses(report).items()
        if shown.get(name) != how and name not in PAGES
    ]
    return f"{report.verdict}, the second {told['verdict']}: {differ[:4]}"


def deciding(told: dict[str, Any]) -> str:
    """The first check that did not pass, the pages aside; empty if none."""
    bad = ("failed", "indeterminate")
    found = [one["id"] for one in told["checks"] if one["status"] in bad]
    return next((one for one in found if one not in PAGES), "")
