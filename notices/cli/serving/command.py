"""`notices serve`."""

from importlib.util import find_spec
from pathlib import Path

import click

from notices.cli.options import site_option
from notices.errors import ConfigError

VERIFY_PAGE_PORT = 8026


@click.command()
@click.option(
    "--verify-page",
    is_flag=True,
    help="The page on which anyone checks a file; it opens no key and no database.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address of this machine; a proxy with TLS stands before it.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="Port; 0: any free one. Default: 8026 for the page.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy that tells the visitor's address. Default: this machine.",
)
@site_option
def serve(
    site_path: Path,
    host: str,
    port: int | None,
    proxies: tuple[str, ...],
    *,
    verify_page: bool,
) -> int:
    """Answer over HTTP until it is stopped; what is under way is finished.

    With --verify-page: the page on which anyone drops a mail, a letter or a bundle and
    reads whether it is genuine. It reads notices.toml and the root certificates there,
    and keeps nothing.
    """
    if not verify_page:
        raise click.UsageError("say what is to be served: --verify-page")
    _require_library()
    from notices.cli.serving.verify_page import serve_verify_page  # noqa: PLC0415 - an extra

    serve_verify_page(
        site_path,
        host=host,
        port=VERIFY_PAGE_PORT if port is None else port,
        proxies=proxies,
    )
    return 0


def _require_library() -> None:
    """ConfigError where the extra is not installed."""
    if not all(map(find_spec, ("starlette", "uvicorn", "python_multipart"))):
        raise ConfigError(
            "serving needs Starlette, uvicorn and python-multipart, "
            "which are not all installed",
            hint="type: pip install 'notices[service]'",
        )
