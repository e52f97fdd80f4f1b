"""`notices demo`: the whole way of the data, on example cases and one machine."""

import shlex
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from typing import Any, Final

import click

from notices.cli.options import json_option
from notices.cli.output import (
    FORCE_OPTION,
    print_json,
    print_line,
    print_table,
    say,
    shown,
)
from notices.cli.screen.faults import error_json
from notices.cli.screen.program import program_name
from notices.cli.screen.width import hung
from notices.config import FILE_NAME, Config, load_config
from notices.errors import ConfigError, InputError, InvalidJudgment, NoticesError
from notices.files import make_folder, safe_write, unwritable
from notices.files.asking import is_file, is_folder, is_link, is_there
from notices.messages import Text
from notices.report import Verdict
from notices.site import Receipt, Site
from notices.site.starting import INVALID_CASE, invalid_case, start_site
from notices.verifying import verify_isolated

SECOND_SIGNER: Final = "endesive"
"""A library that signs one of the mails where it is installed; docs/adr/0001."""
ITS_CASE = "IHC-2026-004218"
ITS_KEY = "certs/example/signer-rsa.p12"
"""It calls every signature RSA, so it gets the example's RSA key."""
NEW_FOLDER = "name a new folder"
_MADE = {"site", "letters", "received", "root.pem"}
"""What a demo leaves in its folder."""
HEADS = {
    "case_id": Text("case"),
    "number": Text("number"),
    "form": Text("form"),
    "recipient": Text("recipient"),
    "state": Text("state"),
    "verdict": Text("verdict"),
    "signed_by": Text("mail signed by"),
}
"""Heads of the table."""
_PROSE = ("recipient", "signed_by")
"""Columns of the table that may be broken into lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRow:
    """One line of the demo's table."""

    case_id: str
    """The case."""
    number: str = "-"
    """整理番号; a refused case uses up none."""
    form: str = "-"
    """Which form."""
    recipient: str = "-"
    """Who was asked."""
    state: str
    """Where the delivery stands, or `refused`."""
    verdict: str = "-"
    """What the verifier says of the mail that the server received."""
    signed_by: str = "-"
    """Which library put the mail's signature together, with which key."""


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@FORCE_OPTION
@json_option
def demo(directory: Path | None, *, force: bool, as_json: bool) -> int:
    """Make a site, send its cases to a mail server on this machine, verify them.

    Everything goes into DIRECTORY, which must be new or empty; default: ./demo. With
    --force an earlier demo in it is removed first, whatever was changed in it.
    """
    receiving = demo_server()
    home = directory or (Path("demo") if force else _fresh(Path("demo")))
    _make_room(home, force=force)
    start_site(home / "site")
    for name in ("letters", "received"):
        make_folder(home / name)
    pki = home / "site" / "certs" / "example"
    safe_write(home / "root.pem", (pki / "root.pem").read_bytes())
    invalid = home / "site" / "cases" / f"{INVALID_CASE}.json"
    safe_write(invalid, invalid_case().encode())
    with receiving(
        home / "received", pki / "tls-cert.pem", pki / "tls-key.pem"
    ) as port:
        rows, refused = _send_all(home, port)
    if as_json:
        print_json(_document(home, rows, refused))
    else:
        _tell(home, rows, refused)
    done = all(row.verdict == Verdict.TOTAL_PASSED for row in rows if row.number != "-")
    return 0 if done and len(refused) == 1 else 70


def demo_server() -> Callable[[Path, Path, Path], AbstractContextManager[int]]:
    """The demo's mail server; ConfigError where the extra is not installed."""
    try:
        from notices.cli.demo_server import receiving  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigError(
            "the demo's mail server is not installed",
            hint="pip install 'notices[demo]'",
        ) from error
    return receiving


def _make_room(home: Path, *, force: bool) -> None:
    """Remove an earlier demo; InputError where something else stands in the way."""
    there = {each.name for each in home.iterdir()} if is_folder(home) else set()
    if is_there(home) and not is_folder(home):
        raise InputError(Text("{home} is no folder", home=home), hint=NEW_FOLDER)
    if not there:
        return
    if not there <= _MADE or not is_file(home / "site" / FILE_NAME):
        raise InputError(Text("{home} is not empty", home=home), hint=NEW_FOLDER)
    if not force:
        raise InputError(
            Text("{home} holds an earlier demo", home=home),
            hint="name a new folder; --force replaces an earlier one",
        )
    for name in there:
        _remove(home / name)


def _remove(path: Path) -> None:
    try:
        if is_folder(path) and not is_link(path):
            rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        raise unwritable(path, error, hint=NEW_FOLDER) from error


def _document(
    home: Path, rows: list[DemoRow], refused: dict[str, NoticesError]
) -> dict[str, Any]:
    """What `--json` prints."""
    errors = {case_id: error_json(error) for case_id, error in refused.items()}
    return {
        "directory": str(home),
        "cases": [{**asdict(row), "error": errors.get(row.case_id)} for row in rows],
    }


def _fresh(path: Path) -> Path:
    """`path`, or the first of `path-2`, `path-3`, ... that does not exist."""
    count = 2
    fresh = path
    while is_there(fresh):
        fresh = path.with_name(f"{path.name}-{count}")
        count += 1
    return fresh


def _send_all(home: Path, port: int) -> tuple[list[DemoRow], dict[str, NoticesError]]:
    config = load_config(home / "site")
    here = replace(config, smtp=replace(config.smtp, port=port))
    rows: list[DemoRow] = []
    refused: dict[str, NoticesError] = {}
    for path in sorted((home / "site" / "cases").glob("*.json")):
        signer, signed_by = _signer(here, path.stem)
        with Site(signer) as site:
            try:
                notice = site.prepare(site.read_case(path.stem))
                receipt = site.send(notice)
            except InvalidJudgment as error:
                refused[path.stem] = error
                rows.append(DemoRow(case_id=path.stem, state="refused"))
                continue
            site.rooms.exporter.letters(notice.number, home / "letters")
            row = _row(home, receipt, notice.form, notice.recipient)
            rows.append(replace(row, signed_by=signed_by))
    return rows, refused


def _signer(config: Config, case_id: str) -> tuple[Config, str]:
    """The site as it signs this case, and what the table says of it."""
    if case_id != ITS_CASE or not find_spec(SECOND_SIGNER):
        return config, "notices, P-256"
    signing = replace(config.signing, backend=SECOND_SIGNER, key=ITS_KEY)
    return replace(config, signing=signing), f"{SECOND_SIGNER}, RSA"


def _row(home: Path, receipt: Receipt, form: str, recipient: str) -> DemoRow:
    report = verify_isolated(
        (home / "received" / f"{receipt.number}.eml").read_bytes(),
        trust=[(home / "root.pem").read_bytes()],
        at=datetime.now(UTC),
    )
    return DemoRow(
        case_id=receipt.case_id,
        number=receipt.number,
        form=form,
        recipient=recipient,
        state=receipt.state.value,
        verdict=report.verdict.value,
    )


def _tell(home: Path, rows: list[DemoRow], refused: dict[str, NoticesError]) -> None:
    heads = ["case_id", "number", "form", "recipient", "state", "verdict"]
    if find_spec(SECOND_SIGNER):
        heads.append("signed_by")
    print_table(
        [HEADS[head] for head in heads],
        [[getattr(row, head) for head in heads] for row in rows],
        prose=[HEADS[head] for head in heads if head in _PROSE],
    )
    for case_id, error in refused.items():
        print_line("")
        say(
            Text(
                "{case_id} was refused with {count} faults named:",
                case_id=case_id,
                count=len(error.faults),
            )
        )
        for fault in error.faults:
            print_line(f"  {hung(shown(str(fault)), '    ')}")
    first = next(row for row in rows if row.number != "-")
    quoted = {
        name: shlex.quote(str(path)) for name, path in _places(home, first).items()
    }
    print_line("")
    say(Text("The site is in {site}, the signed letters are in {letters},", **quoted))
    say(Text("and the mails as the server received them in {received}.", **quoted))
    say("Check one yourself:")
    print_line(
        f"  {program_name()} verify {quoted['mail']} --trust {quoted['root']}\n"
        f"  openssl cms -verify -purpose smimesign -in {quoted['mail']} \\\n"
        f"    -CAfile {quoted['root']} -out /dev/null"
    )


def _places(home: Path, row: DemoRow) -> dict[str, Path]:
    return {
        "site": home / "site",
        "letters": home / "letters",
        "received": home / "received",
        "mail": home / "received" / f"{row.number}.eml",
        "root": home / "root.pem",
    }
