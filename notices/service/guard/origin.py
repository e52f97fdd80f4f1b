"""Where a browser's request comes from: a page of ours, or somebody else's.

A cookie goes along with a request from any page; so what changes something is taken
only from a page of our own (Fetch Metadata, W3C; the Origin field, RFC 6454; Go's
`http.CrossOriginProtection`). The API goes by its token alone: no other page has it.
"""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, unquote, urlsplit

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, 9.2.1)."""


class OtherOrigin(StrEnum):
    """Why a request is not taken for one of our own pages'."""

    CROSS_SITE = "cross-site"
    """The browser says that another page made it; `same-site` is another page, too."""
    OTHER = "other-origin"
    """Its Origin is not ours, or there are several."""
    UNKNOWN = "origin-unknown"
    """Neither field came: no browser of today does that."""


def foreign(
    method: str, headers: Mapping[str, str], own_origins: frozenset[str]
) -> OtherOrigin | None:
    """Say why a request is not from a page of ours; None: it is, or changes nothing.

    For pages with a session. headers: names in lower case. own_origins: such as
    `https://console.example.jp`.

    >>> foreign("POST", {"sec-fetch-site": "same-site"}, frozenset())
    <OtherOrigin.CROSS_SITE: 'cross-site'>
    """
    if method.upper() in SAFE:
        return None
    site = headers.get("sec-fetch-site", "").strip().lower()
    origin = headers.get("origin", "").strip().lower()
    if not site and not origin:
        return OtherOrigin.UNKNOWN
    if site not in ("", "same-origin", "none"):
        return OtherOrigin.CROSS_SITE
    # `none` is a person who typed or kept the address: never one who sends a form
    if site == "none" and not origin:
        return OtherOrigin.UNKNOWN
    # under `Referrer-Policy: no-referrer` the Origin of a form is `null` (WHATWG Fetch,
    # 3.1): then the browser's own word, which no page can write, decides
    is_vouched = origin == "null" and site == "same-origin"
    if origin and origin not in own_origins and not is_vouched:
        return OtherOrigin.OTHER
    return None


def is_foreign(headers: Mapping[str, str]) -> bool:
    """True if a browser says that another site's page sends it.

    For pages without a session, whose address nobody configured. headers: names in
    lower case. What says nothing of it is no browser: no page makes it send anything,
    so it is not foreign.

    >>> is_foreign({"sec-fetch-site": "cross-site"}), is_foreign({})
    (True, False)
    >>> is_foreign({"origin": "https://a.example", "host": "b.example"})
    True
    """
    site = headers.get("sec-fetch-site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "")
    if not origin:
        return False
    return origin == "null" or _host(origin) != headers.get("host", "").lower()


def own_path(path: str) -> str:
    """A path that was asked for, to be linked to: it never leads to another host.

    `//evil.example` in a link is another host, to a browser also with a backslash
    (WHATWG URL, 4.4); anybody can send a person to such a path of ours.

    >>> own_path("//evil.example"), own_path("/cases/IHC-2026-004217")
    ('/evil.example', '/cases/IHC-2026-004217')
    """
    return "/" + quote(path.lstrip("/\\"), safe="/:@!$&'()*+,;=~")


def own_address(address: str) -> str:
    """An address of ours that was asked for, path and query, to send a browser to.

    It may come from anybody, as `?next=` in a link: it never leads to another host.

    >>> own_address("//evil.example/a"), own_address("/cases?state=closed#x")
    ('/evil.example/a', '/cases?state=closed')
    >>> own_address("https://evil.example"), own_address("/%5Cevil.example")
    ('/https://evil.example', '/evil.example')
    """
    path, _, query = address.partition("#")[0].partition("?")
    found = own_path(unquote(path))
    return f"{found}?{quote(query, safe=_OF_QUERY)}" if query else found


_OF_QUERY = "%/?:@!$&'()*+,;=~"
"""What stays as it is in a query (RFC 3986, 3.4)."""


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
