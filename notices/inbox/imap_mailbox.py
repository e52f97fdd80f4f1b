"""IMAP: the mailbox on a server. Nothing is deleted; what is filed is marked."""

import imaplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from notices.credentials.hiding import hidden, spellings_of_login
from notices.errors import ConfigError, KeyUnavailable, NoticesError, TryLater
from notices.inbox.account import Account, quoted, require_usable, tls_context
from notices.inbox.imap.tokens import log_in_with_token
from notices.inbox.imap.transport import ImapWire, done, uids_of
from notices.inbox.imap.words import as_text, words_of
from notices.inbox.mailbox import (
    MOST_READ,
    Folder,
    MailboxMessage,
    NotAll,
    Sought,
    pause,
)
from notices.messages import Text

FILED = "NoticesFiled"
"""The keyword (RFC 3501, 2.3.2) on what was filed. \\Seen alone would hide from us
what a person opened first."""
_AT_ONCE = 50_000
"""Mails that one answer lists: a large mailbox would make a line of megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Selected:
    validity: str
    """UIDVALIDITY: within it a UID is never given again."""
    mails: int
    """EXISTS: how many lie in the folder."""


class ImapMailbox:
    """Reads an account; connects when it is first needed, and again after a loss."""

    def __init__(self, account: Account) -> None:
        """Check the settings; ConfigError for what cannot be used."""
        require_usable(account)
        self._account = account
        self._context = tls_context(account)
        self._until = time.monotonic() + account.whole
        self._wire: ImapWire | None = None
        self._offers: frozenset[str] = frozenset()
        self._known: set[str] = set()
        self._takes_keywords = False
        self._opened = ("", "")

    def look(self) -> tuple[Folder, ...]:
        """Log in and open every folder without marking; count what lies there."""
        account = self._account
        names = (account.folder, account.archive_folder, account.move_to)
        folders = []
        for name in dict.fromkeys(filter(None, names)):
            mails = self._select(name, readonly=True).mails
            folders.append(Folder(name=name, mails=mails))
        return tuple(folders)

    def new(self) -> Iterator[MailboxMessage]:
        """Give what was not filed yet, folder by folder, the oldest first."""
        account = self._account
        archive = account.archive_folder
        filed = account.move_to if account.everything else ""
        for folder in dict.fromkeys(filter(None, (account.folder, archive, filed))):
            for key in self._unread(folder):
                content = self._fetch(_uid(key)) if self._is_open(key) else None
                if content is not None:
                    yield MailboxMessage(
                        key=key,
                        content=content,
                        is_archived=folder == (archive or account.folder),
                        place=folder,
                    )

    def archived(self, newest: int | None = None) -> Iterator[MailboxMessage]:
        """Give the mails where our copies arrive, read or not, the newest first."""
        mails = self._select(self._archive).mails
        first = 1 if newest is None else max(mails - newest, 0) + 1
        yield from self._copies("ALL", first, mails)

    def sought(self, sought: Sought) -> Iterator[MailboxMessage]:
        """Let the server search for the sender (RFC 3501, 6.4.4)."""
        mails = self._select(self._archive).mails
        first = max(mails - sought.newest, 0) + 1
        asked = f"FROM {quoted(sought.sender)} SMALLER {sought.largest + 1}"
        yield from self._copies(asked, first, mails)
        if first > 1:
            raise NotAll

    def mark(self, letter: MailboxMessage) -> None:
        r"""Set \Seen and our keyword, or move it, as configured."""
        self._known.add(letter.key)
        if not self._account.mark_read or not self._is_open(letter.key):
            return
        uid = _uid(letter.key)
        target = quoted(self._account.move_to)
        is_moved = self._account.move_to not in ("", letter.place)
        with self._told() as wire:
            # RFC 6851; without it a copy is made, as nothing is ever deleted here
            if is_moved and "MOVE" in self._offers:
                done(
                    wire.uid("MOVE", uid, target),
                    Text("moving to {target}", target=target),
                )
                return
            if is_moved:
                done(
                    wire.uid("COPY", uid, target),
                    Text("copying to {target}", target=target),
                )
            flags = rf"(\Seen {FILED})" if self._takes_keywords else r"(\Seen)"
            done(wire.uid("STORE", uid, "+FLAGS.SILENT", flags), "marking")

    def set_aside(self, letter: MailboxMessage) -> None:
        """Set our keyword alone, where the server keeps keywords."""
        self._known.add(letter.key)
        if not self._account.mark_read or not self._is_open(letter.key):
            return
        if self._takes_keywords:
            with self._told() as wire:
                asked = wire.uid(
                    "STORE", _uid(letter.key), "+FLAGS.SILENT", f"({FILED})"
                )
                done(asked, "marking")

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Wait for new mail, with IDLE where the server offers it."""
        if "IDLE" in self._offers and self._wire is not None:
            if self._unread(self._account.folder):
                return  # it came while the archive was read
            with self._told() as wire:
                wire.idle(seconds, stopped)
            return
        pause(seconds, stopped)

    def close(self) -> None:
        """Say good-bye."""
        if self._wire is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                self._wire.logout()
            self._forget()

    @property
    def _archive(self) -> str:
        return self._account.archive_folder or self._account.folder

    def _copies(self, asked: str, first: int, last: int) -> Iterator[MailboxMessage]:
        for uid in reversed(self._search(asked, first, last)):
            content = self._fetch(str(uid))
            if content is not None:
                yield MailboxMessage(
                    key=str(uid), content=content, is_archived=True, place=self._archive
                )

    def _unread(self, folder: str) -> list[str]:
        """The keys of what is not filed: UIDs count within a UIDVALIDITY."""
        selected = self._select(folder)
        unread = f"UNKEYWORD {FILED}" if self._takes_keywords else "UNSEEN"
        is_asked = self._account.mark_read and not self._account.everything
        asked = unread if is_asked else "ALL"
        uids = self._search(asked, 1, selected.mails)
        keys = [f"{folder}/{selected.validity}/{uid}" for uid in uids]
        return [key for key in keys if key not in self._known]

    def _search(self, asked: str, first: int, last: int) -> list[int]:
        """The UIDs of what is asked for among these places in the folder, in order.

        From the last place on: if one goes meanwhile, those behind it move down, and
        one may be seen twice, but none is missed.
        """
        uids: set[int] = set()
        for end in range(last, first - 1, -_AT_ONCE):
            places = f"{max(end - _AT_ONCE + 1, first)}:{end}"
            with self._told() as wire:
                found = done(wire.uid("SEARCH", f"{places} {asked}"), "searching")
                uids.update(uids_of(found))
        return sorted(uids)

    def _select(self, folder: str, *, readonly: bool | None = None) -> _Selected:
        if readonly is None:
            readonly = not self._account.mark_read
        with self._told() as wire:
            kind, answer = wire.select(quoted(folder), readonly=readonly)
            if kind != "OK":
                raise ConfigError(
                    Text(
                        "{remote} does not open the folder {folder}: {text}",
                        remote=self._account.remote,
                        folder=folder,
                        text=as_text(answer),
                    ),
                    hint="check [inbox] folder, archive_folder and move_to",
                )
            _, flags = wire.response("PERMANENTFLAGS")
            _, validity = wire.response("UIDVALIDITY")
        self._takes_keywords = b"\\*" in b" ".join(filter(None, flags))
        mails = as_text(answer[-1:])
        self._opened = (folder, as_text(validity))
        return _Selected(
            validity=self._opened[1], mails=int(mails) if mails.isdecimal() else 0
        )

    def _is_open(self, key: str) -> bool:
        """Open the folder of a mail if another one is; False: its UIDs are others now.

        Mails are marked some time after they were read, and another folder may have
        been opened meanwhile.
        """
        folder, validity, _ = key.rsplit("/", 2)
        if self._wire is None or self._opened != (folder, validity):
            return self._select(folder).validity == validity
        return True

    def _fetch(self, uid: str) -> bytes | None:
        """The bytes of a mail; None if it has gone meanwhile."""
        with self._told() as wire:
            asked = f"(BODY.PEEK[]<0.{MOST_READ}>)"
            for each in done(wire.uid("FETCH", uid, asked), "fetching"):
                if isinstance(each, tuple):
                    return bytes(each[1])
        return None

    @contextmanager
    def _told(self) -> Iterator[ImapWire]:
        """Give the connection; what it raises becomes an error of ours."""
        try:
            yield self._connected()
        except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
            self._forget()
            raise self._away(words_of(error)) from error

    def _connected(self) -> ImapWire:
        if self._wire is None:
            wire = ImapWire(self._account, self._context, self._until)
            self._wire = wire
            self._log_in(wire)
            _, offered = wire.capability()
            words = (offered[-1] or b"").decode("ascii", "replace")
            self._offers = frozenset(words.upper().split())
        return self._wire

    def _log_in(self, wire: ImapWire) -> None:
        """Use one mechanism, once: each failure counts towards a lock-out."""
        account = self._account
        if account.token is not None:
            try:
                log_in_with_token(wire, account, account.token)
            except NoticesError:
                self._forget()
                raise
            return
        try:
            if "AUTH=PLAIN" in wire.capabilities:
                wire.authenticate("PLAIN", _once(account))
            else:
                wire.login(quoted(account.username), account.password)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            self._forget()
            raise KeyUnavailable(
                Text(
                    "{remote} refuses the login of {username}: {text}",
                    remote=account.remote,
                    username=account.username,
                    text=hidden(
                        as_text(error.args),
                        spellings_of_login(account.username, account.password),
                    ),
                ),
                hint="check [inbox] username and password_file",
            ) from error

    def _forget(self) -> None:
        if self._wire is not None:
            self._wire.shutdown()
        self._wire = None

    def _away(self, words: str) -> TryLater:
        return TryLater(
            Text(
                "the mailbox at {remote} cannot be read: {words}",
                remote=self._account.remote,
                words=words,
            ),
            hint="nothing is lost; what was not filed is read the next time",
        )


def _once(account: Account) -> Callable[[bytes], bytes]:
    """Give the secret to the first question; a server may ask without end."""
    secrets = [f"\0{account.username}\0{account.password}".encode()]

    def answer(_: bytes) -> bytes:
        if not secrets:
            raise imaplib.IMAP4.abort(Text("the server asks twice for the password"))
        return secrets.pop()

    return answer


def _uid(key: str) -> str:
    return key.rpartition("/")[2]
