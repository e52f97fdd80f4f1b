"""Answers: JSON in one way, tags of versions, and problems."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from notices.service.guard.versions import entity_tag

JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """What is answered."""

    status: int
    """Of HTTP."""
    body: bytes = b""
    """The representation."""
    media_type: str = JSON
    """Of the body; empty: there is none."""
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Fields besides those of every answer."""


def json_body(content: Any) -> bytes:
    """A document as it is answered: UTF-8, fields in their order, a line end last."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def answer(
    content: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> ApiAnswer:
    """A document."""
    return ApiAnswer(status=status, body=json_body(content), headers=headers)


def tagged(
    content: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> ApiAnswer:
    """A document of which others are told whether it has changed."""
    body = json_body(content)
    return ApiAnswer(
        status=status, body=body, headers={"ETag": entity_tag(body), **headers}
    )
