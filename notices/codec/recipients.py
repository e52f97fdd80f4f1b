"""The directory of providers, `recipients.toml`."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from notices import grammar
from notices.addresses import address_fault
from notices.codec.parsing import path_of
from notices.codec.reading import TOML, read, untold
from notices.codec.toml import by_line, parse_toml
from notices.errors import ConfigError, Fault
from notices.messages import Text
from notices.rules import Channel, RecipientEntry
from notices.signs import is_blank

RESERVED_COLUMNS = ("case_id", "number", "reference", "at")
"""Columns that a hand-over has besides the form's own fields."""


WhyNot = Callable[[str, int], str]
"""Of a folder of templates, and 1 or 2: why no notice of that form can be made with it;
empty: it can."""


def read_recipients(
    text: str, where: str, *, why_not: WhyNot = lambda _folder, _digit: ""
) -> Mapping[str, RecipientEntry]:
    """Read the entries by name: one table each, `[board-example]`.

    Keys: `name` and `mailboxes`, and if wanted `name_en`, `role`, `language`,
    `channel`, `form_url`, `fields`, `attachments`, `provision_texts`,
    `urls_per_notice`, `country`, `is_person`, `template_form1`, `template_form2` (kinds
    of notices that `why_not` has nothing against). A field of a form is a table of its
    own, `[[board-example.fields]]`, with `name`, `value` and `max_length`. ConfigError
    names file (`where`) and line of every fault.
    """
    tables, places = parse_toml(text, where)
    entries: dict[str, RecipientEntry] = {}
    faults: list[Fault] = []
    for name, table in tables.items():
        entries[name], wrong = read(RecipientEntry, table, notation=TOML, at=(name,))
        above = path_of((name,))
        problems = [
            *_problems(entries[name]),
            *_fields(entries[name]),
            *_templates(entries[name], why_not),
            *(() if wrong else _pair(entries[name])),
        ]
        found = [Fault(f"{above}.{key}", problem) for key, problem in problems]
        faults += [*wrong, *untold(found, wrong)]
    if faults:
        raise ConfigError(
            Text("{where} has faults", where=where),
            faults=by_line(map(places.placed, faults)),
        )
    return MappingProxyType(entries)


def _problems(entry: RecipientEntry) -> Iterator[tuple[str, str]]:
    """Find what is wrong with values of an entry: key and sentence."""
    yield from _names(entry)
    if not entry.mailboxes:
        yield "mailboxes", "must be a list of addresses, the one in use first"
    for index, mailbox in enumerate(entry.mailboxes):
        if wrong := address_fault(mailbox):
            yield (
                f"mailboxes[{index}]",
                Text("{mailbox!r} {wrong}", mailbox=mailbox, wrong=wrong),
            )
    if entry.country is not None and (wrong := grammar.country_fault(entry.country)):
        yield "country", wrong
    if entry.urls_per_notice is not None and entry.urls_per_notice <= 0:
        yield "urls_per_notice", "must be a number from 1"
    if entry.form_url and not entry.form_url.startswith("https://"):
        yield "form_url", "must be an https address"
    elif entry.form_url and (wrong := grammar.url_fault(entry.form_url)):
        yield "form_url", wrong


def _names(entry: RecipientEntry) -> Iterator[tuple[str, str]]:
    if is_blank(entry.name):
        yield "name", "must be a text of which something shows"
    elif wrong := grammar.line_fault(entry.name):
        yield "name", wrong
    if entry.name_en and (wrong := grammar.name_fault(entry.name_en)):
        yield "name_en", wrong


def _pair(entry: RecipientEntry) -> Iterator[tuple[str, str]]:
    """Find a channel without what belongs to it."""
    has_form = bool(entry.form_url)
    if (entry.channel is Channel.WEBFORM) is not has_form:
        key = "form_url" if has_form else "channel"
        yield key, "webform and form_url, the address of the form, go together"
    if entry.fields and entry.channel is not Channel.WEBFORM:
        yield "fields", 'are of a form: they need channel = "webform"'


def _templates(entry: RecipientEntry, why_not: WhyNot) -> Iterator[tuple[str, str]]:
    """Find kinds of notices that cannot be made."""
    for digit in (1, 2):
        folder = entry.template_of(digit)
        if folder and (why := why_not(folder, digit)):
            yield f"template_form{digit}", why


def _fields(entry: RecipientEntry) -> Iterator[tuple[str, str]]:
    """Find fields of a form that cannot be told apart, or take nothing."""
    before: set[str] = set()
    for index, field in enumerate(entry.fields):
        at = f"fields[{index}]"
        if is_blank(field.name):
            yield f"{at}.name", "must be a text of which something shows"
        elif wrong := grammar.line_fault(field.name):
            yield f"{at}.name", wrong
        elif field.name in RESERVED_COLUMNS:
            yield (
                f"{at}.name",
                Text("{name} is a column of every hand-over", name=repr(field.name)),
            )
        elif field.name in before:
            yield f"{at}.name", Text("{name} stands there twice", name=repr(field.name))
        before.add(field.name)
        if field.max_length is not None and field.max_length <= 0:
            yield f"{at}.max_length", "must be a number from 1"
