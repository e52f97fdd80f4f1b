"""How a run ends badly: a sentence for people, one document for programs."""

import json
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

import click

from notices.cli.screen.language import shown, tell
from notices.cli.screen.output_file import FULL
from notices.cli.screen.width import folded
from notices.errors import InputError, NoticesError, TryLater
from notices.files.own_faults import own_fault
from notices.files.system_words import in_words
from notices.messages import Text

USAGE = "usage"
"""The code of wrong usage, beside the codes of `notices.errors`."""
NOT_PRINTED = TryLater.exit_code
"""What a run ends with whose results could not be written."""

_AS_JSON: ContextVar[bool] = ContextVar("as_json", default=False)
"""True as long as a program waits for a document and none was printed."""


@contextmanager
def answering(*, as_json: bool) -> Iterator[None]:
    """Print faults as a document, too, where `--json` was asked for."""
    token = _AS_JSON.set(as_json)
    try:
        yield
    finally:
        _AS_JSON.reset(token)


def answered() -> None:
    """A document was printed: a fault after it is told to people only."""
    _AS_JSON.set(False)


def tell_fault(error: Exception) -> int:
    """Print what ended a run; gives its exit code."""
    if isinstance(error, NoticesError):
        return _tell_error(error)
    if isinstance(error, click.ClickException):
        return _tell_usage(error)
    if isinstance(error, OSError) and error.errno in FULL:
        return tell_unwritten(error)
    if isinstance(error, UnicodeEncodeError) and _is_of_the_command(error):
        return _tell_error(
            InputError(
                "a word of the command is not UTF-8 text",
                hint="type it anew, in a terminal whose language is UTF-8",
            )
        )
    return _tell_own_fault(error)


def _is_of_the_command(error: UnicodeEncodeError) -> bool:
    """Octets that are no text come as halves of characters: from nowhere else."""
    return "\ud800" <= error.object[error.start] <= "\udfff"


def _tell_error(error: NoticesError) -> int:
    report_error(error)
    _print_document(error_json(error))
    return error.exit_code


def report_error(error: NoticesError) -> None:
    """The error's sentences on standard error."""
    told = tell(Text("notices: error: {message}", message=error.diagnostics(shown)))
    click.echo(folded(told, err=True), err=True)


def error_json(error: NoticesError) -> dict[str, Any]:
    """The field `error` of a document: code, message, hint, faults; in English."""
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "faults": [
            {"path": fault.path, "message": fault.message} for fault in error.faults
        ],
    }


def _tell_usage(error: click.ClickException) -> int:
    _print_document(
        {"code": USAGE, "message": error.format_message(), "hint": "", "faults": []}
    )
    vars(error)["message"] = tell(error.message)
    error.show()
    return error.exit_code


def _tell_own_fault(error: Exception) -> int:
    fault = NoticesError(
        own_fault(error),
        hint="nothing was claimed that did not happen; see `notices list`, and "
        "report it with NOTICES_TRACEBACK=1 set",
    )
    code = _tell_error(fault)
    if os.environ.get("NOTICES_TRACEBACK"):
        traceback.print_exception(error)
    return code


def tell_unwritten(error: OSError) -> int:
    """Results found no room: a full disk is no fault of the program."""
    report_error(
        TryLater(
            Text("the output cannot be written: {reason}", reason=in_words(error)),
            hint="what was done is done; see `notices list`",
        )
    )
    return NOT_PRINTED


def abandon(stream: TextIO) -> None:
    """Let what is still to be written go nowhere, so that the end is quiet."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _print_document(error: dict[str, Any]) -> None:
    if not _AS_JSON.get():
        return
    answered()
    try:
        click.echo(json.dumps({"error": error}, ensure_ascii=False, indent=2))
        sys.stdout.flush()
    except OSError:
        return  # it was told to people
