"""`notices approve`, `reject` and `approvals`: the second pair of eyes."""

import tempfile
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from notices.approval import (
    APPROVAL_PREFIX,
    APPROVE,
    REJECT,
    NotApproved,
    NotDecided,
)
from notices.cli.approval.person_key import PersonKey, key_options
from notices.cli.options import json_option, site_option
from notices.cli.output import print_folded, print_json, print_line, say, shown, tell
from notices.cli.screen.faults import error_json
from notices.cli.screen.outcomes import error_row, weightiest
from notices.cli.screen.tables import print_table
from notices.cli.sending import say_row
from notices.errors import NoticesError
from notices.files import safe_write
from notices.messages import Text
from notices.signs import plain
from notices.site import Site
from notices.site.approval.approval_desk import ShownDraft
from notices.store import DoorState


@click.command()
@click.argument("case_ids", nargs=-1, required=True, metavar="CASE-ID...")
@click.option("--as", "person", required=True, metavar="PERSON", help="Who approves.")
@click.option("--number", default="", help="Which notice, where a case has several.")
@click.option("--reason", default="", help="A remark; it goes on record.")
@click.option("--open", "is_opened", is_flag=True, help="Show the PDF, marked 見本.")
@click.option("--yes", is_flag=True, help="Do not ask; sign at once.")
@key_options
@site_option
@json_option
def approve(
    case_ids: tuple[str, ...],
    person: str,
    number: str,
    reason: str,
    uri: str,
    key_certificate: Path | None,
    passphrase_file: Path | None,
    site_path: Path,
    *,
    is_opened: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Show what would go out for each CASE-ID, and approve it with your own key.

    What is signed is the hash of every document, the recipient, and when. The PIN of
    a card is asked for once. `notices sign` goes on with what is approved.
    """
    signer = PersonKey(uri, key_certificate, passphrase_file)

    def ask(site: Site, found: str) -> None:
        if not as_json:
            _show(site.rooms.approvals.desk.shown(found))
        if is_opened:
            _open(site.rooms.approvals.desk.marked_letter(found), found)
        if not yes and not click.confirm(tell("Approve exactly this?"), err=True):
            raise NotDecided(
                Text("{number} was not approved", number=found),
                hint="to say no for good: notices reject CASE-ID --as PERSON "
                '--reason "REASON"',
            )

    with Site.open(site_path) as site:
        site.rooms.approvals.people.require_same()
        return _told(
            case_ids,
            lambda case_id: _decide(
                site, case_id, number, person, APPROVE, reason, signer, ask
            ),
            as_json=as_json,
        )


@click.command()
@click.argument("case_ids", nargs=-1, required=True, metavar="CASE-ID...")
@click.option("--as", "person", required=True, metavar="PERSON", help="Who rejects.")
@click.option("--number", default="", help="Which notice, where a case has several.")
@click.option("--reason", required=True, help="Why; it goes on record.")
@key_options
@site_option
@json_option
def reject(
    case_ids: tuple[str, ...],
    person: str,
    number: str,
    reason: str,
    uri: str,
    key_certificate: Path | None,
    passphrase_file: Path | None,
    site_path: Path,
    *,
    as_json: bool,
) -> int:
    """Reject what would go out for each CASE-ID, signed with your own key.

    An approval before it is good no more. Mend the judgment, and make the notice anew
    with `notices prepare CASE-ID --again REASON`.
    """
    signer = PersonKey(uri, key_certificate, passphrase_file)
    with Site.open(site_path) as site:
        return _told(
            case_ids,
            lambda case_id: _decide(
                site, case_id, number, person, REJECT, reason, signer, None
            ),
            as_json=as_json,
        )


def _decide(
    site: Site,
    case_id: str,
    number: str,
    person: str,
    decision: str,
    reason: str,
    signer: PersonKey,
    ask: Any,
) -> tuple[Mapping[str, Any], int]:
    desk = site.rooms.approvals.desk
    try:
        signer.require_not_refused()  # before anybody is asked in vain
        found = desk.find(case_id, number).number
        request = desk.request(found, person, decision=decision, reason=reason)
        if ask:
            ask(site, found)
        kind, signature = signer.sign(APPROVAL_PREFIX, request.octets)
        receipt = desk.take(request.octets, kind, signature)
    except NoticesError as error:
        return error_row(case_id, error), error.exit_code
    row = replace(receipt, draft_sha256=request.draft_sha256).to_json()
    return {**row, "decision": decision, "approver": person}, 0


def _told(
    case_ids: Sequence[str],
    decide: Callable[[str], tuple[Mapping[str, Any], int]],
    *,
    as_json: bool,
) -> int:
    """Decide about each, and tell it at once: whoever stops halfway knows how far."""
    made: list[tuple[Mapping[str, Any], int]] = []
    try:
        for case_id in case_ids:
            row, code = decide(case_id)
            made.append((row, code))
            if not as_json:
                say_row(row)
    except (click.Abort, KeyboardInterrupt):
        if as_json:
            print_json([row for row, _ in made])
        raise
    if as_json:
        print_json([row for row, _ in made])
    return weightiest(code for _, code in made)


def _show(draft: ShownDraft) -> None:
    stored = draft.stored
    for line in draft.letter.splitlines():
        print_folded(shown(line), beside=0)
    print_line("")
    say(Text("number     {number}", number=stored.number))
    say(
        Text(
            "recipient  {name} <{mailbox}>",
            name=plain(draft.approved.recipient.name),
            mailbox=plain(draft.approved.recipient.mailbox),
        )
    )
    for url in draft.urls:
        say(Text("URL        {url}", url=plain(url, 2000)))
    say(Text("draft      SHA-256 {sha256}", sha256=draft.draft.sha256))


def _open(pdf: bytes, number: str) -> None:
    """Show the PDF with the system's own program; the file is for its owner alone."""
    folder = Path(tempfile.mkdtemp(prefix="notices-draft-"))
    path = folder / f"{number}.pdf"
    safe_write(path, pdf, mode=0o600)
    say(Text("the draft as PDF: {path}", path=path), err=True)
    webbrowser.open(path.as_uri())


@click.command()
@click.option("--waiting", is_flag=True, help="Only what nobody has decided about.")
@click.option("--stale", is_flag=True, help="Only what was approved, and is no more.")
@site_option
@json_option
def approvals(site_path: Path, *, waiting: bool, stale: bool, as_json: bool) -> None:
    """List what waits for an approval, and what was approved and is not sent yet."""
    with Site.open(site_path) as site:
        states = site.rooms.approvals.desk.open()
        rows = [
            _row(each, site)
            for each in states
            if not (waiting or stale)
            or (waiting and isinstance(each.error, NotApproved))
            or (stale and _is_stale(each))
        ]
    if as_json:
        print_json(rows)
        return
    if not rows:
        say("nothing waits for an approval")
        return
    print_table(
        (
            Text("case"),
            Text("number"),
            Text("state"),
            Text("draft"),
            Text("approver"),
            Text("how it stands"),
        ),
        [
            (
                row["case_id"],
                row["number"],
                row["state"],
                row["draft_sha256"][:16],
                row["approver"] or "",
                _standing(row),
            )
            for row in rows
        ],
        prose=("how it stands",),
    )


def _is_stale(each: DoorState) -> bool:
    return each.error is not None and not isinstance(each.error, NotApproved)


def _standing(row: Mapping[str, Any]) -> str:
    if row["error"]:
        if row["error"]["code"] == NotApproved.code:
            return tell(Text("waiting for an approval"))
        faults = "; ".join(shown(one["message"]) for one in row["error"]["faults"])
        message = shown(row["error"]["message"])
        return f"{message}: {faults}" if faults else message
    is_approved = row["decision"] == APPROVE
    return tell(Text("approved") if is_approved else Text("rejected"))


def _row(draft: DoorState, site: Site) -> Mapping[str, Any]:
    newest = draft.newest
    return {
        "case_id": draft.stored.key.case_id,
        "number": draft.stored.number,
        "state": draft.stored.state.value,
        "draft_sha256": site.parts.drafts.get(draft.stored.number).sha256,
        "decision": newest.decision if newest else None,
        "approver": newest.approver if newest else None,
        "at": newest.written_at.isoformat() if newest else None,
        "error": error_json(draft.error) if draft.error else None,
    }
