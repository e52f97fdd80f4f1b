"""A further kind of notice is begun: a folder with copies of its form's templates."""

import json
from dataclasses import asdict
from pathlib import Path

from notices.errors import Fault, InputError, InvalidTemplate, RefusedError
from notices.files import NewFile, fill_folder
from notices.files.asking import is_there
from notices.letters import Templates
from notices.letters.pdf.faces import faces
from notices.letters.template.checks.required_words import EARLIER, FORM_1, FORM_2
from notices.letters.template.checks.wording import odd_characters
from notices.letters.template.folders.kinds import KindFile, folder_fault, read_kind
from notices.letters.template.folders.names import KIND_NAME, PARTS
from notices.letters.template.hygiene import Cleaner
from notices.letters.template.sources import TemplateSource
from notices.messages import Text

_COMMENTS = {
    "form": "どの書式の一種か。form1（違法情報）又は form2（公序良俗に反する情報）",
    "name": "一覧や画面に出る名前（日本語、英語）",
    "title": "書面の表題（日本語、英語）。letter.*.j2 の @表題 の文と同じにします",
    "used_for": "どういうときに使うか（読む人のための覚書）",
}
"""Above the key that it explains, for those who edit the file."""


def write_kind(
    templates: Templates, site_folder: Path | None, folder: str, says: KindFile
) -> list[Path]:
    """Write the folder; nothing is overwritten.

    site_folder: the site's own templates. RefusedError without one, or if the folder is
    there; InvalidTemplate if `kind.toml` could not be used.
    """
    if site_folder is None:
        raise RefusedError(
            "the site has no template folder of its own",
            hint="name one in notices.toml, [forms] templates",
        )
    if why := folder_fault(folder):
        raise InputError(why, hint="name another folder, such as search-engine")
    directory = site_folder / folder
    if is_there(directory):
        raise RefusedError(
            Text("{directory} is there already", directory=directory),
            hint="edit its files, or name another folder",
        )
    files = _files(templates, folder, says, str(directory / KIND_NAME))
    return fill_folder(
        directory,
        [
            NewFile(path=Path(name), content=text.encode())
            for name, text in files.items()
        ],
    )


def _files(
    templates: Templates, folder: str, says: KindFile, path: str
) -> dict[str, str]:
    told = _kind_toml(says)
    _, faults = read_kind(folder, told, path)
    faults = faults or _unprintable(told, path)
    if faults:
        raise InvalidTemplate(
            Text("{path} cannot be used", path=path),
            faults=faults,
            hint="nothing was written; say it otherwise",
        )
    copied = {
        part: _retitled(templates.source(f"{says.form}/{part}").text, says, part)
        for part in PARTS
    }
    return {KIND_NAME: told, **copied}


def _unprintable(told: str, path: str) -> tuple[Fault, ...]:
    """Characters of the titles that no letter could have; names are in lists alone."""
    titles = (line if line.startswith("title") else "" for line in told.split("\n"))
    source = TemplateSource(KIND_NAME, path, "\n".join(titles))
    return odd_characters(source, Cleaner(faces().drawable))


def _kind_toml(says: KindFile) -> str:
    """The file with a comment for who edits it."""
    lines: list[str] = []
    for key, value in asdict(says).items():
        if key in _COMMENTS:
            lines.append(f"# {_COMMENTS[key]}")
        lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def _retitled(text: str, says: KindFile, part: str) -> str:
    """A template of the form with the new title wherever it names the form's."""
    language = part.split(".")[1]
    usual = (FORM_1 if says.form == "form1" else FORM_2)[language][0]
    title = says.title_en if language == "en" else says.title
    for words in (usual, *EARLIER.get(usual, ())):
        text = text.replace(words, title)
    return text
