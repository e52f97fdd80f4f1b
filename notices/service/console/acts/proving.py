"""What proves a case elsewhere: proofs of its events, and the signed bundle.

Here is no key. Proofs rest on the newest checkpoint that was signed; a bundle is asked
for here, made where the key is (`notices sign --watch`), and given here when ready.
"""

import json
from collections.abc import Mapping, Sequence

from notices.errors import InputError, RefusedError
from notices.service.console.asking import ConsoleFile, ConsoleMove, ConsoleRequest
from notices.site.ledger.proofs import ProofDesk
from notices.store import StoredNotice

JSON = "application/json"
BUNDLE = "application/vnd.etsi.asic-e+zip"
WHOLE, REDACTED = "whole", "redacted"


def proof_values(
    request: ConsoleRequest, case_id: str, notices: Sequence[StoredNotice]
) -> dict[str, object]:
    """What the page of a case shows of proofs and bundles; notices: those of it."""
    desk = _desk(request)
    checkpoint = desk.checkpoint()
    events = desk.events(case_id, [stored.number for stored in notices], checkpoint)
    return {
        "ledger_events": events,
        "checkpoint": checkpoint,
        "is_proven": bool(events) and all(one.is_covered for one in events),
        "bundles": request.site.rooms.access.bundles.of(case_id, now=request.now),
        "has_signed": any(stored.message_id for stored in notices),
    }


def show_proof(request: ConsoleRequest) -> ConsoleFile:
    """All events of a case with their proofs, as `notices ledger prove` writes them."""
    case_id = request.path["case_id"]
    return _json(_desk(request).whole(case_id), f"{case_id}.proof.json")


def show_event_proof(request: ConsoleRequest) -> ConsoleFile:
    """One event with its proof."""
    case_id, seq = request.path["case_id"], int(request.path["seq"])
    return _json(_desk(request).of_event(case_id, seq), f"{case_id}-{seq}.proof.json")


def ask_for_bundle(request: ConsoleRequest) -> ConsoleMove:
    """Note that somebody wants the bundles of a case."""
    case_id, wanted = request.path["case_id"], request.form.get("bundle", "")
    if wanted not in (WHOLE, REDACTED):
        raise InputError("the form does not say which bundle is wanted")
    notices = request.site.parts.store.find(case_id)
    if not any(stored.message_id for stored in notices):
        raise RefusedError(
            "no notice of this case is signed yet",
            hint="a bundle proves what was signed",
        )
    bundles = request.site.rooms.access.bundles
    bundles.ask(case_id, redact=wanted == REDACTED, now=request.now)
    return ConsoleMove(to=f"/cases/{case_id}#bundles")


def give_bundle(request: ConsoleRequest) -> ConsoleFile:
    """A bundle that lies ready."""
    name = request.path["name"]
    bundles = request.site.rooms.access.bundles
    octets = bundles.content(request.path["case_id"], name, now=request.now)
    return ConsoleFile(octets=octets, media_type=BUNDLE, name=name)


def _desk(request: ConsoleRequest) -> ProofDesk:
    log = request.site.rooms.log
    return ProofDesk(
        store=request.site.parts.store,
        public_key=lambda: log.ledger.log_key.public(),  # noqa: PLW0108 - opened late
    )


def _json(value: Mapping[str, object], name: str) -> ConsoleFile:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return ConsoleFile(octets=f"{text}\n".encode(), media_type=JSON, name=name)
