"""Whether a browser sends a form for a page of ours, or for somebody else's.

Fetch Metadata (W3C), then Origin (RFC 6454; WHATWG Fetch), as Go's
`http.CrossOriginProtection` has it.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_foreign(headers: Mapping[str, str]) -> bool:
    """True if a browser says that another site's page sends it.

    headers: of the request, names in lower case. What says nothing of it is no
    browser: no page makes it send anything, so it is not foreign.

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


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
