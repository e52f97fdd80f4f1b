"""One of a kind: an English sentence whose number is one says "1 day", not "1 days".

    >>> for_one("{count} entries agree", {"count": 1})
    '{count} entry agrees'
    >>> for_one("{count} entries agree", {"count": 2})
    '{count} entries agree'

Templates are written for many; here, and only here, are the words that change. Other
languages of the program need none of this: 1件, 2件.
"""

import re
from collections.abc import Mapping

NOUNS = {
    "addresses": "address",
    "answers": "answer",
    "attachments": "attachment",
    "attempts": "attempt",
    "attributes": "attribute",
    "authorities": "authority",
    "bits": "bit",
    "bookmarks": "bookmark",
    "bundles": "bundle",
    "bytes": "byte",
    "cases": "case",
    "certificates": "certificate",
    "categories": "category",
    "changes": "change",
    "characters": "character",
    "checkpoints": "checkpoint",
    "copies": "copy",
    "cosignatures": "cosignature",
    "days": "day",
    "deliveries": "delivery",
    "documents": "document",
    "domains": "domain",
    "elements": "element",
    "entries": "entry",
    "events": "event",
    "facts": "fact",
    "faults": "fault",
    "fields": "field",
    "files": "file",
    "fonts": "font",
    "hours": "hour",
    "items": "item",
    "judgments": "judgment",
    "keys": "key",
    "leaves": "leaf",
    "levels": "level",
    "lines": "line",
    "links": "link",
    "looks": "look",
    "mails": "mail",
    "megabytes": "megabyte",
    "members": "member",
    "minutes": "minute",
    "months": "month",
    "names": "name",
    "notices": "notice",
    "numbers": "number",
    "objects": "object",
    "octets": "octet",
    "pages": "page",
    "parts": "part",
    "people": "person",
    "persons": "person",
    "pictures": "picture",
    "places": "place",
    "points": "point",
    "renewals": "renewal",
    "replies": "reply",
    "reports": "report",
    "requests": "request",
    "responses": "response",
    "revisions": "revision",
    "rows": "row",
    "samples": "sample",
    "seconds": "second",
    "signatures": "signature",
    "signers": "signer",
    "stamps": "stamp",
    "statutes": "statute",
    "streams": "stream",
    "texts": "text",
    "tiles": "tile",
    "times": "time",
    "values": "value",
    "weeks": "week",
    "witnesses": "witness",
    "workers": "worker",
    "years": "year",
}
"""What is counted, as many and as one."""
VERBS = {
    "agree": "agrees",
    "are": "is",
    "continue": "continues",
    "do": "does",
    "fit": "fits",
    "have": "has",
    "lead": "leads",
    "need": "needs",
    "take": "takes",
    "wait": "waits",
    "were": "was",
}
"""What they do, as many and as one."""
BETWEEN = (
    "archive",
    "business",
    "content-type",
    "document",
    "earlier",
    "hard",
    "kept",
    "more",
    "new",
    "other",
    "private",
    "stray",
    "time",
)
"""Words that may stand between the number and what is counted."""
NAMED_BEFORE = ("attempt", "byte", "entry", "event", "level", "line", "page")
"""After these a number is a name: `entry 1 names another` counts nothing."""

_NOUN = re.compile(
    rf"{''.join(f'(?<!{word} )' for word in NAMED_BEFORE)}"
    r"\{(?P<name>\w+)(?::[^}]*)?\}"
    rf"(?P<between>(?: (?:{'|'.join(BETWEEN)}|\{{\w+\}}))*?)"
    rf"(?: (?P<noun>{'|'.join(NOUNS)})\b(?P<after>(?: [a-z]+)*)|"
    r" (?P<verb>are|were|have)\b)"
)
_VERB = re.compile(rf"(?<= )(?:{'|'.join(VERBS)})\b")
_ONE = (1, "1")


def for_one(template: str, parameters: Mapping[str, object]) -> str:
    """The template with the words of one wherever its number is one."""
    if not any(_is_one(value) for value in parameters.values()):
        return template

    def changed(found: re.Match[str]) -> str:
        if not _is_one(parameters.get(found["name"])):
            return found[0]
        if found["verb"]:
            return found[0].removesuffix(found["verb"]) + VERBS[found["verb"]]
        after = _VERB.sub(lambda verb: VERBS[verb[0]], found["after"])
        start = found[0].removesuffix(found["after"]).removesuffix(found["noun"])
        return start + NOUNS[found["noun"]] + after

    return _NOUN.sub(changed, template)


def _is_one(value: object) -> bool:
    """A number or its digits; True is no number."""
    return not isinstance(value, bool) and value in _ONE
