"""What a draft rests on: hashes of templates, catalogue, recipient's entry, centre.

A character that changes in one of them after the approval makes it stale.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from notices.errors import NoticesError
from notices.judgment import Judgment
from notices.letters import LetterSettings, Templates
from notices.messages import Text
from notices.notice import Center
from notices.rules import RecipientEntry

TEMPLATES, CATALOGUE = "templates", "catalogue"
RECIPIENT, CENTER = "recipient", "center"
NAMES: Mapping[str, str] = {
    TEMPLATES: Text("the templates"),
    CATALOGUE: Text("the catalogue"),
    RECIPIENT: Text("the recipient's entry in the directory"),
    CENTER: Text("the centre's own data"),
}
"""Each ground, as people are told of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundSources:
    """Where the grounds are read, anew at each look."""

    templates: Callable[[], Templates]
    """The site's templates, and those of the program."""
    settings: Callable[[], LetterSettings]
    """How letters look."""
    directory: Callable[[], Mapping[str, RecipientEntry]]
    """The entries of `recipients.toml`."""
    center: Callable[[], Center]
    """Who asks."""
    catalogue: Callable[[], bytes]
    """All that may be cited, as octets."""

    def of(self, judgment: Judgment, rung: str) -> dict[str, str]:
        """The hashes that hold now for a notice of this judgment to that rung."""
        return {
            TEMPLATES: _hash(*_wording(self.templates(), self.settings())),
            CATALOGUE: _hash(self.catalogue()),
            RECIPIENT: _hash(_entry(judgment, rung, self.directory())),
            CENTER: _hash(_plain(self.center())),
        }

    def changed(
        self, before: Mapping[str, str], judgment: Judgment, rung: str
    ) -> list[str]:
        """What differs from the grounds of a draft, each as people are told of it.

        What cannot be read any more differs, too.
        """
        try:
            now = self.of(judgment, rung)
        except NoticesError as error:
            return [error.message]
        return [said for name, said in NAMES.items() if before.get(name) != now[name]]


def catalogue_octets(texts: Path | None, reasons: Any) -> bytes:
    """The program's catalogue, what the site adds to it, and its standing reasons."""
    own = resources.files("notices").joinpath("data", "catalogue.json").read_bytes()
    try:
        added = texts.read_bytes() if texts else b""
    except OSError:
        added = b"?"  # not to be read: not as it was
    return own + b"\0" + added + b"\0" + repr(reasons).encode()


def _wording(templates: Templates, settings: LetterSettings) -> Iterator[bytes]:
    for source in templates.sources:
        yield source.name.encode()
        yield source.text.encode()
    yield f"{settings.url_style} {settings.voluntary_note}".encode()
    yield settings.root_fingerprint.encode()


def _entry(
    judgment: Judgment, rung: str, directory: Mapping[str, RecipientEntry]
) -> bytes:
    """The entry that the judgment names for the rung; empty: it names none."""
    named = [step.recipient for step in judgment.ladder if step.rung.value == rung]
    entry = directory.get(named[0] or "") if named else None
    return _plain(entry) if entry else b""


def _plain(value: Any) -> bytes:
    return repr(sorted(asdict(value).items())).encode()


def _hash(*parts: bytes) -> str:
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
