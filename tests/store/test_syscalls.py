"""The kernel says no to a delivering process: nothing lost, doubled or falsely sent.

strace makes chosen system calls on the database's files or on sockets fail, once or
from then on: the disk is full, broken or read-only, files run out, no way to the host.
"""

import signal
import subprocess
import sys

import pytest

from notices.delivery import State
from notices.store.store import Store
from tests.programs import require_program
from tests.store.test_crash import (
    ROOT,
    Killer,
    in_thread,
    judge,
    queue_one,
    start_worker,
)

ON_FILES = [
    ("pwrite64", "ENOSPC"),
    ("pwrite64", "EIO"),
    ("pwrite64", "EROFS"),
    ("fdatasync", "EIO"),
    ("fdatasync", "ENOSPC"),
    ("openat", "EMFILE"),
    ("openat", "EROFS"),
]
ON_SOCKETS = [
    # sending and receiving break in tests/smtp/faulty.py: here they would also
    # break the pipe by which the event loop wakes itself, which no kernel does
    ("socket", "EMFILE"),
    ("connect", "ENETUNREACH"),
]
TIMES = ["1", "2", "3", "5", "8", "12", "1+", "4+", "7+"]
"""The n-th such call, or that one and all after it."""


def start_failing(url, server, call, error, when):
    """A worker whose n-th such call fails; the database's calls or a socket's."""
    path = url.removeprefix("sqlite:///")
    only = [part for end in ("", "-wal", "-shm") for part in ("-P", path + end)]
    return subprocess.Popen(
        [
            require_program("strace"),
            *("-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}"),
            *(only if (call, error) in ON_FILES else []),
            *("-e", f"inject={call}:error={error}:when={when}"),
            *(sys.executable, "-m", "tests.store.crashing"),
            *(url, str(server.port), "none"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def check_fault(url, call, error, when):
    """Fail there; then a healthy worker puts in order what is left."""
    server = Killer()
    with in_thread(server), Store.open(url) as store:
        number = queue_one(store, "HL-0001")
        process = start_failing(url, server, call, error, when)
        _, errors = process.communicate(timeout=60)
        assert process.returncode != -signal.SIGKILL, errors.decode()
        judge(store, server.accepted)
        process = start_worker(url, server)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors.decode()
        copies = judge(store, server.accepted)
        row = store.get(number)
        if copies[f"X-Number: {number}"]:
            assert row.state in (State.SENT, State.IN_DOUBT)
        else:
            assert row.state in (State.QUEUED, State.DEFERRED, State.IN_DOUBT), row
        store.ledger.events()
        store.ledger.leaves()
        return row.state


def test_a_full_disk_before_the_claim_leaves_the_notice_queued_and_sent_later(url):
    assert check_fault(url, "pwrite64", "ENOSPC", "1+") is State.SENT


def test_a_disk_that_breaks_under_way_leaves_no_second_copy(url):
    assert check_fault(url, "fdatasync", "EIO", "3+") in (State.SENT, State.IN_DOUBT)


def test_the_faults_are_really_injected(url):
    """Without this the rest could pass because nothing failed."""
    server = Killer()
    with in_thread(server), Store.open(url) as store:
        queue_one(store, "HL-0001")
        process = start_failing(url, server, "fdatasync", "EIO", "1+")
        process.communicate(timeout=60)
        assert server.accepted == []
        assert store.list()[0].state is State.QUEUED


@pytest.mark.torture
@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize(("call", "error"), ON_FILES + ON_SOCKETS)
def test_every_fault(url, call, error, when):
    check_fault(url, call, error, when)
