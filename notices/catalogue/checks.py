"""What a judgment must hold to by the catalogue: category, statutes, form."""

from collections.abc import Collection, Iterator
from datetime import date

from notices import grammar, rules
from notices.catalogue.elements import doubted_faults, element_faults
from notices.catalogue.lookup import Catalogue
from notices.catalogue.spelling import key
from notices.catalogue.values import Category, Choice, Held, Provision
from notices.errors import Fault
from notices.judgment import Judgment, Measure, Statute
from notices.messages import Text
from notices.rules import Rule


def faults(
    judgment: Judgment, catalogue: Catalogue, *, unread: Collection[str] = ()
) -> tuple[Fault, ...]:
    """Find everything that is wrong with a judgment; hold is no fault.

    `unread`: see `notices.rules.faults`.
    """
    by_catalogue = (
        Rule(lambda it: _category(it, catalogue), ("found_on",)),
        Rule(lambda it: _choices(it, catalogue), ("category",)),
        Rule(
            lambda it: _statutes(it, catalogue), ("category", "found_on", "substance")
        ),
        Rule(
            lambda it: element_faults(it, catalogue),
            ("category", "sub_type", "elements"),
        ),
        Rule(
            lambda it: doubted_faults(it, catalogue),
            ("category", "doubted", "found_on"),
        ),
        Rule(
            lambda it: _measure(it, catalogue),
            (
                "category",
                "measure",
                "ladder[].country",
                "ladder[].recipient",
                "ladder[].skipped",
                "target.provider_location",
                "target.server_location",
            ),
        ),
        Rule(
            lambda it: _abroad(it, catalogue),
            (
                "category",
                "ladder[].rung",
                "ladder[].country",
                "ladder[].recipient",
                "ladder[].skipped",
                "target.provider_location",
                "target.server_location",
            ),
        ),
    )
    return (
        *rules.faults(judgment, unread=unread),
        *rules.apply(by_catalogue, judgment, unread=unread),
    )


def cited(judgment: Judgment, catalogue: Catalogue) -> tuple[Provision, ...]:
    """Tell what a judgment without faults cites: what it names, or the only one."""
    category = catalogue.categories[judgment.category]
    if not category.is_illegal:
        return ()
    drug = _substance(judgment, category)
    held = catalogue.provisions(category, judgment.found_on, drug)
    if judgment.statutes is None:
        return (held.only,) if held.only else ()
    return tuple(
        row for named in judgment.statutes for row in held.possibly if _is(row, named)
    )


def _category(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    on, slug = judgment.found_on, judgment.category
    row = catalogue.category(slug)
    if row is None:
        meant = catalogue.resolve(slug, on)
        tip = (
            Text("; {slug} is meant?", slug=meant.slug)
            if meant
            else "; see `notices catalogue`"
        )
        yield Fault("category", Text("there is no such category{tip}", tip=tip))
    elif not row.period.possibly(on):
        after = (
            Text("; see {superseded_by}", superseded_by=row.superseded_by)
            if row.superseded_by
            else ""
        )
        yield Fault(
            "category",
            Text(
                "did not exist on {on}, only {period}{after}",
                on=on,
                period=row.period,
                after=after,
            ),
        )
    elif not row.enabled:
        yield Fault(
            "category",
            Text(
                "is listed but disabled: {disabled_reason}",
                disabled_reason=row.disabled_reason,
            ),
        )


def _choices(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    if row := catalogue.category(judgment.category):
        if judgment.sub_type.strip() or not row.sub_types_optional:
            yield from _choice("sub_type", judgment.sub_type, row.sub_types)
        yield from _choice("substance", judgment.substance, row.substances)


def _choice(path: str, text: str, choices: tuple[Choice, ...]) -> Iterator[Fault]:
    names = ", ".join(choice.name for choice in choices)
    if not choices and text.strip():
        yield Fault(path, "the category does not tell any apart; leave it out")
    elif choices and not text.strip():
        yield Fault(path, Text("is missing: one of {names}", names=names))
    elif choices and not any(choice.means(text) for choice in choices):
        yield Fault(path, Text("must be one of {names}", names=names))


def _statutes(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    row = catalogue.category(judgment.category, judgment.found_on)
    if row is None or not row.enabled:
        return
    if not row.is_illegal:
        if judgment.statutes:
            yield Fault("statutes", "form 2 alleges no violation and cites no statute")
        return
    held = catalogue.provisions(row, judgment.found_on, _substance(judgment, row))
    if judgment.statutes is None:
        yield from _unnamed(row, held, judgment.found_on, catalogue)
    elif not judgment.statutes:
        yield Fault("statutes", "form 1 names at least one statute; the list is empty")
    else:
        yield from _named(judgment, held, catalogue)


def _substance(judgment: Judgment, row: Category) -> str:
    """Tell the drug; one that the category does not know is a fault of its own."""
    known = any(choice.means(judgment.substance) for choice in row.substances)
    return judgment.substance if known else ""


def _unnamed(
    row: Category, held: Held, on: date, catalogue: Catalogue
) -> Iterator[Fault]:
    if held.only:
        return
    if not held.possibly:
        after = (
            Text("; see {superseded_by}", superseded_by=row.superseded_by)
            if row.superseded_by
            else ""
        )
        yield Fault(
            "statutes",
            Text(
                "no provision of the category held on {on}{after}", on=on, after=after
            ),
        )
        return
    # between two known days nobody can tell which of two articles it was
    gap = "; the day of the change between them is not known" if not held.surely else ""
    yield Fault(
        "statutes",
        Text(
            "must name the one that applies; for {on}: {list}{gap}",
            on=on,
            list=_list(held, on, catalogue),
            gap=gap,
        ),
    )


def _named(judgment: Judgment, held: Held, catalogue: Catalogue) -> Iterator[Fault]:
    on, doubtful, seen = judgment.found_on, 0, set[tuple[str, str]]()
    for index, named in enumerate(judgment.statutes or ()):
        path = f"statutes[{index}]"
        if grammar.line_fault(named.law) or grammar.line_fault(named.article):
            continue  # named by the rules
        row = next((row for row in held.possibly if _is(row, named)), None)
        if row is None:
            yield Fault(path, _stale(named, held, on, catalogue))
            continue
        if (row.law, row.article) in seen:
            yield Fault(path, "stands twice")
        seen.add((row.law, row.article))
        doubtful += row not in held.surely
        if doubtful > 1:
            yield Fault(path, "holds instead of the one above, not beside it; name one")


def _stale(named: Statute, held: Held, on: date, catalogue: Catalogue) -> str:
    if named.law not in catalogue.laws:
        return Text(
            "there is no such law; for {on}: {list}",
            on=on,
            list=_list(held, on, catalogue),
        )
    law = catalogue.title(named.law, on).short
    return Text(
        "{law}{key} may not be cited for this on {on}; for that day: {list}",
        law=law,
        key=key(named.article)[:50],
        on=on,
        list=_list(held, on, catalogue),
    )


def _list(held: Held, on: date, catalogue: Catalogue) -> str:
    rows = (
        f"{row.law} {row.article} ({catalogue.title(row.law, on).short})"
        for row in held.possibly
    )
    return ", ".join(rows) or Text("none")


def _is(row: Provision, named: Statute) -> bool:
    return row.law == named.law and key(row.article) == key(named.article)


def _abroad(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    row = catalogue.category(judgment.category)
    for index, step in enumerate(judgment.ladder if row else ()):
        # An entry of the directory may tell the country: then `address` asks.
        untold = step.recipient and step.country is None
        asks = row and row.is_illegal and row.slug not in catalogue.standing
        if asks and rules.stands(step) and not untold:
            yield from rules.unreasoned_abroad(judgment, index, step)


def _measure(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    """In Japan it can be taken down for everybody; form 2 leaves the means open."""
    row = catalogue.category(judgment.category)
    if row is None or judgment.measure is Measure.STOP_TRANSMISSION:
        return
    if not row.is_illegal:
        yield Fault("measure", "form 2 asks for action under the provider's own terms")
    for step in filter(rules.stands, judgment.ladder):
        untold = step.recipient and step.country is None
        if not untold and not rules.is_abroad(judgment, step):
            yield Fault(
                "measure",
                Text(
                    "{rung} is not abroad: ask it to stop the transmission",
                    rung=step.rung,
                ),
            )
