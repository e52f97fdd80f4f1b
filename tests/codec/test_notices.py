"""What is written as `notice.json` is what its schema describes, field by field."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import jsonschema
import pytest

from notices.catalogue import Element
from notices.codec import load_schema, notice_faults, notice_json
from notices.codec.notices import Image
from notices.judgment import Language, Locator, Rung
from notices.letters import sample_notice
from notices.notice import (
    Followed,
    Following,
    Form,
    Notice,
    PassedOver,
    RequestKind,
)

MOMENTS = [
    datetime(2026, 11, 16, 9, tzinfo=UTC),
    datetime(2026, 11, 16, 9, 0, 1, 500, tzinfo=timezone(timedelta(hours=9))),
    datetime(2026, 11, 16, 9, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
]


def whole(form: Form, at: datetime = MOMENTS[0]) -> Notice:
    """A notice that has something for every field."""
    notice = sample_notice(form)
    target = replace(
        notice.judgment.target,
        locator=Locator(
            board_name="見本掲示板",
            thread="12",
            post_number="3",
            posted_at=at,
            poster_id="ID:x",
            file_names=("a.jpg", "b.jpg"),
        ),
        ip_addresses=("192.0.2.1",),
        ip_checked_at=at,
    )
    return replace(
        notice,
        judgment=replace(notice.judgment, target=target),
        recipient=replace(notice.recipient, language=Language.BILINGUAL),
        passed_over=(
            PassedOver(
                rung=Rung.SERVER_ADMINISTRATOR, no_action=True, earlier_number="1"
            ),
        ),
        is_test=True,
    )


@pytest.mark.parametrize("at", MOMENTS, ids=str)
@pytest.mark.parametrize("form", list(Form))
def test_what_is_written_keeps_to_the_schema(form: Form, at: datetime) -> None:
    written = notice_json(whole(form, at))
    assert notice_faults(written) == []
    schema = json.loads(load_schema("notice"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(written))


def test_every_field_of_the_schema_is_written() -> None:
    schema = json.loads(load_schema("notice"))
    notice = replace(whole(Form.FORM_1), elements=(Element(id="x", ja="要件"),))
    followed = Followed(
        number="R8-1-000001",
        date=date(2026, 11, 1),
        kind=RequestKind.REQUEST,
        notice_sha256="ab" * 32,
        message_id="<1@hotline.example.jp>",
    )
    following = Following(
        kind=RequestKind.REMINDER, follows=followed, thread=(followed.message_id,)
    )
    octets = notice_json(
        replace(notice, following=following),
        images=[Image(role="seal", sha256="cd" * 32, alt="印")],
        warnings=["b", "a", "a"],
    )
    assert notice_faults(octets) == []
    written = json.loads(octets)
    assert written["warnings"] == ["a", "b"]
    for fields, declared in _objects(written, schema, schema["$defs"]):
        assert fields == declared


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "reminder"}, "follows"),
        ({"kind": "demand"}, "kind"),
        ({"warnings": ["b", "a"]}, "warnings"),
        ({"warnings": ["a", "a"]}, "warnings"),
        ({"images": [{"role": "photo", "sha256": "", "alt": ""}]}, "images[0].role"),
        ({"elements": None}, "elements"),
        ({"schema": "urn:notices:notice:1"}, "elements"),
    ],
)
def test_what_version_2_does_not_allow_is_told(
    change: dict[str, Any], told: str
) -> None:
    document = json.loads(notice_json(whole(Form.FORM_1))) | change
    assert told in " ".join(notice_faults(json.dumps(document).encode()))


def test_what_is_not_known_is_left_out() -> None:
    plain = json.loads(notice_json(replace(whole(Form.FORM_2), is_test=False)))
    assert "test" not in plain
    assert None not in plain.values()
    assert plain["statutes"] == []


def _objects(
    written: dict[str, Any], shape: dict[str, Any], parts: dict[str, Any]
) -> Iterator[tuple[set[str], set[str]]]:
    """The fields of each object in the document: written, and in the schema."""
    yield set(written), set(shape["properties"])
    for name, value in written.items():
        inner = value[0] if isinstance(value, list) else value
        if isinstance(inner, dict):
            declared = shape["properties"][name]
            declared = declared.get("items", declared)
            reference = declared.get("anyOf", [declared])[0]["$ref"]
            yield from _objects(inner, parts[reference.rpartition("/")[2]], parts)
