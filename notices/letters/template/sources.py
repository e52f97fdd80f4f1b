"""All templates as one value: the site's before those of the program."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self

from notices.errors import ConfigError, Fault, InvalidTemplate
from notices.letters.pictures import Picture, Role, read_picture
from notices.letters.template.checks.acceptance import Acceptance, waiting
from notices.letters.template.folders.kinds import (
    FurtherKind,
    missing_parts,
    read_kind,
)
from notices.letters.template.folders.names import (
    KIND_NAME,
    LAYOUT_NAME,
    SAMPLE_NAME,
    folder_of,
    sample_name,
)
from notices.letters.template.folders.places import package_layout
from notices.letters.template.layout_file import Layout, read_layout
from notices.messages import Text
from notices.notice import Form, RequestKind

_KIND_FILE = f"/{KIND_NAME}"


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """One template's text, and where it was found."""

    name: str
    """Such as `form1/letter.ja.j2`."""
    path: str
    """The file, for messages to the person who edits it."""
    text: str
    """Its content."""
    further: FurtherKind | None = None
    """The further kind of notice in whose folder it is; None: it is of the program's
    own folders, or the folder's `kind.toml` cannot be read."""

    @property
    def folder(self) -> str:
        """The folder that it is in; empty: it is beside the folders."""
        return self.name.rpartition("/")[0]

    @property
    def uses(self) -> tuple[tuple[Form, RequestKind], ...]:
        """The forms and kinds that use it."""
        if self.further:
            return tuple((form, RequestKind.REQUEST) for form in self.further.forms)
        return tuple(
            (form, kind)
            for form in Form
            for kind in RequestKind
            if self.folder == folder_of(form, kind)
        )

    @property
    def speaks_of_laws(self) -> bool:
        """Whether it is one of form 1 alone, which names what was violated."""
        if self.further:
            return self.further.digit == 1
        return self.folder.endswith("form1")

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

    @property
    def kinds(self) -> tuple[FurtherKind, ...]:
        """The further kinds of notices that can be used."""
        found = (one.further for one in self.sources if one.name.endswith(_KIND_FILE))
        return tuple(
            kind for kind in found if kind and not any(self._lacking(kind.folder))
        )

    def has_folder(self, folder: str) -> bool:
        """Whether there is a further kind of that name, fit for use or not."""
        return any(one.name == f"{folder}/{KIND_NAME}" for one in self.sources)

    def kind(self, folder: str) -> FurtherKind:
        """The kind of that folder; InvalidTemplate with all that is wrong with it."""
        for kind in self.kinds:
            if kind.folder == folder:
                return kind
        faults = self.kind_faults(folder)
        raise InvalidTemplate(
            Text("{folder}: no kind of notice can be made with it", folder=folder),
            faults=faults or (Fault(folder, Text("there is no such folder")),),
            hint="see `notices template list`; README.md of the templates says how",
        )

    def kind_faults(self, folder: str = "") -> tuple[Fault, ...]:
        """What is wrong with the files `kind.toml`, and what their folders lack.

        folder: of that one only.
        """
        return tuple(
            fault
            for one in self.sources
            if one.name.endswith(_KIND_FILE) and folder in ("", one.folder)
            for fault in (
                *read_kind(one.folder, one.text, one.path)[1],
                *self._lacking(one.folder),
            )
        )

    def why_not(self, folder: str, digit: int) -> str:
        """Why no notice of form 1 or 2 can be made with that folder; empty: it can."""
        kind = next((one for one in self.kinds if one.folder == folder), None)
        if kind is None:
            faults = self.kind_faults(folder)
            if not faults:
                known = ", ".join(one.folder for one in self.kinds) or Text("none")
                return Text(
                    "{folder!r} is no folder with a kind.toml; there are: {known}",
                    folder=folder,
                    known=known,
                )
            return Text(
                "{folder} cannot be used: {why}",
                folder=folder,
                why="; ".join(map(str, faults)),
            )
        if kind.digit != digit:
            return Text(
                "{folder} is a kind of {form}", folder=folder, form=kind.says.form
            )
        return ""

    def _lacking(self, folder: str) -> Iterator[Fault]:
        present = {one.name for one in self.sources}
        path = self.source(f"{folder}/{KIND_NAME}").path
        return missing_parts(folder, path, present)

    def sample_of(self, kind: FurtherKind) -> TemplateSource:
        """The judgment that previews of a kind show: its own, or that of its form."""
        own = f"{kind.folder}/{SAMPLE_NAME}"
        if any(one.name == own for one in self.sources):
            return self.source(own)
        return self.source(sample_name(kind.forms[0]))

    def source(self, name: str) -> TemplateSource:
        """The template of that name; ConfigError if the installation lacks it."""
        for source in self.sources:
            if source.name == name:
                return source
        raise ConfigError(
            Text("no template {name}", name=name),
            hint="put it into the site's templates folder or reinstall the package",
        )


def with_kinds(sources: Iterable[TemplateSource]) -> tuple[TemplateSource, ...]:
    """The same sources, each knowing the further kind in whose folder it is."""
    known = tuple(sources)
    kinds = {
        one.folder: read_kind(one.folder, one.text, one.path)[0]
        for one in known
        if one.name.endswith(_KIND_FILE)
    }
    return tuple(replace(one, further=kinds.get(one.folder)) for one in known)
