"""`notices key`: ask an authority for a certificate, and put its answer in place."""

import shlex
from datetime import date
from pathlib import Path

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import (
    print_folded,
    print_json,
    print_line,
    read_file,
    say,
    shown,
)
from notices.cli.screen.program import program_name
from notices.messages import Text
from notices.site import Site

KINDS = ("p256", "p384", "rsa3072", "rsa2048", "rsa4096")


@click.group()
def key() -> None:
    """The key that signs: ask for its certificate, put it in place."""


@key.command()
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=KINDS[0],
    show_default=True,
    help="What the key is.",
)
@click.option("--organization", help="Registered name; default center.name_en.")
@click.option(
    "--organization-identifier",
    default="",
    metavar="ID",
    help="Register and number, such as NTRJP-1234567890123.",
)
@click.option("--country", default="JP", show_default=True, help="ISO 3166-1 code.")
@click.option("--given-name", default="", help="Of a person: sponsor-validated.")
@click.option("--surname", default="", help="Of the same person.")
@site_option
@json_option
def request(
    kind: str,
    organization: str | None,
    organization_identifier: str,
    country: str,
    given_name: str,
    surname: str,
    site_path: Path,
    *,
    as_json: bool,
) -> None:
    """Make a new key and the request for its certificate (PKCS #10).

    By the S/MIME Baseline Requirements: organization-validated, or sponsor-validated
    with --given-name and --surname. The key stays in keys/, encrypted.
    """
    from notices.signing.keys.requests import Applicant  # noqa: PLC0415 - loads pyHanko

    with Site.open(site_path) as site:
        center = site.parts.center
        made = site.rooms.keys.request(
            Applicant(
                mailbox=center.mailbox,
                organization=organization or center.name_en,
                country=country,
                organization_identifier=organization_identifier,
                given_name=given_name,
                surname=surname,
            ),
            kind,
        )
    if as_json:
        print_json(
            {
                "request": str(made.request),
                "key": str(made.key),
                "passphrase_file": str(made.passphrase),
            }
        )
        return
    say(Text("{request}: send this to the authority", request=made.request))
    beside = made.passphrase.name
    stays = "{key}: stays here, with {passphrase}; back both up"
    say(Text(stays, key=made.key, passphrase=beside))
    say("when the certificate comes: notices key install FILE")


@key.command()
@click.argument("answer", type=click.Path(path_type=Path))
@click.option(
    "--from", "day", metavar="DAY", help="First day that it signs; default today."
)
@site_option
@json_option
def install(answer: Path, day: str | None, site_path: Path, *, as_json: bool) -> None:
    """Put the authority's ANSWER (PEM, DER, .p7b) beside the key that it is for.

    It is judged first. notices.toml gets it as one more of signing.keys; the key before
    stays there for what it has signed.
    """
    first = _day(day) if day else None
    content = read_file(answer)
    with Site.open(site_path) as site:
        done = site.rooms.keys.install(content, first)
    if as_json:
        print_json(
            {
                "key": done.entry.key,
                "certificate": str(done.certificate),
                "from": str(done.entry.first_day),
                "findings": [
                    {"id": one.id, "level": one.level.value, "detail": str(one.detail)}
                    for one in done.findings
                ],
            }
        )
        return
    for one in done.findings:
        told = f"{one.level.value:9}{one.id}: {shown(str(one.detail))}"
        print_folded(told, beside=9)
    first_day = done.entry.first_day
    say(Text("{key} signs from {day} on. Next:", key=done.entry.key, day=first_day))
    place = shlex.quote(str(site_path))
    words = ("", program_name(), "doctor", "--rehearse", "--site", place)
    print_line(" ".join(words).replace(" ", "  ", 1))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no day such as 2026-11-16", text=text),
            param_hint="--from",
        ) from error
