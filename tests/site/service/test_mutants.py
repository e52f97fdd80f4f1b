"""The tests of worker, channels and test mode have teeth: each mistake is caught."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
REUSE, FLOOR = "tests/smtp/test_pool.py", "tests/queue/test_rounds.py"
PACING, SERVICE = "tests/queue/test_limits.py", "tests/site/service/test_service.py"
WEBFORM, TRIAL = (
    "tests/site/manual/test_webform.py",
    "tests/site/manual/test_test_mode.py",
)
MUTANTS = {
    "a connection is used again unseen": (
        "smtp/courier.py",
        "if await session.is_ready():",
        "if session is not None:",
        REUSE,
    ),
    "noise after RSET is overheard": (
        "smtp/session.py",
        "return reply.code // 100 == POSITIVE and self.is_usable",
        "return reply.code // 100 == POSITIVE",
        REUSE,
    ),
    "a connection is never given up": (
        "smtp/pool.py",
        "and session.transactions < self._reuse.messages",
        "and session.transactions >= 0",
        REUSE,
    ),
    "a tarpit takes every place": (
        "queue/limits.py",
        "and not 0 < self.limits.per_domain <= self.under_way[domain]",
        "and self.under_way[domain] >= 0",
        FLOOR,
    ),
    "the minute never ends": (
        "queue/limits.py",
        "while begun and begun[0] <= now - _A_MINUTE:",
        "while begun and begun[0] <= now - _A_DAY:",
        PACING,
    ),
    "a night makes old": (
        "queue/attempt.py",
        "queued_at=queued_at + _closed(setup.hours, queued_at, now),",
        "queued_at=queued_at,",
        FLOOR,
    ),
    "quiet hours are over": (
        "queue/deliveries.py",
        "if not self._ignore_backoff and not self._is_open(now):",
        "if not self._ignore_backoff and self._is_open(now) is None:",
        FLOOR,
    ),
    "one fault stops all": (
        "queue/deliveries.py",
        "except Exception as error:  # noqa: BLE001 - a fault of ours in one delivery",
        (
            "except ArithmeticError as error:\n            os.abort()\n"
            "        except Exception as error:"
        ),
        FLOOR,
    ),
    "a stop breaks off": (
        "queue/worker.py",
        (
            "        await deliveries.finish()\n"
            "        await deliveries.keep()\n"
            "        await deliveries.checkpoint(is_over=True)\n"
            "        setup.tell(WorkerEvent(kind=WorkerEventKind.STOPPED"
        ),
        "        setup.tell(WorkerEvent(kind=WorkerEventKind.STOPPED",
        SERVICE,
    ),
    "the worker serves every channel": (
        "store/queries.py",
        (
            ".where(columns.state.in_(_WAITING), columns.channel == str(Channel.SMTP))\n"
            "        )\n        query = going_out"
        ),
        (".where(columns.state.in_(_WAITING))\n        )\n        query = going_out"),
        WEBFORM,
    ),
    "a form is mailed": (
        "site/sending.py",
        "if is_open(stored):",
        "if stored is None:",
        WEBFORM,
    ),
    "handed over in the future": (
        "site/manual.py",
        "if not stored.created_at <= done_at <= now:",
        "if not stored.created_at <= done_at:",
        WEBFORM,
    ),
    "the mode is not compared": (
        "site/test_mode.py",
        "        if not stored.is_test:\n            real =",
        (
            "        if not stored.is_test or stored:\n            return ''\n"
            "        if not stored.is_test:\n            real ="
        ),
        TRIAL,
    ),
    "a test goes to the real address": (
        "site/test_mode.py",
        "notice.recipient, mailbox=self.address, channel",
        "notice.recipient, channel",
        TRIAL,
    ),
    "tests use up real numbers": (
        "site/test_mode.py",
        'return SERIES if self.is_test else ""',
        'return ""',
        TRIAL,
    ),
    "the archive gets tests": (
        "site/preparing/writer.py",
        'archive_path="" if notice.is_test else',
        'archive_path="" if not notice else',
        TRIAL,
    ),
}
_NO_CACHE = shutil.ignore_patterns("__pycache__")


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
    for folder in ("notices", "tests", "templates", "certs", "etc"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=_NO_CACHE)
    for file in ("pyproject.toml", "notices.toml", "recipients.toml"):
        shutil.copy(ROOT / file, tmp_path)
    path = tmp_path / "notices" / module
    source = path.read_text(encoding="utf-8")
    assert source.count(original) == 1, "the mutant no longer fits the code"
    path.write_text(source.replace(original, mistake), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", tests],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode not in (0, 2, 4, 5), f"survived: {done.stdout[-1500:]}"
