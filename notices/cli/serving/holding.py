"""`notices hold` and `notices release`: one word stops all that would go out."""

from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, say
from notices.site import Site
from notices.site.access.holding import held_json, in_words
from notices.store.console import EverythingHeld


@click.command()
@click.option("--reason", default="", help="Why; it goes on record.")
@click.option("--show", is_flag=True, help="Only say whether everything is on hold.")
@site_option
@json_option
def hold(reason: str, site_path: Path, *, show: bool, as_json: bool) -> None:
    """Let nothing go out from now on, whoever asks for it, until `notices release`.

    What is on the wire just now is finished. Letters are still written and approved.
    """
    with Site.open(site_path) as site:
        desk = site.rooms.access.holds
        held = desk.now() if show else desk.hold(reason)
    _tell(held, as_json=as_json)


@click.command()
@click.option("--reason", required=True, help="Why; it goes on record.")
@site_option
@json_option
def release(reason: str, site_path: Path, *, as_json: bool) -> None:
    """Let things go out again after `notices hold`; what waited is due at once."""
    with Site.open(site_path) as site:
        site.rooms.access.holds.release(reason)
    _tell(None, as_json=as_json)


def _tell(held: EverythingHeld | None, *, as_json: bool) -> None:
    if as_json:
        print_json(held_json(held))
    elif held is None:
        say("nothing is on hold")
    else:
        say(in_words(held))
