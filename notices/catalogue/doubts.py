"""What is open about a judgment without faults: told, and it stops nothing."""

from collections.abc import Iterable, Iterator

from notices.catalogue.checks import cited
from notices.catalogue.elements import missing
from notices.catalogue.lookup import Catalogue
from notices.catalogue.spelling import key
from notices.errors import Fault
from notices.judgment import Judgment
from notices.messages import Text


def doubts(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    """Tell each with its field: elements, times, doubted category, a wide citation."""
    row = catalogue.categories[judgment.category]
    yield from _unquoted(judgment)
    yield from _posted_later(judgment)
    if judgment.elements and not catalogue.demands_elements:
        yield from missing(judgment, row)
    if catalogue.demands_elements and not row.elements:
        yield Fault("elements", "none of the category are public; nothing was compared")
    if row.doubts and not judgment.doubted:
        yield Fault("doubted", "is missing: which category of form 1 was doubted?")
    yield from _wide(judgment, catalogue)


def _wide(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    """A citation of several acts, where the guideline wants 特定の法令 (第3の5(3))."""
    row = catalogue.categories[judgment.category]
    held = catalogue.provisions(row, judgment.found_on, judgment.substance)
    for provision in cited(judgment, catalogue):
        acts = [each for each in held.possibly if each.within == provision.article]
        if acts:
            yield Fault(
                "statutes",
                Text(
                    "{article} is about several acts; the one that applies may be "
                    "named: {acts}",
                    article=provision.article,
                    acts=", ".join(each.article for each in acts),
                ),
            )


def _posted_later(judgment: Judgment) -> Iterator[Fault]:
    """A page may show any time; a slip of the pen is likelier than a post to come."""
    posted_at = judgment.target.locator.posted_at
    if posted_at and posted_at > judgment.judged_at:
        yield Fault("target.locator.posted_at", "is later than the judgment")


def _unquoted(judgment: Judgment) -> Iterator[Fault]:
    """Words that an element rests on and that nobody reads in content or reason."""
    for index, met in enumerate(judgment.elements):
        if not _stands_in(met.met_by, (judgment.content, judgment.reason)):
            yield Fault(
                f"elements[{index}].met_by",
                Text("{id}: stands neither in content nor in reason", id=met.id),
            )


def _stands_in(words: str, texts: Iterable[str]) -> bool:
    return any(key(words) in key(text) for text in texts)
