"""What the operating system answers, in the words of glibc: the catalogue has them.

A fault says `FILE cannot be read: No such file or directory`. The answer comes from
outside of this package, so it stands here to be found by whoever translates; what is
not here is told as the system says it.
"""

import errno
import os

from notices.messages import Text

SYSTEM_WORDS = (
    "No such file or directory",
    "Permission denied",
    "Operation not permitted",
    "Is a directory",
    "Not a directory",
    "File exists",
    "File name too long",
    "Too many levels of symbolic links",
    "Too many open files",
    "No space left on device",
    "Disk quota exceeded",
    "Read-only file system",
    "Input/output error",
    "Cannot allocate memory",
    "Device or resource busy",
    "Broken pipe",
    "Address already in use",
    "Cannot assign requested address",
    "Connection refused",
    "Connection reset by peer",
    "Connection timed out",
    "Network is unreachable",
    "No route to host",
    "Network is down",
    "Host is down",
    "Network dropped connection on reset",
    "Software caused connection abort",
    "No buffer space available",
    "Transport endpoint is not connected",
    "Address family not supported by protocol",
    "Protocol not available",
    "Invalid argument",
    "Bad file descriptor",
    "No such process",
    "Interrupted system call",
    "Resource temporarily unavailable",
    "Too many open files in system",
    "No such device",
    "No such device or address",
    "Text file busy",
    "File too large",
    "Illegal seek",
    "Too many links",
    "Exec format error",
    "Argument list too long",
    "Directory not empty",
    "Invalid cross-device link",
    "No locks available",
    "Stale file handle",
    "Operation not supported",
    "Value too large for defined data type",
)
"""`strerror(3)` of what reading, writing, running and connecting can give."""


def word_of(number: int) -> str:
    """What an `errno` says; its name where the words are not among `SYSTEM_WORDS`."""
    said = os.strerror(number)
    if said in SYSTEM_WORDS:
        return said
    return Text(
        "error {name} of the operating system",
        name=errno.errorcode.get(number, str(number)),
    )


def in_words(error: OSError | UnicodeError) -> str:
    """What kept a file from being read or written, without number and path."""
    if isinstance(error, OSError):
        # ours are `OSError(Text)` and `OSError(errno, Text)`
        if ours := [said for said in error.args[:2] if isinstance(said, Text)]:
            return ours[0]
        # some libraries raise it with a sentence of theirs, and no number
        return word_of(error.errno) if error.errno else Text("it cannot be used")
    return Text("it is no text in UTF-8")
