"""A whole site in a fresh folder, and a real mail server on loopback."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from notices.cli import run
from notices.cli.demo_server import receiving
from notices.site.starting import start_site
from tests.signing.site_authority import emptied, running, server
from tests.site.own_pki import give_own_key

CASE_1 = "IHC-2026-004217"
CASE_2_ABROAD = "IHC-2026-004219"


@dataclass
class Desk:
    """An operator's desk: the site's folder and the command line."""

    home: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *words: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error of a command."""
        code = run([*words, "--site", str(self.home)])
        out, err = self.capsys.readouterr()
        return code, out, err

    def json(self, *words: str):
        """Exit code and the JSON document of a command."""
        code, out, _ = self.run(*words, "--json")
        return code, json.loads(out)

    def set(self, key: str, value: str, *, section: str = "") -> None:
        """Change one line of notices.toml; `section` where several have the key."""
        path = self.home / "notices.toml"
        text = path.read_text("utf-8")
        start = text.index(f"\n[{section}]") if section else 0
        match = re.compile(rf"^{key} = .*$", re.MULTILINE).search(text, start)
        assert match, key
        text = f"{text[: match.start()]}{key} = {value}{text[match.end() :]}"
        path.write_text(text, encoding="utf-8")

    def case(self, source: str, **changes) -> str:
        """Change a judgment; a new case id makes a new one."""
        folder = self.home / "cases"
        data = json.loads((folder / f"{source}.json").read_text("utf-8"))
        data.update(changes)
        path = folder / f"{data['case_id']}.json"
        path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return data["case_id"]

    @property
    def root(self) -> Path:
        return self.home / "certs" / "example" / "root.pem"


@pytest.fixture
def desk(tmp_path, capsys):
    start_site(tmp_path / "site")
    made = Desk(tmp_path / "site", capsys)
    # the example judgments are older every day; tests/site/casework asks for this
    made.set("look_before_send", '"off"')
    return made


@pytest.fixture
def received(desk, tmp_path):
    """The folder of a running mail server; the site is set to it."""
    folder = tmp_path / "received"
    folder.mkdir()
    pki = desk.home / "certs" / "example"
    with receiving(folder, pki / "tls-cert.pem", pki / "tls-key.pem") as port:
        desk.set("port", str(port))
        yield folder


@pytest.fixture
def own_key():
    """Gives the site a key of its own: `own.p12` under a throw-away root."""
    return give_own_key


@pytest.fixture(scope="module")
def mail_server(tmp_path_factory):
    """A running mail server for a whole module: its folder of mails, and its port."""
    with server(tmp_path_factory.mktemp("server")) as running_server:
        yield running_server


@pytest.fixture
def arrived(desk, mail_server):
    """What the mail server took in this test; the site is set to it."""
    mails, port = mail_server
    desk.set("port", str(port))
    return emptied(mails)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority of openssl over HTTP, on a clock that moves."""
    with running(tmp_path_factory.mktemp("pki")) as made:
        yield made
