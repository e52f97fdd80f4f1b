"""What a draft rests on: hashes of templates, catalogue, recipient's entry, centre.

A character that changes in one of them after the approval makes it stale.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

from notices.codec import read_recipients
from notices.config import Config
from notices.errors import NoticesError
from notices.judgment import Judgment
from notices.letters import LetterSettings
from notices.letters.template.folders.loading import read_sources
from notices.letters.template.folders.places import template_paths
from notices.letters.template.sources import TemplateSource
from notices.messages import Text
from notices.notice import Center
from notices.rules import RecipientEntry
from notices.site import configured
from notices.site.approval.seen_files import SeenFiles

TEMPLATES, CATALOGUE = "templates", "catalogue"
RECIPIENT, CENTER = "recipient", "center"
JUDGMENT, ENTRY = "judgment", "entry"
NAMES: Mapping[str, str] = {
    TEMPLATES: Text("the templates"),
    CATALOGUE: Text("the catalogue"),
    RECIPIENT: Text("the recipient's entry in the directory"),
    CENTER: Text("the centre's own data"),
    JUDGMENT: Text("the file of the judgment"),
}
"""Each ground, as people are told of it."""
_OWN = Path(str(resources.files("notices").joinpath("data", "catalogue.json")))
"""The program's catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundSources:
    """Where the grounds are read, anew at each look."""

    templates: Callable[[], bytes]
    """The site's templates, and those of the program, as octets that tell them all."""
    settings: Callable[[], LetterSettings]
    """How letters look."""
    directory: Callable[[], Mapping[str, RecipientEntry]]
    """The entries of `recipients.toml`."""
    center: Callable[[], Center]
    """Who asks."""
    catalogue: Callable[[], bytes]
    """All that may be cited, as octets that tell it all."""
    case_file: Callable[[str], bytes]
    """The file of a case's judgment; empty: there is none."""

    def of(self, case_id: str, entry: str) -> dict[str, str]:
        """The hashes that hold now for a notice of this case.

        entry: key of the recipient's entry in the directory; empty: it has none.
        """
        return {
            TEMPLATES: _sha256(self.templates(), _framed(*_looks(self.settings()))),
            CATALOGUE: _sha256(self.catalogue(), b""),
            RECIPIENT: _hash_of_entry(self.directory().get(entry)),
            CENTER: _hash_of_center(self.center()),
            JUDGMENT: _hash(self.case_file(case_id)),
            ENTRY: entry,
        }

    def changed(self, case_id: str, before: Mapping[str, str]) -> list[str]:
        """What differs from the grounds of a draft, each as people are told of it.

        What cannot be read any more differs, too.
        """
        try:
            now = self.of(case_id, before.get(ENTRY, ""))
        except NoticesError as error:
            return [error.message]
        return [said for name, said in NAMES.items() if before.get(name) != now[name]]


def sources_of(config: Config) -> GroundSources:
    """The grounds of a site."""
    texts = config.judgment.texts
    added = config.resolve(texts) if texts else None
    folders = configured.template_folders(config)
    # made once, and as texts: that costs more than asking when a file changed
    trusted = _each(map(config.resolve, config.signing.trust[:1]))
    recipients = _each(config.resolve(n) for n in [config.recipients.file] if n)
    texts_files = _each(path for path in (_OWN, added) if path)
    templates, catalogue = SeenFiles[bytes](), SeenFiles[bytes]()
    settings = SeenFiles[LetterSettings]()
    directory = SeenFiles[Mapping[str, RecipientEntry]]()
    center = configured.center_of(config)  # the configuration is read once
    return GroundSources(
        templates=lambda: templates.read(
            lambda: template_paths(folders),
            lambda: _framed(*_wording(read_sources(folders))),
        ),
        settings=lambda: settings.read(
            lambda: trusted, lambda: configured.letter_settings(config)
        ),
        directory=lambda: directory.read(
            lambda: recipients, lambda: _directory(config)
        ),
        center=lambda: center,
        catalogue=lambda: catalogue.read(
            lambda: texts_files,
            lambda: _framed(catalogue_octets(added, config.abroad.reasons)),
        ),
        case_file=lambda case_id: _octets(configured.case_path(config, case_id)),
    )


def _each(paths: Iterable[Path]) -> list[list[str]]:
    """Files that stand in one place each."""
    return [[str(path)] for path in paths]


def _directory(config: Config) -> Mapping[str, RecipientEntry]:
    if not config.recipients.file:
        return {}
    path = config.resolve(config.recipients.file)
    text = configured.read_text(path, "the directory of recipients")
    return _entries(text, str(path))


@lru_cache(maxsize=4)
def _entries(text: str, where: str) -> Mapping[str, RecipientEntry]:
    """The same text says the same: it is read again at each look."""
    return read_recipients(text, where)


def _octets(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def catalogue_octets(texts: Path | None, reasons: Any) -> bytes:
    """The program's catalogue, what the site adds to it, and its standing reasons."""
    own = _OWN.read_bytes()
    try:
        added = texts.read_bytes() if texts else b""
    except OSError:
        added = b"?"  # not to be read: not as it was
    return own + b"\0" + added + b"\0" + repr(reasons).encode()


def _wording(templates: Sequence[TemplateSource]) -> Iterator[bytes]:
    for source in templates:
        yield source.name.encode()
        yield source.text.encode()


def _looks(settings: LetterSettings) -> Iterator[bytes]:
    yield f"{settings.url_style} {settings.voluntary_note}".encode()
    yield settings.root_fingerprint.encode()


def entry_of(judgment: Judgment, rung: str) -> str:
    """Key of the entry that the judgment names for a rung; empty: it names none."""
    named = [step.recipient for step in judgment.ladder if step.rung.value == rung]
    return named[0] if named else ""


@lru_cache(maxsize=256)
def _hash_of_entry(entry: RecipientEntry | None) -> str:
    return _hash(_plain(entry) if entry else b"")


@lru_cache(maxsize=4)
def _hash_of_center(center: Center) -> str:
    return _hash(_plain(center))


def _plain(value: Any) -> bytes:
    return repr(sorted(asdict(value).items())).encode()


def _hash(*parts: bytes) -> str:
    return sha256(_framed(*parts)).hexdigest()


@lru_cache(maxsize=8)
def _sha256(much: bytes, besides: bytes) -> str:
    """Of two that follow one another; the same octets need not be hashed anew."""
    return sha256(much + besides).hexdigest()


def _framed(*parts: bytes) -> bytes:
    """Each part behind its length, so that no two rows of parts are the same octets."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)
