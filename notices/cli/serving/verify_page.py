"""`notices serve --verify-page`."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from notices.cli.output import say
from notices.config import load_config
from notices.messages import Text
from notices.service.serving import Listening, serve
from notices.service.verify_page import make_app, page_of
from notices.site.service.stopping import stop_signals


def serve_verify_page(
    site_path: Path,
    *,
    host: str,
    port: int,
    proxies: tuple[str, ...] = (),
    signers: Sequence[str] = (),
    log_keys: Sequence[str] = (),
) -> None:
    """Serve the page of this site until it is stopped."""
    page = page_of(
        load_config(site_path),
        now=datetime.now(UTC),
        signers=signers,
        log_keys=log_keys,
    )
    listening = Listening(host=host, port=port)
    if proxies:
        listening = Listening(host=host, port=port, proxies=proxies)
    serve(
        make_app(page, clock=lambda: datetime.now(UTC)),
        listening,
        started=lambda address: say(
            Text(
                "the verify page answers at {address}",
                address=f"{address.rstrip('/')}{page.base or '/'}",
            ),
            err=True,
        ),
        signals=stop_signals(),
    )
