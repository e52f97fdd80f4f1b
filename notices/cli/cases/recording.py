"""`notices record`."""

from collections.abc import Iterator
from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, say, shown
from notices.cli.screen.input_file import read_whole
from notices.cli.screen.progress import counting
from notices.errors import InputError
from notices.messages import Text
from notices.site import Site


@click.command()
@click.argument("file", metavar="FILE.jsonl", type=click.Path(path_type=Path))
@click.option(
    "--partial", is_flag=True, help="Take the lines that are in order, tell the rest."
)
@site_option
@json_option
def record(file: Path, site_path: Path, *, partial: bool, as_json: bool) -> int:
    """Take facts of cases in, one JSON object a line; see `notices schema fact`.

    The order of the lines tells nothing. A fact that is on record already changes
    nothing. With one bad line nothing is taken, unless --partial. For FILE.jsonl `-`
    is standard input.
    """
    lines = read_whole(file).splitlines()
    with Site.open(site_path) as site, counting(len(lines)) as progress:
        done = site.rooms.cases.desk.record(
            _dropped(lines), partial=partial, progress=progress
        )
    if as_json:
        print_json(done.to_json())
    else:
        said = "{added} facts taken, {known} known before"
        say(Text(said, added=done.added, known=done.known))
        for fault in done.faults:
            say(Text("notices: left out: {fault}", fault=shown(str(fault))), err=True)
    return InputError.exit_code if done.faults else 0


def _dropped(lines: list[bytes]) -> Iterator[bytes]:
    """Each line once: what was read is kept as a fact, and not as octets, too."""
    lines.reverse()
    while lines:
        yield lines.pop()
