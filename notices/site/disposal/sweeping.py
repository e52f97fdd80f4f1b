"""Removes files of disposed cases from a site's folder, and names those that are left.

Judgments lie in `cases/` under their case's id. Previews, bundles, proofs, reports and
letters of ours are known by their content, also what a write left that was killed. What
mentions a case and is none of these is somebody else's: it is named, never removed; so
are links, whose target may lie elsewhere. Redacted bundles hold no text and stay.
"""

import io
import os
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from notices.errors import NoticesError
from notices.evidence import (
    is_bundle,
    is_ledger_export,
    is_ledger_proof,
    is_letter,
    is_preview,
    is_report,
    is_statistics,
)
from notices.files import MAX_READ, read_plain
from notices.files.asking import is_file, is_folder, is_link, real_path

_TOKEN = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._-]{2,39}")
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
"""What a write left that was killed; a preview does not name its case within."""
_DOCUMENTS = "documents/"
_LETTERS = (".pdf", ".docx", ".txt")
_MEMBER = 1 << 22
_AT_ONCE = 1 << 20
_LONGEST_NAME = 40
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError),
    *(NotImplementedError, OSError),
)
"""What a container may raise that is broken, encrypted or of another kind."""
_MOST_LEFT = 1000


@dataclass(slots=True, kw_only=True)
class Swept:
    """What was found in a folder."""

    removed: list[str] = field(default_factory=list)
    """Names of files that were removed, relative to the folder."""
    left: list[str] = field(default_factory=list)
    """Names of files that mention one of the cases and are not ours to remove."""

    def to_json(self) -> dict[str, object]:
        """For the certificate; names of removed files are counted only."""
        return {"removed": len(self.removed), "left": sorted(self.left)[:_MOST_LEFT]}


def sweep(
    home: Path,
    cases: Path,
    *,
    case_ids: Collection[str],
    numbers: Collection[str],
    passed_over: Collection[Path],
) -> Swept:
    """Remove what is of these cases. passed_over: files and folders of other kinds."""
    swept = Swept()
    for case_id in case_ids:
        path = cases / f"{case_id}.json"
        if is_file(path) and not is_link(path) and _removed(path):
            swept.removed.append(_name(path, home))
    wanted = frozenset(each.encode() for each in (*case_ids, *numbers))
    around = {real_path(each) for each in passed_over} - {real_path(cases)}
    looked = [*_files(home, around)]
    if not real_path(cases).is_relative_to(real_path(home)):
        looked += _files(cases, around)
    for path in looked:
        if not _is_judgment_of_another(path, cases, wanted):
            _look(path, home, wanted, swept)
    return swept


def _is_judgment_of_another(path: Path, cases: Path, wanted: frozenset[bytes]) -> bool:
    """A case's own file is named for it: the many of other cases are not read."""
    is_one = path.suffix == ".json" and path.parent == cases
    return is_one and not wanted & _names_in(path.name.encode())


def _look(path: Path, home: Path, wanted: frozenset[bytes], swept: Swept) -> None:
    is_named = bool(wanted & _names_in(path.name.encode()))
    if is_link(path):
        if is_named or is_folder(path) or _mentions(path, wanted):
            swept.left.append(_name(path, home))
        return
    try:
        data = read_plain(path, MAX_READ)
    except (OSError, NoticesError):  # too large, or not for us to read
        if is_named or _mentions(path, wanted):
            swept.left.append(_name(path, home))
        return
    is_left_over = _PART.fullmatch(path.name) is not None and is_preview(data)
    if not (is_named or is_left_over) and not wanted & _mentioned(data):
        return
    if _holds_nothing(data):
        return
    is_ours = _is_ours(data) or (is_named and path.suffix in _LETTERS)
    if is_ours and _removed(path):
        swept.removed.append(_name(path, home))
    else:
        swept.left.append(_name(path, home))


def _is_ours(data: bytes) -> bool:
    return (
        is_bundle(data)
        or is_preview(data)
        or is_report(data)
        or is_ledger_proof(data)
        or is_letter(data)
    )


def _holds_nothing(data: bytes) -> bool:
    """Outputs of ours in which no text of a case stands."""
    if is_bundle(data):
        return not any(name.startswith(_DOCUMENTS) for name in _members(data))
    return is_ledger_export(data) or is_statistics(data)


def _mentions(path: Path, wanted: frozenset[bytes]) -> bool:
    """Whether a file names one of these, however large it is."""
    kept = b""
    try:
        if not is_file(path):
            return False
        with path.open("rb") as file:
            while part := file.read(_AT_ONCE):
                if wanted & _words(kept + part):
                    return True
                kept = part[-_LONGEST_NAME:]
    except OSError:
        return False
    return False


def _mentioned(data: bytes) -> set[bytes]:
    """Words that may be ids or numbers, also within a container."""
    words = _words(data)
    if data.startswith(b"PK\x03\x04"):
        try:
            _add_members(data, words)
        except _UNREADABLE:
            return words  # no container, or a broken one: what it shows is known
    return words


def _add_members(data: bytes, words: set[bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            if member.filename.endswith((".json", ".xml", ".txt", ".eml")):
                with archive.open(member) as file:
                    words |= _words(file.read(_MEMBER))


def _names_in(name: bytes) -> set[bytes]:
    """What a file may be named for: `IHC-2026-000001-1.png` for its first page too."""
    words = _words(name)
    return words | {word.rpartition(b"-")[0] for word in words}


def _words(data: bytes) -> set[bytes]:
    """Each word, and what stands before each of its dots: `R8-1-000001.pdf`."""
    words = set(_TOKEN.findall(data))
    for word in tuple(words):
        while b"." in word:
            word = word.rpartition(b".")[0]  # noqa: PLW2901 - it gets shorter
            words.add(word)
    return words


def _members(data: bytes) -> list[str]:
    if not data.startswith(b"PK\x03\x04"):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except _UNREADABLE:
        return []


def _files(home: Path, around: Collection[Path]) -> Iterator[Path]:
    for folder, below, names in os.walk(home):
        here = Path(folder)
        below[:] = [
            name
            for name in below
            if not name.startswith(".") and real_path(here / name) not in around
        ]
        # a folder that is a link is not gone into: it is named
        links = [name for name in below if is_link(here / name)]
        for name in sorted((*names, *links)):
            path = here / name
            if real_path(path) not in around:
                yield path


def _removed(path: Path) -> bool:
    try:
        path.unlink()
    except OSError:
        return False
    return True


def _name(path: Path, home: Path) -> str:
    return str(path.relative_to(home)) if path.is_relative_to(home) else str(path)
