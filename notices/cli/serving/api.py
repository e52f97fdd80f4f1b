"""`notices serve`: the API for case systems."""

import logging
import sys
from pathlib import Path

from notices.cli.output import say, warn
from notices.grammar import is_loopback
from notices.messages import Text
from notices.service.api.app import ApiSettings, make_app
from notices.service.guard.limits import RateLimit
from notices.service.serving import Listening, serve
from notices.site import Site
from notices.site.service.stopping import stop_signals


def serve_api(
    site_path: Path, *, host: str, port: int, proxies: tuple[str, ...]
) -> int:
    """Serve the API of a site until it is stopped."""
    _log_requests()
    if not is_loopback(host):
        warn(
            Text("{host} can be reached from elsewhere, without TLS", host=host),
            "let a proxy with TLS on this machine be the only one that reaches it",
        )
    listening = Listening(host=host, port=port)
    if proxies:
        listening = Listening(host=host, port=port, proxies=proxies)
    serve(
        make_app(_settings(site_path)),
        listening,
        started=lambda address: say(
            Text("the API answers at {address}v1/", address=address), err=True
        ),
        signals=stop_signals(),
    )
    return 0


def _settings(site_path: Path) -> ApiSettings:
    """What the site says; ConfigError before anything is served."""
    with Site.open(site_path) as site:
        site.parts.store.queries.counts()
        per_minute = site.config.service.requests_per_minute
    return ApiSettings(
        site_path=site_path, per_token=RateLimit(requests=per_minute, seconds=60.0)
    )


def _log_requests() -> None:
    """A line for each request on standard error: never a body, a query or a token."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log = logging.getLogger("notices.service.api")
    log.handlers[:] = [handler]
    log.setLevel(logging.INFO)
    log.propagate = False
