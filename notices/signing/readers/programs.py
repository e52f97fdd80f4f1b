"""Programs of this machine that read signed mail and letters: what each says of ours.

Each trusts one file of roots and nothing else, and works in a folder of its own. They
take up to a second, so `notices doctor --rehearse` asks them, and not every mail.
"""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding

from notices.files.reader_words import in_words_for_people
from notices.messages import Text

TIMEOUT = 60
"""Seconds for one program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A mail and a letter of ours, by their parts."""

    message: bytes
    """The mail as it would be sent."""
    entity: bytes
    """What is signed in it."""
    signature: bytes
    """Its CMS signature, DER."""
    pdf: bytes
    """The signed letter."""


Read = Callable[[Signed, Sequence[x509.Certificate], Path], str]
"""Gives why the program does not accept it, empty if it does; a folder is its own."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One program."""

    command: str
    """What must be installed."""
    read: Read
    """Asks it."""


def opinion(
    reader: Reader, signed: Signed, roots: Sequence[x509.Certificate], folder: Path
) -> str | None:
    """Why it does not accept it; empty if it does, None if it is not installed."""
    if shutil.which(reader.command) is None:
        return None
    for name, content in (
        ("mail.eml", signed.message),
        ("part", signed.entity),
        ("smime.p7s", signed.signature),
        ("letter.pdf", signed.pdf),
        ("roots.pem", b"".join(one.public_bytes(Encoding.PEM) for one in roots)),
    ):
        (folder / name).write_bytes(content)
    try:
        return reader.read(signed, roots, folder)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Text("it did not end well: {error}", error=in_words_for_people(error))


def _openssl(command: str, *more: str) -> Read:
    def read(_: Signed, __: Sequence[x509.Certificate], folder: Path) -> str:
        words = ["openssl", command, "-verify", "-purpose", "smimesign", *more]
        trusted = ["-CAfile", "roots.pem", "-no-CApath", "-no-CAstore"]
        said = _run(folder, [*words, *trusted, "-in", "mail.eml", "-out", "content"])
        return "" if "erification successful" in said else _last(said)

    return read


def _gpgsm(_: Signed, roots: Sequence[x509.Certificate], folder: Path) -> str:
    home = folder / "g"
    home.mkdir(mode=0o700)
    base = ["gpgsm", "--homedir", str(home), "--batch"]
    # gpgsm names a root by SHA-1; that it is ours is said by nobody but us
    prints = [one.fingerprint(SHA1()).hex().upper() for one in roots]  # noqa: S303
    (home / "trustlist.txt").write_text("".join(f"{one} S relax\n" for one in prints))
    (home / "gpgsm.conf").write_text("disable-crl-checks\nno-common-certs-import\n")
    try:
        _run(folder, [*base, "--import", "roots.pem"])
        words = [*base, "--status-fd", "1", "--verify", "smime.p7s", "part"]
        said = _run(folder, words)
    finally:
        _run(folder, ["gpgconf", "--homedir", str(home), "--kill", "all"])
    is_good = "[GNUPG:] GOODSIG" in said and "[GNUPG:] TRUST_FULLY" in said
    return "" if is_good else _last(said)


def _nss(_: Signed, roots: Sequence[x509.Certificate], folder: Path) -> str:
    (folder / "nss").mkdir()
    database = ["-d", f"sql:{folder / 'nss'}"]
    _run(folder, ["certutil", "-N", "--empty-password", *database])
    for number, root in enumerate(roots):
        file = folder / f"root-{number}.der"
        file.write_bytes(root.public_bytes(Encoding.DER))
        trusted = ["-n", f"root-{number}", "-t", ",C,", "-i", str(file)]
        _run(folder, ["certutil", "-A", *trusted, *database])
    words = ["-u", "4", "-c", "part", "-h", "0", "-i", "smime.p7s"]
    said = _run(folder, ["cmsutil", "-D", *database, *words])
    return "" if "GoodSignature" in said else _last(said)


def _pdfsig(_: Signed, __: Sequence[x509.Certificate], folder: Path) -> str:
    said = _run(folder, ["pdfsig", "-nocert", "letter.pdf"])
    first = said.split("Signature #2")[0]
    return "" if "Signature is Valid" in first else _last(said)


READERS: Mapping[str, Reader] = {
    "openssl cms": Reader("openssl", _openssl("cms", "-cades")),
    "openssl smime": Reader("openssl", _openssl("smime")),
    "gpgsm": Reader("gpgsm", _gpgsm),
    "NSS, as in Thunderbird": Reader("cmsutil", _nss),
    "pdfsig": Reader("pdfsig", _pdfsig),
}
"""By the name that people know."""


def _run(folder: Path, words: list[str]) -> str:
    """All that it says, on both outputs."""
    done = subprocess.run(  # noqa: S603 - fixed words, no shell
        words, cwd=folder, capture_output=True, timeout=TIMEOUT, check=False
    )
    return (done.stdout + b"\n" + done.stderr).decode(errors="replace")


def _last(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it says nothing"
