"""Reads templates, pictures and acceptances from the folders of a site."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from notices.errors import ConfigError
from notices.files.asking import is_file, is_missing
from notices.files.system_words import in_words
from notices.letters.pictures import MAX_FILE
from notices.letters.template.checks.acceptance import (
    ACCEPTED_NAME,
    Acceptance,
    read_accepted,
)
from notices.letters.template.folders.names import NAMES, OF_KIND
from notices.letters.template.folders.places import (
    kind_folders,
    of_package,
    read_first,
    unread,
)
from notices.letters.template.sources import (
    PictureFile,
    Templates,
    TemplateSource,
    with_kinds,
)
from notices.messages import Text

MAX_PICTURES = 20


def load_templates(directories: Sequence[Path] = ()) -> Templates:
    """Read the templates: first of `directories`, then package, then checkout.

    Raises InvalidTemplate if a file is not UTF-8 and ConfigError if one is missing
    everywhere. What is wrong with a further kind of notice its `kind_faults` tell.
    """
    return Templates(
        read_sources(directories),
        unread=tuple(path for folder in directories for path in unread(folder)),
        files=tuple(file for folder in directories for file in _pictures(folder)),
        accepted=tuple(one for folder in directories for one in _accepted(folder)),
    )


def read_sources(directories: Sequence[Path]) -> tuple[TemplateSource, ...]:
    """Read what letters and mails are made from, and look for nothing else."""
    places = [*directories, *of_package()]
    own = (TemplateSource(name, *read_first(name, places)) for name in NAMES)
    return with_kinds((*own, *read_kinds(directories)))


def read_kinds(directories: Sequence[Path]) -> Iterator[TemplateSource]:
    """The files of further kinds of notices, as far as they are there."""
    for folder in kind_folders(directories):
        for name in OF_KIND:
            path = f"{folder}/{name}"
            if any(is_file(place / path) for place in directories):
                yield TemplateSource(path, *read_first(path, directories))


def load_kinds(directories: Sequence[Path]) -> Templates:
    """The further kinds of notices alone: for asking which there are."""
    return Templates(with_kinds(read_kinds(directories)))


def _accepted(folder: Path) -> tuple[Acceptance, ...]:
    path = folder / ACCEPTED_NAME
    if is_missing(path):
        return ()
    _, text = read_first(ACCEPTED_NAME, [folder])
    return read_accepted(text, str(path))


def _pictures(folder: Path) -> Iterator[PictureFile]:
    try:
        for path in sorted(folder.glob("*.png"))[:MAX_PICTURES]:
            with path.open("rb") as file:
                yield PictureFile(path.name, str(path), file.read(MAX_FILE + 1))
    except OSError as failed:
        raise ConfigError(
            Text(
                "{path} cannot be read: {strerror}",
                path=failed.filename,
                strerror=in_words(failed),
            )
        ) from failed
