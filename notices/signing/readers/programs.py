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


class NotAsked(Exception):
    """Why a program cannot say anything of what we sign; no verdict of it."""


@dataclass(frozen=True, slots=True)
class Reader:
    """One program."""

    commands: tuple[str, ...]
    """What must be installed."""
    read: Read
    """Asks it."""


def opinion(
    reader: Reader, signed: Signed, roots: Sequence[x509.Certificate], folder: Path
) -> str:
    """Why it does not accept it; empty if it does. NotAsked where it does not work."""
    for command in reader.commands:
        if shutil.which(command) is None:
            raise NotAsked(Text("{command} is not installed", command=command))
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
        why = in_words_for_people(error)
        raise NotAsked(Text("it did not end well: {error}", error=why)) from error


def _openssl(command: str, *more: str) -> Read:
    def read(_: Signed, __: Sequence[x509.Certificate], folder: Path) -> str:
        words = ["openssl", command, "-verify", "-purpose", "smimesign", *more]
        trusted = ["-CAfile", "roots.pem", "-no-CApath", "-no-CAstore"]
        said = _run(folder, [*words, *trusted, "-in", "mail.eml", "-out", "content"])
        return "" if "erification successful" in said else _last(said)

    return read


_NO_AGENT = "[GNUPG:] TRUST_UNDEFINED 77"
"""GPG_ERR_NO_AGENT of libgpg-error: who keeps the list of roots did not start."""


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
    # its agent has a socket, whose path may be too long, or be forbidden
    if "[GNUPG:]" not in said or _NO_AGENT in said:
        raise NotAsked(_last(said))
    is_good = "[GNUPG:] GOODSIG" in said and "[GNUPG:] TRUST_FULLY" in said
    return "" if is_good else _last(said)


def _nss(_: Signed, roots: Sequence[x509.Certificate], folder: Path) -> str:
    (folder / "nss").mkdir()
    database = ["-d", f"sql:{folder / 'nss'}"]
    _prepare(folder, ["certutil", "-N", "--empty-password", *database])
    for number, root in enumerate(roots):
        file = folder / f"root-{number}.der"
        file.write_bytes(root.public_bytes(Encoding.DER))
        trusted = ["-n", f"root-{number}", "-t", ",C,", "-i", str(file)]
        _prepare(folder, ["certutil", "-A", *trusted, *database])
    words = ["-u", "4", "-c", "part", "-h", "0", "-i", "smime.p7s"]
    said = _run(folder, ["cmsutil", "-D", *database, *words])
    if "GoodSignature" in said:
        return ""
    # beside it stands what was signed
    status = [line for line in said.splitlines() if ".status=" in line]
    return _last("\n".join(status) or said)


def _pdfsig(_: Signed, __: Sequence[x509.Certificate], folder: Path) -> str:
    said = _run(folder, ["pdfsig", "-nocert", "letter.pdf"])
    first = said.split("Signature #2")[0]
    return "" if "Signature is Valid" in first else _last(said)


READERS: Mapping[str, Reader] = {
    "openssl cms": Reader(("openssl",), _openssl("cms", "-cades")),
    "openssl smime": Reader(("openssl",), _openssl("smime")),
    "gpgsm": Reader(("gpgsm", "gpgconf"), _gpgsm),
    "NSS, as in Thunderbird": Reader(("cmsutil", "certutil"), _nss),
    "pdfsig": Reader(("pdfsig",), _pdfsig),
}
"""By the name that people know."""


def _run(folder: Path, words: list[str]) -> str:
    """All that it says, on both outputs."""
    return _done(folder, words)[1]


def _prepare(folder: Path, words: list[str]) -> None:
    """What has nothing to do with us, and works where the program does."""
    code, said = _done(folder, words)
    if code:
        lines = _lines(said) or [Text("it says nothing")]
        raise NotAsked(
            Text(
                '{command} ends with {code} before it is asked: "{said}"',
                command=words[0],
                code=code,
                said=lines[-1][:_SHOWN],
            )
        )


def _done(folder: Path, words: list[str]) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 - fixed words, no shell
        words,
        cwd=folder,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    said = (done.stdout + b"\n" + done.stderr).decode(errors="replace")
    return done.returncode, said


def _last(said: str) -> str:
    """The last of what it says, quoted; NotAsked where that is nothing."""
    lines = _lines(said)
    if not lines:
        raise NotAsked("it says nothing")
    return Text('it says: "{said}"', said=lines[-1][:_SHOWN])


def _lines(said: str) -> list[str]:
    return [line.strip() for line in said.splitlines() if line.strip()]


_SHOWN = 200
"""Signs of what a program says."""
