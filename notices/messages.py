"""Texts for people, as values: an English template and its parameters.

    >>> said = Text("there is no notice {number}", number="R8-1-000001")
    >>> said
    'there is no notice R8-1-000001'
    >>> told(said, {"there is no notice {number}": "{number}の依頼はない"})
    'R8-1-000001の依頼はない'

The English template is the key of every other language. A text without parameters
needs no more than its own words: a plain string is its own template.
"""

from collections.abc import Mapping
from typing import Self


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
        said = super().__new__(cls, template.format_map(parameters))
        said.template, said.parameters = template, parameters
        return said

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        """For copies and other processes: what it was made of."""
        return (self.template,), dict(self.parameters)


def told(said: str, catalogue: Mapping[str, str]) -> str:
    """Tell a text in the language of a catalogue; in English where it has none.

    catalogue: English template to the same sentence in the other language.
    """
    if not isinstance(said, Text):
        return catalogue.get(said, said)
    parameters = {
        name: told(value, catalogue) if isinstance(value, str) else value
        for name, value in said.parameters.items()
    }
    return catalogue.get(said.template, said.template).format_map(parameters)
