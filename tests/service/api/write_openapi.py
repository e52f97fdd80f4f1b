"""Writes the OpenAPI document of the API from its routes and shapes.

    python -m tests.service.api.write_openapi

It stands in `docs/openapi.json` and comes with the wheel as a file: at run time
nothing makes it. `test_openapi.py` fails if it is not what would be written now.
"""

import json
from pathlib import Path
from typing import Any

import notices
from notices import __version__
from notices.codec import load_examples, load_schema
from notices.service.api.problems import KINDS, MEDIA_TYPE
from notices.service.api.routes import ROUTES
from notices.service.api.routing import AnswerShape, ApiRoute
from tests.codec.write_schemas import TITLES, Writer
from tests.service.api.shapes import SHAPES, ToldWarning

FILE = Path(notices.__file__).parents[1] / "docs" / "openapi.json"
REFERENCE = "#/components/schemas/"
TITLES[ToldWarning] = "Warning"

HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "Names this version, for If-Match and If-None-Match.",
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
    },
    "Location": {
        "description": "Where the notice is found.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Link": {
        "description": 'The next page, as `<...>; rel="next"` (RFC 8288).',
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "`true` where the same request came before, under the same key.",
        "schema": {"type": "string", "const": "true"},
    },
    "Content-Disposition": {
        "description": "A file to be kept, never to be shown.",
        "schema": {"type": "string", "pattern": "^attachment"},
    },
    "RateLimit": {
        "description": "Requests that are left, and seconds until one more may come.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "How many requests within how many seconds.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "What token is asked for (RFC 6750).",
        "schema": {"type": "string", "pattern": "^Bearer "},
    },
}
REQUEST_HEADERS = {
    "takes_key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "1 to 200 printable ASCII characters, with quotes or without. "
        "Kept as long as the case; the same request again is answered with the notice "
        "as it stands then. Another body under the same key is refused (422).",
        "schema": {"type": "string", "pattern": '^"[A-Za-z0-9-]{1,64}"$'},
        "example": '"8e03978e-40d5-43e8-bc93-6894a57f9324"',
    },
    "takes_if_match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that you saw; another version is not touched (412).",
        "schema": {"type": "string", "pattern": r'^(\*|"[0-9a-f]{32}")$'},
    },
    "is_tagged": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag that you have; unchanged it is answered with 304.",
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
    },
}
"""Attribute of a route to the field that it heeds."""
DESCRIPTION = """Case systems hand over finalised judgments and facts, and get back
notices and evidence. A token sees what its case system handed in. `docs/api.md` goes
the whole way. Texts for people are in English; with `Accept-Language: ja` in Japanese.
Ignore the fields that you do not know: they are only ever added to."""


def written() -> str:
    """The text of the document."""
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


def document() -> dict[str, Any]:
    """The document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES.all:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "notices",
            "version": __version__,
            "summary": "Requests to providers, prepared, sent once, proven.",
            "description": " ".join(DESCRIPTION.split()),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "http://localhost:8025"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Made by `notices token NAME --scope ...`.",
                }
            },
            "headers": HEADERS,
            "schemas": dict(sorted(_schemas().items())),
        },
    }


def _operation(route: ApiRoute) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "description": " ".join(
            filter(
                None,
                [
                    route.description,
                    route.scope and f"The token needs the scope `{route.scope}`.",
                ],
            )
        ),
    }
    if route.scope is None:
        told["security"] = []
    parameters = [*map(_parameter, route.parameters), *_fields(route)]
    if parameters:
        told["parameters"] = parameters
    if route.body and (route.body.schema or route.body.octets > 1024):
        told["requestBody"] = {"required": True, "content": _content_taken(route)}
    told["responses"] = {
        **{str(status): _answer(shape) for status, shape in route.answers.items()},
        **({"304": {"description": "Unchanged."}} if route.is_tagged else {}),
        **_problems(route),
    }
    return told


def _parameter(parameter: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.kind}
    if parameter.kind == "integer":
        schema |= {"minimum": parameter.least, "maximum": parameter.most}
    elif parameter.choices:
        schema["enum"] = list(parameter.choices)
    elif parameter.pattern:
        schema["pattern"] = f"^{parameter.pattern}$"
    else:
        schema |= {"minLength": 1, "maxLength": parameter.most}
    if parameter.default is not None:
        schema["default"] = parameter.default
    if parameter.pattern.startswith(r"\d{4}-"):
        schema["format"] = "date"
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.place == "path",
        "description": parameter.description,
        "schema": schema,
    }


def _fields(route: ApiRoute) -> list[dict[str, Any]]:
    return [REQUEST_HEADERS[name] for name in REQUEST_HEADERS if getattr(route, name)]


def _content_taken(route: ApiRoute) -> dict[str, Any]:
    assert route.body
    if not route.body.schema:
        return {kind: {} for kind in route.body.media_types}
    first, *others = route.body.media_types
    return {
        first: {
            "schema": {"$ref": f"{REFERENCE}{route.body.schema}"},
            "examples": EXAMPLES[route.body.schema],
        },
        **{kind: {"schema": {"type": "string"}} for kind in others},
    }


def _answer(shape: AnswerShape) -> dict[str, Any]:
    schema = {"schema": {"$ref": f"{REFERENCE}{shape.schema}"}} if shape.schema else {}
    return {
        "description": shape.description,
        "headers": {
            name: {"$ref": f"#/components/headers/{name}"} for name in shape.headers
        },
        "content": dict.fromkeys(shape.media_types, schema),
    }


def _problems(route: ApiRoute) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in route.all_problems:
        by_status.setdefault(KINDS[code].status, []).append(code)
    return {
        str(status): {
            "description": "; ".join(
                f"`{code}`: {KINDS[code].title}" for code in codes
            ),
            "headers": _problem_headers(status),
            "content": {
                MEDIA_TYPE: {
                    "schema": {
                        "allOf": [
                            {"$ref": f"{REFERENCE}Problem"},
                            {"properties": {"code": {"enum": codes}}},
                        ]
                    }
                }
            },
        }
        for status, codes in sorted(by_status.items())
    }


def _problem_headers(status: int) -> dict[str, Any]:
    named = {
        401: ["WWW-Authenticate"],
        403: ["WWW-Authenticate"],
        429: ["Retry-After", "RateLimit", "RateLimit-Policy"],
        503: ["Retry-After"],
        412: ["ETag"],
    }
    return {
        name: {"$ref": f"#/components/headers/{name}"} for name in named.get(status, ())
    }


def _schemas() -> dict[str, Any]:
    """Every component; those of the published schemas under their own names."""
    writer = _ShapeWriter()
    schemas = {name: writer.table(cls) for name, cls in SHAPES.items()}
    schemas |= writer.parts
    for name, title in (
        ("judgment", "Judgment"),
        ("fact", "Fact"),
        ("report", "Report"),
    ):
        schemas |= _published(json.loads(load_schema(name)), title)
    schemas["Problem"]["additionalProperties"] = True
    schemas["Facts"] = {
        "type": "object",
        "description": "Facts of cases.",
        "required": ["facts"],
        "additionalProperties": False,
        "properties": {
            "facts": {
                "type": "array",
                "maxItems": 1000,
                "description": "In any order.",
                "items": {"$ref": f"{REFERENCE}Fact"},
            }
        },
    }
    schemas["Statistics"] = {
        "type": "object",
        "description": "The yearly tables, as `notices statistics --format json` has "
        "them.",
        "required": ["tables", "as_of", "ledger"],
        "properties": {
            "tables": {"type": "object", "description": "By their keys."},
            "as_of": {"type": "string", "format": "date"},
            "ledger": {
                "type": "object",
                "required": ["size", "root"],
                "properties": {
                    "size": {"type": "integer"},
                    "root": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                },
            },
        },
    }
    return _led_to_components(schemas)


class _ShapeWriter(Writer):
    """Shapes of answers: open to fields that later versions add."""

    def shape(self, hint: Any, path: str) -> dict[str, Any]:
        if hint in (dict[str, Any], Any):
            return {"type": "object"}
        return super().shape(hint, path)

    def table(self, cls: Any) -> dict[str, Any]:
        made = super().table(cls)
        del made["additionalProperties"]
        return made


def _published(schema: dict[str, Any], title: str) -> dict[str, Any]:
    """A published schema and its parts as components: `Judgment`, `Judgment.Target`."""
    parts = schema.pop("$defs")
    for key in ("$schema", "$id"):
        del schema[key]
    named = {title: schema} | {f"{title}.{name}": part for name, part in parts.items()}
    text = json.dumps(named).replace('"#/$defs/', f'"{REFERENCE}{title}.')
    return json.loads(text)


def _led_to_components(schemas: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(schemas).replace('"#/$defs/', f'"{REFERENCE}')
    return json.loads(text, object_hook=_without_empty_default)


def _without_empty_default(table: dict[str, Any]) -> dict[str, Any]:
    """An empty text stands for what is left out; not every pattern takes it."""
    if table.get("default") == "" and "type" in table:
        del table["default"]
    return table


def _example_judgment(name: str) -> dict[str, Any]:
    return {"summary": name, "value": json.loads(load_examples()[f"{name}.json"])}


EXAMPLES: dict[str, dict[str, Any]] = {
    "Judgment": {
        name: _example_judgment(name) for name in ("IHC-2026-004217", "IHC-2026-004219")
    },
    "Facts": {
        "looks": {
            "summary": "A look, and what the police were told",
            "value": {
                "facts": [
                    {
                        "fact": "looked",
                        "case_id": "IHC-2026-004217",
                        "at": "2026-11-24T10:00:00+09:00",
                        "by": "operator-3",
                        "outcome": "still_there",
                        "from": "JP",
                    },
                    {
                        "fact": "police_reported",
                        "case_id": "IHC-2026-004217",
                        "at": "2026-11-16T16:00:00+09:00",
                        "by": "operator-3",
                        "reference": "2026-0815",
                    },
                ]
            },
        }
    },
}
"""Bodies that are taken as they stand; `test_openapi.py` sends them."""


def main() -> None:
    """Write it."""
    FILE.write_text(written(), encoding="utf-8")


if __name__ == "__main__":
    main()
