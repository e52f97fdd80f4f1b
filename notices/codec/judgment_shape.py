"""The schema of a judgment."""

from typing import Any

from notices.codec import shapes
from notices.judgment import Judgment


def judgment_schema() -> dict[str, Any]:
    """Make the JSON Schema (2020-12) of a judgment."""
    schema = shapes.model(Judgment).model_json_schema()
    fields = schema["properties"]
    fields["case_id"]["pattern"] = "^[A-Z0-9][A-Z0-9-]{2,31}$"
    for name in ("content", "reason"):
        fields[name]["pattern"] = r"\S"
    target = schema["$defs"]["Target"]["properties"]
    target["urls"] |= {"minItems": 1, "maxItems": 100}
    target["urls"]["items"] |= {"format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"}
    fields["ladder"] |= {"minItems": 1, "maxItems": 3}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:notices:judgment:1",
        **schema,
    }
