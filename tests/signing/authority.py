"""A certificate authority at any date, played by certomancer over real HTTP.

Its clock is what the test sets: for stamps, lists and answers of another day or
decade, which no authority with a clock of its own can give. Whatever can be asked now
is asked of `openssl_authority`, whose clock moves.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar

from asn1crypto import ocsp, tsp
from certomancer.registry import (
    ArchLabel,
    CertLabel,
    CertomancerConfig,
    PKIArchitecture,
    ServiceLabel,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from notices.signing import RevocationAnswers, SigningKey
from notices.signing.keys.signing_key import signing_key
from tests.clocks import MovingClock

MAILBOX = "notice@hotline.example.jp"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

KEYS = {
    "root": "p256",
    "stamp-root": "p256",
    "issuing": "p256",
    "tsa": "p256",
    "ocsp": "p256",
    "rsa1024": "rsa1024",
    "rsa2048": "rsa2048",
    "rsa3072": "rsa3072",
    "p256": "p256",
    "p384": "p384",
}
LISTS = ("issuing", "root", "stamp-root")
"""Who publishes a list; the time-stamp authority has a root of its own."""
SIGNERS = ("rsa2048", "rsa3072", "p256", "p384")
LONG = ("2020-01-01", "2060-01-01")
STAMPERS = ("tsa", "tsa-revoked", "tsa-for-tls", "tsa-2026", "tsa-2034")
"""Time-stamp authorities: two are not to be believed, two live eleven years."""


def days_from(now: datetime, *days: int) -> tuple[str, ...]:
    return tuple(f"{now + timedelta(days=one):%Y-%m-%d}" for one in days)


def odd_signers(now: datetime) -> dict[str, dict[str, object]]:
    """Certificates that must not sign, or only with a warning, seen at `now`."""
    return {
        "expired": {"validity": days_from(now, -1056, -690)},
        "not-yet": {"validity": days_from(now, 40, 405)},
        "six-days-left": {"validity": days_from(now, -300, 6)},
        "twenty-days-left": {"validity": days_from(now, -300, 20)},
        "for-tls": {"purpose": "server_auth"},
        "other-mailbox": {"mailbox": "other@hotline.example.jp"},
        "revoked": {"revoked": days_from(now, -174)[0]},
        "revoked-later": {"revoked": days_from(now, 100)[0]},
        "rsa1024": {"key": "rsa1024"},
    }


def make_key(kind: str) -> PrivateKey:
    if kind.startswith("rsa"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("rsa")))
    curve = {"p256": ec.SECP256R1(), "p384": ec.SECP384R1()}[kind]
    return ec.generate_private_key(curve)


def moment(day: str) -> str:
    return f"{day}T00:00:00+0000"


def life(start: str, end: str) -> dict[str, str]:
    return {"valid-from": moment(start), "valid-to": moment(end)}


def usage(*bits: str) -> dict[str, object]:
    value = {"schema": "key-usage", "params": list(bits)}
    return {"id": "key_usage", "critical": True, "smart-value": value}


def crl_point(repository: str) -> dict[str, object]:
    params = {"crl-repo-names": [repository]}
    return {
        "id": "crl_distribution_points",
        "smart-value": {"schema": "crl-dist-url", "params": params},
    }


def certificate(
    name: str, issuer: str, key: str, validity: tuple[str, str], *extensions: object
) -> dict[str, object]:
    return {
        "subject": name,
        "subject-key": key,
        "issuer": issuer,
        "authority-key": issuer,
        "validity": life(*validity),
        "extensions": list(extensions),
    }


def ca_extensions() -> list[object]:
    return [
        {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
        usage("key_cert_sign", "crl_sign"),
    ]


def signer(
    name: str,
    key: str,
    validity: tuple[str, str],
    purpose: str = "email_protection",
    mailbox: str = MAILBOX,
    revoked: str | None = None,
) -> dict[str, object]:
    names = [{"type": "email", "value": mailbox}]
    spec = certificate(
        name,
        "issuing",
        key,
        validity,
        usage("digital_signature", "non_repudiation"),
        {"id": "extended_key_usage", "value": [purpose]},
        {
            "id": "subject_alt_name",
            "smart-value": {"schema": "general-names", "params": names},
        },
        crl_point("issuing"),
        {
            "id": "authority_information_access",
            "smart-value": {
                "schema": "aia-urls",
                "params": {"ocsp-responder-names": ["issuing"]},
            },
        },
    )
    if revoked:
        spec["revocation"] = {"revoked-since": moment(revoked)}
    return spec


def stamper(
    name: str,
    validity: tuple[str, str] = LONG,
    purpose: str = "time_stamping",
    revoked: str | None = None,
) -> dict[str, object]:
    spec = certificate(
        name,
        "stamp-root",
        "tsa",
        validity,
        usage("digital_signature"),
        {"id": "extended_key_usage", "critical": True, "value": [purpose]},
        crl_point("stamp-root"),
    )
    if revoked:
        spec["revocation"] = {"revoked-since": moment(revoked)}
    return spec


def configuration(
    folder: Path, url: str, now: datetime, signers: Sequence[str]
) -> dict[str, object]:
    usual = days_from(now, -325, 405)
    odd = odd_signers(now)
    certs = {
        "root": certificate("root", "root", "root", LONG, *ca_extensions()),
        "issuing": certificate(
            "issuing", "root", "issuing", LONG, *ca_extensions(), crl_point("root")
        ),
        "stamp-root": certificate(
            "stamp-root", "stamp-root", "stamp-root", LONG, *ca_extensions()
        ),
        "tsa": stamper("tsa"),
        "tsa-revoked": stamper("tsa-revoked", revoked=days_from(now, -174)[0]),
        "tsa-for-tls": stamper("tsa-for-tls", purpose="server_auth"),
        "tsa-2026": stamper("tsa-2026", ("2026-01-01", "2037-01-01")),
        "tsa-2034": stamper("tsa-2034", ("2034-01-01", "2045-01-01")),
        "ocsp": certificate(
            "ocsp",
            "issuing",
            "ocsp",
            LONG,
            usage("digital_signature"),
            {"id": "extended_key_usage", "value": ["ocsp_signing"]},
            {"id": "ocsp_no_check", "value": None},
        ),
        **{name: signer(name, name, usual) for name in signers},
        **{
            name: signer(name, **{"key": "p256", "validity": usual, **changes})
            for name, changes in odd.items()
        },
    }
    for serial, spec in enumerate(certs.values(), 5001):
        spec["serial"] = serial
    architecture = {
        "keyset": "keys",
        "entity-defaults": {"country-name": "JP", "organization-name": "Test"},
        "entities": {name: {"common-name": f"Test {name}"} for name in certs},
        "certs": certs,
        "services": {
            "ocsp": {
                "issuing": {
                    "for-issuer": "issuing",
                    "responder-cert": "ocsp",
                    "signing-key": "ocsp",
                }
            },
            "crl-repo": {
                name: {
                    "for-issuer": name,
                    "signing-key": name,
                    "simulated-update-schedule": "P30D",
                }
                for name in LISTS
            },
            "time-stamping": {
                name: {"signing-key": "tsa", "signing-cert": name} for name in STAMPERS
            },
        },
    }
    names = KEYS | dict.fromkeys(signers)
    keys = {name: {"path": f"{name}.pem"} for name in names}
    return {
        "external-url-prefix": url,
        "keysets": {"keys": {"path-prefix": str(folder), "keys": keys}},
        "pki-architectures": {"test": architecture},
    }


@dataclass(eq=False)
class Authority:
    """The PKI, its keys and its server."""

    architecture: PKIArchitecture
    keys: dict[str, PrivateKey]
    url: str
    clock: Callable[[], datetime] = field(default_factory=lambda: MovingClock(NOW))
    """The authority's own."""
    spoil: Callable[[bytes], bytes] | None = None
    """Changes an answer on its way out."""
    asked: list[str] = field(default_factory=list)
    """The paths that were asked for."""

    @property
    def now(self) -> datetime:
        """What the authority's own clock says."""
        return self.clock()

    @now.setter
    def now(self, moment: datetime) -> None:
        """Set it; it goes on from there."""
        self.clock = MovingClock(moment)

    def certificate(self, name: str) -> x509.Certificate:
        encoded = self.architecture.get_cert(CertLabel(name)).dump()
        return x509.load_der_x509_certificate(encoded)

    @property
    def root(self) -> x509.Certificate:
        return self.certificate("root")

    @property
    def roots(self) -> list[x509.Certificate]:
        """The signer's, and the time-stamp authority's."""
        return [self.root, self.certificate("stamp-root")]

    @property
    def chain(self) -> list[x509.Certificate]:
        return [self.certificate("issuing")]

    def key(self, name: str) -> SigningKey:
        private = self.keys.get(name, self.keys["p256"])
        return signing_key(private, self.certificate(name), self.chain)

    @cache  # noqa: B019 - one authority a session, and ECDSA signs anew each time
    def crls(self, at: datetime = NOW) -> RevocationAnswers:
        registry = self.architecture.service_registry
        return RevocationAnswers(
            crls=tuple(
                registry.get_crl(ServiceLabel(name), at_time=at).dump()
                for name in LISTS
            )
        )

    @property
    def tsa_url(self) -> str:
        return self.stamper_url("tsa")

    def stamper_url(self, name: str) -> str:
        return f"{self.url}/test/tsa/{name}"

    def answer(self, path: str, body: bytes) -> bytes:
        self.asked.append(path)
        match path.strip("/").split("/"):
            case [_, "crls", name, _]:
                content = self._listed(name)
            case [_, "tsa", name]:
                content = self._stamped(name, body)
            case [_, "ocsp", name]:
                content = self._responded(name, body)
            case _:
                raise FileNotFoundError(path)
        return self.spoil(content) if self.spoil else content

    def _listed(self, name: str) -> bytes:
        registry = self.architecture.service_registry
        content: bytes = registry.get_crl(ServiceLabel(name), at_time=self.now).dump()
        return content

    def _stamped(self, name: str, body: bytes) -> bytes:
        registry = self.architecture.service_registry
        stamper = registry.summon_timestamper(ServiceLabel(name), self.now)
        request = tsp.TimeStampReq.load(body)
        content: bytes = stamper.request_tsa_response(request).dump()
        return content

    def _responded(self, name: str, body: bytes) -> bytes:
        registry = self.architecture.service_registry
        # RFC 6960, 4.2.2.1: its times have no fractions of a second
        moment = self.now.replace(microsecond=0)
        responder = registry.summon_responder(ServiceLabel(name), moment)
        request = ocsp.OCSPRequest.load(body)
        content: bytes = responder.build_ocsp_response(request).dump()
        return content


def handler(authority: Authority) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                content = authority.answer(self.path, body)
            except FileNotFoundError:
                self.send_error(404)
                return
            self.send_response(200)
            if "/tsa/" in self.path:  # RFC 3161, 3.4
                self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


Kind = TypeVar("Kind", bound=Authority)


def start_authority(
    folder: Path,
    kind: type[Kind],
    clock: Callable[[], datetime],
    signers: Sequence[str] = SIGNERS,
) -> tuple[Kind, ThreadingHTTPServer]:
    """One that is served on loopback; its certificates are of the days around now.

    signers: the kinds of keys that get a certificate for mail.
    """
    kinds = KEYS | {name: name for name in signers}
    keys = {name: make_key(kind) for name, kind in kinds.items()}
    for name, key in keys.items():
        encoded = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.pem").write_bytes(encoded)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_port}"
    config = CertomancerConfig(
        configuration(folder, url, clock(), signers), key_search_dir=str(folder)
    )
    architecture = config.get_pki_arch(ArchLabel("test"))
    authority = kind(architecture, keys, url, clock)
    server.RequestHandlerClass = handler(authority)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return authority, server
