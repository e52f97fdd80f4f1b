"""What must hold within a judgment, whatever the catalogue says.

Guideline numbers are those of the 2006 draft: 第3の4 (double check), 第3の5(1)
(ladder). What needs the catalogue is in `notices.catalogue`.
"""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from notices.errors import Fault
from notices.judgment import Judgment
from notices.rules import ladder, persons, texts
from notices.rules.calendar import Calendar
from notices.rules.choosing import address, choose
from notices.rules.persons import in_future
from notices.rules.recipients import (
    Attachment,
    Channel,
    Directory,
    FormField,
    FormValue,
    RecipientEntry,
    filled,
    is_abroad,
    stands,
    unreasoned_abroad,
)

__all__ = [
    "Attachment",
    "Calendar",
    "Channel",
    "Directory",
    "FormField",
    "FormValue",
    "RecipientEntry",
    "Rule",
    "address",
    "apply",
    "choose",
    "faults",
    "filled",
    "in_future",
    "is_abroad",
    "is_on_hold",
    "stands",
    "unreasoned_abroad",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, and the fields that it compares with one another."""

    check: Callable[[Judgment], Iterable[Fault]]
    """Finds what breaks the rule."""
    compares: tuple[str, ...] = ()
    """Paths, `ladder[].rung`; if one of them cannot be read the rule says nothing."""


_RULES = (
    Rule(texts.ids),
    Rule(
        texts.csam_grading,
        ("category", "csam_classification", "csam_detection_method"),
    ),
    Rule(texts.statutes),
    Rule(texts.urls),
    Rule(texts.locator),
    Rule(texts.network),
    Rule(texts.looked_up, ("target.ip_addresses", "target.ip_checked_at")),
    Rule(texts.prose),
    Rule(persons.people),
    Rule(persons.two_persons, ("assessor.name", "checker.name")),
    Rule(persons.instants),
    Rule(persons.order, ("judged_at", "checked_at")),
    Rule(persons.finding, ("found_on", "judged_at")),
    Rule(persons.edition, ("judged_at",)),
    Rule(ladder.shape, ("target.facility", "ladder[].rung")),
    Rule(ladder.passed_over, ("target.facility", "ladder[].rung", "ladder[].skipped")),
    Rule(ladder.texts),
    Rule(ladder.steps, ("ladder[].skipped",)),
    Rule(ladder.every_english, ("ladder[].language", "ladder[].skipped")),
    Rule(
        ladder.addresses_of_allocation,
        ("ladder[].rung", "ladder[].skipped", "target.ip_addresses"),
    ),
)


def faults(judgment: Judgment, *, unread: Collection[str] = ()) -> tuple[Fault, ...]:
    """Find everything that is wrong with a judgment, catalogue aside.

    `unread` names the paths of fields that could not be read and hold a placeholder:
    nothing is said about them, nor by rules that compare them with others.
    """
    return apply(_RULES, judgment, unread=unread)


def apply(
    rules: Iterable[Rule], judgment: Judgment, *, unread: Collection[str] = ()
) -> tuple[Fault, ...]:
    """Apply rules, leaving out what a placeholder would make them say."""
    patterns = [re.sub(r"\[\d+\]", "[]", path) for path in unread]
    return tuple(
        fault
        for rule in rules
        if not any(_touch(a, b) for a in rule.compares for b in patterns)
        for fault in rule.check(judgment)
        if not any(_within(fault.path, path) for path in unread)
    )


def _within(path: str, above: str) -> bool:
    """Tell whether a path is `above` or below it."""
    return path == above or path.startswith((f"{above}.", f"{above}["))


def _touch(one: str, other: str) -> bool:
    return _within(one, other) or _within(other, one)


def is_on_hold(judgment: Judgment) -> bool:
    """Tell whether the police asked to wait; no fault, but nothing may be sent."""
    return judgment.police.hold
