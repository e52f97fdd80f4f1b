"""Who in the world accepts what: every key, level and kind of answer, every reader.

    python bench/world.py [--each 2] [--without Thunderbird] [--only p384] [--keep FOLDER]

`make world` runs it whole. The counterparts are real: `openssl ts`, `openssl ocsp` and
`openssl ca -gencrl` on the machine's clock, SoftHSM2 as the token, a mail server on
loopback; the readers are ours, openssl (cms with -cades, smime), gpgsm, NSS, Thunderbird
and pkijs, as far as they are installed or install (npm). Each trusts one root alone.

A row a kind of mail, a column a reader: how many it accepts. Every cell must be full;
the exit code is 1, and the cell is named, if one is not.
"""

import argparse
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import judges

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from notices.site.starting import start_site  # noqa: E402
from tests.programs import require_program  # noqa: E402
from tests.signing.site_authority import equip, pem, write_secret  # noqa: E402
from tests.site.conftest import Desk  # noqa: E402

KEYS = ("rsa2048", "rsa3072", "rsa4096", "p256", "p384")
TOKENS = ("rsa3072", "p256", "p384")
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
ANSWERS = ("lists", "OCSP")
IN_TOKEN = "token "  # noqa: S105 - a kind of row
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "1234"


def token(folder: Path, trial: judges.Trial) -> bool:
    """A SoftHSM2 token with our keys; whether there is one."""
    if not Path(MODULE).exists() or not shutil.which("softhsm2-util"):
        return False
    (folder / "tokens").mkdir(parents=True)
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    # the library reads it once, when it is loaded
    os.environ["SOFTHSM2_CONF"] = str(config)
    program = require_program("softhsm2-util")
    made = ["--init-token", "--free", "--label", "centre", "--so-pin", "4321"]
    calls = [[*made, "--pin", PIN]]
    for number, name in enumerate(TOKENS, 0xA1):
        file = trial.folder / "pki" / f"{name}.pem"
        words = ["--import", str(file), "--token", "centre", "--pin", PIN]
        calls.append([*words, "--label", name, "--id", f"{number:x}"])
    for words in calls:
        subprocess.run([program, *words], check=True, capture_output=True)
    return True


def site(trial: judges.Trial, key: str, level: str, answers: str) -> Desk:
    """A site of its own, and an authority that answers so."""
    by_list = ["issuing"] if answers == "lists" else []
    trial.authority.lists_of = frozenset({"root", "stamp-root", *by_list})
    home = trial.folder / f"{key}-{level}-{answers}".replace(" ", "-")
    start_site(home)
    desk, name = Desk(home, None), key.removeprefix(IN_TOKEN)  # type: ignore[arg-type]
    desk.set("port", str(trial.port))
    equip(desk, trial.authority, name, trial.authority.tsa_url)
    desk.set("pdf_level", f'"{level}"')
    if key.startswith(IN_TOKEN):
        uri = f"pkcs11:token=centre;object={name}?module-path={MODULE}"
        desk.set("key", f'"{uri}"', section="signing")
        chain = (trial.authority.certificate(name), *trial.authority.chain)
        (home / "chain.pem").write_bytes(pem(*chain))
        desk.set("certificate", '"chain.pem"')
        write_secret(home / "pin", f"{PIN}\n".encode())
        desk.set("passphrase_file", '"pin"')
    return desk


def pkijs(folder: Path, roots: Path) -> judges.Judge | None:
    """It is installed by npm into a folder of its own; None where that cannot be had."""
    if not (shutil.which("node") and shutil.which("npm")):
        return None
    folder.mkdir()
    words = ["npm", "install", "--silent", "--no-audit", "--no-fund", "pkijs@3"]
    done = subprocess.run(words, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        print("pkijs does not install:", done.stderr.decode()[-200:], file=sys.stderr)
        return None
    program = Path(__file__).with_name("pkijs_judge.mjs")

    def judge(mail: Path) -> bool:
        part, signature = judges.parts(mail, folder)
        command = ["node", str(program), str(folder), signature, part, str(roots)]
        return judges.says(command, "GoodSignature")

    return judge


def rows(keys: list[str]) -> Iterator[tuple[str, str, str]]:
    for answers, key, level in itertools.product(ANSWERS, keys, LEVELS):
        yield key, level, answers


def chosen() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--each", type=int, default=2, help="mails of each kind")
    parser.add_argument("--without", action="append", default=[], help="a reader")
    parser.add_argument(
        "--only", action="append", default=[], help="a key, such as p384"
    )
    parser.add_argument("--keep", type=Path, help="a folder for the mails")
    return parser.parse_args()


def main() -> int:
    choice, unexpected = chosen(), []
    if choice.keep:
        choice.keep.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        trial = judges.Trial(folder, stack, set(choice.without), KEYS)
        readers = dict(trial.judges)
        root = folder / "judges" / "root.pem"
        if "pkijs" not in choice.without and (one := pkijs(folder / "pkijs", root)):
            readers["pkijs"] = one
        trial.judges = readers
        has_token = token(folder / "hsm", trial)
        keys = [*KEYS, *(f"{IN_TOKEN}{name}" for name in TOKENS if has_token)]
        keys = [one for one in keys if not choice.only or one in choice.only]
        print(judges.row("key", "level", "answers", "sent", *readers), flush=True)
        for key, level, answers in rows(keys):
            counts = trial.count(
                site(trial, key, level, answers), choice.each, choice.keep
            )
            for name, count in zip(("sent", *readers), counts, strict=True):
                if count != choice.each:
                    unexpected.append(f"{key}, {level}, {answers}: {name} {count}")
            print(judges.row(key, level, answers, *map(str, counts)), flush=True)
    print(f"{len(unexpected)} unexpected cells", *unexpected, sep="\n  ")
    return 1 if unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
