"""Why a request is not judged, each with its status code (RFC 9110, 15)."""

from collections.abc import Mapping
from typing import Final

STATUS: Final[Mapping[str, int]] = {
    "no_file": 400,
    "bad_form": 400,
    "too_many": 400,
    "foreign": 403,
    "not_found": 404,
    "bad_method": 405,
    "too_slow": 408,
    "too_large": 413,
    "bad_kind": 415,
    "too_often": 429,
    "our_fault": 500,
    "busy": 503,
}
"""The sentence in `words`, and the status."""
OF_STATUS: Final[Mapping[int, str]] = {
    404: "not_found",
    405: "bad_method",
    500: "our_fault",
}
"""What Starlette refuses by itself."""


class Problem(Exception):
    """A request is refused; key: of `STATUS`."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    @property
    def status(self) -> int:
        """Of the answer."""
        return STATUS[self.key]
