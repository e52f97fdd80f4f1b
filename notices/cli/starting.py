"""`notices init`."""

from pathlib import Path

import click

from notices.cli.options import json_option
from notices.cli.output import print_json
from notices.site.starting import start_site


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@json_option
def init(directory: Path, *, as_json: bool) -> None:
    """Make a complete site in DIRECTORY, which must be new or empty.

    It runs as it is, with the example PKI, the templates and example cases.
    """
    files = start_site(directory)
    if as_json:
        print_json({"site": str(directory), "files": [str(path) for path in files]})
        return
    click.echo(f"{directory} is a site of {len(files)} files. Next:")
    click.echo(f"  notices doctor --site {directory}")
    click.echo(f"  notices check IHC-2026-004217 --site {directory}")
