"""Writing a letter with templates that were just edited: within limits."""

import multiprocessing
import resource
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection
from typing import Any

from notices.errors import Fault, InvalidTemplate, NoticesError
from notices.letters.letter import Letter, write_letter
from notices.letters.settings import USUAL, LetterSettings
from notices.letters.template.checks.template_check import check_templates
from notices.letters.template.sources import Templates
from notices.messages import Text
from notices.notice import Notice

_KEPT = 16
"""Letters, each of some hundred kilobytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLimits:
    """What writing a preview may cost."""

    seconds: int = 20
    """Processor time, and patience."""
    memory: int = 2 << 30
    """Address space in bytes."""


USUAL_LIMITS = PreviewLimits()
"""Enough for the longest letter that a judgment can make."""
CHECK_LIMITS = PreviewLimits(seconds=60)
"""Enough for `check_templates`, which writes every kind of letter: some seconds."""


def preview_letter(
    notice: Notice,
    *,
    templates: Templates,
    notice_json_sha256: str,
    settings: LetterSettings = USUAL,
    limits: PreviewLimits = USUAL_LIMITS,
) -> Letter:
    """Write a letter with templates that were just edited, in a process of its own.

    The process may use so much memory and time and no more; InvalidTemplate if it
    needs more. Other errors are those of `write_letter`. Equal values are equal
    letters: the last ones are kept, for a preview is looked at again and again.
    """
    return _written(notice, templates, notice_json_sha256, settings, limits)


@lru_cache(maxsize=_KEPT)
def _written(
    notice: Notice,
    templates: Templates,
    notice_json_sha256: str,
    settings: LetterSettings,
    limits: PreviewLimits,
) -> Letter:
    job = (notice, templates, notice_json_sha256, settings)
    letter: Letter = _apart(_letter, job, limits)
    return letter


@lru_cache(maxsize=_KEPT)
def check_apart(
    templates: Templates, limits: PreviewLimits = CHECK_LIMITS
) -> tuple[Fault, ...]:
    """`check_templates` of what somebody typed just now, in a process of its own.

    InvalidTemplate if it needs more than the limits.
    """
    faults: tuple[Fault, ...] = _apart(check_templates, (templates,), limits)
    return faults


def _apart(
    make: Callable[..., Any], job: tuple[Any, ...], limits: PreviewLimits
) -> Any:
    context = _context()
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(there, make, job, limits), daemon=True)
    child.start()
    there.close()
    try:
        answer = here.recv() if here.poll(limits.seconds + 5) else None
    except EOFError:
        answer = None
    finally:
        here.close()
        child.kill()
        child.join()
    if isinstance(answer, NoticesError):
        raise answer
    if answer is not None:
        return answer
    raise InvalidTemplate(
        Text(
            "the preview was stopped: it needed more than {seconds} s or "
            "{memory} MiB (exit code {exitcode})",
            seconds=limits.seconds,
            memory=limits.memory >> 20,
            exitcode=child.exitcode,
        ),
        hint="look for a very large text in the template",
    )


def _context() -> Any:
    """How the process begins.

    A copy of this one is quick, but lawful only while it has one thread. Else a small
    process that has loaded what letters need is copied: it lives as long as this one.
    """
    if threading.active_count() == 1:
        return multiprocessing.get_context("fork")
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def _work(
    answer: Connection,
    make: Callable[..., Any],
    job: tuple[Any, ...],
    limits: PreviewLimits,
) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        made = make(*job)
    except NoticesError as wrong:
        answer.send(wrong)
    except MemoryError:
        pass  # the parent sees the end of the pipe, and says why
    else:
        answer.send(made)


def _letter(
    notice: Notice, templates: Templates, sha256: str, settings: LetterSettings
) -> Letter:
    return write_letter(
        notice, templates=templates, notice_json_sha256=sha256, settings=settings
    )
