"""The fields of recipients' web forms: what goes in, and whether it fits; pure."""

from collections.abc import Iterator, Mapping

from notices.codec.notices import requested_action
from notices.errors import Fault, InvalidJudgment
from notices.judgment import Judgment
from notices.messages import Text
from notices.notice import Notice
from notices.rules import Channel, FormField, FormValue, RecipientEntry

_PLACES = {
    "urls": "target.urls",
    "content": "content",
    "reason": "reason",
    "content_en": "content_en",
    "reason_en": "reason_en",
    "requested_action": "measure",
    "requested_action_en": "measure",
}
"""Where in the judgment the value of a field comes from."""
_ALL: tuple[FormValue, ...] = (
    "date",
    "urls",
    "content",
    "reason",
    "requested_action",
    "content_en",
    "reason_en",
    "requested_action_en",
    "reply_to",
)
"""What is copied into a form of which the fields are not told."""


def require_fit(
    judgment: Judgment, notice: Notice, directory: Mapping[str, RecipientEntry]
) -> None:
    """InvalidJudgment if the recipient's form takes less than there is to say."""
    if notice.recipient.channel is not Channel.WEBFORM:
        return
    names = [
        step.recipient for step in judgment.ladder if step.rung is notice.recipient.rung
    ]
    entry = directory.get(next(filter(None, names), ""))
    faults = list(_misfits(judgment, notice, entry)) if entry else []
    if faults:
        raise InvalidJudgment(
            Text("no notice can be made of {case_id}", case_id=judgment.case_id),
            faults=faults,
        )


def filled_in(
    submission: Mapping[str, object], entry: RecipientEntry
) -> dict[str, str]:
    """The form's fields by their names, filled from what was frozen with a notice."""
    fields = entry.fields or tuple(FormField(name=each, value=each) for each in _ALL)
    return {field.name: text_of(submission.get(field.value)) for field in fields}


def too_long(values: Mapping[str, str], entry: RecipientEntry) -> Iterator[Fault]:
    """What of the values a form does not take."""
    for field in entry.fields:
        length = len(values[field.name])
        if field.max_length is not None and length > field.max_length:
            yield Fault(field.name, _told(field, length, entry.name))


def text_of(value: object) -> str:
    """A value as it is pasted: several URLs stand one a line."""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    return "" if value is None else str(value)


def _misfits(
    judgment: Judgment, notice: Notice, entry: RecipientEntry
) -> Iterator[Fault]:
    action, action_en = requested_action(notice)
    values: dict[str, object] = {
        "urls": judgment.target.urls,
        "content": judgment.content,
        "reason": judgment.reason,
        "content_en": judgment.content_en,
        "reason_en": judgment.reason_en,
        "requested_action": action,
        "requested_action_en": action_en,
    }
    for field in entry.fields:
        length = len(text_of(values.get(field.value)))
        if field.max_length is not None and length > field.max_length:
            yield Fault(_PLACES[field.value], _told(field, length, entry.name))


def _told(field: FormField, length: int, recipient: str) -> Text:
    return Text(
        "is too long for the form of {recipient}: {name} takes {most} characters,"
        " this has {length}",
        recipient=recipient,
        name=field.name,
        most=field.max_length,
        length=length,
    )
