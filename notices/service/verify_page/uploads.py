"""Reading the files of the page's form, or saying why they are not read."""

from urllib.parse import parse_qs

from starlette.requests import Request

from notices.service.guard.bodies import (
    BodyLimits,
    BodyTooLarge,
    BodyTooSlow,
    LimitedBody,
    MemoryFull,
    declared_too_large,
)
from notices.service.guard.forms import BadForm, FormFile, FormReader, TooManyFiles
from notices.service.verify_page.problems import Problem
from notices.service.verify_page.settings import Allowance

FIELD = "files"
"""Name of the form's field."""
_PROBLEMS: dict[type[Exception], str] = {
    BodyTooLarge: "too_large",
    BodyTooSlow: "too_slow",
    MemoryFull: "busy",
    BadForm: "bad_form",
    TooManyFiles: "too_many",
}


async def read_files(
    request: Request, body: LimitedBody, allowance: Allowance
) -> list[FormFile]:
    """The files of the form. Problem for too much, none, or no form.

    A field that was left empty is sent as a file without name and content.
    """
    kind = _kind(request, "multipart/form-data", allowance.body)
    try:
        reader = FormReader(kind, most_files=allowance.files)
        async for octets in body:
            reader.feed(octets)
        found = reader.files()
    except tuple(_PROBLEMS) as error:
        raise Problem(_PROBLEMS[type(error)]) from None
    files = [one for one in found if one.field == FIELD and (one.name or one.octets)]
    if not files:
        raise Problem("no_file")
    return files


async def read_field(request: Request, body: LimitedBody, name: str) -> str:
    """A field of a form without files (WHATWG URL, 5). Problem if it is away."""
    _kind(request, "application/x-www-form-urlencoded", body.limits)
    try:
        octets = b"".join([part async for part in body])
        fields = parse_qs(octets.decode("ascii"), max_num_fields=4, strict_parsing=True)
        return fields[name][0]
    except (BodyTooLarge, BodyTooSlow, MemoryFull) as error:
        raise Problem(_PROBLEMS[type(error)]) from None
    except (ValueError, LookupError):
        raise Problem("bad_form") from None


def _kind(request: Request, wanted: str, limits: BodyLimits) -> str:
    """The Content-Type. Problem for what is refused by its head, before it is read."""
    kind = request.headers.get("content-type", "")
    if kind.lower().partition(";")[0].strip() != wanted:
        raise Problem("bad_kind")
    if declared_too_large(request.headers.get("content-length", ""), limits):
        raise Problem("too_large")
    return kind
