"""`notices people link`: a link with which a person makes his passkey."""

from pathlib import Path

import click

from notices.approval import Role
from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, say
from notices.errors import ConfigError
from notices.messages import Text
from notices.site import Site


@click.command()
@click.argument("person")
@click.option("--name", required=True, help="As the form prints it.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in Role]),
)
@site_option
@json_option
def link(
    person: str, name: str, roles: tuple[str, ...], site_path: Path, *, as_json: bool
) -> None:
    """Print a link with which PERSON makes a passkey in the console, once, in a day.

    On a new site the first administrator is enrolled with it. All others are enrolled
    by an administrator, who signs in the console.
    """
    with Site.open(site_path) as site:
        origin = site.config.approval.origin
        if not origin:
            raise ConfigError(
                "the console has no address",
                hint="set approval.rp_id and approval.origin in notices.toml, such as "
                '"localhost" and "http://localhost:8025"',
            )
        made, secret = site.rooms.access.links.make(
            person, name, list(map(Role, roles))
        )
    address = f"{origin}/link/{secret}"
    if as_json:
        expires = made.expires_at.isoformat()
        print_json({"person": person, "link": address, "expires_at": expires})
        return
    print_line(address)
    say(
        Text(
            "for {person}, once, until {at}; it is not shown again",
            person=person,
            at=made.expires_at.isoformat(timespec="minutes"),
        ),
        err=True,
    )
