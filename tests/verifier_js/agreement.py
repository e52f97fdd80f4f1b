"""When two verifiers agree: the same verdict, or one says by name what it leaves out."""

import atexit
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from typing import Any

from notices.report import Report, Verdict
from notices.verifying import verify
from notices.verifying.presentation import to_json
from tests.verifier_js.node import Second, second_verifier, statuses

SHARED = ExitStack()
"""One process of the second verifier for whoever asks `both`."""
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
)
"""All of it; `docs/second-verifier.md` gives the reason of each."""
SAYS = "left out by this verifier: "


@cache
def shared_second() -> Second:
    """The process; it ends with the tests."""
    atexit.register(SHARED.close)
    return SHARED.enter_context(second_verifier())


def both(data: bytes, **policy: Any) -> Report:
    """What the program says; the second verifier says the same, letter by letter.

    policy: as `notices.verifying.verify` takes it, in what both can be given.
    """
    report = verify(data, **policy)
    told = shared_second().judge(data, **_as_given(policy))
    assert "checks" in told, told
    if not left_out(told):
        assert differences(report, told) == []
    else:
        assert not disagreement(report, told)
    return report


def _as_given(policy: Mapping[str, Any]) -> dict[str, Any]:
    return {"trust": [], **policy}


def left_out(told: dict[str, Any]) -> list[str]:
    """What the second verifier says that it did not judge."""
    details = [one["detail"] for one in told["checks"] if one["detail"]]
    return [one.removeprefix(SAYS) for one in details if one.startswith(SAYS)]


def differences(report: Report, told: dict[str, Any]) -> list[str]:
    """Each difference of verdict, checks, sub-indications and words; empty: none.

    What a check says of octets that a library could not read ("unreadable: ...") is that
    library's; all else is the same, letter by letter.
    """
    found = [
        f"{name}: {ours!r}, the second {theirs!r}"
        for name, ours, theirs in (
            ("kind", report.kind, told["kind"]),
            ("verdict", str(report.verdict), told["verdict"]),
            ("delivery", report.delivery or None, told["delivery"]),
            ("conditions", list(report.conditions), told["conditions"]),
            ("story", _story(report), _told_story(told)),
            ("notice", _notice(report), told["notice"]),
        )
        if ours != theirs
    ]
    checks = {one["id"]: one for one in told["checks"]}
    if [one.id for one in report.findings] != [one["id"] for one in told["checks"]]:
        return [*found, f"other checks: {sorted(checks)}"]
    for one in report.findings:
        ours = (one.name, str(one.status), one.sub_indication, one.detail)
        other = checks[one.id]
        names = ("name", "status", "sub_indication", "detail")
        theirs = tuple(other[name] for name in names)
        of_library = str(one.detail).startswith("unreadable: ")
        if ours[:3] != theirs[:3] or (ours[3] != theirs[3] and not of_library):
            found.append(f"{one.id}: {ours}, the second {theirs}")
    return found


def _story(report: Report) -> list[tuple[str, str]]:
    return [(str(one.text), str(one.source)) for one in report.story]


def _told_story(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["text"], one["source"]) for one in told["story"]]


def _notice(report: Report) -> dict[str, Any] | None:
    return to_json(report, "")["notice"]


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
