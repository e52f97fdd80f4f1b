"""Headers of every answer: nothing is loaded, framed, guessed or kept elsewhere."""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""W3C Content Security Policy Level 3: no inline script or style, no third party."""

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""What every answer has, also those that refuse."""

RAW_HEADERS = tuple(
    (name.lower().encode("ascii"), value.encode("ascii"))
    for name, value in SECURITY_HEADERS.items()
)
"""The same as ASGI has them."""
_NAMES = frozenset(name for name, _ in RAW_HEADERS)


class SecurityHeaders:
    """An ASGI application whose answers all have these headers.

    Wrap the whole application in it, outside of what answers errors:

        app = SecurityHeaders(Starlette(routes=...))
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers; a header of these that is there already goes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                others = [
                    pair for pair in message["headers"] if pair[0].lower() not in _NAMES
                ]
                message = {**message, "headers": [*others, *RAW_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_guarded)
