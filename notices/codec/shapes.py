"""Pydantic models of our dataclasses, for reading JSON and for its schema.

The dataclasses are the one description of the fields; the models are made from them.
"""

import ast
import dataclasses
import inspect
import itertools
import re
import types
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

T = TypeVar("T")

# RFC 3339, 5.6, in capitals; full-date of the same.
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _parsed(
    grammar: re.Pattern[str], parse: Callable[[str], object], example: str
) -> BeforeValidator:
    def read(value: object) -> object:
        if isinstance(value, str) and grammar.fullmatch(value):
            try:
                return parse(value)
            except ValueError:
                pass  # such as the 30th of February: the same sentence serves
        raise PydanticCustomError(
            "moment", "must be like {example}", {"example": example}
        )

    return BeforeValidator(read)


_SCALARS: dict[object, object] = {
    datetime: Annotated[
        datetime,
        _parsed(_INSTANT, datetime.fromisoformat, '"2026-11-16T11:00:00+09:00"'),
    ],
    date: Annotated[date, _parsed(_DAY, date.fromisoformat, '"2026-11-16"')],
}


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


def value(cls: type[T], read: BaseModel) -> T:
    """Make the dataclass from its model."""
    hints = get_type_hints(cls)
    return cls(**{name: _back(hints[name], part) for name, part in read})


def inner(hint: Any) -> Any:
    """Take `| None` off a type."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def is_optional(hint: Any) -> bool:
    """Tell whether None is allowed."""
    return inner(hint) is not hint


def _shape(hint: Any) -> Any:
    bare = inner(hint)
    if get_origin(bare) is tuple:
        shape: Any = tuple[_shape(get_args(bare)[0]), ...]  # type: ignore[misc]
    elif dataclasses.is_dataclass(bare):
        shape = model(bare)  # type: ignore[arg-type]
    else:
        shape = _SCALARS.get(bare, bare)
    return shape | None if is_optional(hint) else shape


def _back(hint: Any, part: Any) -> Any:
    bare = inner(hint)
    if isinstance(part, tuple):
        return tuple(_back(get_args(bare)[0], item) for item in part)
    return value(bare, part) if isinstance(part, BaseModel) else part


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
