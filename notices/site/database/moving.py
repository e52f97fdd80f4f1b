"""A site's outbox moves to another database, or a copy of it is put aside."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.errors import EvidenceBroken, InputError
from notices.evidence import audit
from notices.files import read_head, require_free
from notices.files.system_words import in_words
from notices.ledger import Hash
from notices.messages import Text
from notices.site.database.high_water import HighWater
from notices.site.database.rollback import Rollback
from notices.store import Store
from notices.store.copying import TableProof

SQLITE = "sqlite:///"
_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was copied, and what is left to do."""

    tables: tuple[TableProof, ...]
    """Rows and hash of each table, equal on both sides."""
    size: int
    """Entries of the ledger, equal on both sides."""
    root: Hash
    """Root hash over them, equal on both sides."""
    line: str
    """The line of `notices.toml` that is to be changed, as it must read."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices migrate --json`."""
        return {
            "tables": [
                {"name": each.name, "rows": each.rows, "sha256": each.sha256}
                for each in self.tables
            ],
            "size": self.size,
            "root": b64encode(self.root).decode(),
            "line": self.line,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """A copy of the database, checked."""

    path: Path
    """The file."""
    octets: int
    """Its size."""
    notices: int
    """How many are in it."""
    size: int
    """Entries of its ledger, each hashed again."""
    root: Hash
    """Root hash over them."""

    def to_json(self) -> dict[str, Any]:
        """The fields of `notices backup --json`."""
        return {
            "path": str(self.path),
            "octets": self.octets,
            "notices": self.notices,
            "size": self.size,
            "root": b64encode(self.root).decode(),
        }


@dataclass(frozen=True, kw_only=True)
class SiteDatabase:
    """The database of a site, as a whole."""

    store: Store
    """The outbox."""
    url: str
    """Its URL."""
    resolve: Callable[[str], str]
    """Makes the URL of a file that is relative to the site."""
    rollback: Rollback
    """Tells whether the database was set back."""
    high_water: HighWater
    """The mark beside the site."""
    taken_by: Callable[[Path], str]
    """Tells what else of the site a path is, such as `[ledger] signing_key`."""
    clock: Callable[[], datetime]
    """Tells the time, aware."""

    def migrate(self, url: str) -> Moved:
        """Copy the outbox into the empty database of `url`, and prove it.

        From then on the old one refuses every change. RefusedError if the target is not
        empty, something is being sent, this one is on hold or was moved before;
        EvidenceBroken if the copy differs; InputError for the name of another file.
        """
        target_url = self.resolve(url)
        if target_url == self.url:
            raise _same()
        if path := file_of(target_url):
            self._require_unnamed(path)
            _require_database(path)
        self.rollback.require_none()
        self.high_water.require_writable()
        with Store.open(target_url) as target:
            if target.identity.is_at(self.store.identity):
                raise _same()
            contents = self.store.move_to(target, now=self.clock())
            self.high_water.renew(target)
            name = target.engine_name
        return Moved(
            tables=contents.tables,
            size=contents.size,
            root=contents.root,
            line=f'url = "{url if not name.startswith("postgresql") else name}"',
        )

    def back_up(self, path: Path) -> BackedUp:
        """Copy the outbox as it is at one moment into a new file; check the copy."""
        require_free(path)
        self._require_unnamed(path)
        self.store.back_up(path)
        with Store.open(f"sqlite:///{path.absolute()}") as copied:
            result = audit(copied.ledger.entries(), [])
            count = copied.queries.count()
        if result.faults:
            raise EvidenceBroken(
                Text(
                    "the copy {path} has a broken ledger: {faults}",
                    path=path,
                    faults=result.faults[0],
                ),
                hint="the database itself has it too; see: notices ledger verify",
            )
        return BackedUp(
            path=path,
            octets=path.stat().st_size,
            notices=count,
            size=result.size,
            root=result.root,
        )

    def _require_unnamed(self, path: Path) -> None:
        if what := self.taken_by(path):
            raise InputError(
                Text(
                    "{path} is the name of {what} in notices.toml; nothing was written",
                    path=path,
                    what=what,
                ),
                hint="name a new file",
            )


def file_of(url: str) -> Path | None:
    """The file of an SQLite URL; None: the database is none."""
    name = url.removeprefix(SQLITE)
    return Path(name) if name not in ("", url) else None


def _require_database(path: Path) -> None:
    """InputError if something lies there that is no SQLite database."""
    try:
        head = read_head(path, len(_MAGIC))
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(
            Text(
                "{path} cannot be moved to: {strerror}",
                path=path,
                strerror=in_words(error),
            ),
            hint="name a new file",
        ) from error
    if head and head != _MAGIC:
        raise InputError(
            Text(
                "{path} is there, and is no database; it was left as it is", path=path
            ),
            hint="name a new file",
        )


def _same() -> InputError:
    return InputError(
        "source and target are the same outbox", hint="name another database"
    )
