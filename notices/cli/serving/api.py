"""`notices serve`: the API for case systems."""

import logging
import sys
from pathlib import Path

from notices.cli.output import say, warn
from notices.grammar import is_loopback
from notices.messages import Text
from notices.service.api.app import ApiSettings, make_app
from notices.service.console import ConsoleSettings, make_console
from notices.service.guard.limits import RateLimit
from notices.service.joined import join
from notices.service.serving import Listening, serve
from notices.site import Site
from notices.site.approval.party import relying_party
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
    settings, console = _settings(site_path)
    app = make_app(settings)
    serve(
        join(app, make_console(console)) if console else app,
        listening,
        started=lambda address: _tell(address, console),
        signals=stop_signals(),
    )
    return 0


def _tell(address: str, console: ConsoleSettings | None) -> None:
    say(Text("the API answers at {address}v1/", address=address), err=True)
    if console:
        origin = console.party.origin
        say(Text("the console is used at {origin}/", origin=origin), err=True)


def _settings(site_path: Path) -> tuple[ApiSettings, ConsoleSettings | None]:
    """What the site says; ConfigError before anything is served.

    Without an address for passkeys there is no console: nobody could log in.
    """
    with Site.open(site_path) as site:
        site.parts.store.queries.counts()
        config = site.config
    per_minute = config.service.requests_per_minute
    api = ApiSettings(
        site_path=site_path, per_token=RateLimit(requests=per_minute, seconds=60.0)
    )
    party = relying_party(config)
    if party is None:
        return api, None
    center = config.center
    return api, ConsoleSettings(
        site_path=site_path,
        party=party,
        center=center.name,
        center_en=center.name_en,
    )


def _log_requests() -> None:
    """A line for each request on standard error: never a body, a query or a token."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    for name in ("notices.service.api", "notices.service.console"):
        log = logging.getLogger(name)
        log.handlers[:] = [handler]
        log.setLevel(logging.INFO)
        log.propagate = False
