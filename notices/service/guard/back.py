"""From a page to the login, and back to the page."""

from collections.abc import Mapping
from urllib.parse import urlencode

from notices.service.guard.origin import own_address, own_path

LOGIN = "/login"
_LONGEST = 2000
"""Of an address to go back to; a longer one is no page of ours."""


def login_from(path: str, query: Mapping[str, str]) -> str:
    """Where somebody logs in who is at a page, so that he comes back to it.

    path: as it came. The page of a one-time link is never gone back to: it is a secret.

    >>> login_from("/cases", {"state": "closed", "lang": "ja"})
    '/login?next=%2Fcases%3Fstate%3Dclosed'
    """
    if path == "/" or path.startswith((LOGIN, "/link/")):
        return LOGIN
    asked = {name: value for name, value in query.items() if name != "lang"}
    found = own_path(path) + (f"?{urlencode(asked)}" if asked else "")
    return f"{LOGIN}?{urlencode({'next': found})}"


def back_to(asked: str) -> str:
    """Where a login leads, by what the login was asked with: a page of ours."""
    found = own_address(asked)
    return "/" if len(asked) > _LONGEST or found.startswith(LOGIN) else found
