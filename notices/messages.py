"""Texts for people, as values: an English template and its parameters.

    >>> said = Text("there is no notice {number}", number="R8-1-000001")
    >>> said
    'there is no notice R8-1-000001'
    >>> told(said, {"there is no notice {number}": "{number}の依頼はない"})
    'R8-1-000001の依頼はない'

The English template is the key of every other language. A text without parameters
needs no more than its own words: a plain string is its own template.
"""

from collections.abc import Callable, Iterable, Mapping
from string import Formatter
from typing import Self

from notices.plurals import for_one


class Text(str):
    """An English sentence that remembers what it was made of.

    template: the sentence with names in braces, as `str.format` takes them.
    parameters: what stands for each name; a text among them is told in the same
    language. KeyError for a name that nothing stands for.
    """

    __slots__ = ("parameters", "template")

    template: str
    parameters: Mapping[str, object]

    def __new__(cls, template: str, /, **parameters: object) -> Self:
        """Make the English sentence; see the class."""
        said = for_one(template, parameters).format_map(parameters)
        return cls.of(said, template, parameters)

    @classmethod
    def of(cls, said: str, template: str, parameters: Mapping[str, object]) -> Self:
        """A text whose English sentence is known, such as one that was cut."""
        text = super().__new__(cls, said)
        text.template, text.parameters = template, parameters
        return text

    def __str__(self) -> str:
        """The text itself: `str(error)` and `str(text)` forget nothing."""
        return self

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[object, ...]]:
        """For copies and other processes: the sentence, and what it was made of."""
        parts = (super().__str__(), self.template, dict(self.parameters))
        return type(self).of, parts


def told(said: str, catalogue: Mapping[str, str]) -> str:
    """Tell a text in the language of a catalogue; in English where it has none.

    catalogue: English template to the same sentence in the other language. A single
    word is told only if it is a `Text`: `Request` may be somebody's name.
    """
    if not isinstance(said, Text):
        return catalogue.get(said, said) if " " in said else said
    pattern = catalogue.get(said.template) or for_one(said.template, said.parameters)
    return pattern.format_map(
        {name: _told(value, catalogue) for name, value in said.parameters.items()}
    )


def _told(value: object, catalogue: Mapping[str, str]) -> object:
    """A parameter: texts and errors are told, names and numbers stay as they are."""
    if isinstance(value, Exception):
        value = str(value)
    return told(value, catalogue) if isinstance(value, str) else value


def listed(texts: Iterable[str], separator: str = "; ") -> Text:
    """Several texts as one that remembers them all.

    >>> listed(["one", "two"]).template
    '{t0}; {t1}'
    """
    named = {f"t{count}": text for count, text in enumerate(texts)}
    return Text(separator.join(f"{{{name}}}" for name in named), **named)


def cleaned(said: str, clean: Callable[[str], str]) -> str:
    """The text with its English sentence and all its parameters cleaned.

    clean: for example `notices.signs.plain`; what it returns for the whole sentence
    is the English one.
    """
    if not isinstance(said, Text):
        return clean(said)
    if not said.parameters and (told := clean(said)) is said:
        return told
    parameters = {
        name: cleaned(str(value), clean)
        if isinstance(value, str | Exception)
        else value
        for name, value in said.parameters.items()
    }
    return Text.of(clean(said), said.template, parameters)


def names_of(template: str) -> frozenset[str]:
    """The names in a template.

    ValueError for a template that reaches into its parameters (`{a.b}`, `{a[0]}`), or
    whose braces do not fit: such a one is never ours.
    """
    names = set()
    for _, name, spec, _ in Formatter().parse(template):
        if name is None:
            continue
        if not name.isidentifier() or "{" in (spec or ""):
            raise ValueError(template)
        names.add(name)
    return frozenset(names)
