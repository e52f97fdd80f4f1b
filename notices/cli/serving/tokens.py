"""`notices token`: case systems get tokens for the API, and lose them."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import click

from notices.access import AccessToken, TokenScope, read_scopes, write_scopes
from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, print_table, say
from notices.errors import InputError
from notices.judgment import JST
from notices.messages import Text
from notices.site import Site
from notices.site.access.tokens import token_json

_HEADS = (
    Text("id"),
    Text("name"),
    Text("scopes"),
    Text("made"),
    Text("ends"),
    Text("state"),
)


class NamedFirst(click.Group):
    """A group whose first word may be a case system's name: then it makes a token."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `new` before what begins with none of the group's own words."""
        own = {*self.commands, *ctx.help_option_names}
        if args and args[0] not in own:
            args = ["new", *args]
        return super().parse_args(ctx, args)


@click.group(cls=NamedFirst)
def token() -> None:
    """Give case systems tokens for the API, and take them back.

    `notices token NAME --scope prepare,send,read` makes one; `new` may stand before
    the name.
    """


@token.command()
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    "scope_text",
    required=True,
    metavar="SCOPE,...",
    help="What it may do: prepare, send, read. None can approve.",
)
@click.option(
    "--expires",
    metavar="DAY|DAYS",
    help="Last day on which it holds, such as 2027-03-31, or for how many days.",
)
@site_option
@json_option
def new(
    name: str, scope_text: str, expires: str | None, site_path: Path, *, as_json: bool
) -> None:
    """Make a token for the case system NAME, and print it once, alone on its line.

    It is kept as a hash only. Whoever holds it sees what NAME handed in; several tokens
    may have one name, so that a new one is in place before the old one is revoked.
    """
    scopes = _scopes(scope_text)
    with Site.open(site_path) as site:
        ends = _end(expires, datetime.now(UTC)) if expires else None
        made, secret = site.rooms.access.tokens.make(name, scopes, expires_at=ends)
    if as_json:
        print_json({**token_json(made, made.created_at), "token": secret})
        return
    print_line(secret)
    say(
        Text(
            "token {token_id} of {name}: {scopes}; it is not shown again",
            token_id=made.token_id,
            name=made.name,
            scopes=write_scopes(made.scopes),
        ),
        err=True,
    )


@token.command(name="list")
@site_option
@json_option
def list_(site_path: Path, *, as_json: bool) -> None:
    """List all tokens, without their secrets; also those that hold no more."""
    with Site.open(site_path) as site:
        tokens, now = site.rooms.access.tokens.list(), site.clock()
    if as_json:
        print_json([token_json(one, now) for one in tokens])
        return
    if not tokens:
        say("there are no tokens; `notices token NAME --scope read` makes one")
        return
    print_table(_HEADS, [_cells(one, now) for one in tokens])


@token.command()
@click.argument("which", metavar="ID|NAME")
@site_option
@json_option
def revoke(which: str, site_path: Path, *, as_json: bool) -> None:
    """Refuse from now on one token by its ID, or all of a case system by its NAME."""
    with Site.open(site_path) as site:
        revoked, now = site.rooms.access.tokens.revoke(which), site.clock()
    if as_json:
        print_json([token_json(one, now) for one in revoked])
        return
    for one in revoked:
        say(
            Text(
                "{token_id} of {name} is revoked", token_id=one.token_id, name=one.name
            )
        )
    if not revoked:
        say("it was revoked before")


def _scopes(text: str) -> frozenset[TokenScope]:
    try:
        return read_scopes(text)
    except ValueError:
        raise InputError(
            Text("there is no scope like {text}", text=text),
            hint=Text("name some of: {scopes}", scopes=write_scopes(TokenScope)),
        ) from None


def _end(text: str, now: datetime) -> datetime:
    """The end of a day in Japan, or so many days from now."""
    if text.isdigit() and len(text) <= 4:  # noqa: PLR2004 - ten thousand days
        return now + timedelta(days=int(text))
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=JST)
    except ValueError:
        raise InputError(
            Text("{text} is neither a day nor a number of days", text=text),
            hint="such as --expires 2027-03-31, or --expires 365",
        ) from None
    return datetime.combine(day.date() + timedelta(days=1), time(), JST)


def _cells(token: AccessToken, now: datetime) -> list[str]:
    state = Text("holds") if token.is_live(now) else Text("over")
    return [
        token.token_id,
        token.name,
        write_scopes(token.scopes),
        _day(token.created_at),
        _day(token.expires_at) if token.expires_at else "",
        Text("revoked") if token.revoked_at else state,
    ]


def _day(moment: datetime) -> str:
    return moment.astimezone(JST).date().isoformat()
