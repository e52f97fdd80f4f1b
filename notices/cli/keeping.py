"""`notices migrate`, `notices backup`, `notices reconcile`."""

from base64 import b64encode
from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_table
from notices.signs import plain
from notices.site import Site
from notices.site.database.reconciled import Reconciled


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
        [(each.name, str(each.rows), each.sha256) for each in moved.tables],
    )
    click.echo(
        f"ledger: {moved.size} entries, root {b64encode(moved.root).decode()}, "
        "equal on both sides"
    )
    click.echo(f"now change one line of notices.toml, in [outbox]:\n{moved.line}")


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
    click.echo(
        f"{made.path}: {made.notices} notices, {made.octets} octets\n"
        f"integrity: ok\nledger: {made.size} entries, each hashed again, root "
        f"{b64encode(made.root).decode()}"
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
    if as_json:
        print_json(done.to_json())
        return
    _tell_compared(done)
    click.echo(f"archive: {done.copies} copies of our mails")
    for number in done.sent:
        click.echo(f"{number}  sent  a copy of it is in the archive")
    for each in done.lost:
        of = plain(each.case_id)
        told = f"a test of {of}" if each.is_test else f"{of} was asked"
        click.echo(f"{each.number}  lost  {told}; only the archive holds it")
    for number in done.in_doubt:
        click.echo(f"{number}  in doubt  it may have been sent; see: notices resolve")
    for doubt in done.doubtful:
        click.echo(f"{plain(doubt)}  ignored  our signature is not on it")
    for copied in done.dismissed:
        click.echo(f"{plain(copied)}  dismissed  another notice here has its number")
    if done.skipped:
        click.echo(f"{len(done.skipped)} numbers will not be given")
    _tell_hints(done)
    click.echo("the hold is lifted")


def _tell_compared(done: Reconciled) -> None:
    """What there was outside, and whether the database has it."""
    if done.checkpoint:
        verb = "is" if done.holds else "is NOT"
        click.echo(
            f"checkpoint of {done.checkpoint.size} entries: it {verb} within the "
            f"ledger of {done.size} entries"
        )
    if done.mark:
        verb = "reaches" if done.mark_holds else "does NOT reach"
        click.echo(
            f"high-water mark of {done.mark.size} entries: the ledger of {done.size} "
            f"entries {verb} it"
        )


def _tell_hints(done: Reconciled) -> None:
    """What is left to do, on standard error."""
    if not done.holds:
        click.echo(
            "hint: auditors who hold that checkpoint will see that the log was set "
            "back; give them the reason, and begin a new log: change [ledger] origin "
            "and signing_key",
            err=True,
        )
    if done.cases_unknown:
        click.echo(
            "hint: no archive tells which cases were asked since this copy was made: "
            "they can be asked a second time, under another number; look in the case "
            "system and at the mail server before you send one again",
            err=True,
        )
    if done.copied_from:
        click.echo(
            f"hint: this is a copy of {plain(done.copied_from)}; if that one works on, "
            "what waits goes out twice: stop it",
            err=True,
        )
