"""A site with a time-stamp authority of its own, and bundles of a sent notice."""

import json
import re
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)

from notices.delivery import Attempt, Reply, Stage, State
from notices.evidence import seal
from notices.report import Verdict
from notices.signing import sign_manifest
from notices.site import Site
from notices.site.starting import start_site
from notices.store.attempt_steps import Arm, Claim, Finish
from notices.verifying import verify
from notices.verifying.zip_reader import read_container
from tests.clocks import MovingClock
from tests.signing.authority import NOW, Authority, start_authority
from tests.verifier_js.agreement import disagreement
from tests.verifier_js.node import Second, second_verifier

CASE = "IHC-2026-004217"
_OF_BOTH = {
    *("at", "trust", "log_keys", "signers"),
    *("witness_keys", "quorum", "checkpoints", "approval_origins"),
}
"""What both verifiers can be given."""


@dataclass
class Centre:
    """A centre: its site, and its authority, by whose clock it goes too.

    One clock for both: two that move apart in a long run are an authority's fault.
    """

    home: Path
    authority: Authority
    roots: tuple[bytes, ...] = ()
    log_key: str = ""
    sites: list[Site] = field(default_factory=list)
    second: Second | None = None
    """Judges beside, where there is node; `tests/verifier_js` says if there is none."""

    @property
    def now(self) -> datetime:
        return self.authority.now

    def site(self) -> Site:
        site = Site.open(self.home, clock=lambda: self.now)
        self.sites.append(site)
        return site

    def set(self, key: str, value: str) -> None:
        path = self.home / "notices.toml"
        text, count = re.subn(
            rf"^{key} = .*$",
            f"{key} = {value}",
            path.read_text("utf-8"),
            flags=re.MULTILINE,
        )
        assert count == 1, key
        path.write_text(text, encoding="utf-8")

    def clock(self, moment: datetime) -> None:
        """Set it; it goes on from there."""
        self.authority.now = moment

    def deliver(self, site: Site, case: str) -> str:
        """Prepare a notice and record that a server took it; gives its number."""
        number = site.prepare(site.read_case(case)).number
        self.send(site, number)
        return number

    def send(self, site: Site, number: str) -> None:
        """Record that a server took a notice that is held."""
        store = site.parts.store
        store.queue(number, now=self.now)
        store.make(Claim(number=number, now=self.now))
        store.make(Arm(number=number, now=self.now))
        sent = Attempt(
            started_at=self.now,
            ended_at=self.now + timedelta(seconds=1),
            state=State.SENT,
            stage=Stage.END_OF_DATA,
            remote="relay.example:587",
            tls="TLSv1.3",
            reply=Reply(code=250, enhanced_status="2.0.0", text="queued as 4711"),
        )
        store.make(
            Finish(number=number, attempt=sent, next_attempt_at=None, now=self.now)
        )

    def judge(self, bundle: bytes, *, is_mutant: bool = False, **more):
        """What the program says; the second verifier must not disagree.

        is_mutant: what nobody made is read by each in its own way (of two copies of a
        certificate one may be broken, and another is taken); but what one refuses the
        other must not pass.
        """
        options = {"trust": self.roots, "at": self.now, "log_keys": [self.log_key]}
        report = verify(bundle, **(options | more))
        if self.second and more.keys() <= _OF_BOTH:
            told = self.second.judge(bundle, **(options | more))
            if is_mutant:
                passed = told["verdict"] == Verdict.TOTAL_PASSED
                assert not (passed and report.verdict is Verdict.TOTAL_FAILED)
            else:
                assert not disagreement(report, told)
        return report


@pytest.fixture(scope="session")
def centre(tmp_path_factory):
    """Signs in November 2026 with certomancer's certificates, with time stamps."""
    folder = tmp_path_factory.mktemp("authority")
    authority, server = start_authority(folder, Authority, MovingClock(NOW))
    home = tmp_path_factory.mktemp("centre") / "site"
    start_site(home)
    made = Centre(home=home, authority=authority)
    made.clock(NOW)
    _give_key(made)
    with made.site() as site:
        made.deliver(site, CASE)
        made.deliver(site, "IHC-2026-004218")
        made.log_key = str(site.rooms.log.ledger.log_key.public())
    with ExitStack() as stack:
        if shutil.which("node"):
            made.second = stack.enter_context(second_verifier())
        yield made
    server.shutdown()
    server.server_close()


def _give_key(centre: Centre) -> None:
    key = centre.authority.key("p256")
    private = centre.authority.keys["p256"]
    (centre.home / "own.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"own", private, key.certificate, key.chain, BestAvailableEncryption(b"own")
        )
    )
    (centre.home / "own.passphrase").write_text("own\n")
    for name in ("own.p12", "own.passphrase"):
        (centre.home / name).chmod(0o600)
    centre.roots = tuple(
        one.public_bytes(Encoding.PEM) for one in centre.authority.roots
    )
    (centre.home / "own-roots.pem").write_bytes(b"".join(centre.roots))
    centre.set("key", '"own.p12"')
    centre.set("passphrase_file", '"own.passphrase"')
    centre.set("trust", '["own-roots.pem"]')
    centre.set("crls", "[]")
    centre.set("timestamp_urls", f'["{centre.authority.tsa_url}"]')


@pytest.fixture
def at_home(centre):
    """The clock is put back afterwards."""
    yield centre
    centre.clock(NOW)


@pytest.fixture(scope="session")
def bundle(centre) -> bytes:
    with centre.site() as site:
        (made,) = site.rooms.exporter.export(CASE)
    assert made.warnings == ()
    return made.content


@pytest.fixture(scope="session")
def redacted(centre) -> bytes:
    with centre.site() as site:
        (made,) = site.rooms.exporter.export(CASE, redact=True)
    return made.content


@pytest.fixture(scope="session")
def reseal(centre):
    """Changes members of a bundle (None: takes away) and signs it anew."""
    with centre.site() as site:
        signer = site.parts.desk.signer(centre.now)

    def sign(manifest):
        return sign_manifest(
            manifest, signer.key, signing_time=centre.now, revocation=signer.answers
        )

    def change(bundle, changes):
        own = ("mimetype", "META-INF/ASiCManifest.xml", "META-INF/signature.p7s")
        found = {**members_of(bundle), **changes}
        return seal(
            {
                name: content
                for name, content in found.items()
                if name not in own and content is not None
            },
            sign,
        )

    return change


def members_of(bundle: bytes) -> dict[str, bytes]:
    return dict(read_container(bundle))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dumps(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
