"""`notices people`: who may approve, by the ledger."""

from pathlib import Path
from typing import Any

import click

from notices.approval import ENROLMENT_PREFIX, Role
from notices.cli.approval.linking import link
from notices.cli.approval.person_key import PersonKey, key_options
from notices.cli.options import json_option, site_option
from notices.cli.output import (
    print_folded,
    print_json,
    read_file,
    say,
    tell,
)
from notices.cli.screen.tables import print_table
from notices.errors import ConfigError
from notices.messages import Text
from notices.signs import plain
from notices.site import Site
from notices.site.approval.certificates import candidate_of
from notices.site.approval.people_desk import NO_KEY, Candidate

_ROLES = [role.value for role in Role]


@click.group()
def people() -> None:
    """Who may approve, and by which key: the ledger decides."""


people.add_command(link)


@people.command(name="list")
@click.option("--write", is_flag=True, help="Write people.toml anew, as the ledger is.")
@site_option
@json_option
def list_(site_path: Path, *, write: bool, as_json: bool) -> int:
    """Show everybody who was enrolled, and where people.toml says otherwise."""
    with Site.open(site_path) as site:
        desk = site.rooms.approvals.people
        if write:
            desk.write_list()
        rows = [_row(person, each) for person, each in sorted(desk.known().items())]
        faults = desk.differences()
    if as_json:
        print_json(
            {
                "people": rows,
                "faults": [
                    {"path": each.path, "message": each.message} for each in faults
                ],
            }
        )
    else:
        _print(rows)
        for each in faults:
            say(Text("people.toml: {fault}", fault=str(each)), err=True)
    return ConfigError.exit_code if faults else 0


def _row(person: str, known: Any) -> dict[str, Any]:
    enrolled = known.enrolled
    return {
        "person": person,
        "name": known.name,
        "roles": sorted(map(str, enrolled.roles)),
        "key_kind": str(enrolled.key_kind),
        "key_sha256": enrolled.key_sha256,
        "revoked": enrolled.is_revoked,
        "recovered": enrolled.is_recovered,
        "proven": enrolled.is_proven,
        "enrolled": {"seq": enrolled.enrolled.seq, "leaf": enrolled.enrolled.leaf},
    }


def _print(rows: list[dict[str, Any]]) -> None:
    if not rows:
        say("nobody is enrolled")
        return
    print_table(
        (
            Text("person"),
            Text("name as printed"),
            Text("roles"),
            Text("kind of key"),
            "SHA-256",
            Text("state"),
        ),
        [
            (
                row["person"],
                row["name"],
                " ".join(row["roles"]),
                row["key_kind"],
                row["key_sha256"][:16],
                _state(row),
            )
            for row in rows
        ],
    )


def _state(row: dict[str, Any]) -> str:
    if row["revoked"]:
        return tell(Text("revoked"))
    if not row["proven"]:
        return tell(Text("not proven"))
    return tell(Text("recovered") if row["recovered"] else Text("enrolled"))


def _candidate_options(command: Any) -> Any:
    for option in (
        click.option(
            "--credential-id",
            default="",
            metavar="HEX",
            help="Of a passkey whose public key is in FILE.",
        ),
        click.option(
            "--certificate",
            "file",
            required=True,
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE",
            help="The person's certificate, or a passkey's public key; PEM or DER.",
        ),
        click.option("--name", default="", help="As the form prints it."),
    ):
        command = option(command)
    return command


@people.command()
@click.argument("person")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(_ROLES)
)
@_candidate_options
@click.option("--as", "administrator", default="", help="The administrator who signs.")
@key_options
@site_option
@json_option
def enrol(
    person: str,
    roles: tuple[str, ...],
    file: Path,
    name: str,
    credential_id: str,
    administrator: str,
    uri: str,
    key_certificate: Path | None,
    passphrase_file: Path | None,
    site_path: Path,
    *,
    as_json: bool,
) -> None:
    """Enrol PERSON, a short id such as sato-h; another administrator signs.

    On a new site the first administrator enrols himself, with his own key.
    """
    signer = PersonKey(uri, key_certificate, passphrase_file)
    content = read_file(file)
    with Site.open(site_path) as site:
        candidate = candidate_of(
            person,
            name,
            tuple(map(Role, roles)),
            content,
            credential_id,
            now=site.clock(),
        )
        desk = site.rooms.approvals.people
        desk.require_same()
        octets = desk.request(candidate, administrator or person).octets()
        kind, signature = signer.sign(ENROLMENT_PREFIX, octets)
        desk.take(octets, kind, signature, candidate.key)
        _told(site, candidate, as_json=as_json)


@people.command()
@click.argument("person")
@click.option("--reason", required=True, help="Why; it goes on record.")
@click.option("--as", "administrator", required=True, help="Who signs.")
@key_options
@site_option
@json_option
def revoke(
    person: str,
    reason: str,
    administrator: str,
    uri: str,
    key_certificate: Path | None,
    passphrase_file: Path | None,
    site_path: Path,
    *,
    as_json: bool,
) -> None:
    """Revoke the key of PERSON at once; one administrator suffices.

    What he approved and what is not sent yet waits for another approval.
    """
    signer = PersonKey(uri, key_certificate, passphrase_file)
    with Site.open(site_path) as site:
        desk = site.rooms.approvals.people
        octets = desk.request_revocation(person, administrator, reason=reason).octets()
        kind, signature = signer.sign(ENROLMENT_PREFIX, octets)
        desk.take(octets, kind, signature, NO_KEY)
        _told_of(site, person, as_json=as_json)


@people.command()
@click.argument("person")
@_candidate_options
@click.option("--reason", required=True, help="Why; every verifier prints it.")
@site_option
@json_option
def recover(
    person: str,
    file: Path,
    name: str,
    credential_id: str,
    reason: str,
    site_path: Path,
    *,
    as_json: bool,
) -> None:
    """Make PERSON an administrator where none can sign any more.

    Only for whoever has the machine. It stays in the ledger for ever, and every
    verifier of a notice approved after it tells it.
    """
    content, roles = read_file(file), (Role.ADMINISTRATOR,)
    with Site.open(site_path) as site:
        candidate = candidate_of(
            person, name, roles, content, credential_id, now=site.clock()
        )
        site.rooms.approvals.people.recover(candidate, reason=reason)
        _told(site, candidate, as_json=as_json)


def _told(site: Site, candidate: Candidate, *, as_json: bool) -> None:
    _told_of(site, candidate.person, as_json=as_json)


def _told_of(site: Site, person: str, *, as_json: bool) -> None:
    row = _row(person, site.rooms.approvals.people.known()[person])
    if as_json:
        print_json(row)
        return
    print_folded(f"{person}  {plain(row['name'])}  {_state(row)}  {row['key_sha256']}")
