"""From the path of a fault to a JSON Pointer into the body (RFC 6901)."""

import json
import re

_PART = re.compile(r'\.?([^.\[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')


def pointer(path: str) -> str:
    """The pointer of a path; empty, the whole document, for what is no path.

    >>> pointer("ladder[0].mailbox"), pointer('["a/b"]'), pointer("")
    ('/ladder/0/mailbox', '/a~1b', '')
    """
    parts, place = [], 0
    while place < len(path):
        found = _PART.match(path, place)
        if found is None:
            return ""
        parts.append(_name(found))
        place = found.end()
    return "".join(f"/{_escaped(part)}" for part in parts)


def _name(found: re.Match[str]) -> str:
    quoted = found[3]
    return str(json.loads(quoted)) if quoted else (found[1] or found[2])


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")
