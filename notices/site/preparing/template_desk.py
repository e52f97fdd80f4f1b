"""Templates changed by two people: one proposes, another accepts."""

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from notices.errors import Fault, InputError, InvalidTemplate, RefusedError
from notices.files import make_folder, safe_write
from notices.judgment import JST
from notices.letters import Templates
from notices.letters.preview import check_apart
from notices.letters.template.checks.acceptance import (
    ACCEPTED_NAME,
    Acceptance,
    accept,
    write_accepted,
)
from notices.letters.template.sources import TemplateSource, with_kinds
from notices.messages import Text
from notices.notice import Form, RequestKind
from notices.site.preparing.previewer import Preview, Previewer
from notices.store.console import TemplateProposal
from notices.store.console.stored_proposals import ACCEPTED, StoredProposals

MOST_CHARACTERS = 24_000
"""Of a template; a form of the console is no larger."""
MOST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A template as the list shows it."""

    name: str
    """Such as `form1/letter.ja.j2`."""
    is_own: bool
    """True: the site's own; False: that of the program."""
    wants_second: bool
    """Whether `layout.toml` names it for a second person."""
    accepted: Acceptance | None
    """The newest acceptance; None: there is none."""
    waiting: str
    """Why no letter is made with it now; empty: letters are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line of a difference."""

    kind: str
    """`add`, `del`, `same` or `place`."""
    text: str
    """As it stands, without its sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedChange:
    """What a new text of a template would do."""

    faults: tuple[Fault, ...]
    """What `notices template check` says; empty: nothing is wrong."""
    difference: tuple[DiffLine, ...]
    """To the text that is in use."""
    preview: Preview | None
    """Letter and mail of the sample; None: it is not in order."""


@dataclass(frozen=True, kw_only=True)
class TemplateDesk:
    """Shows templates, takes changes, and lets another person accept them."""

    load: Callable[[], Templates]
    """Reads the templates anew."""
    folder: Path | None
    """The site's own; None: it has none."""
    proposals: StoredProposals
    """What was proposed."""
    previewer: Previewer
    """Makes letters of samples."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def files(self) -> list[TemplateFile]:
        """Every template, in its order."""
        templates = self.load()
        newest = {one.file: one for one in templates.accepted}
        second = templates.for_second_person
        waiting = {fault.path: fault.message for fault in templates.waiting}
        return [
            TemplateFile(
                name=source.name,
                is_own=self._is_own(source),
                wants_second=source.name in second,
                accepted=newest.get(source.name),
                waiting=waiting.get(source.name, ""),
            )
            for source in templates.sources
        ]

    def source(self, name: str) -> TemplateSource:
        """A template as it is in use; InputError for an unknown name."""
        for source in self.load().sources:
            if source.name == name:
                return source
        raise InputError(Text("there is no template {name}", name=name[:100]))

    def examine(self, name: str, text: str) -> ExaminedChange:
        """Check a new text, compare it, and make the letter of its sample."""
        before = self.source(name)
        changed = self._changed(name, text)
        faults = check_apart(changed)
        return ExaminedChange(
            faults=faults,
            difference=tuple(_difference(before.text, text)),
            preview=None if faults else self._preview(name, changed),
        )

    def propose(
        self, name: str, text: str, before_sha256: str, *, reason: str, by: str
    ) -> TemplateProposal:
        """Keep a change for another person; nothing is written to the templates.

        by: short id of who changed it. InvalidTemplate for what the check refuses,
        RefusedError for no change, or of a text that is not in use any more.
        """
        self._require_folder()
        source = self.source(name)
        self._require_present(source, before_sha256)
        if text == source.text:
            raise RefusedError("nothing was changed", hint="edit the text first")
        if not reason or len(reason) > MOST_REASON:
            raise InputError(
                "a change of a template needs its reason", hint="at most 500 characters"
            )
        _require_sound(check_apart(self._changed(name, text)))
        return self.proposals.add(
            file=name,
            before_sha256=before_sha256,
            content=text,
            reason=reason,
            by=by,
            now=self.clock(),
        )

    def accept(
        self, proposal_id: str, *, by: str, edited_by: str, accepted_by: str
    ) -> None:
        """Put a proposal into use, as `notices template accept` records it.

        by: short id of who accepts; edited_by and accepted_by: the names of both.
        RefusedError if they are one person, or the file was changed meanwhile.
        """
        proposal = self.proposals.get(proposal_id)
        if by == proposal.proposed_by:
            raise RefusedError(
                Text("{name} cannot accept a change of their own", name=accepted_by),
                hint="another person looks at it and accepts it",
            )
        folder = self._require_folder()
        octets = proposal.content.encode()
        [made] = accept(
            {proposal.file: octets},
            edited_by=edited_by,
            accepted_by=accepted_by,
            user=f"person:{by}",
            at=self.clock().astimezone(JST).isoformat(timespec="seconds"),
        )
        _require_sound(check_apart(self._changed(proposal.file, proposal.content)))

        def put() -> None:
            self._require_present(self.source(proposal.file), proposal.before_sha256)
            known = self.load().accepted
            path = folder / proposal.file
            make_folder(path.parent, hint="make the site's folder writable")
            # a crash in between leaves a file that waits for a second person
            safe_write(path, octets, replaces=lambda _: True)
            text = write_accepted((*known, made)).encode()
            safe_write(folder / ACCEPTED_NAME, text, replaces=lambda _: True)

        now = self.clock()
        self.proposals.decide(proposal_id, ACCEPTED, by=by, now=now, first=put)

    def _require_folder(self) -> Path:
        if self.folder is None:
            raise RefusedError(
                "the site has no template folder of its own",
                hint="name one in notices.toml, [forms] templates",
            )
        return self.folder

    def _require_present(self, source: TemplateSource, wanted: str) -> None:
        if sha256(source.text.encode()).hexdigest() != wanted:
            raise RefusedError(
                Text("{file} was changed meanwhile", file=source.name),
                hint="look at the page again, and make the change anew",
            )

    def _changed(self, name: str, text: str) -> Templates:
        if len(text) > MOST_CHARACTERS:
            raise InputError(
                Text("a template has {most} characters at most", most=MOST_CHARACTERS)
            )
        templates = self.load()
        # by their names: a finding tells no folder of this machine, and equal texts
        # are checked once
        return replace(
            templates,
            sources=with_kinds(
                replace(one, path=one.name, text=text if one.name == name else one.text)
                for one in templates.sources
            ),
            files=tuple(replace(one, path=one.name) for one in templates.files),
            accepted=(),
        )

    def _preview(self, name: str, changed: Templates) -> Preview:
        source = changed.source(name)
        previewer = replace(self.previewer, templates=changed)
        if source.further:
            return previewer.further(source.folder)
        uses = source.uses or ((Form.FORM_1, RequestKind.REQUEST),)
        form, kind = uses[0]
        return previewer.form(form, kind)

    def _is_own(self, source: TemplateSource) -> bool:
        return self.folder is not None and Path(source.path).is_relative_to(self.folder)


def _require_sound(faults: tuple[Fault, ...]) -> None:
    if faults:
        raise InvalidTemplate(
            Text("the templates have {count} faults", count=len(faults)),
            faults=faults,
            hint="mend them; then let them be accepted",
        )


def _difference(before: str, after: str) -> Iterator[DiffLine]:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), lineterm="", n=3
    )
    kinds = {"+": "add", "-": "del", " ": "same", "@": "place"}
    for count, line in enumerate(lines):
        if count >= 2:  # noqa: PLR2004 - the two lines of file names
            kind = kinds[line[:1]]
            yield DiffLine(kind=kind, text=line if kind == "place" else line[1:])
