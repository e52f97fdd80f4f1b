"""`notices catalogue`: what may be cited, a category whole, two editions compared."""

import json
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from notices import codec
from notices.catalogue import Catalogue
from notices.catalogue.describing import Difference, describe, differences, edition
from notices.cli.options import json_option
from notices.cli.output import (
    print_folded,
    print_json,
    print_line,
    print_table,
    read_file,
    say,
)
from notices.errors import ConfigError, InputError
from notices.files.asking import is_file
from notices.files.reader_words import in_words_for_people
from notices.judgment import JST
from notices.messages import Text

_DIFF = "diff"
_PROVISIONS = "provisions; * may be cited on that day, A~B is a day between"
_BACKGROUND = (
    "provisions (background, never printed); * may be cited on that day, "
    "A~B is a day between"
)


@click.command()
@click.argument("words", nargs=-1, metavar="[CATEGORY | diff OLD NEW]")
@click.option(
    "--on", "on_text", metavar="DAY", help="The day of the finding; default today."
)
@json_option
def catalogue(words: tuple[str, ...], on_text: str | None, *, as_json: bool) -> None:
    """List the categories and statutes that hold on a day.

    CATEGORY, a slug or a name, shows all that is known of one: provisions with the keys
    of their laws, elements, sub-types, dates, sources, and a judgment to start from.

    diff OLD NEW compares two editions: each a DAY, or a catalogue FILE as it is on
    that day of --on.
    """
    day = _day(on_text) if on_text else datetime.now(JST).date()
    if words[:1] == (_DIFF,):
        if len(words) != 3:  # noqa: PLR2004 - diff OLD NEW
            raise click.UsageError(
                "diff takes two editions: notices catalogue diff OLD NEW"
            )
        _compare(words[1], words[2], day, as_json=as_json)
    elif len(words) == 1:
        _show(words[0], day, as_json=as_json)
    elif words:
        raise click.UsageError("give one category, or: diff OLD NEW")
    else:
        _list(day, as_json=as_json)


def _list(day: date, *, as_json: bool) -> None:
    rows = codec.load_catalogue().list_on(day)
    if as_json:
        print_json(rows)
        return
    name, statutes = Text("name"), Text("statutes")
    print_table(
        (Text("category"), Text("form"), name, statutes),
        [
            (
                row["slug"],
                str(row["form"]),
                row["name"],
                tuple(row["statutes"])
                if row["enabled"]
                else Text("disabled: {reason}", reason=row["disabled_reason"]),
            )
            for row in rows
        ],
        prose=(name, statutes),
    )


def _show(words: str, day: date, *, as_json: bool) -> None:
    known = codec.load_catalogue()
    row = known.resolve(words, day) or known.category(words)
    if row is None:
        raise InputError(
            Text("there is no category {words!r} on {day}", words=words, day=day),
            hint="see `notices catalogue`",
        )
    document = describe(known, row, day)
    if as_json:
        print_json(document)
    else:
        _tell(document)


def _tell(told: dict[str, Any]) -> None:
    slug, form, group = told["slug"], told["form"], told["group_name"]
    say(Text("{slug}  form {form}  {group}", slug=slug, form=form, group=group))
    print_folded(f"  {told['name']}  /  {told['name_en']}")
    print_folded(f"  {told['period']}  ({told['confidence']}: {told['source']})")
    if not told["enabled"]:
        say(Text("  disabled: {reason}", reason=told["disabled_reason"]))
    for line in filter(None, (told["note"], told["superseded_by"])):
        say(Text("  note: {line}", line=line))
    print_line("")
    say(_PROVISIONS if told["form"] == 1 else _BACKGROUND)
    for (law, title), rows in groupby(told["provisions"], _law):
        _tell_law(law, title, list(rows))
    _tell_choices("sub_type", told["sub_types"], optional=told["sub_types_optional"])
    _tell_choices("substance", told["substances"], optional=False)
    _tell_elements(told)
    if told["judgment"]:
        print_line("")
        say("a judgment to start from")
        print_line(json.dumps(told["judgment"], ensure_ascii=False, indent=2))


def _law(told: dict[str, Any]) -> tuple[str, str]:
    return told["law"], told["title"]


def _tell_law(law: str, title: str, rows: list[dict[str, Any]]) -> None:
    english = rows[0]["english"].partition("), ")[0]
    print_folded(f"  {law}: {title}")
    print_folded(f"    {english})")
    for each in rows:
        _tell_provision(each)


def _tell_provision(told: dict[str, Any]) -> None:
    mark = "*" if told["held"] else " "
    place = told["english"].partition("), ")[2]
    print_folded(f"  {mark} {told['article']}  {place}  {told['period']}")
    print_folded(f"      {told['confidence']}: {told['source']}")
    if told["within"]:
        say(Text("      may be named instead of {within}", within=told["within"]))
    if told["disabled_reason"]:
        say(Text("      not cited: {reason}", reason=told["disabled_reason"]))
    if told["text"]:
        say(Text("      text of that day ({source})", source=told["text_source"]))


def _tell_choices(name: str, choices: list[dict[str, Any]], *, optional: bool) -> None:
    if choices:
        print_line("")
        say(
            Text("{name}: one of, or none" if optional else "{name}: one of", name=name)
        )
    for each in choices:
        others = f"  ({', '.join(each['aliases'])})" if each["aliases"] else ""
        print_folded(f"  {each['name']}{others}")


def _tell_elements(told: dict[str, Any]) -> None:
    if not told["elements"]:
        print_line("")
        say("elements: none are public for this edition")
        return
    print_line("")
    source, of = told["elements_source"], told["elements_of"]
    pattern = "elements ({source}, of {of})" if of else "elements ({source})"
    say(Text(pattern, source=source, of=of))
    for each in told["elements"]:
        within = f"  [{'・'.join(each['within'])}]" if each["within"] else ""
        print_folded(f"  {each['id']}: {each['text']}{within}")


def _compare(old: str, new: str, day: date, *, as_json: bool) -> None:
    changes = list(differences(_edition(old, day), _edition(new, day)))
    if as_json:
        print_json([_row(each) for each in changes])
    elif not changes:
        say("the two say the same")
    else:
        old_head, new_head = Text("old"), Text("new")
        print_table(
            (Text("category"), Text("what"), old_head, new_head),
            [(each.category, each.what, each.old, each.new) for each in changes],
            prose=(old_head, new_head),
        )


def _row(difference: Difference) -> dict[str, str]:
    return {
        "category": difference.category,
        "what": difference.what,
        "old": difference.old,
        "new": difference.new,
    }


def _edition(words: str, day: date) -> dict[str, Any]:
    """A day of our catalogue, or another catalogue's file on the day that is asked."""
    path = Path(words)
    if is_file(path):
        return edition(_read(path), day)
    return edition(codec.load_catalogue(), _day(words, hint="OLD and NEW"))


def _read(path: Path) -> Catalogue:
    try:
        return Catalogue.from_data(json.loads(read_file(path)))
    except (ValueError, ConfigError) as error:
        why = in_words_for_people(error)
        raise InputError(
            Text("{path} is no catalogue: {error}", path=path, error=why),
            hint="see notices/data/catalogue.json for its shape",
        ) from error


def _day(text: str, hint: str = "--on") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            Text("{text!r} is no day such as 2026-11-16", text=text), param_hint=hint
        ) from error
