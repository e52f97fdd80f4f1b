"""What others say of our mails: two keys, three levels, lists or OCSP, a real authority.

    python bench/judges.py [--each 5] [--without Thunderbird] [--keep FOLDER]

Each mail is sent by `notices send` to a mail server on loopback, with stamps of
`openssl ts`, answers of `openssl ocsp` and lists over HTTP, all on the machine's clock.
Then it is judged by our verifier, openssl (cms with -cades, smime), gpgsm, NSS (cmsutil)
and Thunderbird, each trusting the root alone. A row a kind of mail, a column a judge:
how many it accepts. The exit code is 1 unless everything is sent and accepted.
"""

import argparse
import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from notices import verify  # noqa: E402
from notices.cli import run  # noqa: E402
from notices.errors import NoticesError  # noqa: E402
from notices.mail import split  # noqa: E402
from notices.site.starting import start_site  # noqa: E402
from tests.programs import require_program  # noqa: E402
from tests.relays import thunderbird  # noqa: E402
from tests.signing.openssl_authority import OpensslAuthority  # noqa: E402
from tests.signing.site_authority import emptied, equip, pem, running, server  # noqa: E402
from tests.site.conftest import CASE_1, Desk  # noqa: E402

KEYS = ("rsa3072", "p256")
LEVELS = ("B-B", "B-T", "B-LTA")
ANSWERS = ("lists", "OCSP")

Judge = Callable[[Path], bool]
"""Whether it accepts the mail in the file."""


def says(words: list[str], *wanted: str) -> bool:
    """Whether a program ends well and says all of that."""
    done = subprocess.run(words, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    return done.returncode == 0 and all(one in said for one in wanted)


def ours(roots: bytes) -> Judge:
    def judge(mail: Path) -> bool:
        report = verify(mail.read_bytes(), trust=[roots])
        return report.verdict == "TOTAL-PASSED"

    return judge


def openssl(command: str, roots: Path, *more: str) -> Judge:
    words = [require_program("openssl"), command, "-verify", "-purpose", "smimesign"]
    words += ["-CAfile", str(roots), "-no-CApath", "-no-CAstore", "-out", "/dev/null"]
    return lambda mail: says(
        [*words, *more, "-in", str(mail)], "erification successful"
    )


def parts(mail: Path, folder: Path) -> tuple[str, str]:
    """Files with the signed part and its signature."""
    found = split(mail.read_bytes())
    (folder / "part").write_bytes(found.entity)
    (folder / "p7s").write_bytes(found.signature)
    return str(folder / "part"), str(folder / "p7s")


def gpgsm(authority: OpensslAuthority, folder: Path) -> Judge:
    home = folder / "g"
    home.mkdir(mode=0o700)
    fingerprint = authority.root.fingerprint(SHA1()).hex().upper()  # noqa: S303
    (home / "trustlist.txt").write_text(f"{fingerprint} S relax\n")
    (home / "gpgsm.conf").write_text("disable-crl-checks\nno-common-certs-import\n")
    base = [require_program("gpgsm"), "--homedir", str(home), "--batch"]
    subprocess.run(
        [*base, "--import", str(folder / "root.der")], check=True, capture_output=True
    )

    def judge(mail: Path) -> bool:
        part, signature = parts(mail, folder)
        words = [*base, "--status-fd", "1", "--verify", signature, part]
        return says(words, "[GNUPG:] GOODSIG", "[GNUPG:] TRUST_FULLY")

    return judge


def nss(folder: Path) -> Judge:
    certutil, cmsutil = require_program("certutil"), require_program("cmsutil")
    (folder / "nss").mkdir()
    database = f"sql:{folder / 'nss'}"
    trusted = ["-n", "root", "-t", ",C,", "-i", str(folder / "root.der")]
    for words in (["-N", "--empty-password"], ["-A", *trusted]):
        subprocess.run(
            [certutil, *words, "-d", database], check=True, capture_output=True
        )

    def judge(mail: Path) -> bool:
        part, signature = parts(mail, folder)
        words = ["-D", "-d", database, "-u", "4", "-c", part, "-h", "0"]
        return says([cmsutil, *words, "-i", signature], "GoodSignature")

    return judge


@contextmanager
def judges(
    authority: OpensslAuthority, folder: Path, left_out: set[str]
) -> Iterator[Mapping[str, Judge]]:
    """Those that are installed, by name."""
    roots, root = folder / "roots.pem", folder / "root.pem"
    roots.write_bytes(pem(*authority.roots))
    root.write_bytes(pem(authority.root))
    (folder / "root.der").write_bytes(authority.root.public_bytes(Encoding.DER))
    found: dict[str, Judge] = {
        "ours": ours(roots.read_bytes()),
        "openssl cms": openssl("cms", root, "-cades"),
        "openssl smime": openssl("smime", root),
    }
    with ExitStack() as stack:
        if shutil.which("gpgsm"):
            found["gpgsm"] = gpgsm(authority, folder)
        if shutil.which("cmsutil"):
            found["NSS"] = nss(folder)
        if shutil.which("thunderbird") and "Thunderbird" not in left_out:
            program = stack.enter_context(thunderbird.running(folder, {"root": root}))
            found["Thunderbird"] = lambda mail: (
                program.show(mail)["status"] == thunderbird.SIGNED
            )
        yield {name: one for name, one in found.items() if name not in left_out}


def send(desk: Desk, cases: list[str]) -> int:
    """How many are sent; what is refused is told on the error output."""
    said = StringIO()
    with redirect_stdout(said):
        run(["send", *cases, "--json", "--site", str(desk.home)])
    rows = json.loads(said.getvalue())
    for row in rows:
        if row.get("error"):
            print(row["error"]["message"], file=sys.stderr)
    return sum(row["state"] == "sent" for row in rows)


def accepted(judge: Judge, mails: list[Path]) -> int:
    count = 0
    for mail in mails:
        try:
            count += judge(mail)
        except (NoticesError, AssertionError) as error:
            print(f"{mail}: {error}", file=sys.stderr)
    return count


class Trial:
    """Where mails are sent and judged."""

    def __init__(
        self,
        folder: Path,
        stack: ExitStack,
        left_out: set[str],
        keys: Sequence[str] = KEYS,
    ) -> None:
        self.folder = folder
        for name in ("pki", "server", "judges"):
            (folder / name).mkdir()
        self.authority = stack.enter_context(running(folder / "pki", keys))
        self.mails, self.port = stack.enter_context(server(folder / "server"))
        self.judges = stack.enter_context(
            judges(self.authority, folder / "judges", left_out)
        )

    def site(self, name: str, key: str, level: str, answers: str) -> Desk:
        """A site of its own, and an authority that answers so."""
        by_list = ["issuing"] if answers == "lists" else []
        self.authority.lists_of = frozenset({"root", "stamp-root", *by_list})
        start_site(self.folder / name)
        desk = Desk(self.folder / name, None)  # type: ignore[arg-type]
        desk.set("port", str(self.port))
        equip(desk, self.authority, key, self.authority.tsa_url)
        desk.set("pdf_level", f'"{level}"')
        return desk

    def count(self, desk: Desk, each: int, keep: Path | None) -> list[int]:
        """How many are sent, and how many each judge accepts."""
        cases = [
            desk.case(CASE_1, case_id=f"IHC-2026-{700_000 + number:06d}")
            for number in range(each)
        ]
        sent = send(desk, cases)
        found = list(self.mails.glob("*.eml"))
        counts = [accepted(judge, found) for judge in self.judges.values()]
        for mail in found if keep else ():
            shutil.copy(mail, keep / f"{desk.home.name}-{mail.name}")
        emptied(self.mails)
        return [sent, *counts]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=5, help="mails of each kind")
    parser.add_argument("--without", action="append", default=[], help="a judge")
    parser.add_argument("--keep", type=Path, help="a folder for the mails")
    chosen = parser.parse_args()
    if chosen.keep:
        chosen.keep.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        trial = Trial(folder, stack, set(chosen.without))
        print(row("key", "level", "answers", "sent", *trial.judges), flush=True)
        is_all = True
        for answers, key, level in itertools.product(ANSWERS, KEYS, LEVELS):
            desk = trial.site(f"{key}-{level}-{answers}", key, level, answers)
            counts = trial.count(desk, chosen.each, chosen.keep)
            is_all = is_all and set(counts) == {chosen.each}
            cells = (f"{count} of {chosen.each}" for count in counts)
            print(row(key, level, answers, *cells), flush=True)
    return 0 if is_all else 1


def row(*cells: str) -> str:
    return "".join(f"{cell:<15}" for cell in cells).rstrip()


if __name__ == "__main__":
    sys.exit(main())
