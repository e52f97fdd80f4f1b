"""The checkpoint: size and root of the ledger as text (C2SP tlog-checkpoint).

Three lines, which a signed note carries: the log's origin, the number of leaves
in decimal, the root hash in base64.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass

from notices.errors import InputError
from notices.ledger.merkle import Hash
from notices.messages import Text

_HASH_BYTES = 32
_SIZE = re.compile(r"0|[1-9][0-9]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a log commits to at one moment."""

    origin: str
    """The log's unique name, a host name and path without scheme."""
    size: int
    """How many leaves."""
    root: Hash
    """Root hash over them."""

    def text(self) -> str:
        """Write the body of the note; it ends with a line feed."""
        if not self.origin or "\n" in self.origin:
            raise ValueError("an origin is one line that is not empty")
        if self.size < 0 or len(self.root) != _HASH_BYTES:
            raise ValueError("size 0 or more and 32 bytes of root are needed")
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """Read the body of a note; raises InputError if it is no checkpoint.

    Lines after the third are extensions that a reader passes over.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004
        raise InputError("a checkpoint has three lines or more, none of them empty")
    origin, size, encoded = lines[:3]
    if not _SIZE.fullmatch(size):
        raise InputError(
            Text("the checkpoint's second line is no tree size: {size!r}", size=size)
        )
    try:
        root = b64decode(encoded, validate=True)
    except Base64Error as error:
        raise InputError("the checkpoint's root is not 32 bytes in base64") from error
    # re-encoding catches stray bits behind the padding
    if len(root) != _HASH_BYTES or b64encode(root).decode() != encoded:
        raise InputError("the checkpoint's root is not 32 bytes in base64")
    return Checkpoint(origin=origin, size=int(size), root=root)
