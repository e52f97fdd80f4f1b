"""Facts handed in: up to a thousand, each with its result."""

import json
import re
from collections.abc import Iterator
from typing import Any

from notices.codec.json_words import not_json
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
_BOM = b"\xef\xbb\xbf"
_BEGINS = re.compile(r'[ \t\r\n]*\{[ \t\r\n]*"facts"[ \t\r\n]*:[ \t\r\n]*\[')
_ENDS = re.compile(r"\][ \t\r\n]*\}[ \t\r\n]*")
_COMMA = Text("a comma too many, or too few")
_BLANKS = re.compile(r"[ \t\r\n]*")
_READER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
"""Finds where a value ends; what it says is for another reader to judge."""


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


def _result(outcome: FactOutcome) -> dict[str, Any]:
    return {
        "index": outcome.index,
        "result": outcome.result.value,
        "sha256": outcome.sha256 or None,
        "errors": [fault_json(fault, str) for fault in outcome.faults],
    }


def _lines(asked: ApiRequest) -> list[bytes]:
    """One line of JSON for each fact; what is wrong within one is told of it alone."""
    if asked.headers.get("content-type", "").lower().startswith(JSON_LINES):
        lines = asked.body.removeprefix(_BOM).split(b"\n")
        return [line for line in lines if line.strip()]
    try:
        text = asked.body.removeprefix(_BOM).decode("utf-8")
        return [fact.encode("utf-8", "surrogatepass") for fact in _spans(text)]
    except UnicodeDecodeError as wrong:
        raise _no_json(Text("byte {start} is not UTF-8", start=wrong.start)) from wrong
    except json.JSONDecodeError as wrong:
        raise _no_json(
            Text(
                "it is not JSON: line {lineno}, column {colno}: {msg}",
                msg=not_json(wrong),
                lineno=wrong.lineno,
                colno=wrong.colno,
            )
        ) from wrong
    except RecursionError as wrong:
        raise _no_json("it is nested too deeply") from wrong


def _spans(text: str) -> Iterator[str]:
    """The text of each fact as it stands, also with keys that stand twice."""
    begins = _BEGINS.match(text)
    if begins is None:
        raise _other_shape()
    place = _blanks(text, begins.end())
    while not text.startswith("]", place):
        _, end = _READER.raw_decode(text, place)
        yield text[place:end]
        place = _blanks(text, end)
        if text.startswith(",", place):
            place = _blanks(text, place + 1)
            is_odd = text.startswith("]", place)
        else:
            is_odd = not text.startswith("]", place)
        if is_odd:
            raise json.JSONDecodeError(_COMMA, text, place)
    if not _ENDS.fullmatch(text, place):
        raise _other_shape()


def _blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return found.end() if found else place


def _no_json(why: str) -> ApiProblem:
    return ApiProblem("bad-request", Text("the body cannot be read: {why}", why=why))


def _other_shape() -> ApiProblem:
    return ApiProblem(
        "bad-request",
        "the body must be an object with the list `facts`, and nothing else",
    )
