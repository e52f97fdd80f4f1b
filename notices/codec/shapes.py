"""Pydantic models of our dataclasses, for their JSON Schema.

The dataclasses are the one description of the fields; the models are made from them.
"""

import ast
import dataclasses
import inspect
import itertools
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from notices.codec.reading import inner, is_optional

_MADE: dict[type, type[BaseModel]] = {}


def model(cls: type) -> type[BaseModel]:
    """Tell the strict model of a dataclass: its fields, all of them, no others."""
    if cls not in _MADE:
        _MADE[cls] = _make(cls)
    return _MADE[cls]


def _make(cls: type) -> type[BaseModel]:
    hints, docs = get_type_hints(cls), _docs(cls)
    definitions: dict[str, Any] = {
        field.name: (_shape(hints[field.name]), _info(field, docs.get(field.name)))
        for field in dataclasses.fields(cls)
    }
    config = ConfigDict(strict=True, extra="forbid", title=cls.__name__)
    return create_model(
        cls.__name__, __config__=config, __doc__=inspect.getdoc(cls), **definitions
    )


def _shape(hint: Any) -> Any:
    bare = inner(hint)
    if get_origin(bare) is tuple:
        shape: Any = tuple[_shape(get_args(bare)[0]), ...]  # type: ignore[misc]
    elif dataclasses.is_dataclass(bare):
        shape = model(bare)  # type: ignore[arg-type]
    else:
        shape = bare
    return shape | None if is_optional(hint) else shape


def _info(field: dataclasses.Field[Any], doc: str | None) -> Any:
    if field.default is not dataclasses.MISSING:
        return Field(default=field.default, description=doc)
    if field.default_factory is not dataclasses.MISSING:
        default: object = field.default_factory()
        made = model(type(default))
        return Field(default_factory=made, description=doc)
    return Field(description=doc)


def _docs(cls: type) -> dict[str, str]:
    """Read the docstring under each field."""
    try:
        (tree,) = ast.parse(inspect.getsource(cls)).body
    except (OSError, SyntaxError):  # installed without its source: no descriptions
        return {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    docs = {}
    for one, two in itertools.pairwise(body):
        match one, two:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(
                value=ast.Constant(value=str(text))
            ):
                docs[name] = inspect.cleandoc(text)
    return docs
