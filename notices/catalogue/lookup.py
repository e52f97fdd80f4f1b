"""The catalogue: what holds on a date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from notices.catalogue import reading
from notices.catalogue.spelling import key
from notices.catalogue.values import (
    Category,
    Cited,
    ClassLabel,
    Group,
    Held,
    Law,
    Provision,
    ProvisionText,
    StandingReason,
    Title,
)
from notices.errors import ConfigError
from notices.messages import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Categories, laws and what may be cited, by date."""

    laws: Mapping[str, Law]
    """By key."""
    groups: Mapping[str, Group]
    """By key."""
    categories: Mapping[str, Category]
    """By slug, in the order of the data."""
    class_labels: Mapping[str, tuple[ClassLabel, ...]]
    """The boxes of `form2` and `form2-2006`."""
    standing: Mapping[str, StandingReason] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """By slug: why form 1 goes abroad; a site's own, the package has none."""
    texts: tuple[ProvisionText, ...] = ()
    """What articles said when; a site may add to them."""
    demands_elements: bool = False
    """True: a judgment without all elements of its category is refused; a site's."""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Make it from parsed data; ConfigError if that does not have its shape."""
        try:
            rows = [reading.category(row) for row in data["categories"]]
            return cls(
                laws=MappingProxyType(reading.laws(data["laws"])),
                groups=MappingProxyType(reading.groups(data["groups"])),
                categories=MappingProxyType(reading.with_elements(rows)),
                class_labels=MappingProxyType(
                    reading.class_labels(data["class_labels"])
                ),
                texts=tuple(map(reading.provision_text, data.get("texts", ()))),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise ConfigError(
                Text("the catalogue cannot be read: {why}", why=_why(wrong)),
                hint="install the package again; its data is damaged",
            ) from wrong

    def with_standing(self, reasons: Iterable[StandingReason]) -> Self:
        """Give the same with a site's standing reasons; ValueError for no category."""
        standing = {each.category: each for each in reasons}
        for slug in standing:
            if slug not in self.categories or not self.categories[slug].is_illegal:
                raise ValueError(slug)
        return replace(self, standing=MappingProxyType(standing))

    def with_texts(self, texts: Iterable[ProvisionText]) -> Self:
        """Give the same with a site's texts before ours; ValueError for no law."""
        added = tuple(texts)
        for each in added:
            if each.law not in self.laws:
                raise ValueError(each.law)
        return replace(self, texts=(*added, *self.texts))

    def text_of(self, law: str, article: str, on: date) -> ProvisionText | None:
        """Find what a cited place surely said on a day; None: nobody has read that."""
        return next(
            (
                each
                for each in self.texts
                if each.is_of(law, article) and each.period.surely(on)
            ),
            None,
        )

    def demanding_elements(self) -> Self:
        """Give the same, by which a judgment must name all elements."""
        return replace(self, demands_elements=True)

    def category(self, slug: str, on: date | None = None) -> Category | None:
        """Find a category by its slug; with a day, only if it may have existed then."""
        found = self.categories.get(slug)
        if found is None or on is None or found.period.possibly(on):
            return found
        return None

    def resolve(self, text: str, on: date) -> Category | None:
        """Find the category that a slug, a name or an alias means on a day.

        Compared after NFKC and without white space. Where a name may belong to two,
        the one that surely existed has it; None if that does not decide.
        """
        if found := self.category(text, on):
            return found
        matches = [row for row in self.existing(on) if _is_called(row, text, on)]
        if len(matches) > 1:
            matches = [row for row in matches if row.period.surely(on)]
        return matches[0] if len(matches) == 1 else None

    def existing(self, on: date) -> tuple[Category, ...]:
        """List the categories that exist, or may exist, on a day."""
        return tuple(row for row in self.categories.values() if row.period.possibly(on))

    def list_on(self, on: date) -> list[dict[str, Any]]:
        """List what holds on a day as plain rows, for tables and JSON.

        Each row has `slug`, `form`, `group`, `group_name`, `name`, `name_en`,
        `certain` (false: the category or a provision only possibly holds),
        `statutes` as they are cited, `sub_types`, `substances`, `enabled` and
        `disabled_reason`.
        """
        return [self._row(category, on) for category in self.existing(on)]

    def _row(self, category: Category, on: date) -> dict[str, Any]:
        name, held = category.name_on(on), self.provisions(category, on)
        return {
            "slug": category.slug,
            "form": category.form,
            "group": category.group,
            "group_name": self.groups[category.group].name,
            "name": name.ja,
            "name_en": name.en,
            "certain": category.period.surely(on) and held.surely == held.possibly,
            "statutes": [str(self.cite(row, on)) for row in held.possibly],
            "sub_types": [choice.name for choice in category.sub_types],
            "substances": [choice.name for choice in category.substances],
            "enabled": category.enabled,
            "disabled_reason": category.disabled_reason,
        }

    def provisions(self, category: Category, on: date, substance: str = "") -> Held:
        """Tell what may be cited on a day, and for a drug where that counts."""
        rows = [
            row
            for row in category.provisions
            if not row.disabled_reason
            and row.period.possibly(on)
            and _is_about(row, category, substance)
        ]
        return Held(
            surely=tuple(row for row in rows if row.period.surely(on)),
            possibly=tuple(rows),
        )

    def title(self, law: str, on: date) -> Title:
        """Tell what a law was called on a day; KeyError if there is no such law."""
        titles = self.laws[law].titles
        return next((t for t in titles if t.period.possibly(on)), titles[-1])

    def cite(self, provision: Provision, on: date) -> Cited:
        """Add to a provision its law and the title that it had."""
        law = self.laws[provision.law]
        return Cited(law=law, title=self.title(law.key, on), provision=provision)


def _is_called(row: Category, text: str, on: date) -> bool:
    names = [row.name_on(on).ja]
    names += [alias.text for alias in row.aliases if alias.period.possibly(on)]
    return key(text) in map(key, names)


def _is_about(row: Provision, category: Category, substance: str) -> bool:
    """Tell whether a provision is about the drug; without a drug, any is."""
    if not row.substances or not substance:
        return True
    chosen = {choice.name for choice in category.substances if choice.means(substance)}
    return bool(chosen & set(row.substances))


def _why(wrong: Exception) -> str:
    """In our words: those of Python are for programmers."""
    if isinstance(wrong, KeyError):
        return Text("{key} is missing", key=str(wrong.args[0]))
    if wrong.args and isinstance(wrong.args[0], Text):
        return wrong.args[0]
    return "something has another kind of value than it must"
