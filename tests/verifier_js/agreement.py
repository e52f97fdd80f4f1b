"""When two verifiers agree: the same verdict, or one says by name what it leaves out."""

from typing import Any

from notices.report import Report, Verdict
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
    "what the pages show, without the table of glyphs",
    "the approval of a second person",
)
"""All of it; `docs/second-verifier.md` gives the reason of each."""
SAYS = "left out by this verifier: "


def left_out(told: dict[str, Any]) -> list[str]:
    """What the second verifier says that it did not judge."""
    details = [one["detail"] for one in told["checks"] if one["detail"]]
    return [one.removeprefix(SAYS) for one in details if one.startswith(SAYS)]


def disagreement(report: Report, told: dict[str, Any]) -> str:
    """Empty if they agree; else both verdicts, and the checks that differ."""
    if told["verdict"] == report.verdict:
        return ""
    if told["verdict"] == Verdict.INDETERMINATE and left_out(told):
        return ""
    shown = statuses(told)
    differ = [
        f"{name}: {how}, the second {shown.get(name)}: "
        + next((one["detail"] for one in told["checks"] if one["id"] == name), "")
        for name, how in statuses(report).items()
        if shown.get(name) != how
    ]
    return f"{report.verdict}, the second {told['verdict']}: {differ[:4]}"


def deciding(told: dict[str, Any]) -> str:
    """The first check that did not pass; empty if none."""
    bad = ("failed", "indeterminate")
    return next((one["id"] for one in told["checks"] if one["status"] in bad), "")
