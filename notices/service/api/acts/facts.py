"""Facts handed in: up to a thousand, each with its result."""

import json
from typing import Any

from notices.errors import InputError
from notices.messages import Text
from notices.service.api.answering import ApiAnswer, answer
from notices.service.api.asking import ApiRequest
from notices.service.api.problems import ApiProblem, fault_json
from notices.service.api.room import ApiRoom
from notices.site.access.facts import FactOutcome, FactResult

MOST = 1000
"""Facts of one request."""
JSON_LINES = "application/jsonl"


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys as they stood, also those that stood twice."""


def record_facts(room: ApiRoom, asked: ApiRequest) -> ApiAnswer:
    """Take in what is in order, and tell the result of each."""
    lines = _lines(asked)
    if len(lines) > MOST:
        raise InputError(
            Text("{count} facts are too many at once", count=len(lines)),
            hint=Text("hand in {most} at most", most=MOST),
        )
    outcomes = room.site.rooms.access.facts.take(lines)
    counts = {
        result.value: sum(one.result is result for one in outcomes)
        for result in FactResult
    }
    return answer({**counts, "results": [_result(one) for one in outcomes]})


def _result(one: FactOutcome) -> dict[str, Any]:
    return {
        "index": one.index,
        "result": one.result.value,
        "sha256": one.sha256 or None,
        "errors": [fault_json(fault, str) for fault in one.faults],
    }


def _lines(asked: ApiRequest) -> list[bytes]:
    """One line of JSON for each fact; what is wrong within one is told of it alone."""
    if asked.headers.get("content-type", "").lower().startswith(JSON_LINES):
        return [line for line in asked.body.splitlines() if line.strip()]
    try:
        data = json.loads(asked.body.decode("utf-8"), object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as wrong:
        raise ApiProblem(
            "bad-request", Text("the body is not JSON: {wrong}", wrong=wrong)
        ) from wrong
    members = dict(data) if isinstance(data, _Pairs) else {}
    facts = members.get("facts")
    if set(members) != {"facts"} or type(facts) is not list or len(data) != 1:
        raise ApiProblem(
            "bad-request",
            "the body must be an object with the list `facts`, and nothing else",
        )
    return [_written(fact).encode("utf-8", "surrogatepass") for fact in facts]


def _written(value: Any) -> str:
    """JSON of what was read; keys that stand twice are for the reader to refuse."""
    if isinstance(value, _Pairs):
        members = (f"{json.dumps(name)}:{_written(item)}" for name, item in value)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value)
