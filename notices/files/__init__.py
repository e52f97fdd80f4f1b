"""Whole writes and limited reads: the only ones of the program."""

from notices.files.folders import OTHER_FOLDER, NewFile, fill_folder, make_folder
from notices.files.reading import (
    MAX_READ,
    PIPE_SECONDS,
    read_head,
    read_limited,
    read_plain,
)
from notices.files.serving import make_served_folder, remove_parts, write_all_anew
from notices.files.writing import (
    NEW_NAME,
    Recogniser,
    part_beside,
    place,
    require_free,
    safe_write,
    try_folder,
    unwritable,
    write_anew,
)

__all__ = [
    "MAX_READ",
    "NEW_NAME",
    "OTHER_FOLDER",
    "PIPE_SECONDS",
    "NewFile",
    "Recogniser",
    "fill_folder",
    "make_folder",
    "make_served_folder",
    "part_beside",
    "place",
    "read_head",
    "read_limited",
    "read_plain",
    "remove_parts",
    "require_free",
    "safe_write",
    "try_folder",
    "unwritable",
    "write_all_anew",
    "write_anew",
]
