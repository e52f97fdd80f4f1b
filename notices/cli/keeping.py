"""`notices migrate`, `notices backup`, `notices reconcile`."""

from base64 import b64encode
from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, print_table, say
from notices.messages import Text
from notices.signs import plain
from notices.site import Site
from notices.site.database.reconciled import Reconciled

_LOST = "{number}  lost  {case_id} was asked; only the archive holds it"
_LOST_TEST = "{number}  lost  a test of {case_id}; only the archive holds it"
_WITHIN = "checkpoint of {size} entries: it is within the ledger of {known} entries"
_NOT_WITHIN = (
    "checkpoint of {size} entries: it is NOT within the ledger of {known} entries"
)
_REACHES = "high-water mark of {size} entries: the ledger of {known} entries reaches it"
_DOES_NOT_REACH = (
    "high-water mark of {size} entries: the ledger of {known} entries does NOT reach it"
)
_READ_AGAIN = (
    "what came in since this copy was made is marked as recorded, and is not recorded "
    "here; type: notices inbox --all"
)


@click.command()
@click.argument("to_url", metavar="TO-URL")
@site_option
@json_option
def migrate(to_url: str, site_path: Path, *, as_json: bool) -> None:
    """Copy the outbox into the empty database TO-URL, and prove the copy.

    TO-URL is sqlite:///FILE or postgresql://USER@HOST/DATABASE. Stop all workers
    first. Afterwards the old outbox refuses every change, and one line of
    notices.toml is to be changed; it is printed.
    """
    with Site.open(site_path) as site:
        moved = site.rooms.database.migrate(to_url)
    if as_json:
        print_json(moved.to_json())
        return
    print_table(
        ("table", "rows", "SHA-256, equal on both sides"),
        # a name of the database, also where a text of ours is the same word
        [
            (Text("{name}", name=each.name), str(each.rows), each.sha256)
            for each in moved.tables
        ],
    )
    say(
        Text(
            "ledger: {size} entries, root {root}, equal on both sides",
            size=moved.size,
            root=b64encode(moved.root).decode(),
        )
    )
    say("now change one line of notices.toml, in [outbox]:")
    print_line(moved.line)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@site_option
@json_option
def backup(file: Path, site_path: Path, *, as_json: bool) -> None:
    """Copy the outbox as it is at one moment into the new file FILE.

    Others may go on working. The copy is checked before the command ends. For
    PostgreSQL the command names the program that does it.
    """
    with Site.open(site_path) as site:
        made = site.rooms.database.back_up(file)
    if as_json:
        print_json(made.to_json())
        return
    say(
        Text(
            "{path}: {notices} notices, {octets} octets",
            path=made.path,
            notices=made.notices,
            octets=made.octets,
        )
    )
    say("integrity: ok")
    say(
        Text(
            "ledger: {size} entries, each hashed again, root {root}",
            size=made.size,
            root=b64encode(made.root).decode(),
        )
    )


@click.command()
@click.option("--reason", required=True, help="Why it was restored; goes on record.")
@click.option(
    "--skip",
    type=click.IntRange(0, 100_000),
    default=None,
    help="Leave so many numbers unused, where nothing tells which were given.",
)
@site_option
@json_option
def reconcile(reason: str, skip: int | None, site_path: Path, *, as_json: bool) -> None:
    """Compare a restored outbox with what is known outside of it, and lift the hold.

    That is the high-water mark, the checkpoint and the archive mailbox; if there is
    none of them, --skip is needed. What the archive holds was sent: it is recorded as
    sent, and notices that are not in the outbox any more keep their numbers. What
    waits and may have been sent is in doubt. All of it goes on record.
    """
    with Site.open(site_path) as site:
        done = site.rooms.reconciler.reconcile(reason=reason, skip=skip)
        has_inbox = bool(site.config.inbox.url)
    if as_json:
        print_json(done.to_json())
        return
    _tell_compared(done)
    say(Text("archive: {copies} copies of our mails", copies=done.copies))
    for number in done.sent:
        say(Text("{number}  sent  a copy of it is in the archive", number=number))
    for each in done.lost:
        of = plain(each.case_id)
        pattern = _LOST_TEST if each.is_test else _LOST
        say(Text(pattern, number=each.number, case_id=of))
    for number in done.in_doubt:
        say(
            Text(
                "{number}  in doubt  it may have been sent; see: notices resolve",
                number=number,
            )
        )
    for doubt in done.doubtful:
        say(Text("{copy}  ignored  our signature is not on it", copy=plain(doubt)))
    for copied in done.dismissed:
        say(
            Text(
                "{copy}  dismissed  another notice here has its number",
                copy=plain(copied),
            )
        )
    for case_id in done.disposed:
        say(Text("{case_id}  disposed of again", case_id=case_id))
    if done.skipped:
        say(Text("{count} numbers will not be given", count=len(done.skipped)))
    _tell_hints(done)
    if has_inbox and (not done.mark_holds or done.mark is None or done.copied_from):
        _hint(_READ_AGAIN)
    say("the hold is lifted")


def _tell_compared(done: Reconciled) -> None:
    """What there was outside, and whether the database has it."""
    if done.checkpoint:
        pattern = _WITHIN if done.holds else _NOT_WITHIN
        say(Text(pattern, size=done.checkpoint.size, known=done.size))
    if done.mark:
        pattern = _REACHES if done.mark_holds else _DOES_NOT_REACH
        say(Text(pattern, size=done.mark.size, known=done.size))


def _tell_hints(done: Reconciled) -> None:
    """What is left to do, on standard error."""
    if not done.holds:
        _hint(
            "auditors who hold that checkpoint will see that the log was set back; "
            "give them the reason, and begin a new log: change [ledger] origin and "
            "signing_key"
        )
    if done.cases_unknown:
        _hint(
            "no archive tells which cases were asked since this copy was made: they "
            "can be asked a second time, under another number; look in the case "
            "system and at the mail server before you send one again"
        )
    if done.copied_from:
        _hint(
            Text(
                "this is a copy of {copied_from}; if that one works on, what waits "
                "goes out twice: stop it",
                copied_from=plain(done.copied_from),
            )
        )


def _hint(advice: str) -> None:
    say(Text("hint: {advice}", advice=advice), err=True)
