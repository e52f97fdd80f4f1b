"""Maildir: mails as files; the server writes into `new`, readers move to `cur`."""

import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from notices.errors import ConfigError, TryLater
from notices.files.asking import is_folder, is_there
from notices.files.system_words import in_words
from notices.inbox.mailbox import (
    MOST_READ,
    Folder,
    MailboxMessage,
    NotAll,
    Sought,
    pause,
)
from notices.messages import Text

_SEEN = "S"
_HEAD = 65_536
_BLANK = re.compile(rb"\r?\n\r?\n")


class Maildir:
    """A Maildir, and beside it perhaps one for the archive copies."""

    def __init__(
        self,
        folder: Path,
        archive: Path | None = None,
        *,
        mark_read: bool = True,
        everything: bool = False,
    ) -> None:
        """Check that the folders are there; ConfigError if not.

        mark_read: move to `cur` with the flag S what was filed; else leave it as it
        lies, and let its hash tell that it is known. everything: give also what was
        filed.
        """
        self._folder, self._archive = folder, archive
        self._mark_read, self._everything = mark_read, everything
        self._known: set[tuple[Path, str]] = set()
        for box in self._folders():
            if not is_folder(box / "new") or not is_folder(box / "cur"):
                raise ConfigError(
                    Text("{each} is no Maildir: it has no `new` or no `cur`", each=box),
                    hint="name the Maildir itself in [inbox] folder",
                )

    def look(self) -> tuple[Folder, ...]:
        """Count what lies in each Maildir; TryLater if one cannot be read."""
        return tuple(
            Folder(
                name=folder.name,
                mails=sum(len(_names(folder / place)) for place in ("new", "cur")),
            )
            for folder in self._folders()
        )

    def new(self) -> Iterator[MailboxMessage]:
        """Give what is in `new`, and in `cur` without the flag S, the oldest first.

        One that cannot be read stalls no other: its TryLater comes last.
        """
        troubles = []
        for folder, path in self._unread():
            try:
                content = _content(path)
            except TryLater as error:
                troubles.append(error)
                continue
            if content is not None:
                yield MailboxMessage(
                    key=str(path),
                    content=content,
                    is_archived=folder == (self._archive or self._folder),
                    place=folder.name,
                )
        if troubles:
            raise troubles[0]

    def archived(self, newest: int | None = None) -> Iterator[MailboxMessage]:
        """Give the mails where our copies arrive, read or not, the newest first."""
        for path in self._copies()[:newest]:
            content = _content(path)
            if content is not None:
                yield self._copy(path, content)

    def sought(self, sought: Sought) -> Iterator[MailboxMessage]:
        """Look into the header of each."""
        paths = self._copies()
        for path in paths[: sought.newest]:
            head = _content(path, _HEAD) or b""
            if sought.sender.encode() not in _BLANK.split(head, maxsplit=1)[0]:
                continue
            content = _content(path, sought.largest + 1)
            if content is not None and len(content) <= sought.largest:
                yield self._copy(path, content)
        if len(paths) > sought.newest:
            raise NotAll

    def mark(self, letter: MailboxMessage) -> None:
        """Move it to `cur` with the flag S."""
        path = Path(letter.key)
        folder = path.parent.parent
        self._known.add((folder, _base(path.name)))
        if not self._mark_read:
            return
        target = folder / "cur" / _seen(path.name)
        try:
            if not is_there(target):
                path.rename(target)
        except FileNotFoundError:
            return
        except OSError as error:
            raise TryLater(
                Text(
                    "{path} was filed, but cannot be marked as read: {strerror}",
                    path=path,
                    strerror=in_words(error),
                ),
                hint="let the program's user write to the Maildir, "
                "or set [inbox] mark_read = false",
            ) from error

    def set_aside(self, letter: MailboxMessage) -> None:
        """Leave it as it lies; as long as this is open, it is not given again."""
        path = Path(letter.key)
        self._known.add((path.parent.parent, _base(path.name)))

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Sleep."""
        pause(seconds, stopped)

    def close(self) -> None:
        """Nothing is open."""

    def _copies(self) -> list[Path]:
        """The archive's mails, the newest first: names begin with the second."""
        folder = self._archive or self._folder
        places = [folder / place for place in ("new", "cur")]
        paths = [place / name for place in places for name in _names(place)]
        return sorted(paths, key=lambda path: path.name, reverse=True)

    def _copy(self, path: Path, content: bytes) -> MailboxMessage:
        place = (self._archive or self._folder).name
        return MailboxMessage(
            key=str(path), content=content, is_archived=True, place=place
        )

    def _folders(self) -> list[Path]:
        return [self._folder, *([self._archive] if self._archive else [])]

    def _unread(self) -> Iterator[tuple[Path, Path]]:
        for folder in self._folders():
            for place in ("new", "cur"):
                for name in sorted(_names(folder / place)):
                    if not self._is_read(folder, folder / place / name):
                        yield folder, folder / place / name

    def _is_read(self, folder: Path, path: Path) -> bool:
        if (folder, _base(path.name)) in self._known:
            return True
        is_marked = self._mark_read and not self._everything
        return is_marked and _SEEN in _flags(path.name)


def _names(folder: Path) -> list[str]:
    try:
        return [each.name for each in folder.iterdir() if each.name[0] != "."]
    except OSError as error:
        raise TryLater(
            Text(
                "the mailbox {folder} cannot be read: {strerror}",
                folder=folder,
                strerror=in_words(error),
            ),
            hint="check that it is mounted, and its permissions",
        ) from error


def _content(path: Path, most: int = MOST_READ) -> bytes | None:
    """The first octets of a regular file; None if it is away or none.

    Another program may have moved it just now; links are not followed.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            return None
        with os.fdopen(os.open(path, flags), "rb") as file:
            return file.read(most)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise TryLater(
            Text(
                "the mail {path} cannot be read: {strerror}",
                path=path,
                strerror=in_words(error),
            ),
            hint="check its owner and its permissions",
        ) from error


def _base(name: str) -> str:
    return name.partition(":")[0]


def _flags(name: str) -> str:
    """The flags behind `:2,`."""
    return name.rpartition(":2,")[2] if ":2," in name else ""


def _seen(name: str) -> str:
    flags = "".join(sorted({*_flags(name), _SEEN}))
    return f"{_base(name)}:2,{flags}"
