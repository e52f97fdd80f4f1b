"""HTTP for time stamps, CRLs and OCSP answers: small, limited, one request.

No error names a password: addresses are told without user, password and query.
"""

import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Protocol
from urllib.parse import urlsplit

from notices.credentials import Secret
from notices.files.network_dates import told_moment
from notices.files.network_words import in_words_of_ours
from notices.grammar import is_loopback
from notices.messages import Text
from notices.signing.revocation.http_in_time import opener


class TransportError(Exception):
    """The server did not answer as it should; never leaves this room."""


class LoginDemanded(TransportError):
    """It asks for a user and a password that it did not get, or does not take."""


class Transport(Protocol):
    """Fetches one URL; tests and proxies bring their own."""

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        """The answer's body; TransportError for anything but 200."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """What a server answered, whatever it says."""

    code: int
    """Such as 200 or 409."""
    media_type: str
    """Of the body, without parameters; empty: not told."""
    body: bytes
    """As it came."""


@dataclass(frozen=True, slots=True)
class Login:
    """A user name with its password (RFC 7617)."""

    username: str
    """Without a colon."""
    password: Secret
    """Never shown."""

    @property
    def field(self) -> str:
        """The value of an Authorization field."""
        text = f"{self.username}:{self.password.reveal()}"
        return "Basic " + b64encode(text.encode()).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """An HTTP proxy that all requests go through."""

    host: str
    """`HOST:PORT`."""
    login: Login | None = None
    """For it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTransport:
    """HTTP or HTTPS over the network."""

    timeout: float = 10.0
    """Seconds to wait for the server at each step."""
    whole: float = 30.0
    """Seconds for the whole answer: a server that trickles is never silent."""
    until: float | None = None
    """Of the monotonic clock: when all answers together must be there; None: never."""
    limit: int = 16 * 1024 * 1024
    """Octets of the largest answer; national CRLs have several million."""
    proxy: Proxy | None = None
    """None: the servers are reached directly, whatever the environment says."""
    logins: Mapping[str, Login] = field(default_factory=dict, repr=False)
    """Address to login; sent to that very address alone."""
    on_date: Callable[[str, datetime], None] | None = None
    """Told the server and the Date of its answer (RFC 9110, 6.6.1)."""

    def fetch(self, url: str, *, body: bytes = b"", media_type: str = "") -> bytes:
        """GET `url`, or POST `body` to it. TransportError if that did not work."""
        answer = self.exchange(url, body=body, media_type=media_type)
        if not _OK <= answer.code < _NOT_OK:
            kind = LoginDemanded if answer.code in _LOGINS else TransportError
            # the reason beside the code is the server's own text
            raise kind(
                Text("{shown} answered {code}", shown=shown(url), code=answer.code)
            )
        return answer.body

    def exchange(
        self, url: str, *, body: bytes = b"", media_type: str = ""
    ) -> HttpAnswer:
        """`fetch` that gives every answer; TransportError if there was none."""
        if _scheme(url) not in {"http", "https"}:
            raise TransportError(
                Text("{shown} is neither http nor https", shown=shown(url))
            )
        left = self.whole
        if self.until is not None:
            left = min(left, self.until - time.monotonic())
        if left <= 0:
            raise TransportError(
                Text("{shown} was not asked: it took too long before", shown=shown(url))
            )
        request = self._request(url, body, media_type)
        # names are looked up and TLS is agreed upon without a deadline of their own
        return _in_time(lambda: self._content(url, request, left), left, url)

    def _request(
        self, url: str, body: bytes, media_type: str
    ) -> urllib.request.Request:
        fields = {"User-Agent": "notices"}
        if media_type:
            fields["Content-Type"] = media_type
        if login := self.logins.get(url):
            fields["Authorization"] = login.field
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked
            url, data=body or None, headers=fields
        )
        if self.proxy is not None and not is_loopback(request.host.rpartition(":")[0]):
            if self.proxy.login is not None:
                request.add_header("Proxy-Authorization", self.proxy.login.field)
            request.set_proxy(self.proxy.host, "http")
        return request

    def _content(
        self, url: str, request: urllib.request.Request, seconds: float
    ) -> HttpAnswer:
        try:
            link = opener(time.monotonic() + seconds)
            with link.open(request, timeout=min(self.timeout, seconds)) as answer:
                content: bytes = answer.read(self.limit + 1)
                self._tell_date(url, answer.headers.get("Date"))
                media_type = answer.headers.get_content_type()
                code = answer.status
        except urllib.error.HTTPError as error:
            with error:
                return HttpAnswer(
                    code=error.code,
                    media_type=error.headers.get_content_type(),
                    body=_beginning(error),
                )
        except (OSError, HTTPException, ValueError) as error:
            is_login = _NO_TUNNEL in str(error)
            raise (LoginDemanded if is_login else TransportError)(
                Text(
                    "{shown} did not answer: {error}",
                    shown=shown(url),
                    error=in_words_of_ours(error),
                )
            ) from None
        if len(content) > self.limit:
            raise TransportError(
                Text(
                    "{shown} answered more than {limit} octets",
                    shown=shown(url),
                    limit=self.limit,
                )
            )
        return HttpAnswer(code=code, media_type=media_type, body=content)

    def _tell_date(self, url: str, date: str | None) -> None:
        if self.on_date is None or (told := told_moment(date or "")) is None:
            return
        # RFC 9110, 5.6.7: always UTC
        self.on_date(urlsplit(url).netloc, told.replace(tzinfo=told.tzinfo or UTC))


def within(transport: Transport, seconds: float) -> Transport:
    """The same, for all answers together no longer than that; of others unchanged."""
    if not isinstance(transport, HttpTransport):
        return transport
    until = time.monotonic() + seconds
    return replace(transport, until=min(until, transport.until or until))


def shown(url: str) -> str:
    """An address without what may be secret in it: user, password, query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return Text("an address that cannot be read")
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2], query="", fragment=""
    ).geturl()


def _scheme(url: str) -> str:
    """Empty for what is no address, such as `http://[` in a certificate."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _beginning(refusal: urllib.error.HTTPError) -> bytes:
    """The first octets of a refusal's text; empty where they do not come."""
    try:
        return refusal.read(_REFUSAL)
    except (OSError, HTTPException, ValueError):
        return b""


def _in_time(fetch: Callable[[], HttpAnswer], seconds: float, url: str) -> HttpAnswer:
    """What `fetch` gives, or its error; TransportError if it takes longer."""
    told: list[HttpAnswer | Exception] = []

    def run() -> None:
        try:
            told.append(fetch())
        except Exception as error:  # noqa: BLE001 - raised again by who waits
            told.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds + _GRACE)
    if not told:
        raise TransportError(
            Text(
                "{shown} did not answer within {seconds:.0f} s",
                shown=shown(url),
                seconds=seconds,
            )
        )
    if isinstance(told[0], Exception):
        raise told[0]
    return told[0]


_OK, _NOT_OK = 200, 300
_LOGINS = {401, 407}
"""RFC 9110, 15.5.2 and 15.5.8: of the server, of the proxy."""
_NO_TUNNEL = "Tunnel connection failed: 407"
"""What http.client says where the proxy demands a login before TLS."""
_REFUSAL = 4096
_GRACE = 0.2
"""Seconds for an answer's own deadline to be told first."""
