"""The elements of a category, and which of them a judgment says are fulfilled.

Guideline 第3の3(2) and 第4の3. Those of later editions are not public: where a category
took the place of one of 2006, that one's are held against the judgment.
"""

from collections import Counter
from collections.abc import Iterator

from notices import grammar
from notices.catalogue.lookup import Catalogue
from notices.catalogue.values import Category, Element
from notices.errors import Fault
from notices.judgment import Judgment
from notices.messages import Text
from notices.signs import is_blank

MAX_ELEMENTS = 50
"""Most elements that a judgment may name."""


def element_faults(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    """Find elements that are none of the category's, and where the site demands all."""
    row = catalogue.category(judgment.category)
    if row is None:
        return
    yield from _named(judgment, row)
    if catalogue.demands_elements and row.elements:
        yield from missing(judgment, row)


def met_elements(judgment: Judgment, catalogue: Catalogue) -> tuple[Element, ...]:
    """List what a judgment without faults says is fulfilled, in the row's order."""
    told = {each.id for each in judgment.elements}
    row = catalogue.categories[judgment.category]
    return tuple(each for each in row.elements if each.id in told)


def variants(row: Category) -> tuple[str, ...]:
    """List the variants that the elements tell apart, in their order."""
    return tuple(dict.fromkeys(name for each in row.elements for name in each.within))


def wanted(row: Category, variant: str) -> tuple[Element, ...]:
    """List the elements of a variant; the empty one: those that all have."""
    return tuple(
        each for each in row.elements if not each.within or variant in each.within
    )


def doubted_faults(judgment: Judgment, catalogue: Catalogue) -> Iterator[Fault]:
    """Find a doubted category that is none of form 1, or where nothing is doubted."""
    row = catalogue.category(judgment.category)
    if row is None or not judgment.doubted:
        return
    other = catalogue.category(judgment.doubted, judgment.found_on)
    if not row.doubts:
        yield Fault("doubted", "the category is not for what is doubted; leave it out")
    elif other is None or not other.is_illegal:
        yield Fault("doubted", "must be a category of form 1 that existed on that day")


def _named(judgment: Judgment, row: Category) -> Iterator[Fault]:
    known = [each.id for each in row.elements]
    count = Counter(each.id for each in judgment.elements)
    if len(judgment.elements) > MAX_ELEMENTS:
        yield Fault("elements", Text("has more than {most}", most=MAX_ELEMENTS))
        return
    for index, met in enumerate(judgment.elements):
        path = f"elements[{index}]"
        if met.id not in known:
            names = ", ".join(known) or "none"
            yield Fault(
                f"{path}.id", Text("is none of the category: {names}", names=names)
            )
        elif count[met.id] > 1:
            yield Fault(f"{path}.id", "stands twice")
        if unfit := grammar.prose_fault(met.met_by, longest=2000):
            yield Fault(f"{path}.met_by", unfit)
        elif is_blank(met.met_by):
            yield Fault(f"{path}.met_by", "is empty: by what words is it fulfilled?")


def missing(judgment: Judgment, row: Category) -> Iterator[Fault]:
    """The elements that lack in the variant that comes nearest."""
    told = {each.id for each in judgment.elements}
    chosen = (each.name for each in row.sub_types if each.means(judgment.sub_type))
    names = [name for name in chosen if name in variants(row)]
    candidates = [wanted(row, name) for name in names or variants(row) or ("",)]
    lacking = [[each for each in rows if each.id not in told] for rows in candidates]
    for each in min(lacking, key=len):
        yield Fault(
            "elements", Text("{id} is not among them: {ja}", id=each.id, ja=each.ja)
        )
