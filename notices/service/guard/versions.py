"""Versions of what is looked at: ETag, If-Match, If-None-Match (RFC 9110, 13.1).

Whoever acts on a page that somebody else has changed meanwhile is told so, and nothing
is done.
"""

import hashlib
import re

_ONE = re.compile(r'\s*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)')


def entity_tag(representation: bytes) -> str:
    """A strong tag: other octets, other tag."""
    return f'"{hashlib.sha256(representation).hexdigest()[:32]}"'


def may_act(if_match: str | None, tag: str) -> bool:
    """Tell whether If-Match lets it go on; None: nobody asked.

    A weak tag never matches (strong comparison); what is no list matches nothing.

    >>> may_act('"a", "b"', '"b"'), may_act('W/"b"', '"b"'), may_act("*", '"b"')
    (True, False, True)
    """
    if if_match is None or if_match.strip() == "*":
        return True
    return (False, tag) in _tags(if_match)


def is_unchanged(if_none_match: str | None, tag: str) -> bool:
    """Tell whether the caller has this version already (weak comparison): 304."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(found == tag for _, found in _tags(if_none_match))


def _tags(field: str) -> list[tuple[bool, str]]:
    """Tags of a list, each with whether it is weak; none for a malformed list."""
    tags, place = [], 0
    while place < len(field):
        tag = _ONE.match(field, place)
        if tag is None:
            return []
        tags.append((tag[1] is not None, tag[2]))
        place = tag.end()
    return tags
