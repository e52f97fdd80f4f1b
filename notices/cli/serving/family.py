"""`notices serve --all`: the API, who signs and who delivers, as children of one."""

import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path

from notices.access import TokenScope
from notices.approval import Role
from notices.cli.demo import demo_server
from notices.cli.output import print_line, say
from notices.cli.serving.example_people import fill, tell_links, want_approvals
from notices.config import FILE_NAME
from notices.files import make_folder, read_limited, safe_write
from notices.files.asking import is_there
from notices.messages import Text
from notices.service.children import ChildProcess, run_together
from notices.site import Site
from notices.site.service.stopping import stop_signals
from notices.site.starting import start_site

DEMO_CASE = "IHC-2026-004217"
_SMTP_PORT = re.compile(r"(?ms)(^\[smtp\]$.*?^port = )\d+")
_RP_ID = re.compile(r'(?ms)(^\[approval\]$.*?^rp_id = )"[^"\n]*"')
_ORIGIN = re.compile(r'(?ms)(^\[approval\]$.*?^origin = )"[^"\n]*"')
_CHECKER = "例示 太郎"
"""The checker of the example judgments."""
_MOST_OCTETS = 1 << 20
_BEARER = "Authorization: Bearer "
_JSON = shlex.quote("Content-Type: application/json")


def serve_all(
    site_path: Path, *, host: str, port: int, proxies: tuple[str, ...]
) -> int:
    """Serve a site with everything that belongs to it, until it is stopped."""
    Site.open(site_path).close()  # what is wrong with it is said once
    return run_together(
        _children(site_path, host, port, proxies),
        signals=stop_signals(),
        tell=lambda text: say(text, err=True),
    )


def serve_demo(
    site_path: Path,
    *,
    host: str,
    port: int,
    proxies: tuple[str, ...],
    people: bool = False,
) -> int:
    """Make an example site where there is none, and serve it with its mail server.

    people: with example people and cases, and approvals by a passkey.
    """
    home = site_path.parent if site_path.name == FILE_NAME else site_path
    receiving = demo_server()
    if is_new := not is_there(home / FILE_NAME):
        start_site(home)
        if people:
            want_approvals(home / FILE_NAME)
    received = home / "received"
    make_folder(received)
    pki = home / "certs" / "example"
    with receiving(received, pki / "tls-cert.pem", pki / "tls-key.pem") as smtp_port:
        _set_relay(home / FILE_NAME, smtp_port)
        _set_console(home / FILE_NAME, f"http://localhost:{port}")
        with Site.open(home) as site:
            _, secret = site.rooms.access.tokens.make("demo", list(TokenScope))
            if people and is_new:
                fill(site, datetime.now(UTC))
            _tell(home, received, secret, f"http://{host}:{port}")
            if people:
                tell_links(site)
            elif first := _first_person(site):
                say("The console: make a passkey for the first administrator, once:")
                print_line("  " + first)
        return serve_all(home, host=host, port=port, proxies=proxies)


def _children(
    site_path: Path, host: str, port: int, proxies: tuple[str, ...]
) -> list[ChildProcess]:
    program = (sys.executable, "-m", "notices")
    at = ("--site", str(site_path))
    behind = tuple(word for proxy in proxies for word in ("--proxy", proxy))
    served = ("serve", *at, "--host", host, "--port", str(port), *behind)
    words = {
        "serve": served,
        "sign": ("sign", "--watch", *at),
        "work": ("work", "--watch", *at),
    }
    return [
        ChildProcess(name=f"notices {name}", words=(*program, *rest))
        for name, rest in words.items()
    ]


def _set_relay(path: Path, port: int) -> None:
    text = read_limited(path, _MOST_OCTETS).decode()
    changed = _SMTP_PORT.sub(rf"\g<1>{port}", text, count=1)
    safe_write(path, changed.encode(), replaces=lambda _: True)


def _set_console(path: Path, origin: str) -> None:
    """Passkeys of this machine, at this port."""
    text = read_limited(path, _MOST_OCTETS).decode()
    changed = _RP_ID.sub(r'\g<1>"localhost"', text, count=1)
    changed = _ORIGIN.sub(rf'\g<1>"{origin}"', changed, count=1)
    safe_write(path, changed.encode(), replaces=lambda _: True)


def _first_person(site: Site) -> str:
    """A link for the first administrator; empty: somebody is enrolled."""
    if site.rooms.approvals.people.known():
        return ""
    roles = [Role.ADMINISTRATOR, Role.CHECKER, Role.OPERATOR]
    _, secret = site.rooms.access.links.make("reiji-t", _CHECKER, roles)
    return f"{site.config.approval.origin}/link/{secret}"


def _tell(home: Path, received: Path, secret: str, address: str) -> None:
    case = shlex.quote(str(home / "cases" / f"{DEMO_CASE}.json"))
    field = shlex.quote(_BEARER + secret)
    say("An example site; its token, and the first request:")
    print_line(secret)
    words = ("curl", "-sS", "-H", field, "-H", _JSON, "--data-binary", f"@{case}")
    print_line("  " + " ".join((*words, f"{address}/v1/notices")))
    say(Text("Mails that are sent come into {received}.", received=received))
