"""The checks on what `notices ledger prove` hands out, in their order.

    L01  its form
    L02  the log's key
    L03  the checkpoint's signature
    L04  witnesses cosigned the checkpoint
    L05  checkpoints that others hold
    L06  every event is in the log
    L07  the texts are those of the log
    L08  what is told of the notice
    L09  the moves are those of a delivery
    L10  nothing was left out in between

No certificate is in it: the log's key alone vouches, so it must be pinned.
"""

import hashlib
from collections.abc import Sequence

from notices.ledger import Cosignature
from notices.messages import Text, listed
from notices.report import (
    CheckStatus,
    NoticeFacts,
    Report,
    StoryLine,
    SubIndication,
)
from notices.signs import plain
from notices.verifying.bundle import history as histories
from notices.verifying.bundle.history import History, final_state
from notices.verifying.bundle.story import story
from notices.verifying.checks import Check, Refusal, malformed, run
from notices.verifying.log import told_checks, watched
from notices.verifying.log.proof_file import ProofFile
from notices.verifying.policy import Policy

_ALWAYS_LAST = "the last entry is not that of the export"


def _form(evidence: ProofFile) -> str:
    count = sum(len(record.events) for record in evidence.records)
    numbers = [str(record.notice.get("number")) for record in evidence.records]
    if not numbers:
        raise malformed("it is about no notice")
    if len(set(numbers)) != len(numbers):
        raise malformed("it tells of one notice twice")
    return Text(
        "{records} notices, {count} events", records=len(evidence.records), count=count
    )


def _log_key(evidence: ProofFile) -> str:
    pinned = evidence.policy.log_keys
    if not pinned:
        raise Refusal(
            SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
            "no --log-key was given, and nothing else vouches for the key in it",
        )
    if evidence.log_key not in pinned:
        raise malformed(
            Text("the key is {log_key}, which is not pinned", log_key=evidence.log_key)
        )
    return str(evidence.log_key)


def _checkpoint(evidence: ProofFile) -> str:
    found = evidence.checkpoint
    return Text(
        "{origin}, {size} entries, root {root}",
        origin=found.origin,
        size=found.size,
        root=found.root.hex(),
    )


def _cosigned(evidence: ProofFile) -> str:
    return watched.cosigned(evidence.policy.witnesses, lambda: evidence.cosignatures)


def _agrees(evidence: ProofFile) -> str:
    return watched.agrees(
        evidence.policy.checkpoints, evidence.checkpoint, evidence.log_key
    )


def _included(evidence: ProofFile) -> str:
    count = sum(len(history.events) for history in evidence.histories)
    size = evidence.checkpoint.size
    return Text("{count} events in a log of {size}", count=count, size=size)


def _moves(evidence: ProofFile) -> str:
    return listed(
        [
            Text(
                "{number}: {count} events lead to {state}",
                number=plain(history.number),
                count=len(history.events),
                state=final_state(history) or "no delivery",
            )
            for history in evidence.histories
        ]
    )


def _complete(evidence: ProofFile) -> str:
    """Links lead from each event to the one before; nothing closes the chain here."""
    for history in evidence.histories:
        gaps = [one for one in histories.missing(history) if one != _ALWAYS_LAST]
        if gaps:
            raise Refusal(
                SubIndication.SIGNED_DATA_NOT_FOUND,
                Text("not complete; missing: {what}", what=listed(gaps, ", ")),
            )
    places = [str(history.events[-1].seq) for history in evidence.histories]
    return Text(
        "complete up to entry {seq} of the ledger; what came later may not be shown",
        seq=listed(places, ", "),
    )


CHECKS: Sequence[Check[ProofFile]] = (
    Check(id="L01", name="its form", judge=_form),
    Check(id="L02", name="the log's key", judge=_log_key, needs=("L01",)),
    Check(
        id="L03", name="the checkpoint's signature", judge=_checkpoint, needs=("L01",)
    ),
    Check(
        id="L04",
        name="witnesses cosigned the checkpoint",
        judge=_cosigned,
        needs=("L03",),
    ),
    Check(id="L05", name="checkpoints that others hold", judge=_agrees, needs=("L03",)),
    Check(id="L06", name="every event is in the log", judge=_included, needs=("L03",)),
    Check(
        id="L07",
        name="the texts are those of the log",
        judge=told_checks.texts,
        needs=("L06",),
    ),
    Check(
        id="L08",
        name="what is told of the notice",
        judge=told_checks.told,
        needs=("L06",),
    ),
    Check(
        id="L09",
        name="the moves are those of a delivery",
        judge=_moves,
        needs=("L06",),
    ),
    Check(
        id="L10",
        name="nothing was left out in between",
        judge=_complete,
        needs=("L06",),
    ),
)


def verify_proof(data: bytes, policy: Policy) -> Report:
    """Judge one output of `ledger prove`."""
    evidence = ProofFile(data, policy)
    findings = run(CHECKS, evidence)
    passed = {one.id for one in findings if one.status is CheckStatus.PASSED}
    is_trusted = {"L02", "L06", "L08", "L09"} <= passed
    shown = evidence.histories if is_trusted else ()
    only = shown[0] if len(shown) == 1 else None
    cosigned = evidence.cosignatures if "L04" in passed else ()
    return Report(
        kind="proof",
        subject_sha256=hashlib.sha256(data).hexdigest(),
        validation_time=policy.at,
        clock_tolerance=policy.clock_tolerance,
        findings=findings,
        notice=_facts(only) if only else None,
        story=_story(shown, cosigned) if shown else (),
        delivery=final_state(only) if only else "",
    )


def _facts(history: History) -> NoticeFacts:
    event = told_checks.base(history)
    texts = history.texts(event)
    flat = event.flat({})
    return NoticeFacts(
        number=plain(history.number),
        case_id=plain(str(flat.get("case_id") or "")),
        date=None,
        recipient=plain(str(texts.get("recipient") or "")),
        form=plain(str(flat.get("form") or "")),
    )


def _story(
    shown: Sequence[History], cosigned: Sequence[Cosignature]
) -> tuple[StoryLine, ...]:
    told = [line for history in shown for line in story(history)]
    told += map(watched.story_line, cosigned)
    return tuple(sorted(told, key=lambda line: line.at))
