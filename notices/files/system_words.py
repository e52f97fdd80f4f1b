"""What the operating system answers, in the words of glibc: the catalogue has them.

A fault says `FILE cannot be read: No such file or directory`. The answer comes from
outside of this package, so it stands here to be found by whoever translates; what is
not here is told as the system says it.
"""

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
)
"""`strerror(3)` of the errors that reading, writing and connecting can give."""


def in_words(error: OSError | UnicodeError) -> str:
    """What kept a file from being read or written, without number and path."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return Text("it is no text in UTF-8")
