"""A report as JSON between processes, without loss.

JSON and not pickle: what comes back from the process that read hostile bytes must
not be able to run anything. Its texts come as they were made, so that they can be
told in another language; one whose template reaches into its parameters is refused.
"""

import dataclasses
import json
from datetime import date, datetime, timedelta
from typing import Any

from notices.messages import Text, names_of
from notices.report import (
    CheckStatus,
    Finding,
    NoticeFacts,
    Report,
    SignerIdentity,
    StoryLine,
    SubIndication,
)
from notices.verifying.bounded_cache import bounded_cache
from notices.verifying.process.taps import TOLD_KEY, WHY


def dump_report(report: Report) -> bytes:
    """The report as JSON."""
    document = {name: getattr(report, name) for name in _NAMES}
    document["conditions"] = list(map(_dumped, report.conditions))
    return json.dumps(document, default=_plain).encode()


_NAMES = tuple(field.name for field in dataclasses.fields(Report))
_OF_STORY = tuple(field.name for field in dataclasses.fields(StoryLine))


def _plain(value: Any) -> Any:
    if isinstance(value, Finding):  # there are dozens: without their fields' names
        told = value.status, value.sub_indication, _dumped(value.detail)
        return [value.id, _dumped(value.name), *told]
    if isinstance(value, StoryLine):
        return [_dumped(getattr(value, name)) for name in _OF_STORY]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    raise TypeError(type(value).__name__)


def _dumped(value: Any) -> Any:
    """A text as its template, and its sentence and parameters where it has any."""
    if not isinstance(value, Text):
        return value
    if not value.parameters and value.template == value:
        return [value.template]  # most are of this kind
    named = {name: _parameter(each) for name, each in value.parameters.items()}
    return [value.template, value, named]


def _parameter(value: Any) -> Any:
    if isinstance(value, Text):
        return _dumped(value)
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, int | float) or value is None:
        return value
    return str(value)


def load_report(data: bytes) -> Report:
    """The report again. ValueError, KeyError or TypeError if it is none."""
    document = json.loads(data)
    return Report(
        kind=document["kind"],
        subject_sha256=document["subject_sha256"],
        validation_time=datetime.fromisoformat(document["validation_time"]),
        clock_tolerance=timedelta(seconds=document["clock_tolerance"]),
        findings=tuple(map(_finding, document["findings"])),
        signer=document["signer"] and SignerIdentity(**document["signer"]),
        signing_time=_moment(document["signing_time"]),
        best_signature_time=_moment(document["best_signature_time"]),
        notice=document["notice"] and _facts(document["notice"]),
        story=tuple(map(_told, document["story"])),
        delivery=document["delivery"],
        conditions=tuple(map(_loaded, document["conditions"])),
    )


def dump_tap(key_sha256: str | None, why: str | None) -> bytes:
    """What an assertion is: by which key, and why it is none (None: it is one)."""
    return json.dumps(
        {TOLD_KEY: key_sha256, WHY: _dumped(why)}, default=_plain
    ).encode()


def load_tap(data: bytes) -> dict[str, str | None]:
    """The same again. ValueError, KeyError or TypeError if it is none."""
    document = json.loads(data)
    told, why = document[TOLD_KEY], _loaded(document[WHY])
    if not all(each is None or isinstance(each, str) for each in (told, why)):
        raise TypeError(type(why).__name__)
    if told is None and why is None:
        raise ValueError("neither a key nor a reason")
    return {TOLD_KEY: told, WHY: why}


def _finding(values: list[Any]) -> Finding:
    number, name, status, sub_indication, detail = values
    return Finding(
        id=number,
        name=_loaded(name),
        status=_STATUSES[status],
        sub_indication=_INDICATIONS[sub_indication],
        detail=_loaded(detail),
    )


_STATUSES = {str(one): one for one in CheckStatus}
_INDICATIONS: dict[str | None, SubIndication | None] = {
    None: None,
    **{str(one): one for one in SubIndication},
}


def _loaded(value: Any) -> Any:
    """A text again. ValueError if its template does not fit its parameters."""
    if isinstance(value, list):
        return _text(*value)
    return datetime.fromisoformat(value["moment"]) if isinstance(value, dict) else value


def _text(template: str, said: Any = None, of: Any = None) -> Text:
    if said is None:
        said, of = template, {}
    is_whole = isinstance(said, str) and isinstance(of, dict)
    if not is_whole or _names_of(template) - of.keys():
        raise ValueError(template)
    return Text.of(said, template, {name: _loaded(each) for name, each in of.items()})


_names_of = bounded_cache(entries=500, octets=500)(names_of)
"""The same few templates come again and again."""


def _facts(document: dict[str, Any]) -> NoticeFacts:
    told = document["date"]
    changed: dict[str, Any] = {"date": told and date.fromisoformat(told)}
    return NoticeFacts(**(document | changed))


def _told(values: list[Any]) -> StoryLine:
    known: dict[str, Any] = dict(zip(_OF_STORY, values, strict=True))
    known["at"] = datetime.fromisoformat(known["at"])
    return StoryLine(**{name: _loaded(value) for name, value in known.items()})


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
