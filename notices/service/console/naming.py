"""Categories by the names that people know them by."""

from collections.abc import Callable

from notices.judgment import JST
from notices.service.console.asking import ConsoleRequest

JAPANESE = "ja"


def category_namer(request: ConsoleRequest) -> Callable[[str], str]:
    """A function from a slug to today's name; a slug that is unknown stays."""
    catalogue = request.site.parts.catalogue
    today = request.now.astimezone(JST).date()

    def named(slug: str) -> str:
        if (found := catalogue.category(slug)) is None:
            return slug
        name = found.name_on(today)
        return name.ja if request.language == JAPANESE else name.en

    return named


def category_choices(request: ConsoleRequest) -> list[tuple[str, str]]:
    """Slug and name of every category that ever was, by form and then in its order."""
    named = category_namer(request)
    found = sorted(
        request.site.parts.catalogue.categories.values(),
        key=lambda one: (one.form, one.edition, one.ordinal),
    )
    return [(one.slug, named(one.slug)) for one in found]
