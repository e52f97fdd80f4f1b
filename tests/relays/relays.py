"""Relays as the world has them, each in a private view of the machine.

Postfix, Exim and OpenSMTPD shut each other out as packages. So each runs in a mount
namespace whose root is this machine's with a layer over it: there its program is
unpacked and its users, its configuration and its mailbox are. Nothing of the machine
is changed, and nothing but loopback is listened on.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.programs import missing, require_program

CACHE = "NOTICES_RELAYS"
"""Environment variable: the folder in which unpacked packages are kept."""

USERS = {"Debian-exim": 64001, "opensmtpd": 64002, "opensmtpq": 64003, "mailbox": 64004}
MAILBOX = "var/mailbox"
PATIENCE = 20.0

POSTFIX_MAIN = """
compatibility_level = 3.6
maillog_file = /dev/stdout
myhostname = relay.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
mynetworks = 127.0.0.0/8
smtpd_recipient_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = stored.example
virtual_mailbox_base = /var
virtual_mailbox_maps = inline:{{abuse@stored.example=mailbox/}}
virtual_mailbox_limit = 0
virtual_uid_maps = static:64004
virtual_gid_maps = static:64004
transport_maps = inline:{{seven.example=smtp:[127.0.0.1]:{hop}}}
message_size_limit = 30000000
"""
POSTFIX_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
EXIM = """
primary_hostname = relay.test
local_interfaces = 127.0.0.1
daemon_smtp_ports = {port}
exim_path = /usr/sbin/exim4
keep_environment =
log_file_path = /var/log/exim-%slog
host_lookup =
tls_advertise_hosts =
rfc1413_query_timeout = 0s
message_size_limit = 30M
acl_smtp_rcpt = everyone
begin acl
everyone:
  accept
begin routers
everyone:
  driver = accept
  transport = mailbox
begin transports
mailbox:
  driver = appendfile
  maildir_format
  directory = /var/mailbox
  create_directory
  user = mailbox
"""
OPENSMTPD = """
smtp max-message-size "30M"
table everyone {{ "@" = "mailbox" }}
listen on 127.0.0.1 port {port} hostname relay.test
action "store" maildir "/var/mailbox" virtual <everyone>
match from any for any action "store"
"""


@dataclass
class Relay:
    """A relay that runs."""

    port: int
    mailbox: Path
    log: Path

    def delivered(self) -> bytes:
        """The one mail of the mailbox, as it is stored."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if found := list((self.mailbox / "new").glob("*")):
                [only] = found
                return only.read_bytes()
            time.sleep(0.05)
        raise AssertionError(f"nothing was delivered: {self.said()}")

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def postfix(hop: int = 9) -> Iterator[Relay]:
    """`stored.example` goes to the mailbox, `seven.example` on to port `hop`."""
    require_program("postfix")
    port = free_port()
    files = {
        "etc/postfix/main.cf": POSTFIX_MAIN.format(hop=hop),
        "etc/postfix/master.cf": POSTFIX_MASTER.format(port=port),
    }
    with _running([], files, ["postfix", "start-fg"], port) as relay:
        yield relay


@contextmanager
def exim() -> Iterator[Relay]:
    """Every address goes to the mailbox."""
    port = free_port()
    files = {"etc/exim4/exim4.conf": EXIM.format(port=port)}
    packages = ["exim4-daemon-light", "exim4-base", "libidn12"]
    with _running(packages, files, ["/usr/sbin/exim4", "-bdf", "-v"], port) as relay:
        yield relay


@contextmanager
def opensmtpd() -> Iterator[Relay]:
    """Every address goes to the mailbox."""
    port = free_port()
    files = {"etc/smtpd.conf": OPENSMTPD.format(port=port)}
    command = ["/usr/sbin/smtpd", "-d"]
    with _running(["opensmtpd"], files, command, port) as relay:
        yield relay


def _unpacked(package: str) -> Path:
    """The package's files, fetched once with apt-get and kept."""
    cache = Path(
        os.environ.get(CACHE) or Path(tempfile.gettempdir()) / "notices-relays"
    )
    target = cache / package
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        apt = require_program("apt-get")
        done = subprocess.run(
            [apt, "download", "-q", package],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        found = list(Path(folder).glob("*.deb"))
        if not found:
            missing(f"the package {package} cannot be fetched: {done.stderr[-300:]}")
        subprocess.run(["dpkg", "-x", found[0], Path(folder) / "x"], check=True)
        (Path(folder) / "x").rename(target)
    return target


@contextmanager
def _running(
    packages: list[str], files: dict[str, str], command: list[str], port: int
) -> Iterator[Relay]:
    if os.geteuid() != 0:
        missing("a private relay needs root: it has users and mounts of its own")
    folder = Path(tempfile.mkdtemp(prefix="relay-"))
    layer = folder / "layer"
    for package in packages:
        _merge(_unpacked(package), layer)
    _furnish(layer, files)
    log = folder / "log"
    script = (
        f"mount -t overlay overlay -o lowerdir=/,upperdir={layer},"
        f"workdir={folder}/work {folder}/merged"
        f" && mount --rbind /dev {folder}/merged/dev"
        f" && mount -t proc proc {folder}/merged/proc"
        f" && mount -t tmpfs tmpfs {folder}/merged/run"
        f' && exec chroot {folder}/merged "$@"'
    )
    for name in ("work", "merged"):
        (folder / name).mkdir()
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", script, "relay", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_for(port, process, log)
        yield Relay(port=port, mailbox=layer / MAILBOX, log=log)
    finally:
        _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _merge(package: Path, layer: Path) -> None:
    """Into the layer; `/lib` of a package is `/usr/lib` where the machine has it so."""
    for folder in package.iterdir():
        place = Path("usr" if (Path("/") / folder.name).is_symlink() else "")
        shutil.copytree(
            folder, layer / place / folder.name, dirs_exist_ok=True, symlinks=True
        )


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the relay and its children: they are a session of their own."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)


def _furnish(layer: Path, files: dict[str, str]) -> None:
    """Users, mailbox, and the relay's configuration."""
    (layer / "etc").mkdir(parents=True, exist_ok=True)
    passwd, group = Path("/etc/passwd").read_text(), Path("/etc/group").read_text()
    for name, number in USERS.items():
        passwd += f"{name}:x:{number}:{number}::/var/empty:/usr/sbin/nologin\n"
        group += f"{name}:x:{number}:\n"
    everything = {"etc/passwd": passwd, "etc/group": group, **files}
    for name, text in everything.items():
        (layer / name).parent.mkdir(parents=True, exist_ok=True)
        (layer / name).write_text(text, encoding="utf-8")
    for name, owner in (
        ("var/empty", 0),
        (MAILBOX, USERS["mailbox"]),
        ("var/spool/exim4", USERS["Debian-exim"]),
        ("var/log", 0),
    ):
        (layer / name).mkdir(parents=True, exist_ok=True)
        os.chown(layer / name, owner, owner)
    for path in (layer, *layer.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    (layer / "var/log").chmod(0o777)


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no relay: {log.read_text(errors='replace')[-2000:]}")
