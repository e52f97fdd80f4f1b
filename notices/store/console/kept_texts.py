"""Texts for people as they lie in a column, so that they are told in any language."""

import json
from typing import Any

from notices.messages import Text


def kept_text(said: str) -> str:
    """The text with what it was made of, as JSON; empty stays empty."""
    return json.dumps(_plain(said), ensure_ascii=False) if said else ""


def text_kept(column: str) -> str:
    """The text again."""
    return str(_made(json.loads(column))) if column else ""


def _plain(value: object) -> Any:
    if isinstance(value, Exception):
        value = str(value)
    if isinstance(value, Text):
        told = {name: _plain(one) for name, one in value.parameters.items()}
        return [value.template, told]
    return str(value)


def _made(value: Any) -> Any:
    if isinstance(value, str):
        return value
    template, told = value
    return Text(template, **{name: _made(one) for name, one in told.items()})
