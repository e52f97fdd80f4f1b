"""nginx with the file that we ship, before console and API of a site."""

import http.client
import socket
import ssl
from pathlib import Path
from urllib.parse import urlencode

import pytest

from notices.access import TokenScope
from notices.site import Site
from tests.service.api.test_once import served
from tests.service.asking import Visitor
from tests.service.console.conftest import set_up
from tests.service.test_serve_command import ROOT, proxied

NAME = "console.hotline.example.jp"
ORIGIN = f"https://{NAME}"
PROXY = ROOT / "etc" / "nginx-console.conf"


class _Link(http.client.HTTPSConnection):
    """To this machine, by the name that stands in the certificate."""

    def connect(self) -> None:
        raw = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.sock = self._context.wrap_socket(raw, server_hostname=NAME)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    set_up(made, rp_id=NAME, origin=ORIGIN)
    return made


def test_console_and_api_behind_the_proxy_that_we_ship(
    home: Path, tmp_path: Path
) -> None:
    with Site.open(home) as site:
        _, token = site.rooms.access.tokens.make("cms", [TokenScope.READ])
    with (
        served(home) as (_, port),
        proxied(
            Visitor(f"http://127.0.0.1:{port}"),
            tmp_path,
            proxy=PROXY,
            name=NAME,
            behind="127.0.0.1:8025",
        ) as outside,
    ):
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))

        def ask(method: str, path: str, body: str = "", **fields: str):
            link = _Link(NAME, outside, context=context, timeout=60)
            head = {name.replace("_", "-"): value for name, value in fields.items()}
            link.request(method, path, body or None, head)
            answer = link.getresponse()
            text = answer.read().decode()
            link.close()
            return answer, text

        page, text = ask("GET", "/login")
        assert (page.status, "data-challenge" in text) == (200, True)
        assert page.getheader("strict-transport-security") == "max-age=31536000"
        assert len(page.headers.get_all("content-security-policy")) == 1
        told, text = ask("GET", "/v1/notices", Authorization=f"Bearer {token}")
        assert (told.status, '"notices"' in text) == (200, True)
        assert ask("GET", "/v1/notices")[0].status == 401
        for hidden in ("/healthz", "/readyz"):
            assert ask("GET", hidden)[0].status == 404
        # a form of ours is let in, another one is not; who says to be many is one
        kind = {"Content_Type": "application/x-www-form-urlencoded"}
        form = urlencode({"credential_id": "eA=="})
        assert ask("POST", "/login", form, Origin="https://x.example", **kind)[
            0
        ].status == (403)
        codes = [
            ask(
                "POST",
                "/login",
                form,
                Origin=ORIGIN,
                X_Forwarded_For=f"192.0.2.{count}",
                **kind,
            )[0].status
            for count in range(14)
        ]
        assert set(codes) == {400, 429}
        assert codes[-1] == 429
