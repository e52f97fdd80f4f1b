"""Reading the files of the page's form, or saying why they are not read."""

from starlette.requests import Request

from notices.service.guard.bodies import (
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


def require_form(request: Request, allowance: Allowance) -> None:
    """Problem for what is refused by its head, before anything is read."""
    kind = request.headers.get("content-type", "")
    if not kind.lower().startswith("multipart/form-data"):
        raise Problem("bad_kind")
    if declared_too_large(request.headers.get("content-length", ""), allowance.body):
        raise Problem("too_large")


async def read_files(
    request: Request, body: LimitedBody, allowance: Allowance
) -> list[FormFile]:
    """The files of the form. Problem for too much, none, or no form.

    A field that was left empty is sent as a file without name and content.
    """
    kind = request.headers.get("content-type", "")
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
