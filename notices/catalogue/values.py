"""Dated values of the catalogue, and the two questions that can be put to a period.

A bound that is not known to the day has an earliest and a latest day. Between them a
provision possibly holds; outside it surely does or surely does not.
"""

from dataclasses import dataclass, field
from datetime import date

from notices.catalogue.english import english_article, english_law_number
from notices.catalogue.spelling import key


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A day that is known, or known to lie between two days."""

    earliest: date = date.min
    """The first day that it can be."""
    latest: date = date.max
    """The last day that it can be."""


BEGINNING = Bound(earliest=date.min, latest=date.min)
"""The first day of what has no known beginning."""
END = Bound(earliest=date.max, latest=date.max)
"""The last day of what still holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From a first to a last day, both of them included."""

    first: Bound = BEGINNING
    """The first day."""
    last: Bound = END
    """The last day."""

    def possibly(self, on: date) -> bool:
        """Tell whether it may include the day."""
        return self.first.earliest <= on <= self.last.latest

    def surely(self, on: date) -> bool:
        """Tell whether it includes the day beyond doubt."""
        return self.first.latest <= on <= self.last.earliest

    def __str__(self) -> str:
        first = "" if self.first == BEGINNING else str(self.first.earliest)
        last = "" if self.last == END else str(self.last.latest)
        return f"{first}..{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """What a law is called, up to a day."""

    official: str
    """Its full title."""
    short: str
    """Its short title; equal to `official` if there is none."""
    period: Period
    """When it was called so."""
    en: str = ""
    """Its title in English; empty: no sourced one is known."""
    en_source: str = ""
    """Where the English title is known from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A law under all the titles that it had."""

    key: str
    """Such as `hanshu`."""
    law_number: str
    """Such as 平成19年法律第22号."""
    egov_id: str
    """Its id at e-Gov."""
    titles: tuple[Title, ...]
    """In order of time; the last is its title of today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What may be cited for a category, and when."""

    law: str
    """Key of the law."""
    article: str
    """As printed."""
    period: Period
    """When the article had this content."""
    substances: tuple[str, ...] = ()
    """The drugs that it is about; empty: it does not tell drugs apart."""
    source: str = ""
    """Where it is known from."""
    confidence: str = ""
    """high, medium or low."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a category is called, up to a day."""

    ja: str
    """As the guideline prints it."""
    en: str
    """For print in an English letter."""
    period: Period
    """When it was called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another spelling or an older name, where it means this category."""

    text: str
    """As it was found."""
    period: Period
    """When it means this category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of a list that a judgment chooses from, with its other spellings."""

    name: str
    """As it is stored."""
    name_en: str = ""
    """In English; empty: not printed in English."""
    aliases: tuple[str, ...] = ()
    """Other spellings."""

    def means(self, text: str) -> bool:
        """Tell whether a text chooses this."""
        return key(text) in {key(name) for name in (self.name, *self.aliases)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of categories."""

    key: str
    """Such as `serious-crime`."""
    name: str
    """Japanese name."""
    name_en: str
    """English name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingReason:
    """Why form 1 of a category goes abroad, decided once for all its cases."""

    category: str
    """Slug of the category."""
    reason: str
    """Why (guideline 第2の3: addressees are in principle in Japan)."""
    source: str
    """Who decided it, and where that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of information that the centre deals with."""

    slug: str
    """Key of the category."""
    edition: str
    """Where it stands: `2006`, `2024` or `later`."""
    ordinal: int
    """Its place in its group, as the source counts."""
    form: int
    """1: illegal information; 2: contrary to public order or good morals."""
    group: str
    """Key of its group."""
    class_2006: int | None = None
    """1, 2 or 3 for the classes ①②③ of 2006."""
    names: tuple[Name, ...]
    """In order of time."""
    period: Period
    """When the category existed."""
    aliases: tuple[Alias, ...] = ()
    """Other names."""
    sub_types: tuple[Choice, ...] = ()
    """Types below it; if there are any, a judgment names one."""
    substances: tuple[Choice, ...] = ()
    """Drugs that it tells apart; if there are any, a judgment names one."""
    provisions: tuple[Provision, ...] = ()
    """Form 1: what may be cited."""
    background: tuple[Provision, ...] = ()
    """Form 2: what stands behind it; never printed."""
    disabled_reason: str = ""
    """Why no notice may be written under it; empty: it may."""
    superseded_by: str | None = None
    """Slug of the one category that took its place."""
    source: str = ""
    """Where its dates are known from."""
    confidence: str = ""
    """high, medium or low."""
    note: str = ""
    """What else one should know."""

    @property
    def is_illegal(self) -> bool:
        """True for 違法情報, which form 1 is for; it alone cites statutes."""
        return self.form == 1

    @property
    def enabled(self) -> bool:
        """True if a notice may be written under it."""
        return not self.disabled_reason

    def name_on(self, on: date) -> Name:
        """Tell its name on a day; before its first name, that one."""
        return next((n for n in self.names if n.period.possibly(on)), self.names[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A provision with the title that its law had on the day."""

    law: Law
    """The law."""
    title: Title
    """Its title."""
    provision: Provision
    """The provision."""

    def __str__(self) -> str:
        return f"{self.title.short}{self.provision.article}"

    @property
    def english(self) -> str:
        """The same in English; in Japanese what has no sourced English."""
        number = english_law_number(self.law.law_number) or self.law.law_number
        place = english_article(self.provision.article) or self.provision.article
        return f"{self.title.en or self.title.official} ({number}), {place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The provisions of a category on a day."""

    surely: tuple[Provision, ...] = ()
    """Those that held beyond doubt."""
    possibly: tuple[Provision, ...] = ()
    """Those that held or may have held; the sure ones included."""

    @property
    def only(self) -> Provision | None:
        """The one that needs no naming: sure, and without a rival."""
        alone = len(self.possibly) == 1 and len(self.surely) == 1
        return self.surely[0] if alone else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassLabel:
    """One box of form 2's class rows."""

    key: str
    """`1`, `2`, `3`, or the key of a group."""
    name: str
    """As the form prints it."""
    name_en: str = field(default="")
    """Its English rendering."""
