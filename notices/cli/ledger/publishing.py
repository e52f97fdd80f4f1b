"""`notices ledger publish`."""

from pathlib import Path

import click

from notices.cli.ledger.group import FILE
from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, say, tell_troubles
from notices.messages import Text
from notices.site import Site


@click.command()
@click.argument("folder", metavar="DIR", type=FILE)
@site_option
@json_option
def publish(folder: Path, site_path: Path, *, as_json: bool) -> None:
    """Write the log as static files into DIR, for any web server (C2SP tlog-tiles).

    Hashes and the checkpoint alone, no entry: they tell nothing of what happened, and
    let anybody follow that nothing was changed. Again into the same DIR it adds what
    is new. Witnesses are asked before.
    """
    with Site.open(site_path) as site:
        done = site.rooms.log.publisher.publish(folder)
        tell_troubles(site.troubles)
    if as_json:
        print_json(
            {
                "size": done.issued.size,
                "earlier_size": done.earlier,
                "tiles": done.tiles,
                "restored": done.restored,
                "withheld": done.withheld,
                "cosigned_by": list(done.issued.cosigners),
            }
        )
        return
    say(
        Text(
            "{size} entries in {folder}: {tiles} tiles are new, {earlier} entries were "
            "there before",
            size=done.issued.size,
            folder=folder,
            tiles=done.tiles,
            earlier=done.earlier,
        )
    )
    if done.restored:
        say(
            Text(
                "{count} tiles that were published before were away or cut short, "
                "and written again",
                count=done.restored,
            ),
            err=True,
        )
    if done.withheld:
        say(
            Text(
                "{count} tiles are not served: among them are entries of version 1, "
                "whose hashes can be guessed",
                count=done.withheld,
            )
        )
