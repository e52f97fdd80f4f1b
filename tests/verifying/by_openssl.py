"""An authority that is `openssl` alone: it issues, revokes, answers and stamps.

Nothing of ours makes these; the clock is the real one, as `openssl ocsp` and `openssl ts`
know no other.
"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.verifying.genuine import Cms, Mail
from tests.verifying.pki import FROM, Party, world

NOW = timedelta()
"""Moments are told from `Authorities.now`: openssl's own clock cannot be set."""
"""When everything is signed and answered."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AUTHORITY = (
    "basicConstraints=critical,CA:TRUE",
    "keyUsage=critical,keyCertSign,cRLSign",
)
SIGNER = (
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=emailProtection",
    f"subjectAltName=email:{FROM}",
)
STAMPER = (
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=critical,timeStamping",
)
RESPONDER = (
    "basicConstraints=critical,CA:FALSE",
    "keyUsage=critical,digitalSignature",
    "extendedKeyUsage=OCSPSigning",
)
LISTER = ("basicConstraints=critical,CA:FALSE", "keyUsage=critical,cRLSign")
NO_CHECK = ("noCheck=ignored",)
CONFIG = """
[ca]
default_ca = one
[one]
database = index.txt
crlnumber = crlnumber
default_md = sha256
default_crl_days = 20
[extensions]
{extensions}
[point]
fullname = URI:http://lists.example/other.crl
"""
STAMPS = """
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = {tsa}
certs = {ca}
signer_key = {key}
signer_digest = {digest}
default_policy = 1.3.6.1.4.1.99999.2
digests = sha256, sha1
ess_cert_id_alg = {ess}
tsa_name = yes
accuracy = {accuracy}
"""


@dataclass(frozen=True)
class Revoked:
    """A line of an index: who, since when, why."""

    name: str
    at: timedelta = NOW - DAY
    reason: str = ""
    """As `openssl ca` writes it: `superseded`, or `keyTime,{an_hour_ago}`."""


class Authorities:
    """A folder of keys and certificates, each made by a command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.issuers: dict[str, str] = {}
        self.count = 0

    def time(self, since: timedelta) -> str:
        """That long after now, as its commands want it."""
        return f"{self.now + since:%y%m%d%H%M%SZ}"

    def run(self, words: str, **files: str) -> bytes:
        for name, content in files.items():
            (self.folder / name.replace("_", ".")).write_text(content)
        done = subprocess.run(
            ["openssl", *words.split()],
            cwd=self.folder,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    def issue(
        self,
        name: str,
        by: str,
        extensions: Sequence[str],
        *,
        key: str = "ec -pkeyopt ec_paramgen_curve:P-256",
        called: str = "",
        same_key: str = "",
        digest: str = "sha256",
        start: timedelta = NOW - 100 * DAY,
        end: timedelta = NOW + 1_000 * DAY,
    ) -> str:
        """A certificate; `by` its own name is a root's."""
        self.count += 1
        self.issuers[name] = by
        if same_key:
            (self.folder / f"{name}.key").write_bytes(
                (self.folder / f"{same_key}.key").read_bytes()
            )
        else:
            self.run(f"genpkey -algorithm {key} -out {name}.key")
        subject = f"/C=JP/O=Example/CN={called or name}".replace(" ", "_")
        self.run(f"req -new -key {name}.key -subj {subject} -out {name}.csr")
        self.sign(name, by, extensions, digest, start, end)
        return name

    def sign(
        self,
        name: str,
        by: str,
        extensions: Sequence[str],
        digest: str,
        start: timedelta,
        end: timedelta,
    ) -> None:
        above = "-selfsign" if by == name else f"-cert {by}.pem"
        first = () if by == name else ("authorityKeyIdentifier=keyid",)
        lines = "\n".join(("subjectKeyIdentifier=hash", *first, *extensions))
        config = (
            f"[ca]\ndefault_ca=one\n[one]\ndatabase=issued.txt\nserial=serial.txt\n"
            f"new_certs_dir=.\ndefault_md={digest}\nunique_subject=no\n"
            f"email_in_dn=no\npolicy=any\n[any]\ncountryName=optional\n"
            f"organizationName=optional\ncommonName=optional\n[ext]\n{lines}\n"
        )
        self.run(
            f"ca -batch -notext -config issue.cnf {above} -keyfile {by}.key "
            f"-in {name}.csr -extensions ext -out {name}.pem "
            f"-startdate {self.time(start)} -enddate {self.time(end)}",
            issue_cnf=config,
            issued_txt="",
            serial_txt=f"{0x1000 + self.count:X}\n",
        )

    def certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate(
            (self.folder / f"{name}.pem").read_bytes()
        )

    def party(self, name: str) -> Party:
        """For the signature of a mail."""
        octets = (self.folder / f"{name}.key").read_bytes()
        by = self.issuers[name]
        above = None if by == name else self.party(by)
        return Party(load_pem_private_key(octets, None), self.certificate(name), above)

    def pem(self, name: str) -> bytes:
        return (self.folder / f"{name}.pem").read_bytes()

    def index(self, revoked: Sequence[Revoked], known: Sequence[str] = ()) -> str:
        lines = [
            f"R\t{self.time(NOW + 900 * DAY)}\t{self.time(one.at)}"
            f"{',' if one.reason else ''}{self.reason(one)}\t{self.serial(one.name)}\tunknown\t/CN=x\n"
            for one in revoked
        ]
        lines += [
            f"V\t{self.time(NOW + 900 * DAY)}\t\t{self.serial(name)}\tunknown\t/CN=x\n"
            for name in known
        ]
        return "".join(lines)

    def reason(self, one: Revoked) -> str:
        return one.reason.format(an_hour_ago=f"{self.now - HOUR:%Y%m%d%H%M%SZ}")

    def serial(self, name: str) -> str:
        digits = f"{self.certificate(name).serial_number:X}"
        return digits.zfill(len(digits) + len(digits) % 2)

    def crl(
        self,
        by: str,
        *revoked: Revoked,
        at: timedelta = NOW - HOUR,
        days: int = 20,
        extensions: Sequence[str] = (),
        digest: str = "sha256",
    ) -> bytes:
        lines = "\n".join(("authorityKeyIdentifier=keyid", *extensions))
        self.run(
            f"ca -gencrl -config list.cnf -cert {by}.pem -keyfile {by}.key "
            f"-md {digest} -crlexts extensions -out list.pem "
            f"-crl_lastupdate {self.time(at)} "
            f"-crl_nextupdate {self.time(at + days * DAY)}",
            list_cnf=CONFIG.format(extensions=lines),
            index_txt=self.index(revoked),
            crlnumber="1000\n",
        )
        return self.run("crl -in list.pem -outform DER")

    def answer(
        self,
        about: str,
        *revoked: Revoked,
        by: str = "",
        known: Sequence[str] = (),
        digest: str = "sha256",
    ) -> bytes:
        """An OCSP answer of now; by the issuer where nobody else is named."""
        ca = self.issuers[about]
        signer = by or ca
        self.run(f"ocsp -issuer {ca}.pem -cert {about}.pem -no_nonce -reqout asked.der")
        self.run(
            f"ocsp -index index.txt -CA {ca}.pem -rsigner {signer}.pem "
            f"-rkey {signer}.key -rmd {digest} -ndays 7 -reqin asked.der -respout told.der",
            index_txt=self.index(revoked, known),
        )
        return (self.folder / "told.der").read_bytes()

    def stamp(
        self,
        value: bytes,
        tsa: str,
        *,
        digest: str = "sha256",
        ess: str = "sha256",
        accuracy: str = "secs:1",
    ) -> bytes:
        (self.folder / "value").write_bytes(value)
        config = STAMPS.format(
            tsa=f"{tsa}.pem",
            ca=f"{self.issuers[tsa]}.pem",
            key=f"{tsa}.key",
            digest=digest,
            ess=ess,
            accuracy=accuracy,
        )
        self.run(
            "ts -query -data value -sha256 -cert -out query",
            stamp_cnf=config,
            serial="01\n",
        )
        self.run("ts -reply -queryfile query -config stamp.cnf -token_out -out token")
        return (self.folder / "token").read_bytes()

    def mail(
        self,
        signer: str,
        answers: Sequence[bytes],
        *,
        tsa: str = "",
        signed_at: timedelta = NOW,
        extra: Sequence[str] = (),
        **stamp: str,
    ) -> bytes:
        """A mail of ours by that signer, with these lists in its signature."""

        def finish(made: Cms) -> Cms:
            return replace(
                made,
                signing_time=self.now + signed_at,
                stamp=(lambda value: self.stamp(value, tsa, **stamp)) if tsa else None,
                extra_certificates=tuple(map(self.party, extra)),
            )

        party = self.parties(signer)
        return Mail(
            world(),
            signer=party,
            date=self.now + signed_at,
            crls=tuple(answers),
            cms=finish,
        ).build()

    def parties(self, name: str) -> Party:
        """The same for the same name: the letter of a signer is made once."""
        self.made: dict[str, Party] = getattr(self, "made", {})
        return self.made.setdefault(name, self.party(name))
