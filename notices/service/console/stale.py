"""A page that tells what is so no more."""

from notices.errors import RefusedError


class StalePage(RefusedError):
    """Somebody was quicker than whoever looked at this page."""

    code = "stale-page"
