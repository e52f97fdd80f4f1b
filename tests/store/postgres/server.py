"""A private PostgreSQL: own data folder, reached by a Unix socket only."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.programs import require_program

SUPERUSER = "notices"


def server_program(name):
    """Debian keeps the server's programs out of the path, one folder per version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name, path=":".join(map(str, folders)))
    return found or require_program(name)


@contextmanager
def private_postgres(*, is_durable=False, more=""):
    """Start it; gives the folder of its socket. It refuses to run as root.

    The tests kill clients, never the machine: for them fsync would only cost time.
    more: further words for the server, which stand last.
    """
    initdb, pg_ctl = server_program("initdb"), server_program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"

    def run(*command):
        run_as_nobody(folder, *command)

    try:
        run(
            initdb,
            *("-D", data, "-U", SUPERUSER, "-E", "UTF8", "--locale=C.UTF-8"),
            *("--auth=trust", "--no-sync"),
        )
        options = _options(folder)
        if not is_durable:
            options += " -c fsync=off"
        options += f" {more}"
        run(pg_ctl, "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
        try:
            yield folder
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)


def _options(folder):
    return (
        f"-c listen_addresses='' -c unix_socket_directories={folder}"
        " -c max_connections=200"
    )


def run_as_nobody(folder, *command):
    """Run what refuses to run as root, in the server's folder."""
    become = []
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        ids = f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}"
        become = ["setpriv", *ids, "--clear-groups"]
    done = subprocess.run(
        [*become, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.fail(f"{command[0]}: {done.stdout}{done.stderr}")


@contextmanager
def stopped(folder):
    """Stop a private server, give its data folder, and start it with what is there."""
    pg_ctl, data = server_program("pg_ctl"), folder / "data"
    run_as_nobody(folder, pg_ctl, "-D", data, "-m", "fast", "-w", "stop")
    yield data
    words = ("-D", data, "-o", _options(folder), "-l", folder / "log", "-w", "start")
    run_as_nobody(folder, pg_ctl, *words)


def url_of(folder, database):
    return f"postgresql://{SUPERUSER}@/{database}?host={folder}"
