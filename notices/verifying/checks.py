"""How a check ends, and the runner that turns checks into findings.

A check is a function of what was received and of the policy. It returns what it
compared, or raises Refusal with the sub-indication of EN 319 102-1. Whether that
makes the verdict TOTAL-FAILED or INDETERMINATE follows from the sub-indication.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from notices.errors import NoticesError
from notices.messages import Text, cleaned
from notices.report import CheckStatus, Finding, SubIndication
from notices.signs import plain
from notices.verifying.cms.der import NotDER

Evidence = TypeVar("Evidence")
Evidence_contra = TypeVar("Evidence_contra", contravariant=True)
Result = TypeVar("Result")

MAX_DETAIL = 400
"""Characters of a detail: hostile input must not fill the screen."""

FAILING = frozenset(
    {
        SubIndication.FORMAT_FAILURE,
        SubIndication.HASH_FAILURE,
        SubIndication.SIG_CRYPTO_FAILURE,
        SubIndication.REVOKED,
        SubIndication.EXPIRED,
        SubIndication.NOT_YET_VALID,
    }
)
"""EN 319 102-1, table 5: these are TOTAL-FAILED. All others are INDETERMINATE."""


class Refusal(Exception):
    """A check did not pass. Never leaves this room: it becomes a finding."""

    def __init__(self, sub_indication: SubIndication, detail: str) -> None:
        super().__init__(detail)
        self.sub_indication = sub_indication
        self.detail = detail


class NotApplicable(Exception):
    """There is nothing to check, such as no time stamp; the detail says what."""


def malformed(detail: str) -> Refusal:
    """The refusal of everything that is not the one shape (FORMAT_FAILURE)."""
    return Refusal(SubIndication.FORMAT_FAILURE, detail)


def refuse_later(name: str, schema: object, known: str) -> None:
    """Refuse, as what cannot be judged, a schema of a later version than `known`.

    known: such as `urn:notices:notice:1`. Anything else is left to the caller.
    """
    family, _, version = known.rpartition(":")
    match = re.fullmatch(rf"{re.escape(family)}:([1-9][0-9]{{0,5}})", str(schema))
    if match and int(match[1]) > int(version):
        raise later(Text("{name} is {schema}", name=name, schema=schema))


def later(what: str) -> Refusal:
    """The refusal of what a later version made: neither good nor bad here."""
    return Refusal(
        SubIndication.GENERIC,
        Text("{what}: it was made by a later version of this program", what=what),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Generic[Evidence_contra]):
    """One numbered check."""

    id: str
    """`M01` and on for mail, `P01` and on for PDF."""
    name: str
    """What is checked, in a few words."""
    judge: Callable[[Evidence_contra], str]
    """Returns what was compared; raises Refusal or NotApplicable."""
    needs: tuple[str, ...] = ()
    """Checks that must have passed before this one means anything."""


def run(checks: Iterable[Check[Evidence]], evidence: Evidence) -> tuple[Finding, ...]:
    """Every check in its order; what cannot run is `skipped` with the reason."""
    findings: dict[str, Finding] = {}
    for check in checks:
        unmet = [need for need in check.needs if not _is_passed(findings[need])]
        if unmet:
            findings[check.id] = _finding(
                check,
                CheckStatus.SKIPPED,
                Text("not checked, because {unmet} did not pass", unmet=unmet[0]),
            )
        else:
            findings[check.id] = _judge(check, evidence)
    return tuple(findings.values())


def readable(read: Callable[[], Result]) -> Result | None:
    """For the report: what a check has judged; None if it could not be read."""
    try:
        return read()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - the check that read it has said why
        return None


def _is_passed(finding: Finding) -> bool:
    return finding.status is CheckStatus.PASSED


def _judge(check: Check[Evidence], evidence: Evidence) -> Finding:
    try:
        return _finding(check, CheckStatus.PASSED, check.judge(evidence))
    except NotApplicable as reason:
        return _finding(check, CheckStatus.SKIPPED, str(reason))
    except Refusal as refusal:
        return _refused(check, refusal)
    except MemoryError:
        raise  # the isolating process reports its limit
    # asn1crypto, pyHanko and pikepdf raise ValueError, KeyError, AssertionError,
    # RecursionError and more on hostile bytes. This is the one border for them:
    # whatever they could not read is not the shape that we send.
    except Exception as error:  # noqa: BLE001
        return _refused(check, malformed(unreadable(error)))


def unreadable(error: Exception) -> str:
    """In our own words: what a library says is of its insides, and in English alone."""
    if isinstance(error, RecursionError):
        return "unreadable: it is nested too deeply"
    if isinstance(error, NoticesError):
        return Text("unreadable: {error}", error=error.message)
    if isinstance(error, NotDER):
        return Text("unreadable: {error}", error=str(error))
    return Text("unreadable: it is broken, or not as this program writes it")


def _refused(check: Check[Evidence], refusal: Refusal) -> Finding:
    failing = refusal.sub_indication in FAILING
    status = CheckStatus.FAILED if failing else CheckStatus.INDETERMINATE
    return _finding(check, status, refusal.detail, refusal.sub_indication)


def _finding(
    check: Check[Evidence],
    status: CheckStatus,
    detail: str,
    sub_indication: SubIndication | None = None,
) -> Finding:
    return Finding(
        id=check.id,
        name=check.name,
        status=status,
        sub_indication=sub_indication,
        detail=cleaned(detail, lambda said: plain(said, MAX_DETAIL)),
    )
