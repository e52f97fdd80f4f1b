"""The high-water mark: what a database had reached, kept outside of it.

A database that does not reach its mark was set back, or is another one. The mark is
only ever a lower bound: a database that is ahead of it is in order.

Its text is a JSON document, and below it a line for each attempt that was armed since:
a line is added with one sync of the disk, before the message's first byte leaves.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from notices.errors import InputError
from notices.ledger.merkle import EMPTY_ROOT, Hash, node_hash
from notices.messages import Text

FORMAT = 1
"""Of the text; a newer one is refused."""
Counted = tuple[str, int]
"""Series and year in which numbers are counted."""
_LARGEST = 2**53 - 1
_HASH_SIZE = 32
_LINE_BEGINS = '{"armed": '
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmedAttempt:
    """An attempt of which a byte may have left."""

    number: str
    """整理番号."""
    attempt: int
    """1, 2, ..."""
    message_sha256: str
    """Of what is sent, lower-case hexadecimal."""

    def line(self) -> str:
        """Give the line that is added to the mark's text."""
        fields = {
            "armed": self.number,
            "attempt": self.attempt,
            "message_sha256": self.message_sha256,
        }
        return json.dumps(fields) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class HighWaterMark:
    """What the database had reached at least."""

    identity: str
    """The database's id."""
    size: int = 0
    """Entries of its ledger."""
    peaks: tuple[Hash, ...] = ()
    """Roots of the complete subtrees over them, the largest first: so the next mark
    is made from the new entries alone."""
    head: Hash | None = None
    """Hash of the last of them; None: there was none."""
    serials: Mapping[Counted, int] = field(default_factory=lambda: MappingProxyType({}))
    """The highest serial that was given, by series and year."""
    armed: tuple[ArmedAttempt, ...] = ()
    """Attempts that were armed since; their entries are not among those above."""

    @property
    def root(self) -> Hash:
        """Root hash over the entries (RFC 9162, 2.1.1)."""
        if not self.peaks:
            return EMPTY_ROOT
        *higher, result = self.peaks
        for peak in reversed(higher):
            result = node_hash(peak, result)
        return result

    def grown(
        self, leaves: Iterable[Hash], serials: Mapping[Counted, int], *, identity: str
    ) -> "HighWaterMark":
        """Give the mark after these further entries, those of `armed` among them."""
        peaks, size, head = list(self.peaks), self.size, self.head
        for leaf in leaves:
            peak, rest = leaf, size
            while rest & 1:
                peak, rest = node_hash(peaks.pop(), peak), rest >> 1
            peaks.append(peak)
            size, head = size + 1, leaf
        return HighWaterMark(
            identity=identity,
            size=size,
            peaks=tuple(peaks),
            head=head,
            serials=MappingProxyType({**self.serials, **serials}),
        )

    def text(self) -> str:
        """Give the file's content: JSON."""
        document = {
            "format": FORMAT,
            "identity": self.identity,
            "size": self.size,
            "root": self.root.hex(),
            "head": self.head and self.head.hex(),
            "peaks": [peak.hex() for peak in self.peaks],
            "serials": [
                {"series": series, "year": year, "serial": serial}
                for (series, year), serial in sorted(self.serials.items())
            ],
        }
        whole = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        return whole + "".join(attempt.line() for attempt in self.armed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a database shows, to be held against a mark."""

    identity: str
    """Its id; empty: it has none yet."""
    superseded: Collection[str] = ()
    """Ids that it had before it was moved, or compared after a restoration."""
    size: int
    """Entries of its ledger."""
    head: Hash | None = None
    """Hash of the entry at which the mark ends; None: it has no such entry."""
    serials: Mapping[Counted, int]
    """The highest serial that was given, by series and year; absent: none."""
    armed: Collection[ArmedAttempt] = ()
    """Those of the mark's armed attempts that it knows."""
    copied_from: str = ""
    """Where it was used before, if it is a copy that lies elsewhere now."""
    moved: str = ""
    """That it was moved to another database, when and where; empty: it was not."""
    is_older: bool = False
    """True: it was in use before marks were; a machine may not have one yet."""
    forks: Collection[str] = ()
    """Names of witnesses that have seen another history of its log."""


def judge(mark: HighWaterMark | None, shown: Reached) -> tuple[str, ...]:
    """Why nothing may be sent before somebody has compared; empty: all is well.

    mark: None where none is kept, or none was written yet.
    """
    return tuple(_reasons(mark, shown))


def parse_mark(text: str) -> HighWaterMark:
    """Read a mark; InputError for what is none, or not whole.

    A last line without its end is left out: whoever wrote it was never told that it
    was written, and sent nothing.
    """
    try:
        document, end = _DECODER.raw_decode(text)
        mark = _read(document, _armed(text[end:]))
        is_whole = document["root"] == mark.root.hex()
        is_known = document["format"] == FORMAT
    except RecursionError:
        raise InputError("it is no high-water mark: it is nested too deeply") from None
    except (ValueError, TypeError, KeyError, AttributeError):
        raise InputError("it is no high-water mark") from None
    if not is_known:
        raise InputError("it was written by a newer version")
    if not is_whole or len(mark.peaks) != mark.size.bit_count():
        raise InputError("it is no high-water mark: its root is another")
    return mark


def _reasons(mark: HighWaterMark | None, shown: Reached) -> Iterator[str]:
    if shown.copied_from:
        yield (
            Text(
                "the database is a copy: it was used as {copied_from} "
                "before, and may go on there",
                copied_from=shown.copied_from,
            )
        )
    for witness in shown.forks:
        yield Text(
            "the witness {witness} has seen another history of the log",
            witness=witness,
        )
    if mark is None or (mark.size == shown.size == 0 and not mark.armed):
        return
    if not shown.size:
        yield (
            Text(
                "the database is empty, and the high-water mark tells of "
                "{size} entries: its file was removed, or [outbox] url "
                "names another one",
                size=mark.size,
            )
        )
        return
    is_other = shown.identity not in ("", mark.identity)
    if is_other and mark.identity not in shown.superseded:
        yield "the high-water mark is that of another database"
    elif not is_other:
        yield from _behind(mark, shown)
    yield from _numbers(mark, shown)


def _behind(mark: HighWaterMark, shown: Reached) -> Iterator[str]:
    if shown.size < mark.size:
        yield (
            Text(
                "the high-water mark tells of {size} entries, and the "
                "database has {size2}",
                size=mark.size,
                size2=shown.size,
            )
        )
    elif shown.head != mark.head:
        yield (
            Text(
                "entry {size} of the ledger is not the one of the high-water mark",
                size=mark.size - 1,
            )
        )
    for unknown in unknown_attempts(mark, shown):
        yield (
            Text(
                "attempt {attempt} to send {number} was begun, and the "
                "database does not know it",
                attempt=unknown.attempt,
                number=unknown.number,
            )
        )


def unknown_attempts(
    mark: HighWaterMark | None, shown: Reached
) -> tuple[ArmedAttempt, ...]:
    """The attempts of a mark of which a byte may have left, unknown to the database."""
    armed = mark.armed if mark else ()
    return tuple(attempt for attempt in armed if attempt not in shown.armed)


def _numbers(mark: HighWaterMark, shown: Reached) -> Iterator[str]:
    for (series, year), serial in sorted(mark.serials.items()):
        known = shown.serials.get((series, year), 0)
        if known < serial:
            of = " ".join(filter(None, (series, str(year))))
            yield Text(
                "numbers of {of} were given up to {serial}, and it knows {known}",
                of=of,
                serial=serial,
                known=known,
            )


def _read(
    document: Mapping[str, Any], armed: tuple[ArmedAttempt, ...]
) -> HighWaterMark:
    head = document["head"]
    mark = HighWaterMark(
        identity=_plain(document["identity"]),
        size=_whole(document["size"]),
        peaks=tuple(_hash(peak) for peak in document["peaks"]),
        head=None if head is None else _hash(head),
        serials=MappingProxyType(
            {
                (_plain(each["series"]), _whole(each["year"])): _whole(each["serial"])
                for each in document["serials"]
            }
        ),
        armed=armed,
    )
    if (head is None) != (mark.size == 0):
        raise ValueError("its last entry does not fit its size")
    return mark


def _armed(below: str) -> tuple[ArmedAttempt, ...]:
    """Read the lines below the document."""
    first, *lines = below.split("\n")
    torn = lines.pop() if lines else ""
    is_begun = torn.startswith(_LINE_BEGINS) or _LINE_BEGINS.startswith(torn)
    if first or not (is_begun or not torn.strip("\0")):
        raise ValueError("something else stands below it")
    return tuple(map(_armed_attempt, lines))


def _armed_attempt(line: str) -> ArmedAttempt:
    fields = json.loads(line)
    return ArmedAttempt(
        number=_plain(fields["armed"]),
        attempt=_whole(fields["attempt"]),
        message_sha256=_hash(fields["message_sha256"]).hex(),
    )


def _plain(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise ValueError("a name in it is none")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise ValueError("a number in it is none")
    return value


def _hash(value: str) -> Hash:
    result = bytes.fromhex(value)
    if len(result) != _HASH_SIZE:
        raise ValueError("a hash in it is none")
    return result
