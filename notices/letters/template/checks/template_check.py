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
from notices.letters.samples import sample_notice, sample_of_kind
from notices.letters.template.checks.checking import probe_faults, source_faults
from notices.letters.template.checks.probes import all_probes, probes
from notices.letters.template.checks.required import letter_values, squeezed
from notices.letters.template.checks.tried import was_tried
from notices.letters.template.composing import languages
from notices.letters.template.folders.kinds import FurtherKind
from notices.letters.template.folders.names import (
    FOLDERS,
    KIND_NAME,
    LAYOUT_NAME,
    NAMES,
    OF_KIND,
    SAMPLES,
    folder_of,
    letter_name,
)
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import Templates, TemplateSource
from notices.messages import Text
from notices.notice import Form, Notice, RequestKind

_WORDS = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


def check_templates(templates: Templates) -> tuple[Fault, ...]:
    """Everything that is wrong with the templates; empty if all may be used.

    Each fault's path is `file:line`, or the file where something is missing.
    """
    faults = [_unread_fault(path) for path in templates.unread]
    faults += templates.kind_faults()
    for source in templates.sources:
        faults += _faults_of(source, templates)
    faults += [] if faults else layout_names_faults(templates)
    faults += [] if faults else picture_faults(templates)
    # More is worth looking at only when nothing else is wrong.
    return tuple(faults) or every_kind_faults(templates) or output_faults(templates)


def _faults_of(source: TemplateSource, templates: Templates) -> tuple[Fault, ...]:
    if source.name == LAYOUT_NAME:
        return layout_faults(source)
    if not source.uses and source.name not in NAMES:
        return ()  # of a folder whose kind.toml is told already
    if source.name.endswith(KIND_NAME):
        return ()
    is_template = source.name.endswith(".j2")
    return source_faults(source) if is_template else sample_faults(source, templates)


def layout_faults(source: TemplateSource) -> tuple[Fault, ...]:
    """What is wrong with `layout.toml`."""
    try:
        _ = Templates((source,)).layout
    except InvalidTemplate as wrong:
        return wrong.faults
    return ()


def layout_names_faults(templates: Templates) -> list[Fault]:
    """Files that want a second person, and are not there to be looked at."""
    layout = templates.source(LAYOUT_NAME).path
    known = {one.name for one in templates.sources}
    known |= {one.name for one in templates.files}
    return [
        Fault(
            layout,
            Text(
                "{key}: {why}",
                key="second_person.files",
                why=Text("{name} is no file of this folder", name=name),
            ),
        )
        for name in templates.layout.second_person
        if name not in known
    ]


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
    folder, name = Path(path).parts[-2:]
    if folder.lower() not in FOLDERS and name in OF_KIND:
        return Fault(
            path,
            Text(
                "no letter is made from it: {kind} must say which form it is a kind of",
                kind=f"{folder}/{KIND_NAME}",
            ),
        )
    near = difflib.get_close_matches(f"{folder}/{name}".lower(), NAMES, n=1, cutoff=0.6)
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
            for form, kind in source.uses
            for probe in all_probes(form, kind, source.further)
            # a mail has the note whatever the site wants: each would be tried twice
            if probe.voluntary_note or not is_mail
            for fault in probe_faults(source, probe, clean)
        )
    )


def sample_faults(source: TemplateSource, templates: Templates) -> tuple[Fault, ...]:
    """What is wrong with the judgment that previews show."""
    try:
        if source.further:
            sample_of_kind(source.further, templates=templates)
        else:
            form = next(form for form, name in SAMPLES.items() if name == source.name)
            sample_notice(form, templates=templates)
    except InvalidTemplate as wrong:
        return wrong.faults
    return ()


def output_faults(templates: Templates) -> tuple[Fault, ...]:
    """Values that a letter of some form lacks in one of its outputs."""
    paths = {one.name: one.path for one in templates.sources}
    own = ((form, kind, None) for form in Form for kind in RequestKind)
    further = (
        (form, RequestKind.REQUEST, each)
        for each in templates.kinds
        for form in each.forms
    )
    return tuple(
        replace(fault, path=paths[fault.path])
        for form, kind, each in (*own, *further)
        for fault in _of_form(
            _bare(templates, each.folder if each else folder_of(form, kind)),
            form,
            kind,
            each,
        )
    )


def _bare(templates: Templates, folder: str) -> Templates:
    """Those that letters of one folder are made from, wherever they are."""
    used = f"{folder}/", LAYOUT_NAME
    sources = (one.bare for one in templates.sources if one.name.startswith(used))
    return replace(templates, sources=tuple(sources), unread=())


@lru_cache(maxsize=64)
def _of_form(
    templates: Templates, form: Form, kind: RequestKind, further: FurtherKind | None
) -> tuple[Fault, ...]:
    notice = probes(form, kind, further)[0].notice
    try:
        letter = write_letter(notice, templates=templates, notice_json_sha256="0" * 64)
    except InvalidTemplate:
        return ()  # its faults are told already, with their lines
    return tuple(missing(letter, notice, templates))


def missing(letter: Letter, notice: Notice, templates: Templates) -> Iterator[Fault]:
    """What one of the outputs lacks of the values that the notice brings."""
    for output, words in _read(letter).items():
        for language in languages(notice):
            source = templates.source(letter_name(notice, language))
            for required in letter_values(notice, language, further=source.further):
                said = (required.text, *required.earlier)
                if not any(squeezed(one) in words for one in said):
                    yield Fault(
                        source.path,
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
