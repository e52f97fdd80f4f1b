"""Reading the files of a form: in memory, within limits, never onto a disk."""

import time

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from notices.service.guard.bodies import (
    BodyTooLarge,
    BodyTooSlow,
    LimitedBody,
    MemoryBudget,
    MemoryFull,
    declared_too_large,
)
from notices.service.verify_page.desk import Dropped
from notices.service.verify_page.problems import Problem
from notices.service.verify_page.settings import Allowance

FIELD = "files"
"""Name of the form's field."""
_MOST_TEXT = 1 << 16
"""Octets of a part that is no file."""


def body_of(
    request: Request, allowance: Allowance, memory: MemoryBudget
) -> LimitedBody:
    """The request's body, to be read within a `with`. Problem for what is refused."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Problem("bad_kind")
    if declared_too_large(request.headers.get("content-length", ""), allowance.body):
        raise Problem("too_large")
    return LimitedBody(request.receive, allowance.body, memory, clock=time.monotonic)


async def read_files(
    request: Request, body: LimitedBody, allowance: Allowance
) -> list[Dropped]:
    """The files of the form (RFC 7578). Problem for too much, none, or no form."""
    parser = _InMemoryParser(
        request.headers,
        Request(request.scope, body.receive).stream(),
        max_files=allowance.files,
        max_fields=allowance.files,
        max_part_size=_MOST_TEXT,
    )
    try:
        form = await parser.parse()
    except BodyTooLarge:
        raise Problem("too_large") from None
    except BodyTooSlow:
        raise Problem("too_slow") from None
    except MemoryFull:
        raise Problem("busy") from None
    except MultiPartException as error:
        is_many = error.message.startswith("Too many files")
        raise Problem("too_many" if is_many else "bad_form") from None
    except (ClientDisconnect, ValueError, LookupError, AssertionError):
        raise Problem("bad_form") from None
    return await _dropped(form.getlist(FIELD))


async def _dropped(found: list[UploadFile | str]) -> list[Dropped]:
    """A field that was left empty is sent as a file without name and content."""
    dropped = []
    for item in found:
        if isinstance(item, UploadFile):
            octets = await item.read()
            await item.close()
            if item.filename or octets:
                dropped.append(Dropped(name=item.filename or "?", octets=octets))
    if not dropped:
        raise Problem("no_file")
    return dropped


class _InMemoryParser(MultiPartParser):
    """Never writes a file to a disk, however large it is: the body is limited."""

    spool_max_size = 1 << 40
