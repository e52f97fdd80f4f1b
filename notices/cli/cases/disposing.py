"""`notices dispose`, `notices keep`, `notices disposals`."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from notices.casework import Act, Kept
from notices.casework.disposal import PREFIX
from notices.cli.approval.person_key import PersonKey, key_options
from notices.cli.cases.options import AT, CASE_IDS, REASON, day, moment, tell
from notices.cli.options import json_option, site_option
from notices.cli.output import (
    print_json,
    print_line,
    print_table,
    say,
    shown,
    tell_troubles,
    warn,
)
from notices.judgment import JST
from notices.messages import Text
from notices.site import Site
from notices.site.disposal.confirming import (
    FAILED,
    INDETERMINATE,
    Confirmed,
    confirmation_of,
)
from notices.site.disposal.disposer import DisposalDone, DisposalPlan
from notices.site.disposal.persons import Sign, nobody_signs
from notices.site.disposal.places import in_words
from notices.site.disposal.wiring import make_disposer
from notices.store.disposal import Certificate

NOT_CLEARED = 75
"""As what is to be tried later."""
_SHOWN = 20


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would go; remove nothing.")
@click.option(
    "--before",
    metavar="DAY",
    help="All that was closed before this day, whatever [retention] says.",
)
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.option(
    "--confirmed-by",
    "second",
    metavar="PERSON",
    default="",
    help="The second person, where people are enrolled: signs with --key.",
)
@key_options
@site_option
@json_option
def dispose(
    site_path: Path,
    *,
    dry_run: bool,
    before: str | None,
    is_sure: bool,
    second: str,
    uri: str,
    key_certificate: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    """Remove the texts of closed cases whose time is over, for ever.

    Judgments, letters, mails, replies, reasons, addresses, and the salts behind them
    go; numbers, days, hashes and what is counted stay. What the program cannot reach is
    named in the certificate.
    """
    day_before = day(before, "--before")
    sign: Sign = nobody_signs
    if second and not dry_run:
        sign = _signing(PersonKey(uri, key_certificate, passphrase_file))
    with Site.open(site_path) as site:
        disposer = make_disposer(site.parts, sign=sign)
        plan = disposer.plan(before=day_before)
        if dry_run:
            _tell_plan(plan, as_json=as_json)
            return 0
        if plan.cases and not is_sure:
            _ask(plan)
        done = disposer.dispose(before=day_before, second=second)
        told = [(each, disposer.confirmed(each)) for each in done.certificates]
    _tell_done(done, told, as_json=as_json)
    return NOT_CLEARED if done.trouble else 0


def _signing(key: PersonKey) -> Sign:
    """The second person's own key; the PIN is asked for once."""

    def sign(person: str, signed: bytes) -> Mapping[str, str]:
        del person  # whose key it is follows from the enrolment
        kind, signature = key.sign(PREFIX, signed.removeprefix(PREFIX))
        return confirmation_of(kind, signature)

    return sign


def _ask(plan: DisposalPlan) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to be asked: add --yes")
    click.confirm(
        Text("Remove the texts of {count} cases for ever?", count=len(plan.cases)),
        abort=True,
        err=True,
    )


def _tell_plan(plan: DisposalPlan, *, as_json: bool) -> None:
    if as_json:
        print_json(plan.to_json())
        return
    if not plan.cases:
        say("nothing is to be disposed of")
    else:
        print_table(
            (Text("rule"), Text("cases")),
            sorted(
                (rule, str(count))
                for rule, count in Counter(plan.cases.values()).items()
            ),
        )
    _tell_passed_over(plan.passed_over)


def _tell_passed_over(passed_over: Mapping[str, str]) -> None:
    told = list(passed_over.items())
    for case_id, reason in told[:_SHOWN]:
        say(Text("{case_id}  stays: {reason}", case_id=case_id, reason=shown(reason)))
    if len(told) > _SHOWN:
        say(Text("{count} more stay", count=len(told) - _SHOWN))


def _tell_done(
    done: DisposalDone,
    told: Sequence[tuple[Certificate, Confirmed]],
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json(done.to_json())
    else:
        if not done.certificates:
            say("nothing is to be disposed of")
        for certificate, confirmed in told:
            _tell_certificate(certificate, confirmed)
        _tell_passed_over(done.passed_over)
    if done.trouble is not None:
        tell_troubles([done.trouble])


@click.command()
@CASE_IDS
@REASON
@AT
@site_option
@json_option
def keep(
    case_ids: tuple[str, ...],
    site_path: Path,
    *,
    reason: str,
    at_text: str | None,
    as_json: bool,
) -> None:
    """Keep cases: disposal passes them over until that is retracted."""
    with Site.open(site_path) as site:
        done = site.rooms.cases.desk.act(
            case_ids, Act.KEEP, Kept(reason=reason), at=moment(at_text)
        )
        tell(done, as_json)


@click.command()
@site_option
@json_option
def disposals(site_path: Path, *, as_json: bool) -> int:
    """List the certificates: what was disposed of, by which rule, by whom.

    What the second person signed is judged anew, by who was enrolled then.
    """
    with Site.open(site_path) as site:
        disposer = site.rooms.disposer
        judged = [(each, disposer.confirmed(each)) for each in disposer.certificates()]
    code = int(any(confirmed.status == FAILED for _, confirmed in judged))
    if as_json:
        print_json(
            [
                {**each.to_json(), "confirmed": confirmed.to_json()}
                for each, confirmed in judged
            ]
        )
        return code
    if not judged:
        say("nothing was ever disposed of")
    for certificate, confirmed in judged:
        _tell_certificate(certificate, confirmed)
    return code


def _tell_certificate(certificate: Certificate, confirmed: Confirmed) -> None:
    statement = certificate.statement
    at = certificate.at.astimezone(JST).strftime("%Y-%m-%d %H:%M")
    print_line(f"{at}  {statement.rule}  {statement.sha256}")
    say(
        Text(
            "  {count} cases, {first} to {last}; decided by {by}, signed: {people}",
            count=len(statement.cases),
            first=min(statement.cases),
            last=max(statement.cases),
            by=statement.by,
            people=confirmed.person or "-",
        )
    )
    if confirmed.status == FAILED:
        warn(Text("the second person: {why}", why=shown(confirmed.detail)))
    elif confirmed.status == INDETERMINATE:
        say(Text("  the second person: {why}", why=shown(confirmed.detail)))
    removed = ", ".join(f"{name} {rows}" for name, rows in certificate.removed.items())
    say(Text("  rows removed or emptied: {removed}", removed=removed))
    if certificate.is_again:
        say("  a restored database still held it")
    if certificate.cleared_at is None:
        warn("files and free space are not cleared yet; type: notices dispose")
    else:
        count = certificate.files.get("removed", 0)
        say(Text("  files removed: {count}", count=count))
    for name in certificate.files.get("left", ()):
        say(Text("  left, not ours: {name}", name=name))
    for place in certificate.outside:
        say(Text("  not reached: {place}", place=in_words(place)))
