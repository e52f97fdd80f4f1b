"""HTTP for time stamps, CRLs and OCSP answers: small, limited, one request."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol
from urllib.parse import urlsplit


class TransportError(Exception):
    """The server did not answer as it should; never leaves this room."""


class Transport(Protocol):
    """Fetches one URL; tests and proxies bring their own."""

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        """The answer's body; TransportError for anything but 200."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTransport:
    """HTTP or HTTPS over the network."""

    timeout: float = 10.0
    """Seconds to wait for the server at each step."""
    limit: int = 16 * 1024 * 1024
    """Octets of the largest answer; national CRLs have several million."""

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        """GET `url`, or POST `body` to it. TransportError if that did not work."""
        if urlsplit(url).scheme not in {"http", "https"}:
            raise TransportError(f"{url} is neither http nor https")
        fields = {"User-Agent": "notices", **_content_type(media_type)}
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            url, data=body or None, headers=fields
        )
        try:
            with _OPENER.open(request, timeout=self.timeout) as answer:
                content: bytes = answer.read(self.limit + 1)
        except (OSError, HTTPException, ValueError) as error:
            raise TransportError(f"{url} did not answer: {error}") from error
        if len(content) > self.limit:
            raise TransportError(f"{url} answered more than {self.limit} octets")
        return content


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected answer counts as none: the configuration names the server."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


# Only these handlers: no file:, no ftp:, and no proxy from the environment.
_OPENER = urllib.request.OpenerDirector()
for _handler in (
    urllib.request.HTTPHandler,
    urllib.request.HTTPSHandler,
    urllib.request.HTTPErrorProcessor,
    urllib.request.HTTPDefaultErrorHandler,
    _NoRedirect,
):
    _OPENER.add_handler(_handler())


def _content_type(media_type: str) -> dict[str, str]:
    return {"Content-Type": media_type} if media_type else {}
