"""The tests have teeth: each deliberate mistake in the sender is caught by them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COURIER, WORKER = "smtp/test_courier.py", "queue/test_worker.py"
STORE, CRASH = "store/test_store.py", "store/test_crash.py"
GROUPS = "queue/test_group_commit.py"
MUTANTS = {
    "a doubt is queued again": (
        "delivery.py",
        "return State.IN_DOUBT if stage is Stage.DATA else State.QUEUED",
        "return State.QUEUED",
        STORE,
    ),
    "send queues what is in doubt": (
        "store/transitions.py",
        "if row.state is not State.HELD:",
        "if row.state is State.WITHDRAWN:",
        STORE,
    ),
    "a lost lease does not matter": (
        "store/performing.py",
        'deliveries.c.lease_until > bindparam("now"),',
        "",
        STORE,
    ),
    "a time-out after the dot means retry": (
        "smtp/courier.py",
        "state = State.IN_DOUBT if self.progress.is_armed else State.DEFERRED",
        "state = State.DEFERRED",
        COURIER,
    ),
    "armed too late": (
        "smtp/courier.py",
        "        self.progress.is_armed = True\n",
        "",
        COURIER,
    ),
    "sent before the reply": (
        "smtp/courier.py",
        "reply = await wire.end_of_data(timeout=timeouts.end_of_data)",
        'wire.write(b".\\r\\n"); reply = Reply(code=250)',
        COURIER,
    ),
    "an early reply is believed": (
        "smtp/protocol.py",
        "        if self._is_unasked:\n",
        "        if False:\n",
        COURIER,
    ),
    "any line is a reply": (
        "smtp/protocol.py",
        "if not match or len(set(_CODES.findall(match[0]))) != 1:",
        "if not match:",
        COURIER,
    ),
    "dots are not doubled": (
        "smtp/courier.py",
        "wire.send(_with_dots(message)",
        "wire.send(message",
        COURIER,
    ),
    "the archive may be refused": (
        "smtp/courier.py",
        'raise AttemptEnded(State.DEFERRED, note="the archive mailbox was refused")',
        "return",
        COURIER,
    ),
    "STARTTLS is opportunistic": (
        "smtp/session.py",
        'raise AttemptEnded(State.DEFERRED, note="the server offers no STARTTLS")',
        "return",
        COURIER,
    ),
    "stage data is not committed": (
        "queue/attempt.py",
        "if stage is Stage.DATA:",
        "if stage is Stage.END_OF_DATA:",
        WORKER,
    ),
    "the message is not hashed again": (
        "store/rows.py",
        "if any(value != actual for value in recorded):",
        "if not recorded:",
        WORKER,
    ),
    "the check before the attempt is ignored": (
        "queue/attempt.py",
        "attempt = attempt or await _carry(setup, commits, claimed, message)",
        "attempt = await _carry(setup, commits, claimed, message)",
        WORKER,
    ),
    "given up is not noticed": (
        "queue/attempt.py",
        "        queued_at=queued_at + _closed(setup.hours, queued_at, now),",
        "        queued_at=now,",
        WORKER,
    ),
    "broken bytes begin an attempt": (
        "store/performing.py",
        (
            "                self.outcomes[row.number] = message  # no attempt has begun\n"
            "                continue\n"
        ),
        "                message = b''\n",
        GROUPS,
    ),
    "the earliest clock decides": (
        "store/performing.py",
        "max(step.now for step in steps)",
        "min(step.now for step in steps)",
        GROUPS,
    ),
    "another worker's attempt can be finished": (
        "store/performing.py",
        (
            '        deliveries.c.lease_owner == bindparam("of_owner"),\n'
            "        _IS_THAT_ATTEMPT,\n    )\n    .values(\n"
        ),
        "    )\n    .values(\n",
        STORE,
    ),
    "one that is refused fails all": (
        "store/store.py",
        "if len(steps) == 1 or _is_of_all(error):",
        "if error:",
        GROUPS,
    ),
    "done before the commit": (
        "store/store.py",
        "return [error] * len(steps)",
        "return [None] * len(steps)",
        GROUPS,
    ),
    "who left is claimed": (
        "queue/group_commit.py",
        "            if waiter.made.done():\n                continue\n",
        "",
        GROUPS,
    ),
    "a number is reserved twice": (
        "store/numbering.py",
        "    number = wanted.make_number(serial)",
        "    number = wanted.make_number(serial + 1)",
        STORE,
    ),
    "a late reply is thrown away": (
        "queue/attempt.py",
        "            return await _record_late(setup, finish, waits)",
        "            raise",
        "queue/test_late_replies.py",
    ),
    "recovery is not judged under the lock": (
        "store/settling.py",
        "if row.state is not State.SENDING or not held or not is_orphaned(held[0]):",
        "if row is None:",
        "store/postgres/test_server.py",
    ),
    "killed after data and queued again": (
        "delivery.py",
        "return State.IN_DOUBT if stage is Stage.DATA else State.QUEUED",
        "return State.IN_DOUBT if stage is Stage.END_OF_DATA else State.QUEUED",
        CRASH,
    ),
}


@pytest.mark.parametrize("name", list(MUTANTS))
def test_the_mutant_fits_the_code(name):
    """One that fits no longer would be told by the long suites only."""
    module, original, *_ = MUTANTS[name]
    source = (ROOT / "notices" / module).read_text(encoding="utf-8")
    assert source.count(original) == 1


@pytest.mark.torture
@pytest.mark.parametrize("name", list(MUTANTS))
def test_the_mutant_is_caught(tmp_path, name):
    module, original, mistake, tests = MUTANTS[name]
    shutil.copytree(ROOT / "notices", tmp_path / "notices", ignore=_NO_CACHE)
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=_NO_CACHE)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    path = tmp_path / "notices" / module
    source = path.read_text(encoding="utf-8")
    assert source.count(original) == 1, "the mutant no longer fits the code"
    path.write_text(source.replace(original, mistake), encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-x", "-m", "not torture"),
            f"tests/{tests}",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, f"survived: {done.stdout[-1500:]}"
    assert " failed" in done.stdout
    assert "error" not in done.stdout.splitlines()[-1]


_NO_CACHE = shutil.ignore_patterns("__pycache__", "*.ttf")
