"""API and console behind one address: the path decides, neither knows the other."""

from starlette.types import ASGIApp, Receive, Scope, Send

OF_API = ("/v1/", "/healthz", "/readyz")
"""What the API answers; all else is the console's."""


def join(api: ASGIApp, console: ASGIApp) -> ASGIApp:
    """One application of both; it begins and ends with the API."""

    async def joined(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        is_api = scope["type"] != "http" or path == "/v1" or path.startswith(OF_API)
        await (api if is_api else console)(scope, receive, send)

    return joined
