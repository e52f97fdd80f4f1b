r"""Make a release: wheel, source, page, list of what is in it, sums.

    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) python etc/release.py dist

The same commit gives the same octets of wheel, source and page, on any machine and in
any folder; the list of packages (CycloneDX) names the versions that were installed.
With `--key FILE` the sums are signed by that SSH key; to check them:

    ssh-keygen -Y verify -f allowed_signers -I WHO -n notices-release \
        -s SHA256SUMS.sig < SHA256SUMS && sha256sum -c SHA256SUMS
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
NAMESPACE = "notices-release"
SUMS = "SHA256SUMS"


def build(root: Path, into: Path) -> None:
    """Wheel and source of the tree at `root`, as of SOURCE_DATE_EPOCH."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(into.resolve())]
    subprocess.run(command, cwd=root, check=True)
    page = [sys.executable, str(root / "verifier-js" / "build.py")]
    subprocess.run([*page, str(into.resolve() / "verify.html")], check=True)


def inventory(python: Path, into: Path, *, is_held_to_schema: bool = True) -> None:
    """CycloneDX of what `python` has installed, without the hour and without an id.

    is_held_to_schema: the public schema judges it, which takes 15 s for 200 packages.
    """
    command = [sys.executable, "-m", "cyclonedx_py", "environment", str(python)]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"]
    command += ["--output-format", "JSON", "--output-file", str(into)]
    command += [] if is_held_to_schema else ["--no-validate"]
    subprocess.run(command, check=True)


def installed(wheel: Path, home: Path) -> Path:
    """The Python of a new environment with the wheel and what it needs, no more."""
    venv.create(home, clear=True, with_pip=True)
    python = home / "bin" / "python"
    pip = [str(python), "-m", "pip"]
    subprocess.run([*pip, "install", "--quiet", str(wheel)], check=True)
    subprocess.run([*pip, "uninstall", "--quiet", "--yes", "pip"], check=True)
    return python


def write_sums(folder: Path) -> None:
    """SHA-256 of every file but the sums themselves, as `sha256sum` writes them."""
    names = sorted(
        one.name for one in folder.iterdir() if not one.name.startswith(SUMS)
    )
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in names
    ]
    (folder / SUMS).write_text("".join(lines), "ascii")


def sign(folder: Path, key: Path) -> None:
    """`SHA256SUMS.sig`, by an SSH key (PROTOCOL.sshsig)."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE]
    subprocess.run([*command, str(folder / SUMS)], check=True)


def main() -> None:
    """Make all of it in a new folder."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("into", type=Path)
    parser.add_argument("--key", type=Path, help="an SSH key that signs the sums")
    given = parser.parse_args()
    if "SOURCE_DATE_EPOCH" not in os.environ:
        parser.error("set SOURCE_DATE_EPOCH, such as $(git log -1 --format=%ct)")
    if given.into.exists():
        parser.error(f"{given.into} is there already: name a new folder")
    given.into.mkdir(parents=True)
    build(ROOT, given.into)
    (wheel,) = given.into.glob("*.whl")
    home = ROOT / "build" / "release"
    name = "-".join(wheel.name.split("-")[:2])
    inventory(installed(wheel, home), given.into / f"{name}.cdx.json")
    shutil.rmtree(home)
    write_sums(given.into)
    if given.key:
        sign(given.into, given.key)
    sys.stdout.write((given.into / SUMS).read_text("ascii"))


if __name__ == "__main__":
    main()
