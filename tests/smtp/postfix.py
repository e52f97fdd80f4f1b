"""A private Postfix on loopback: own configuration, queue, log and mailboxes.

Nothing of the system's Postfix is read or changed. Its master needs root. With a login
it takes mail from nobody who has not said AUTH; a private Dovecot knows the password.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.programs import require_program

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = {commands}
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = relay.test
mydestination =
alias_maps =
local_recipient_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = provider.test, hotline.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_mailbox_limit = 0
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
message_size_limit = 30000000
smtpd_tls_cert_file = {folder}/server.pem
smtpd_tls_key_file = {folder}/server.pem
smtpd_tls_security_level = encrypt
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_restrictions = check_recipient_access texthash:{folder}/answers
smtpd_delay_reject = yes
"""

MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
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
showq unix n - n - - showq
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""

# RFC 4954: AUTH in TLS only, and without it no mail, also not from this machine
LOGIN = """
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/sasl/login
smtpd_tls_auth_only = yes
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
"""

SASL = """
base_dir = {folder}/sasl/run
state_dir = {folder}/sasl/state
log_path = {folder}/sasl/dovecot.log
protocols =
ssl = no
default_internal_user = dovecot
default_login_user = dovenull
auth_mechanisms = plain login
auth_failure_delay = 0
service auth {{
  unix_listener {folder}/sasl/login {{
    mode = 0660
    user = postfix
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
passdb {{
  driver = passwd-file
  args = {folder}/sasl/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}
}}
"""

MAILBOXES = {
    "abuse@provider.test": "abuse/",
    "archive@hotline.test": "archive/",
    "request@hotline.test": "request/",
}
ANSWERS = {
    "gone@provider.test": "550 5.1.1 no such person",
    "later@provider.test": "450 4.2.0 greylisted",
}


@dataclass
class Postfix:
    folder: Path
    port: int

    def mails(self, mailbox, *, wait=10.0):
        """The mails of a mailbox as files, waiting until there is one."""
        end = time.monotonic() + wait
        while time.monotonic() < end:
            found = sorted((self.folder / "mail" / mailbox / "new").glob("*"))
            if found:
                return [path.read_bytes() for path in found]
            time.sleep(0.05)
        return []


@contextmanager
def private_postfix(certificate, *, login=None):
    """Start it with a server certificate of trustme, stop it in the end.

    login: the one user and password that AUTH accepts; None: no AUTH.
    """
    command = require_program("postfix")
    if os.geteuid() != 0:
        words = "a private Postfix needs root: its master refuses to start without"
        if os.environ.get("NOTICES_ALLOW_MISSING"):
            pytest.skip(words)
        pytest.fail(words)
    folder = Path(tempfile.mkdtemp(prefix="postfix-"))
    with ExitStack() as after:
        after.callback(shutil.rmtree, folder)
        port = _configure(folder, certificate)
        if login:
            after.enter_context(_private_sasl(folder, login))
        _run(command, folder, "start")
        after.callback(_run, command, folder, "stop")
        _wait_for(port, folder)
        yield Postfix(folder=folder, port=port)


@contextmanager
def _private_sasl(folder, login):
    """A Dovecot that does nothing but to check passwords."""
    command = require_program("dovecot")
    (folder / "sasl").mkdir()
    (folder / "sasl" / "users").write_text("{}:{{PLAIN}}{}\n".format(*login), "ascii")
    configuration = folder / "sasl" / "dovecot.conf"
    configuration.write_text(SASL.format(folder=folder), encoding="ascii")
    with (folder / "etc" / "main.cf").open("a", encoding="ascii") as file:
        file.write(LOGIN.format(folder=folder))
    process = subprocess.Popen(
        [command, "-F", "-c", str(configuration)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_socket(folder / "sasl" / "login", folder / "sasl" / "dovecot.log")
        yield
    finally:
        process.terminate()
        process.wait(10)


def _wait_for_socket(path, log):
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if path.is_socket():
            return
        time.sleep(0.05)
    tail = log.read_text(errors="replace")[-2000:] if log.exists() else "no log"
    pytest.fail(f"dovecot opens no socket for logins: {tail}")


def _configure(folder, certificate):
    folder.chmod(0o755)
    nobody = pwd.getpwnam("nobody")
    for name in ("queue", "data", "mail", "etc"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    os.chown(folder / "mail", nobody.pw_uid, nobody.pw_gid)
    pem = folder / "server.pem"
    pem.touch(mode=0o600)
    pem.write_bytes(certificate.private_key_and_cert_chain_pem.bytes())
    for name, table in (("mailboxes", MAILBOXES), ("answers", ANSWERS)):
        lines = "".join(f"{key} {value}\n" for key, value in table.items())
        (folder / name).write_text(lines, encoding="ascii")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    main = MAIN.format(
        folder=folder,
        commands=_default("command_directory"),
        daemons=_default("daemon_directory"),
        uid=nobody.pw_uid,
        gid=nobody.pw_gid,
    )
    (folder / "etc" / "main.cf").write_text(main, encoding="ascii")
    master = MASTER.format(port=port)
    (folder / "etc" / "master.cf").write_text(master, encoding="ascii")
    return port


def _default(name):
    output = subprocess.check_output(
        [require_program("postconf"), "-dh", name], text=True
    )
    return output.strip()


def _run(command, folder, verb):
    done = subprocess.run(
        [command, "-c", str(folder / "etc"), verb],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode:
        log = folder / "postfix.log"
        tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        pytest.fail(f"postfix {verb}: {done.stderr}\n{tail}")


def _wait_for(port, folder):
    end = time.monotonic() + 15
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = (folder / "postfix.log").read_text(errors="replace")
    pytest.fail(f"postfix does not answer: {log[-2000:]}")
