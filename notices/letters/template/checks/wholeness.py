"""A letter is looked at before it is signed: it must hold what its form holds.

Templates are tried with probes; a condition on the very words of a judgment shows only
here. Words are compared as they are printed, without white space.
"""

from collections.abc import Iterator

from notices.errors import Fault, InvalidTemplate
from notices.letters.model import Doc
from notices.letters.pdf.faces import faces
from notices.letters.settings import LetterSettings
from notices.letters.template.checks.required import (
    Required,
    headings,
    letter_values,
    squeezed,
)
from notices.letters.template.folders.names import letter_name
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import Templates
from notices.messages import Text
from notices.notice import Notice
from notices.printed import printed_url

_MARKED = frozenset({"対象URL", "掲載情報", "理由"})


def ensure_whole(
    doc: Doc, notice: Notice, templates: Templates, settings: LetterSettings
) -> None:
    """InvalidTemplate with everything that the letter lacks."""
    faults = tuple(_faults(doc, notice, templates, settings))
    if faults:
        raise InvalidTemplate(
            Text("the letter is not whole: {fault}", fault=faults[0].message),
            faults=faults,
            hint="correct the template, then `notices template check`",
        )


def _faults(
    doc: Doc, notice: Notice, templates: Templates, settings: LetterSettings
) -> Iterator[Fault]:
    for part in doc.parts:
        source = templates.source(letter_name(notice, part.language))
        printed = "".join(map(squeezed, part.texts()))
        wanted = (
            *headings(notice, part.language, source.further),
            *letter_values(
                notice,
                part.language,
                voluntary_note=settings.voluntary_note,
                further=source.further,
            ),
        )
        clean = Cleaner(faces(settings.fonts).drawable)
        for required in wanted:
            said = (required.text, *required.earlier)
            if required.times and not any(
                squeezed(_as_printed(required, words, clean)) in printed
                for words in said
            ):
                yield Fault(source.path, Text("{name} is missing", name=required.name))


def _as_printed(required: Required, words: str, clean: Cleaner) -> str:
    if required.is_heading:
        return words
    if required.name == "対象URL":
        return printed_url(words).address
    if required.name in _MARKED:
        return clean.prose(words)
    return clean.line(words)
