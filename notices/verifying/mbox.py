"""The mails in an mbox file, one by one (RFC 4155; mboxrd and mboxo quoting)."""

import re
from collections.abc import Iterable, Iterator

MARK = b"From "
"""How the line before each mail begins."""

# mboxrd quotes every line of its kind by one `>` more, mboxo only the bare one;
# taking one away is right for both.
_QUOTED = re.compile(rb">+From ")


def split_mbox(lines: Iterable[bytes], *, limit: int) -> Iterator[bytes]:
    """Each mail as it was before it was put into the file.

    lines: with their line ends, beginning with a `From ` line. A mail is told from
    the next by an empty line and a `From ` line. From one that is longer than `limit`
    bytes the rest is left out, so that its verdict is that of a cut mail.
    """
    kept: list[bytes] = []
    size, blank, begun = 0, True, False
    for line in lines:
        if blank and line.startswith(MARK):
            if begun:
                yield _mail(kept)
            kept, size, begun, blank = [], 0, True, False
            continue
        blank = not line.rstrip(b"\r\n")
        size += len(line)
        if size <= limit:
            kept.append(line[1:] if _QUOTED.match(line) else line)
    if begun:
        yield _mail(kept)


def _mail(lines: list[bytes]) -> bytes:
    """Without the empty line that belongs to the file."""
    if lines and not lines[-1].rstrip(b"\r\n"):
        lines = lines[:-1]
    return b"".join(lines)
