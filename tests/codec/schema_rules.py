"""What holds between fields of a judgment, as far as JSON Schema can say it.

What only the catalogue knows of a day stands in none: docs/judgments.md, "JSON Schema".
"""

from typing import Any

from notices.codec import load_catalogue

EMPTY_OR = "^$|"
ROLE_OF_CHECKER = {"pattern": r"責\s*任\s*[者\uFA5B\uFAB2\U0002F97A]"}
TOLD = {"pattern": r"\S"}
EMPTY_OR_TOLD = {"pattern": rf"{EMPTY_OR}\S"}
NOTHING: dict[str, Any] = {"maxLength": 0}
NULL = {"type": "null"}
STANDS = {"properties": {"skipped": NULL}}


def _if(condition: dict[str, Any], so: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"if": condition, "then": so, **({"else": other} if other else {})}


def _with(**fields: dict[str, Any]) -> dict[str, Any]:
    """The fields are there, and so."""
    return {"properties": fields, "required": list(fields)}


def _slugs(*, illegal: bool) -> list[str]:
    """Categories of form 1, or of form 2, in the package's catalogue."""
    rows = load_catalogue().categories.values()
    return [row.slug for row in rows if row.is_illegal is illegal]


def rules() -> dict[str, list[dict[str, Any]]]:
    """What holds between fields, as far as JSON Schema can say it (judgments.md)."""
    bilingual = _with(language={"const": "ja+en"})
    return {
        "Judgment": [
            _if(
                _with(category={"enum": _slugs(illegal=True)}),
                {"properties": {"statutes": {"minItems": 1}}},
            ),
            _if(
                _with(category={"enum": _slugs(illegal=False)}),
                {"properties": {"statutes": {"maxItems": 0}}},
            ),
            {"properties": {"ladder": {"contains": STANDS}}},
            _if(
                _with(ladder={"contains": {"allOf": [STANDS, bilingual]}}),
                _with(content_en=TOLD, reason_en=TOLD),
            ),
            _if(
                _with(hotline_country={"type": "string"}),
                _with(source={"const": "foreign_hotline"}),
            ),
            {"properties": {"checker": {"properties": {"role": ROLE_OF_CHECKER}}}},
        ],
        "Target": [
            _if(
                _with(ip_addresses={"minItems": 1}),
                _with(ip_checked_at={"type": "string"}),
            )
        ],
        "LadderStep": [
            _if(
                STANDS,
                {
                    "anyOf": [
                        _with(recipient={"minLength": 1}),
                        _with(name=TOLD, mailbox=TOLD),
                    ],
                    "properties": {
                        "name": EMPTY_OR_TOLD,
                        "name_en": EMPTY_OR_TOLD,
                        "mailbox": EMPTY_OR_TOLD,
                    },
                },
                properties={"recipient": NOTHING, "name": NOTHING, "mailbox": NOTHING}
                | {"reason": TOLD},
                required=["reason"],
            ),
            _if(
                _with(skipped={"const": "no_action"}),
                _with(
                    rung={"const": "website_administrator"},
                    earlier_number=TOLD,
                    rechecked_at={"type": "string"},
                ),
                properties={"earlier_number": NOTHING, "rechecked_at": NULL},
            ),
        ],
    }
