"""Why a request is refused, as the console's pages say it."""

import logging

from notices.errors import (
    ConfigError,
    InputError,
    NoticesError,
    RefusedError,
    TryLater,
)
from notices.files.own_faults import own_fault

STATUS = {
    "not_found": 404,
    "bad_method": 405,
    "bad_form": 400,
    "too_large": 413,
    "too_slow": 408,
    "busy": 503,
    "foreign": 403,
    "login": 401,
    "role": 403,
    "stale_login": 403,
    "throttled": 429,
}


class ConsoleProblem(Exception):
    """A request that is refused before anything is done."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def status_of_error(error: Exception, method: str) -> int:
    """The status of HTTP that an error is answered with."""
    if isinstance(error, ConsoleProblem):
        return STATUS[error.key]
    if isinstance(error, TryLater):
        return 503
    if isinstance(error, RefusedError):
        return 409
    if isinstance(error, InputError):
        return 404 if method == "GET" else 400
    if isinstance(error, NoticesError) and not isinstance(error, ConfigError):
        return 409
    return 500


def log_error(log: logging.Logger, route: str, error: Exception) -> None:
    """In words of ours; what nobody foresaw with all that helps to mend it."""
    if isinstance(error, NoticesError):
        log.error("%s: %s", route, error.diagnostics())
    else:
        log.error("%s: %s", route, own_fault(error), exc_info=error)
