"""Reading the JSON members of a bundle."""

import json
from typing import Any

from notices.verifying.checks import malformed


def parse_json(data: bytes) -> Any:
    """Parse JSON in which no key stands twice in one object; Refusal else."""
    return json.loads(data, object_pairs_hook=_no_repeats)


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise malformed("a key stands twice in one object")
    return found
