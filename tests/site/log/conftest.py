"""Sites whose log others watch: witnesses, published folders, Go's reader."""

import os
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from notices.ledger import EventKind
from notices.site import Site
from notices.store.database.engine import writing
from notices.store.ledger.events import UnplacedEvent, append_all
from tests.programs import missing, require_program
from tests.site.log.witness import Witness, serving

MODULES = Path("/usr/share/gocode")
READER = Path(__file__).with_name("tlog") / "main.go"


def grow(store, count, *, now, word="grown"):
    """Add events that are about nothing in particular."""
    told = [
        UnplacedEvent(EventKind.EVIDENCE, f"{word}-{n}", {"attempt": n}, now)
        for n in range(count)
    ]
    with writing(store.engine) as connection:
        append_all(connection, told)
    store.ledger.put_in_order()


def grow_site(home, count, word="grown"):
    """The same in a site; gives the ledger's size."""
    with Site.open(home) as site:
        grow(site.parts.store, count, now=site.clock(), word=word)
        return site.parts.store.ledger.size()


def watch(desk, *witnesses, quorum=0):
    """Let these witnesses cosign the site's log, from now on."""
    rows = ", ".join(f'{{ key = "{w.key}", url = "{w.url}" }}' for w in witnesses)
    desk.set("witnesses", f"[{rows}]", section="ledger")
    desk.set("quorum", str(quorum), section="ledger")
    _, key, _ = desk.run("ledger", "key")
    for each in witnesses:
        each.knows(key)


@pytest.fixture
def witness():
    with serving(Witness()) as made:
        yield made


@pytest.fixture
def witnesses():
    """Three of them."""
    made = [Witness(name=f"witness.example/w{n}") for n in range(1, 4)]
    with serving(made[0]), serving(made[1]), serving(made[2]):
        yield made


class GoReader:
    """Go's golang.org/x/mod/sumdb/tlog, asked line by line."""

    def __init__(self, program: Path) -> None:
        self._process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def read(self, folder, key, place, leaf, *, old=0, old_root=b"\0" * 32) -> str:
        words = [
            str(folder),
            str(key),
            str(old),
            b64encode(old_root).decode(),
            str(place),
            b64encode(leaf).decode(),
        ]
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()

    def close(self) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture(scope="session")
def go_reader(tmp_path_factory):
    go = require_program("go")
    if not (MODULES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        missing("golang-golang-x-mod-dev is missing; .ci/run installs it")
    folder = tmp_path_factory.mktemp("go")
    subprocess.run(
        [go, "build", "-o", folder / "reader", READER],
        check=True,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GO111MODULE": "off",
            "GOPATH": str(MODULES),
            "GOCACHE": str(folder / "cache"),
        },
    )
    made = GoReader(folder / "reader")
    yield made
    made.close()
