"""Is a template fit for use? Read, filled with probes, compared with the forms."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from notices.errors import Fault, InvalidTemplate
from notices.letters.model import Part, Table
from notices.letters.pdf.faces import faces
from notices.letters.settings import LetterSettings
from notices.letters.template.checks.probes import Probe, probes
from notices.letters.template.checks.required import (
    Required,
    headings,
    letter_values,
    mail_values,
    squeezed,
    withdrawn,
)
from notices.letters.template.checks.tried import was_tried
from notices.letters.template.checks.wording import odd_characters, wording_faults
from notices.letters.template.composing import compose_part, languages, mail_parts
from notices.letters.template.folders.kinds import FurtherKind
from notices.letters.template.folders.names import letter_name, mail_name
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sandbox import language_faults
from notices.letters.template.sources import Templates, TemplateSource
from notices.messages import Text
from notices.notice import Notice


def ensure_usable(sources: tuple[TemplateSource, ...]) -> None:
    """Raise InvalidTemplate with every fault of the templates that will be used."""
    faults = [fault for source in sources for fault in source_faults(source)]
    if faults:
        raise InvalidTemplate(
            "templates that fail their check are not used",
            faults=faults,
            hint="correct the file, then `notices template check`",
        )


def source_faults(source: TemplateSource) -> tuple[Fault, ...]:
    """The faults of one template, in the order of reading."""
    if was_tried(source.name, source.text):
        return ()
    return source.placed(tried_faults(source.bare))


@lru_cache(maxsize=64)
def tried_faults(source: TemplateSource) -> tuple[Fault, ...]:
    """The same, of any template."""
    is_form_2 = not source.speaks_of_laws
    words = (
        *wording_faults(source, is_form_2=is_form_2),
        *odd_characters(source, Cleaner(faces().drawable)),
    )
    language = language_faults(source.text, source.path)
    if language:
        return (*words, *language)
    return (*words, *dict.fromkeys(_tried(source)))


def _tried(source: TemplateSource) -> Iterator[Fault]:
    """What shows only when the template is filled."""
    clean = Cleaner(faces().drawable)
    try:
        for form, kind in source.uses:
            for probe in probes(form, kind, source.further):
                yield from probe_faults(source, probe, clean)
    except InvalidTemplate as wrong:
        yield from wrong.faults


def probe_faults(
    source: TemplateSource, probe: Probe, clean: Cleaner
) -> Iterator[Fault]:
    """What a letter or mail of that kind would lack, or have twice."""
    notice, language = probe.notice, source.name.rsplit(".", 2)[1]
    if language not in languages(notice):
        return
    settings = LetterSettings(voluntary_note=probe.voluntary_note)
    templates = Templates((source,))
    if source.name == letter_name(notice, language):
        part = compose_part(notice, language, templates, settings, clean)
        yield from _letter_faults(source, part, probe)
    elif source.name == mail_name(notice, language):
        subject, body = mail_parts(notice, language, templates, settings, clean)
        yield from _mail_faults(source, subject, body, notice, language)


def _letter_faults(source: TemplateSource, part: Part, probe: Probe) -> Iterator[Fault]:
    printed = "\n".join(map(squeezed, part.texts()))
    values = letter_values(
        probe.notice,
        part.language,
        voluntary_note=probe.voluntary_note,
        further=source.further,
    )
    for required in values:
        count = max(map(printed.count, _wordings(required)))
        yield from _count_faults(source, required, count)
    yield from _heading_faults(source, part, probe.notice, source.further)


def _heading_faults(
    source: TemplateSource, part: Part, notice: Notice, further: FurtherKind | None
) -> Iterator[Fault]:
    labels = Counter(map(squeezed, _labels(part)))
    starts = [squeezed(text) for text in part.texts()]
    for required in headings(notice, part.language, further):
        count = max(
            labels[words]
            or sum(
                start.startswith(words) and _stands_alone(start, words)
                for start in starts
            )
            for words in _wordings(required)
        )
        yield from _count_faults(source, required, count)


def _wordings(required: Required) -> tuple[str, ...]:
    return tuple(map(squeezed, (required.text, *required.earlier)))


def _stands_alone(start: str, words: str) -> bool:
    """True if the paragraph's label ends where the words end."""
    rest = start[len(words) :]
    return words not in {"記", "End", "Details", "以上"} or not rest


def _labels(part: Part) -> Iterator[str]:
    for block in part.blocks:
        if isinstance(block, Table):
            group = ""
            for row in block.rows:
                if row.group and row.group != group:
                    yield row.group
                group = row.group
                yield row.label


def _count_faults(
    source: TemplateSource, required: Required, count: int
) -> Iterator[Fault]:
    if count == required.times:
        return
    kind = "the heading" if required.is_heading else "the value"
    if count < required.times:
        yield Fault(
            source.path, Text("{kind} {name} is missing", kind=kind, name=required.name)
        )
    else:
        line = _last_line(source, required.name)
        yield Fault(
            f"{source.path}:{line}",
            Text("{kind} {name} stands there too often", kind=kind, name=required.name),
        )


def _last_line(source: TemplateSource, name: str) -> int:
    """The last line that names it; 1 if none does by this name."""
    lines = enumerate(source.text.split("\n"), 1)
    return max((number for number, line in lines if name in line), default=1)


def _mail_faults(
    source: TemplateSource, subject: str, body: str, notice: Notice, language: str
) -> Iterator[Fault]:
    if not subject.startswith(f"[{notice.number}]"):
        yield Fault(source.path, "the subject begins with [整理番号]")
    first = squeezed(body.split("\n", 1)[0])
    if any(squeezed(one.text) not in first for one in withdrawn(notice, language)):
        yield Fault(source.path, "the first line must say that nothing more is asked")
    found = squeezed(body)
    for required in mail_values(notice, language):
        if squeezed(required.text) not in found:
            yield Fault(
                source.path, Text("the value {name} is missing", name=required.name)
            )
