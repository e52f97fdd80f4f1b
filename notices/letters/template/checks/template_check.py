"""`notices template check`: every template, every sample, every output."""

import difflib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from notices.errors import Fault, InvalidTemplate
from notices.letters.letter import Letter, write_letter
from notices.letters.pdf.faces import faces
from notices.letters.samples import sample_notice
from notices.letters.template.checks.checking import (
    probe_faults,
    source_faults,
)
from notices.letters.template.checks.probes import all_probes, probes
from notices.letters.template.checks.required import letter_values, squeezed
from notices.letters.template.checks.tried import was_tried
from notices.letters.template.composing import languages
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.layout_file import LAYOUT_NAME
from notices.letters.template.sources import (
    NAMES,
    SAMPLES,
    Templates,
    TemplateSource,
    folder_of,
    letter_name,
    uses_of,
)
from notices.messages import Text
from notices.notice import Form, Notice, RequestKind

_WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def check_templates(templates: Templates) -> tuple[Fault, ...]:
    """Everything that is wrong with the templates; empty if all may be used.

    Each fault's path is `file:line`, or the file where something is missing.
    """
    faults = [_unread_fault(path) for path in templates.unread]
    for source in templates.sources:
        faults += _faults_of(source)
    faults += [] if faults else picture_faults(templates)
    # More is worth looking at only when nothing else is wrong.
    return tuple(faults) or every_kind_faults(templates) or output_faults(templates)


def _faults_of(source: TemplateSource) -> tuple[Fault, ...]:
    if source.name == LAYOUT_NAME:
        return layout_faults(source)
    is_template = source.name.endswith(".j2")
    return source_faults(source) if is_template else sample_faults(source)


def layout_faults(source: TemplateSource) -> tuple[Fault, ...]:
    """What is wrong with `layout.toml`."""
    try:
        _ = Templates((source,)).layout
    except InvalidTemplate as wrong:
        return wrong.faults
    return ()


def picture_faults(templates: Templates) -> list[Fault]:
    """What is wrong with logo and seal."""
    try:
        _ = templates.pictures
    except InvalidTemplate as wrong:
        layout = templates.source(LAYOUT_NAME).path
        return list(wrong.faults) or [Fault(layout, wrong.message)]
    return []


def _unread_fault(path: str) -> Fault:
    """The file, and the name that was meant."""
    name = "/".join(Path(path).parts[-2:])
    near = difflib.get_close_matches(name.lower(), NAMES, n=1, cutoff=0.6)
    if near:
        return Fault(
            path, Text("no letter is made from it; did you mean {name}?", name=near[0])
        )
    return Fault(path, "no letter is made from it; README.md lists the names")


def every_kind_faults(templates: Templates) -> tuple[Fault, ...]:
    """What some letter or mail lacks, of every kind that conditions can tell apart."""
    return tuple(
        fault
        for source in templates.sources
        if source.name.endswith(".j2") and not was_tried(source.name, source.text)
        for fault in source.placed(faults_of_every_kind(source.bare))
    )


@lru_cache(maxsize=64)
def faults_of_every_kind(source: TemplateSource) -> tuple[Fault, ...]:
    """The same of one template, tried here in any case."""
    clean = Cleaner(faces().drawable)
    is_mail = "/mail." in source.name
    return tuple(
        dict.fromkeys(
            fault
            for form, kind in uses_of(source.name)
            for probe in all_probes(form, kind)
            # a mail has the note whatever the site wants: each would be tried twice
            if probe.voluntary_note or not is_mail
            for fault in probe_faults(source, probe, clean)
        )
    )


def sample_faults(source: TemplateSource) -> tuple[Fault, ...]:
    """What is wrong with the judgment that previews show."""
    form = next(form for form, name in SAMPLES.items() if name == source.name)
    try:
        sample_notice(form, templates=Templates((source,)))
    except InvalidTemplate as wrong:
        return wrong.faults
    return ()


def output_faults(templates: Templates) -> tuple[Fault, ...]:
    """Values that a letter of some form lacks in one of its outputs."""
    paths = {one.name: one.path for one in templates.sources}
    return tuple(
        replace(fault, path=paths[fault.path])
        for form in Form
        for kind in RequestKind
        for fault in _of_form(_bare(templates, form, kind), form, kind)
    )


def _bare(templates: Templates, form: Form, kind: RequestKind) -> Templates:
    """Those that a letter of that form and kind is made from, wherever they are."""
    used = f"{folder_of(form, kind)}/", LAYOUT_NAME
    sources = (one.bare for one in templates.sources if one.name.startswith(used))
    return replace(templates, sources=tuple(sources), unread=())


@lru_cache(maxsize=64)
def _of_form(templates: Templates, form: Form, kind: RequestKind) -> tuple[Fault, ...]:
    notice = probes(form, kind)[0].notice
    try:
        letter = write_letter(notice, templates=templates, notice_json_sha256="0" * 64)
    except InvalidTemplate:
        return ()  # its faults are told already, with their lines
    return tuple(missing(letter, notice, templates))


def missing(letter: Letter, notice: Notice, templates: Templates) -> Iterator[Fault]:
    """What one of the outputs lacks of the values that the notice brings."""
    for output, words in _read(letter).items():
        for language in languages(notice):
            path = templates.source(letter_name(notice, language)).path
            for required in letter_values(notice, language):
                said = (required.text, *required.earlier)
                if not any(squeezed(one) in words for one in said):
                    yield Fault(
                        path,
                        Text(
                            "{name} is missing in the {output}",
                            name=required.name,
                            output=output,
                        ),
                    )


def _read(letter: Letter) -> dict[str, str]:
    """The words of each output without white space."""
    return {
        "text": squeezed(letter.text),
        "PDF": squeezed(_pdf_words(letter.pdf)),
        "DOCX": squeezed(_docx_words(letter.docx)),
    }


def _pdf_words(pdf: bytes) -> str:
    import pypdfium2  # noqa: PLC0415 - loads a large library, for this check only

    with pypdfium2.PdfDocument(pdf) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def _docx_words(package: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        body = parts.read("word/document.xml").decode()
    # Probe values have no character that XML would write otherwise.
    return "".join(_WORDS.findall(body))
