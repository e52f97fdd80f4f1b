"""Commands on what goes in: check, preview."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from notices.cli.options import json_option, site_option
from notices.cli.output import print_json, print_line, read_file, say, shown, tell
from notices.cli.screen.faults import report_error
from notices.cli.watching import each_change
from notices.codec import read_judgment
from notices.config import FILE_NAME
from notices.errors import InvalidJudgment, NoticesError
from notices.files.asking import is_file, is_there
from notices.judgment import Judgment
from notices.letters.template.hygiene import Remark
from notices.messages import Text
from notices.notice import RequestKind
from notices.rules import is_on_hold
from notices.site import Site
from notices.site.preparing.follow_up import FollowUp
from notices.site.preparing.previewer import SAMPLES
from notices.site.preparing.remarks import remarks_json

_FOLLOWING = [kind.value for kind in RequestKind if kind is not RequestKind.REQUEST]
_NO_SITE = Remark(
    "",
    "there is no site here: letter, recipients and templates were not looked at",
    "site",
)


@click.command()
@click.argument("case", metavar="CASE-ID|FILE")
@site_option
@json_option
def check(case: str, site_path: Path, *, as_json: bool) -> int:
    """Say all that is wrong with a judgment: every fault with its path.

    Nothing is stored and no number is used up. A note tells what will be printed
    otherwise than it was written; such a judgment can be sent.
    """
    try:
        judgment, subject, remarks = _checked(case, site_path)
    except InvalidJudgment as error:
        if as_json:
            print_json({**_check_row(case, error), "warnings": []})
            return error.exit_code
        raise
    held = is_on_hold(judgment)
    if as_json:
        row = {**_check_row(judgment.case_id, None), "on_hold": held}
        print_json({**row, "warnings": remarks_json(remarks)})
    else:
        say(
            Text(
                "{case_id} is in order: {subject}",
                case_id=judgment.case_id,
                subject=subject,
            )
        )
        if held:
            say("but it is on hold: it will not be sent until police.hold is false")
        for remark in remarks:
            say(Text("note: {remark}", remark=shown(str(remark))))
    return 0


def _checked(case: str, site_path: Path) -> tuple[Judgment, str, tuple[Remark, ...]]:
    """The judgment, the subject of its mail, and what to note."""
    if _is_file(case) and not is_there(site_path):
        alone = read_judgment(read_file(Path(case)))
        return alone, alone.category, (_NO_SITE,)
    with Site.open(site_path) as site:
        judgment = _read(site, case)
        preview = site.rooms.preparing.previewer.case(judgment)
    return judgment, preview.mail.subject, preview.warnings


def _check_row(case: str, error: InvalidJudgment | None) -> dict[str, Any]:
    faults = error.faults if error else ()
    return {
        "case_id": case,
        "valid": error is None,
        "faults": [{"path": fault.path, "message": fault.message} for fault in faults],
    }


def _read(site: Site, case: str) -> Judgment:
    """A file if there is one of that name, else a case of the site."""
    return (
        site.read_judgment_file(Path(case)) if _is_file(case) else site.read_case(case)
    )


def _is_file(case: str) -> bool:
    path = Path(case)
    return path.suffix == ".json" or is_file(path)


@click.command()
@click.argument("case", metavar="FORM|FOLDER|CASE-ID|FILE")
@click.option(
    "--kind",
    type=click.Choice(_FOLLOWING),
    help="What would follow the request of CASE-ID, instead of a request.",
)
@click.option(
    "--template",
    "template",
    metavar="FOLDER",
    default="",
    help="The request of CASE-ID as this further kind of notice.",
)
@click.option(
    "--out",
    "directory",
    type=click.Path(path_type=Path),
    help="Write the files into this folder; default: preview/ in the site.",
)
@click.option("--png", "pages", is_flag=True, help="Also a picture of each page.")
@click.option("--open", "open_it", is_flag=True, help="Open the PDF on this desktop.")
@click.option(
    "--watch",
    is_flag=True,
    help="Make it again whenever a template, the case or notices.toml changes.",
)
@site_option
@json_option
def preview(
    case: str,
    kind: str | None,
    template: str,
    directory: Path | None,
    site_path: Path,
    *,
    pages: bool,
    open_it: bool,
    watch: bool,
    as_json: bool,
) -> None:
    """Show letter and mail without sending: unsigned, marked 見本.

    FORM is form1, form2 or form2-2006: the form with its sample data; reminder,
    withdrawal and correction are those of form1, reminder-form2 and so on of others.
    FOLDER is a further kind of notice (see `notices template list`).
    """
    if kind and template:
        raise click.UsageError(tell(Text("--kind and --template do not go together")))
    home = site_path.parent if site_path.name == FILE_NAME else site_path
    folder = directory or home / "preview"
    show = partial(
        _show, case, kind, template, site_path, folder, pages=pages, as_json=as_json
    )
    if not watch:
        files = show()
        if open_it:
            click.launch(str(files[0]))
        return
    opened = False
    for _ in each_change(_places(case, home)):
        try:
            files = show()
        except NoticesError as error:
            report_error(error)
            continue
        if open_it and not opened:
            click.launch(str(files[0]))
            opened = True


def _places(case: str, home: Path) -> tuple[Path, ...]:
    """What a preview is made of: configuration, templates, the case."""
    return home / FILE_NAME, home / "templates", home / "cases", Path(case)


def _show(
    case: str,
    kind: str | None,
    template: str,
    site_path: Path,
    directory: Path,
    *,
    pages: bool,
    as_json: bool,
) -> list[Path]:
    """Make the preview, and tell which files it has."""
    with Site.open(site_path) as site:
        previewer = site.rooms.preparing.previewer
        if case in SAMPLES:
            made = previewer.form(*SAMPLES[case])
        elif previewer.templates.has_folder(case):
            made = previewer.further(case)
        elif kind:
            told = _follow_up(site, case, RequestKind(kind))
            made = previewer.follow_up(*told)
        else:
            made = previewer.case(_read(site, case), template=template)
    files = made.write(directory, pages=pages)
    if as_json:
        named = {"name": made.name, "files": [str(path) for path in files]}
        print_json({**named, "warnings": remarks_json(made.warnings)})
    else:
        for path in files:
            print_line(path)
        for remark in made.warnings:
            say(Text("note: {remark}", remark=shown(str(remark))), err=True)
    return files


def _follow_up(site: Site, case: str, kind: RequestKind) -> tuple[Judgment, FollowUp]:
    """What would follow the request of a case."""
    desk = site.rooms.preparing.following
    if kind is RequestKind.REMINDER:
        return desk.reminder(case)
    if kind is RequestKind.CORRECTION:
        return desk.correction(_read(site, case))
    return desk.withdrawal(desk.to_withdraw(case))
