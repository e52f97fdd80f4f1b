"""A site's outbox moves to another database, or a copy of it is put aside."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notices.errors import EvidenceBroken, InputError
from notices.evidence import audit
from notices.ledger import Hash
from notices.outbox import Store
from notices.outbox.copying import TableProof
from notices.site.holding import require_no_hold
from notices.site.marking import renew
from notices.site.parts import Parts


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


def migrate(parts: Parts, url: str) -> Moved:
    """Copy the outbox into the empty database of `url`, and prove it.

    From then on the old one refuses every change. RefusedError if the target is not
    empty, something is being sent, this one is on hold or was moved before;
    EvidenceBroken if the copy differs.
    """
    target_url = parts.outbox_url(url)
    if target_url == parts.outbox_url(parts.config.outbox.url):
        raise _same()
    require_no_hold(parts)
    with Store.open(target_url) as target:
        if target.is_at(parts.store):
            raise _same()
        contents = parts.store.move_to(target, now=parts.clock())
        renew(parts, target)
        name = target.engine_name
    return Moved(
        tables=contents.tables,
        size=contents.size,
        root=contents.root,
        line=f'url = "{url if not name.startswith("postgresql") else name}"',
    )


def _same() -> InputError:
    return InputError(
        "source and target are the same outbox", hint="name another database"
    )


def back_up(parts: Parts, path: Path) -> BackedUp:
    """Copy the outbox as it is at one moment into a new file, and check the copy."""
    parts.store.back_up(path)
    with Store.open(f"sqlite:///{path.absolute()}") as copied:
        found = audit(copied.entries(), [])
        count = copied.count()
    if found.faults:
        raise EvidenceBroken(
            f"the copy {path} has a broken ledger: {found.faults[0]}",
            hint="the database itself has it too; see: notices ledger verify",
        )
    return BackedUp(
        path=path,
        octets=path.stat().st_size,
        notices=count,
        size=found.size,
        root=found.root,
    )
