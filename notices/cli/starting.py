"""`notices init` and `notices completion`: what comes first."""

import shlex
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from notices.cli.options import json_option
from notices.cli.output import print_json, print_line, say
from notices.cli.screen.program import program_name
from notices.messages import Text
from notices.site.starting import start_site

SHELLS = ("bash", "zsh", "fish")
_VARIABLE = "_NOTICES_COMPLETE"


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
    say(
        Text(
            "{directory} is a site of {count} files. Next:",
            directory=directory,
            count=len(files),
        )
    )
    name, site = program_name(), shlex.quote(str(directory))
    print_line(f"  {name} doctor --site {site}")
    print_line(f"  {name} check IHC-2026-004217 --site {site}")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes SHELL complete commands and options.

    For bash, write it to ~/.local/share/bash-completion/completions/notices

    For zsh, write it to a file _notices in a folder of $fpath

    For fish, write it to ~/.config/fish/completions/notices.fish
    """
    found = get_completion_class(shell)
    if found is not None:
        print_line(found(ctx.find_root().command, {}, "notices", _VARIABLE).source())
