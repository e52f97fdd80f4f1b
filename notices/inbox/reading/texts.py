"""Text of parts as a person would see it: HTML without its marks, and no attachment."""

import html
import re
from collections.abc import Iterator, Sequence

from notices.inbox.reading.charsets import decode
from notices.inbox.reading.mime import MimePart

_MAX_TEXT = 200_000
"""Characters of one text that are read."""

_UNSEEN = re.compile(
    r"<(style|script|head|title)\b|<!--|<(div|span|p|td|font)\b([^<>]{0,2000})>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    r"(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)", re.IGNORECASE
)
"""In a tag: a line for previews, or what a client hides of a template."""
_ENDS = {
    "": re.compile("-->"),
    **{
        name: re.compile(rf"</{name}\s{{0,100}}>", re.IGNORECASE)
        for name in (
            *("style", "script", "head", "title"),
            *("div", "span", "p", "td", "font"),
        )
    },
}
"""What ends each of them; an empty name: a comment."""
_QUOTED_BELOW = re.compile(
    r"<div\b[^<>]{0,500}\b(?:gmail_quote|yahoo_quoted|divRplyFwdMsg|appendonsend)\b.*",
    re.IGNORECASE | re.DOTALL,
)
"""From here on all is what was answered."""
_CITED = re.compile(
    r"<div\b[^<>]{0,500}\bmoz-cite-prefix\b[^<>]{0,500}>(?:(?!</div).){0,500}</div>",
    re.IGNORECASE | re.DOTALL,
)
"""The line above a quotation, which is none of what was written."""
_QUOTATION = re.compile(r"<(/?)blockquote\b[^<>]{0,2000}>", re.IGNORECASE)
_BREAK = re.compile(
    r"<(?:br|/?p|/?div|/?tr|/?li|/?h[1-6]|/?table|hr)\b[^<>]{0,2000}>", re.IGNORECASE
)
_CELL = re.compile(r"<t[dh]\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"<[!?/a-zA-Z][^<>]{0,5000}>")


def text_of(part: MimePart) -> str:
    """Give a text part's text; of HTML what is seen."""
    text = decode(part.content(), part.parameters.get("charset", ""))[:_MAX_TEXT]
    return seen(text) if part.media_type == "text/html" else text


def seen(markup: str) -> str:
    """What is seen of HTML, a line for each block."""
    # a line end in HTML is a blank
    joined = " ".join("".join(_without_unseen(markup)).split())
    lines = _CELL.sub(" ", _BREAK.sub("\n", joined))
    return html.unescape(_TAG.sub("", lines))


def _without_unseen(markup: str) -> Iterator[str]:
    """What stands between styles, scripts, heads and comments; one without end stays.

    An end that is nowhere is looked for once: a mail may open a hundred thousand.
    """
    at = after = 0
    endless: set[str] = set()
    while opened := _UNSEEN.search(markup, after):
        name = (opened[1] or opened[2] or "").lower()
        after = opened.end()
        if opened[2] and not _HIDDEN.search(opened[3]):
            continue
        end = None if name in endless else _ENDS[name].search(markup, after)
        if end is None:
            endless.add(name)
            continue
        yield markup[at : opened.start()]
        at = after = end.end()
    yield markup[at:]


def without_quoted_html(markup: str) -> str:
    """HTML without what is answered: people write above it, between, or below."""
    markup = _CITED.sub("", _QUOTED_BELOW.sub("", markup))
    kept, depth, at = "", 0, 0
    for match in _QUOTATION.finditer(markup):
        if depth == 0:
            kept += markup[at : match.start()]
        depth = max(0, depth - 1) if match[1] else depth + 1
        at = match.end()
    return kept if depth else kept + markup[at:]


def written(parts: Sequence[MimePart], *, has_quotations: bool = False) -> str:
    """The first text that somebody wrote, in plain text or HTML; no attachment.

    What is quoted in HTML is left out unless asked for; in plain text it has its signs.
    """
    for part in parts:
        if not part.media_type.startswith("text/") or is_attached(part):
            continue
        if part.media_type == "text/html":
            markup = decode(part.content(), part.parameters.get("charset", ""))
            markup = markup[:_MAX_TEXT]
            text = seen(markup if has_quotations else without_quoted_html(markup))
        else:
            text = text_of(part)
        if text.strip():
            return text
    return ""


def is_attached(part: MimePart) -> bool:
    """Tell whether it is a file, and no text of the mail (RFC 2183)."""
    disposition = part.value("content-disposition").split(";")[0].strip().lower()
    has_name = bool({"name", "name*"} & set(part.parameters))
    return disposition == "attachment" or (has_name and disposition != "inline")
