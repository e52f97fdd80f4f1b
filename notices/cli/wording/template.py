"""Commands on the wording of letters: template check, accept, list, new."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, print_table, say
from notices.errors import InputError, InvalidTemplate
from notices.letters import Templates, check_templates
from notices.letters.template.folders.kinds import FurtherKind, KindFile
from notices.letters.template.folders.names import FOLDERS
from notices.messages import Text
from notices.rules import RecipientEntry
from notices.site import Site
from notices.site.preparing.accepting import accept_templates
from notices.site.preparing.new_kind import write_kind

_FOLDERS = (*dict.fromkeys(("form1", "form2", "form2-2006", *FOLDERS)),)
"""Folders of the program's templates; both sets of classes share form 2."""


@click.group()
def template() -> None:
    """Check the templates of the letters; further kinds of notices."""


@template.command(name="check")
@click.argument("folder", required=False, metavar="[FOLDER]")
@site_option
@json_option
def template_check(folder: str | None, site_path: Path, *, as_json: bool) -> None:
    """Find what an editor got wrong, with file, line and a plain sentence.

    FOLDER tells only what is wrong there: form1, form2, reminder and so on, or the
    folder of a further kind of notice.
    """
    with Site.open(site_path) as site:
        templates = site.parts.templates
        if folder:
            _require_known(folder, templates)
        found = check_templates(templates)
        waits = () if found else templates.waiting
        wanted = f"/{folder.removesuffix('-2006')}/" if folder else "/"
        faults = tuple(fault for fault in found if wanted in f"/{fault.path}")
    if as_json:
        print_json([{"path": fault.path, "message": fault.message} for fault in faults])
    if faults:
        raise InvalidTemplate(
            Text("the templates have {count} faults", count=len(faults)),
            faults=() if as_json else faults,
            hint="mend them; until then nothing is sent with these templates",
        )
    if not as_json:
        say("the templates are in order")
        for one in waits:
            say(Text("{file}: {why}", file=one.path, why=one.message))


@template.command(name="accept")
@click.option("--edited-by", required=True, metavar="NAME", help="Who changed them.")
@click.option(
    "--accepted-by", required=True, metavar="NAME", help="Who looked at them."
)
@site_option
@json_option
def template_accept(
    edited_by: str, accepted_by: str, site_path: Path, *, as_json: bool
) -> None:
    """Record that a second person looked at what was changed in the templates.

    layout.toml names the files, [second_person]. Until it is recorded no letter is
    made with a change of theirs; previews are.
    """
    with Site.open(site_path) as site:
        forms = site.config.forms.templates
        made = accept_templates(
            site.parts.templates,
            site.config.resolve(forms) if forms else None,
            edited_by=edited_by,
            accepted_by=accepted_by,
            now=site.clock(),
        )
    if as_json:
        print_json([asdict(one) for one in made])
        return
    for acceptance in made:
        say(
            Text(
                "{file}: accepted by {person} (SHA-256 {sha256})",
                file=acceptance.file,
                person=acceptance.accepted_by,
                sha256=acceptance.sha256,
            )
        )
    if not made:
        say("nothing waits for a second person")


def _require_known(folder: str, templates: Templates) -> None:
    if folder not in _FOLDERS and not templates.has_folder(folder):
        further = (kind.folder for kind in templates.kinds)
        raise InputError(
            Text("there is no folder {folder} of templates", folder=folder),
            hint=Text("there are: {known}", known=", ".join((*_FOLDERS, *further))),
        )


@template.command(name="list")
@site_option
@json_option
def template_list(site_path: Path, *, as_json: bool) -> None:
    """List the further kinds of notices, and who gets them.

    A further kind is a folder of templates with a kind.toml; recipients.toml names it
    for a recipient. README.md of the templates says how it is made.
    """
    with Site.open(site_path) as site:
        templates = site.parts.templates
        directory = site.parts.directory if templates.kinds else {}
        rows = [_kind_row(kind, directory) for kind in templates.kinds]
        faults = templates.kind_faults()
    if as_json:
        print_json(rows)
    elif rows:
        _print_kinds(rows)
    else:
        say("there is no further kind of notice: form 1 and form 2 are all")
    if faults:
        raise InvalidTemplate(
            Text("the templates have {count} faults", count=len(faults)),
            faults=faults,
            hint="correct the file, then `notices template check`",
        )


def _kind_row(
    kind: FurtherKind, directory: Mapping[str, RecipientEntry]
) -> dict[str, Any]:
    recipients = [
        name
        for name, entry in directory.items()
        if entry.template_of(kind.digit) == kind.folder
    ]
    return {"folder": kind.folder, **asdict(kind.says), "recipients": recipients}


def _print_kinds(rows: list[dict[str, Any]]) -> None:
    print_table(
        (
            Text("folder"),
            Text("form"),
            name := Text("name"),
            recipients := Text("recipients"),
        ),
        [
            (row["folder"], row["form"], row["name"], ", ".join(row["recipients"]))
            for row in rows
        ],
        prose=(name, recipients),
    )


@template.command(name="new")
@click.argument("folder")
@click.option(
    "--form",
    required=True,
    type=click.Choice(("form1", "form2")),
    help="The form that it is a kind of.",
)
@click.option("--name", required=True, help="Its Japanese name, for lists.")
@click.option("--name-en", required=True, help="Its English name, for lists.")
@click.option("--title", required=True, help="Title of the Japanese letter.")
@click.option("--title-en", required=True, help="Title of the English part.")
@click.option("--used-for", default="", help="When it is used, in a sentence.")
@site_option
@json_option
def template_new(folder: str, site_path: Path, *, as_json: bool, **says: Any) -> None:
    """Make the folder of a further kind of notice, to be edited.

    FOLDER, such as search-engine, gets a copy of the form's templates with the new
    title, and a kind.toml. Nobody gets it until recipients.toml names it.
    """
    with Site.open(site_path) as site:
        forms = site.config.forms.templates
        paths = write_kind(
            site.parts.templates,
            site.config.resolve(forms) if forms else None,
            folder,
            KindFile(**says),
        )
    if as_json:
        print_json({"folder": folder, "files": [str(path) for path in paths]})
        return
    for path in paths:
        print_line(path)
