"""Judgments as JSON: reading with all faults at once, and writing."""

import dataclasses
import json
from codecs import BOM_UTF8
from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from notices.addresses import domain_fault
from notices.arguments import require_types
from notices.catalogue import Catalogue, CheckedJudgment, check
from notices.codec.package_data import load_catalogue
from notices.codec.parsing import Unreadable, parse
from notices.codec.reading import read
from notices.errors import Fault, InvalidJudgment
from notices.grammar import mailbox_fault
from notices.judgment import Judgment
from notices.messages import Text


def read_judgment(
    text: str | bytes,
    catalogue: Catalogue | None = None,
    *,
    until: datetime | None = None,
) -> CheckedJudgment:
    """Read a judgment from JSON (UTF-8) and check it whole.

    InvalidJudgment names every fault by its path: unknown and missing fields, wrong
    types, and all that `notices.rules` and the catalogue find in what can be read.
    Without `catalogue` the one of the package is used. until: the latest time at which
    somebody can have judged or checked; None: no clock is asked.

    >>> from notices.codec import load_examples, read_judgment
    >>> judgment = read_judgment(load_examples()["IHC-2026-004217.json"])
    >>> judgment.category, judgment.found_on.isoformat()
    ('bank-account-transfer-solicitation', '2026-11-16')
    """
    require_types({"text": (text, (str, bytes))})
    try:
        data, found = parse(_without_mark(text))
    except Unreadable as wrong:
        raise InvalidJudgment(
            Text("the judgment cannot be read: {wrong}", wrong=wrong),
            hint="`notices schema` prints what a judgment looks like",
        ) from wrong
    judgment, structural = read(Judgment, data)
    told = [*found, *structural]
    told += _addresses(judgment, {fault.path for fault in told})
    return check(judgment, catalogue or load_catalogue(), told=tuple(told), until=until)


def write_judgment(judgment: Judgment) -> str:
    """Write a judgment as JSON: fields in order, without those at their default."""
    return json.dumps(_plain(judgment), ensure_ascii=False, indent=2) + "\n"


def _addresses(judgment: Judgment, told: Collection[str]) -> Iterator[Fault]:
    """Find mailboxes that the grammar takes and no mail can reach."""
    for index, step in enumerate(judgment.ladder):
        path, mailbox = f"ladder[{index}].mailbox", step.mailbox
        if not mailbox or path in told or mailbox_fault(mailbox):
            continue
        if wrong := domain_fault(mailbox):
            yield Fault(path, wrong)


def _without_mark(text: str | bytes) -> str | bytes:
    """Some editors write a byte order mark (RFC 8259, 8.1 lets it be passed over)."""
    return text.removeprefix(BOM_UTF8) if isinstance(text, bytes) else text


def _plain(part: Any) -> Any:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {
            field.name: _plain(getattr(part, field.name))
            for field in dataclasses.fields(part)
            if getattr(part, field.name) != _default(field)
        }
    if isinstance(part, tuple):
        return [_plain(item) for item in part]
    return part.isoformat() if isinstance(part, date) else part


def _default(field: "dataclasses.Field[Any]") -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
