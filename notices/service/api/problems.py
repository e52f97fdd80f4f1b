"""What went wrong, as RFC 9457 has it: our codes, and where in the body.

`type` names the code, which docs/api.md lists; `code` is that of the command
line (docs/exit-codes.md), `errors` has every fault with a JSON Pointer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from notices.errors import Fault, NoticesError
from notices.messages import Text
from notices.service.api.pointers import pointer

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:notices:problem:"
"""What `type` begins with; the code follows (docs/api.md lists them)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """A code, and the status that it is answered with."""

    status: int
    """Of the answer."""
    title: str
    """What it is, in every case alike."""


KINDS: Mapping[str, ProblemKind] = {
    # of the request itself
    "bad-request": ProblemKind(status=400, title="The request cannot be read"),
    "key-missing": ProblemKind(status=400, title="The request needs a key"),
    "token-missing": ProblemKind(status=401, title="The request needs a token"),
    "token-unknown": ProblemKind(status=401, title="The token is not known"),
    "scope-missing": ProblemKind(status=403, title="The token is not for this"),
    "not-found": ProblemKind(status=404, title="There is nothing here"),
    "bad-method": ProblemKind(status=405, title="This is not done here"),
    "too-slow": ProblemKind(status=408, title="The request came in too slowly"),
    "still-running": ProblemKind(status=409, title="The first request is running"),
    "version-mismatch": ProblemKind(status=412, title="Somebody was quicker"),
    "too-large": ProblemKind(status=413, title="The request is too large"),
    "bad-media-type": ProblemKind(status=415, title="This is not taken here"),
    "key-used": ProblemKind(status=422, title="The key belongs to another request"),
    "too-many": ProblemKind(status=429, title="Too many requests"),
    # of what was asked for: the codes of the command line
    "bad-input": ProblemKind(status=422, title="This cannot be used as it is"),
    "invalid-judgment": ProblemKind(status=422, title="The judgment has faults"),
    "not-judgeable": ProblemKind(status=422, title="This file cannot be judged"),
    "later-version": ProblemKind(status=422, title="A later version made this"),
    "refused": ProblemKind(status=409, title="A rule forbids it"),
    "on-hold": ProblemKind(status=409, title="The case is on hold"),
    "set-back": ProblemKind(status=503, title="The database is on hold"),
    "try-later": ProblemKind(status=503, title="It did not work now"),
    "store-unavailable": ProblemKind(status=503, title="The database is busy"),
    "configuration": ProblemKind(status=503, title="The site is not in order"),
    "key-unavailable": ProblemKind(status=503, title="A key is not at hand"),
    "internal": ProblemKind(status=500, title="This is our fault"),
}
"""Every code that the API answers with."""

_LIKE: Mapping[str, str] = {
    "invalid-template": "configuration",
    "certificate-not-usable": "configuration",
    "delivery-failed": "refused",
    "not-provable": "refused",
    "timestamp-unavailable": "try-later",
    "stamper-not-usable": "configuration",
    "revocation-unavailable": "try-later",
    "relay-unavailable": "try-later",
    "evidence-broken": "internal",
}


class ApiProblem(NoticesError):
    """Why a request is refused, before or after somebody looked at what it says."""

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        hint: str = "",
        faults: tuple[Fault, ...] = (),
        extra: Mapping[str, Any] = MappingProxyType({}),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(message, hint=hint, faults=faults)
        self.kind = kind
        self.extra = dict(extra)
        self.headers = dict(headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDocument:
    """A problem as it is answered."""

    status: int
    """Of the answer."""
    content: Mapping[str, Any]
    """Members of the document."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the answer has besides."""


def document(
    error: NoticesError, tell: Callable[[str], str], *, instance: str
) -> ProblemDocument:
    """The document of an error. tell: puts a text into the reader's language.

    instance: the request's id, which stands in our log, too.
    """
    code = _code(error)
    kind = KINDS[code]
    extra = error.extra if isinstance(error, ApiProblem) else {}
    headers = error.headers if isinstance(error, ApiProblem) else {}
    if kind.status == KINDS["try-later"].status:
        headers = {"Retry-After": "10", **headers}
    content: dict[str, Any] = {
        "type": f"{TYPES}{code}",
        "title": tell(kind.title),
        "status": kind.status,
        "detail": tell(error.message),
        "instance": f"urn:uuid:{instance}",
        "code": code,
        "hint": tell(error.hint),
        "errors": [fault_json(fault, tell) for fault in error.faults],
        **extra,
    }
    return ProblemDocument(status=kind.status, content=content, headers=headers)


def fault_json(fault: Fault, tell: Callable[[str], str]) -> dict[str, str]:
    """One fault: `pointer` into the body, `path` as the shell has it, `detail`."""
    return {
        "pointer": pointer(fault.path),
        "path": str(fault.path),
        "detail": tell(fault.message),
    }


def _code(error: NoticesError) -> str:
    if isinstance(error, ApiProblem):
        return error.kind
    code = _LIKE.get(error.code, error.code)
    return code if code in KINDS else "internal"


def internal() -> NoticesError:
    """What is told of an error that we did not foresee: nothing of its inside."""
    return NoticesError(
        "the request could not be dealt with",
        hint=Text("the log of the service says why; it has the same `instance`"),
    )
