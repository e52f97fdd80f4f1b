"""Where the templates are: the site first, then the package, then the checkout."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Self

from notices.errors import ConfigError, Fault, InvalidTemplate
from notices.letters.pictures import MAX_FILE, Picture, Role, read_picture
from notices.letters.template.checks.acceptance import (
    ACCEPTED_NAME,
    Acceptance,
    read_accepted,
    waiting,
)
from notices.letters.template.layout_file import LAYOUT_NAME, Layout, read_layout
from notices.messages import Text
from notices.notice import Form, Notice, RequestKind

_FOLDERS = {
    RequestKind.REQUEST: ("form1", "form2"),
    RequestKind.REMINDER: ("reminder",),
    RequestKind.WITHDRAWAL: ("withdrawal",),
    RequestKind.CORRECTION: ("correction-form1", "correction-form2"),
}
"""Where the templates of a kind are: one folder a form, or one for both."""
FOLDERS = tuple(name for names in _FOLDERS.values() for name in names)
SAMPLES = {
    Form.FORM_1: "form1/sample.json",
    Form.FORM_2: "form2/sample.json",
    Form.FORM_2_2006: "form2/sample-2006.json",
}
NAMES = (
    *(
        f"{folder}/{part}.{language}.j2"
        for folder in FOLDERS
        for part in ("letter", "mail")
        for language in ("ja", "en")
    ),
    *SAMPLES.values(),
    LAYOUT_NAME,
)
"""Every template and sample there is; a site may hold some of them."""


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """One template's text, and where it was found."""

    name: str
    """Such as `form1/letter.ja.j2`."""
    path: str
    """The file, for messages to the person who edits it."""
    text: str
    """Its content."""

    @property
    def bare(self) -> Self:
        """The same, wherever it was found: a verdict depends on name and text alone."""
        return replace(self, path=self.name)

    def placed(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """Faults of the bare one, with the file that the editor knows."""
        return tuple(
            replace(fault, path=fault.path.replace(self.name, self.path, 1))
            for fault in faults
        )


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A PNG of a site."""

    name: str
    """Such as `logo.png`."""
    path: str
    """The file, for messages."""
    data: bytes
    """Its octets; those over the limit are cut."""


@dataclass(frozen=True, slots=True)
class Templates:
    """All templates as one value; equal values render equally."""

    sources: tuple[TemplateSource, ...]
    unread: tuple[str, ...] = ()
    """Files of the site's folder that no letter and no mail is made from."""
    files: tuple[PictureFile, ...] = ()
    """PNG files beside a site's `layout.toml`."""
    accepted: tuple[Acceptance, ...] = ()
    """What a second person accepted."""

    @property
    def layout(self) -> Layout:
        """What `layout.toml` sets; InvalidTemplate if it cannot be used."""
        own = next((one for one in self.sources if one.name == LAYOUT_NAME), None)
        usual = package_layout()
        if own is None:
            return read_layout(usual, LAYOUT_NAME, usual)
        return read_layout(own.text, own.path, usual)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Logo and seal as they are printed; InvalidTemplate for what cannot be."""
        layout = self.layout
        wanted: tuple[tuple[Role, str, str], ...] = (
            ("logo", layout.logo, layout.logo_alt),
            ("seal", layout.seal, layout.seal_alt),
        )
        return tuple(
            self._picture(role, name, alt) for role, name, alt in wanted if name
        )

    @property
    def for_second_person(self) -> dict[str, bytes]:
        """Name and octets of the files that a second person accepts."""
        octets = {one.name: one.text.encode() for one in self.sources}
        octets |= {one.name: one.data for one in self.files}
        return {name: octets.get(name, b"") for name in self.layout.second_person}

    @property
    def waiting(self) -> tuple[Fault, ...]:
        """Changes that no second person has accepted."""
        return tuple(waiting(self.for_second_person, self.accepted))

    def require_accepted(self) -> None:
        """InvalidTemplate if a change waits for a second person."""
        if faults := self.waiting:
            raise InvalidTemplate(
                Text("{file} waits for a second person", file=faults[0].path),
                faults=faults,
                hint="`notices template accept`, by somebody else than the editor",
            )

    def _picture(self, role: Role, name: str, alt: str) -> Picture:
        for file in self.files:
            if file.name == name:
                return read_picture(role, alt, file.data, file.path)
        raise InvalidTemplate(
            Text("{name} is not there: layout.toml names it", name=name),
            hint="put the picture into the folder with layout.toml",
        )

    def source(self, name: str) -> TemplateSource:
        """The template of that name; ConfigError if the installation lacks it."""
        for source in self.sources:
            if source.name == name:
                return source
        raise ConfigError(
            Text("no template {name}", name=name),
            hint="put it into the site's templates folder or reinstall the package",
        )


def folder_of(form: Form, kind: RequestKind = RequestKind.REQUEST) -> str:
    """Where the templates of a form and a kind are.

    Both sets of classes share form 2; reminders and withdrawals are the same in all.
    """
    return _FOLDERS[kind][0 if form is Form.FORM_1 else -1]


def letter_name(notice: Notice, language: str) -> str:
    """Name of the letter's template."""
    return f"{folder_of(notice.form, notice.kind)}/letter.{language}.j2"


def sample_name(form: Form) -> str:
    """Name of the judgment that previews of a form show."""
    return SAMPLES[form]


def mail_name(notice: Notice, language: str) -> str:
    """Name of the mail's template."""
    return f"{folder_of(notice.form, notice.kind)}/mail.{language}.j2"


def uses_of(name: str) -> tuple[tuple[Form, RequestKind], ...]:
    """The forms and kinds that use a template."""
    return tuple(
        (form, kind)
        for form in Form
        for kind in RequestKind
        if name.startswith(f"{folder_of(form, kind)}/")
    )


def load_templates(directories: Sequence[Path] = ()) -> Templates:
    """Read the templates: first of `directories`, then package, then checkout.

    Raises InvalidTemplate if a file is not UTF-8 and ConfigError if one is missing
    everywhere.
    """
    return Templates(
        read_sources(directories),
        unread=tuple(path for folder in directories for path in _unread(folder)),
        files=tuple(file for folder in directories for file in _pictures(folder)),
        accepted=tuple(one for folder in directories for one in _accepted(folder)),
    )


def read_sources(directories: Sequence[Path]) -> tuple[TemplateSource, ...]:
    """Read what letters and mails are made from, and look for nothing else."""
    places = _places(directories)
    return tuple(_read(name, places) for name in NAMES)


def source_paths(directories: Sequence[Path]) -> tuple[tuple[Path, ...], ...]:
    """Where each of these may stand; the first file that is there counts."""
    places = _places(directories)
    return tuple(tuple(place / name for place in places) for name in NAMES)


def _places(directories: Sequence[Path]) -> list[Path]:
    package = Path(__file__).parents[2]
    return [*directories, package / "templates", package.parent / "templates"]


def _accepted(folder: Path) -> tuple[Acceptance, ...]:
    path = folder / ACCEPTED_NAME
    if not path.exists():
        return ()
    return read_accepted(_read(ACCEPTED_NAME, [folder]).text, str(path))


MAX_PICTURES = 20


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
                strerror=failed.strerror,
            )
        ) from failed


@lru_cache(maxsize=1)
def package_layout() -> str:
    """The text of the package's own `layout.toml`."""
    package = Path(__file__).parents[2]
    return _read(
        LAYOUT_NAME, [package / "templates", package.parent / "templates"]
    ).text


BESIDES = frozenset({"README.md", "words.toml", ACCEPTED_NAME})
"""Names that belong into a template folder besides templates and samples."""


def _unread(folder: Path) -> Iterator[str]:
    """Such as letter.ja.j2.txt or Form1/letter.ja.j2: edited, and never used."""
    known = {folder / name for name in NAMES}
    try:
        paths = sorted(folder.rglob("*"))
    except OSError:
        return
    for path in paths:
        if path.name.startswith(".") or path.name in BESIDES or path.is_dir():
            continue
        is_picture = path.suffix == ".png" and path.parent == folder
        if path not in known and not is_picture:
            yield str(path)


def _read(name: str, places: Sequence[Path]) -> TemplateSource:
    for place in places:
        path = place / name
        try:
            return TemplateSource(name, str(path), path.read_text(encoding="utf-8-sig"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except UnicodeDecodeError as broken:
            raise InvalidTemplate(
                Text("{path}: not UTF-8", path=path), hint="save the file as UTF-8"
            ) from broken
        except OSError as failed:
            raise ConfigError(
                Text(
                    "{path} cannot be read: {strerror}",
                    path=path,
                    strerror=failed.strerror,
                )
            ) from failed
    raise ConfigError(
        Text(
            "no template {name} in {places}",
            name=name,
            places=", ".join(map(str, places)),
        ),
        hint="reinstall the package",
    )
