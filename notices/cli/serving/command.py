"""`notices serve`."""

from functools import partial
from importlib.util import find_spec
from pathlib import Path

import click

from notices.cli.options import site_option
from notices.cli.output import read_file
from notices.errors import ConfigError

API_PORT, VERIFY_PAGE_PORT = 8025, 8026


@click.command()
@click.option(
    "--verify-page",
    is_flag=True,
    help="The page on which anyone checks a file; it opens no key and no database.",
)
@click.option(
    "--all",
    "with_others",
    is_flag=True,
    help="Also sign and deliver, in processes of their own: for one machine.",
)
@click.option(
    "--demo",
    is_flag=True,
    help="Make an example site in the folder of --site, and serve it with --all.",
)
@click.option(
    "--people",
    is_flag=True,
    help="With --demo: example people, cases and approvals, to try the console.",
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
    help="Port; 0: any free one. Default: 8025, and 8026 for the page.",
)
@click.option(
    "--proxy",
    "proxies",
    multiple=True,
    metavar="ADDRESS",
    help="A proxy that tells the visitor's address. Default: this machine.",
)
@click.option(
    "--signer",
    "signers",
    multiple=True,
    metavar="MAILBOX",
    help="Another mailbox that may have signed, such as an earlier one of the centre.",
)
@click.option(
    "--log-key",
    "log_key_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help="The ledger's public key (log.pub) that bundles must lead to.",
)
@site_option
def serve(
    site_path: Path,
    host: str,
    port: int | None,
    proxies: tuple[str, ...],
    signers: tuple[str, ...],
    log_key_files: tuple[Path, ...],
    *,
    verify_page: bool,
    with_others: bool,
    demo: bool,
    people: bool,
) -> int:
    """Answer over HTTP until it is stopped; what is under way is finished.

    The API for case systems, on localhost: this process opens no key of the centre.
    `notices sign --watch` signs what it prepares, `notices work --watch` delivers it.

    With --verify-page: the page on which anyone drops a mail, a letter or a bundle and
    reads whether it is genuine. It reads notices.toml and the root certificates there,
    and keeps nothing.
    """
    if verify_page and (with_others or demo):
        raise click.UsageError("--verify-page is a process of its own: without --all")
    if people and not demo:
        raise click.UsageError("--people belongs to an example site: with --demo")
    _require_library()
    if not verify_page:
        from notices.cli.serving.api import serve_api  # noqa: PLC0415 - an extra
        from notices.cli.serving.family import serve_all, serve_demo  # noqa: PLC0415

        start = serve_all if with_others else serve_api
        if demo:
            start = partial(serve_demo, people=people)
        return start(
            site_path,
            host=host,
            port=API_PORT if port is None else port,
            proxies=proxies,
        )
    from notices.cli.serving.verify_page import serve_verify_page  # noqa: PLC0415 - an extra

    serve_verify_page(
        site_path,
        host=host,
        port=VERIFY_PAGE_PORT if port is None else port,
        proxies=proxies,
        signers=signers,
        log_keys=[read_file(path).decode("utf-8", "replace") for path in log_key_files],
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
