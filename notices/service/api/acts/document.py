"""The API's own description, and whether it is alive: no token is asked for."""

from functools import cache
from importlib.resources import files
from pathlib import Path

import notices
from notices.service.api.answering import JSON, ApiAnswer, answer
from notices.service.api.asking import ApiRequest
from notices.service.api.room import ApiRoom
from notices.service.guard.versions import entity_tag

OPENAPI = "/v1/openapi.json"


def openapi(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The OpenAPI document: a file of the package, written by a tool of the tests."""
    del room, asked
    content = _content()
    return ApiAnswer(
        status=200,
        body=content,
        media_type=JSON,
        headers={"ETag": entity_tag(content)},
    )


def health(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The process answers."""
    del room, asked
    return answer({"status": "ok"})


def ready(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """The database answers; else the error tells."""
    del asked
    room.site.parts.store.queries.counts()
    return answer({"status": "ok"})


@cache
def _content() -> bytes:
    """In a wheel it lies beside the API, in a checkout with the documents."""
    inside = files("notices.service.api") / "openapi.json"
    if inside.is_file():
        return inside.read_bytes()
    return (Path(notices.__file__).parents[1] / "docs" / "openapi.json").read_bytes()
