"""Writes the published schemas from the classes that read and write the documents.

    python -m tests.codec.write_schemas

They come with the package as files: at run time nothing makes them. `test_schemas.py`
fails if a file is not what would be written now.
"""

import ast
import dataclasses
import datetime as dt
import inspect
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import notices
from notices import grammar, report
from notices.casework import Fact
from notices.casework import facts as kinds_of_facts
from notices.casework import fields as fields_of_facts
from notices.codec.notice_shape import NoticeDocument, NoticeDocument1
from notices.codec.parsing import MAX_NUMBER
from notices.codec.reading import (
    DAY,
    INSTANT,
    inner,
    is_optional,
    is_required,
    written_fields,
)
from notices.judgment import Judgment
from notices.notice import RequestKind
from notices.rules import ladder, texts
from tests.codec.schema_rules import EMPTY_OR, EMPTY_OR_TOLD, rules

FOLDER = Path(notices.__file__).parent / "data" / "schemas"


@dataclass
class ReportError:
    """Why there is no verdict."""

    code: str
    """Stable code of the error."""
    message: str
    """What happened."""
    hint: str
    """What to do."""


@dataclass
class ReportDocument:
    """The outcome of verifying one file."""

    file: str
    """Its name; `path[3]` for the third mail of an mbox."""
    kind: Literal["mail", "pdf", "bundle", "notice", "proof"] | None
    """What it is; null if it is none of these."""
    verdict: report.Verdict | None
    """The verdict (EN 319 102-1, 5.1.3); null without one."""
    sub_indication: report.SubIndication | None
    """The sub-indication of the check that decided."""
    signer: report.SignerIdentity | None
    """Whose signature."""
    signing_time: dt.datetime | None
    """When it was signed, by the signer's own clock."""
    best_signature_time: dt.datetime | None
    """The earliest time at which it is proven to have existed."""
    clock_tolerance_seconds: float | None
    """How far other clocks were allowed to differ from the time of judging."""
    subject_sha256: str | None
    """SHA-256 of the file."""
    notice: report.NoticeFacts | None
    """Which notice."""
    checks: tuple[report.Finding, ...]
    """Every check in its order, also those that were skipped."""
    story: tuple[report.StoryLine, ...]
    """What happened to the notice, in order of time; bundles only."""
    delivery: str | None
    """Where the delivery stood at the last event; null for other files."""
    conditions: tuple[str, ...]
    """What a good verdict leaves open, such as that nobody was expected to sign."""
    error: ReportError | None = None
    """Why there is no verdict; only then there."""


TITLES = {
    NoticeDocument: "Notice",
    NoticeDocument1: "Notice",
    ReportDocument: "Report",
    report.SignerIdentity: "ReportSigner",
    report.NoticeFacts: "ReportNotice",
    report.Finding: "ReportCheck",
    report.StoryLine: "ReportTold",
}
"""Names in the schemas, where they are not those of the classes."""

WRITTEN_WHOLE = {report.Finding}
"""Of these a report has every field, also those that may be left out when made."""

LINE, PROSE = {"maxLength": 300}, {"maxLength": 50_000}
IPV4 = r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}"
COUNTRY = {"pattern": f"^(?:{'|'.join(sorted(grammar.COUNTRIES))})$"}
NUMBER = {"pattern": f"^{fields_of_facts._NUMBER.pattern}$"}
COUNT = {"minimum": 0, "maximum": fields_of_facts._MOST}


def _choices(names: tuple[str, ...]) -> dict[str, Any]:
    return {"enum": ["", *names]}


# What the readers hold to besides types. What only the catalogue or two fields together
# can tell stands in no schema.
LIMITS: dict[str, dict[str, Any]] = {
    "Judgment.case_id": {"pattern": f"^{grammar._CASE_ID.pattern}$"},
    "Judgment.category": LINE,
    "Judgment.sub_type": LINE,
    "Judgment.substance": LINE,
    "Judgment.source_id": LINE,
    "Judgment.statutes": {"maxItems": texts.MAX_STATUTES},
    "Judgment.csam_classification": _choices(texts.CSAM_CLASSIFICATIONS),
    "Judgment.csam_detection_method": _choices(texts.CSAM_DETECTION_METHODS),
    "Judgment.content": {"pattern": r"\S", **PROSE},
    "Judgment.reason": {"pattern": r"\S", **PROSE},
    "Judgment.content_en": PROSE,
    "Judgment.reason_en": PROSE,
    "Judgment.edition": {"format": "date", "pattern": f"^{DAY.pattern}$"},
    "Judgment.ladder": {"minItems": 1, "maxItems": 3},
    "Statute.law": {"maxLength": 100},
    "Statute.article": {"maxLength": 100},
    "Target.urls": {"minItems": 1, "maxItems": texts.MAX_URLS},
    "Target.urls[]": {
        "format": "uri",
        "maxLength": grammar.MAX_URL,
        "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://",
    },
    "Target.ip_addresses": {"maxItems": texts.MAX_ITEMS},
    "Target.ip_addresses[]": {"pattern": rf"^{IPV4}|^[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*$"},
    "Target.provider_location": COUNTRY,
    "Target.server_location": COUNTRY,
    "Locator.board_name": LINE,
    "Locator.thread": LINE,
    "Locator.post_number": LINE,
    "Locator.poster_id": LINE,
    "Locator.file_names": {"maxItems": texts.MAX_ITEMS},
    "Locator.file_names[]": {"pattern": r"\S", **LINE},
    "Person.name": {"pattern": r"\S", "maxLength": 100},
    "Person.name_en": {"maxLength": 100, **EMPTY_OR_TOLD},
    "Person.role": {"pattern": r"\S", "maxLength": 100},
    "Consultation.consulted": {"pattern": r"\S", **LINE},
    "Consultation.result": {"pattern": r"\S", **PROSE},
    "LadderStep.recipient": LINE,
    "LadderStep.name": LINE,
    "LadderStep.earlier_number": LINE,
    "LadderStep.reason": {"maxLength": ladder.MAX_REASON},
    "LadderStep.abroad_reason": {"maxLength": ladder.MAX_REASON},
    "LadderStep.mailbox": {
        "maxLength": grammar.MAX_MAILBOX,
        "pattern": rf"{EMPTY_OR}^{grammar._LOCAL.pattern}@[A-Za-z0-9.-]+$",
    },
    "LadderStep.country": COUNTRY,
    "NoticeDocument.ordinal": {"minimum": 1, "maximum": MAX_NUMBER - 1},
    "NoticeDocument.urls": {"minItems": 1},
    "NoticeDocument1.ordinal": {"minimum": 1, "maximum": MAX_NUMBER - 1},
    "NoticeDocument1.urls": {"minItems": 1},
    "ReportDocument.subject_sha256": {"pattern": "^[0-9a-f]{64}$"},
    "Fact.case_id": {"pattern": f"^{grammar._CASE_ID.pattern}$"},
    "Fact.by": {"pattern": f"^{fields_of_facts._BY.pattern}$"},
    "Intake.month": {"pattern": f"^{fields_of_facts._MONTH.pattern}$"},
    "Intake.received": COUNT,
    "Intake.out_of_scope": COUNT,
    "Intake.hotline_country": COUNTRY,
    "Analysed.category": {"maxLength": 80},
    "Analysed.provider_location": COUNTRY,
    "Analysed.server_location": COUNTRY,
    "Analysed.hotline_country": COUNTRY,
    "Analysed.urls": {"minimum": 1, "maximum": fields_of_facts._MOST},
    "Requested.number": NUMBER,
    "Requested.country": COUNTRY,
    "Looked.seen_from": COUNTRY,
    "Answered.number": NUMBER,
    "Returned.number": NUMBER,
    "Referred.country": COUNTRY,
    "Retracted.of": {"pattern": "^[0-9a-f]{64}$"},
    **{
        f"{cls.__name__}.{name}": {"maxLength": fields_of_facts._LONGEST}
        for cls, names in kinds_of_facts.FREE_TEXTS.items()
        for name in names
    },
    "Finding.id": {"pattern": "^[MPBNAL][0-9]{2}$"},
    "NoticeFacts.kind": {"enum": [*map(str, RequestKind), None]},
    "NoticeFacts.form": {"enum": ["form1", "form2", "form2-2006"]},
}
SCALARS: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    dt.date: {"format": "date", "pattern": f"^{DAY.pattern}$", "type": "string"},
    dt.datetime: {
        "format": "date-time",
        "pattern": f"^{INSTANT.pattern}$",
        "type": "string",
    },
}


class Writer:
    """Collects the parts of one schema."""

    def __init__(self) -> None:
        self.parts: dict[str, dict[str, Any]] = {}

    def shape(self, hint: Any, path: str) -> dict[str, Any]:
        """The schema of a type."""
        if is_optional(hint):
            return {"anyOf": [self.shape(inner(hint), path), {"type": "null"}]}
        if hint == kinds_of_facts.Details:
            return {}
        if get_origin(hint) is tuple:
            items = self.shape(get_args(hint)[0], f"{path}[]")
            return {"items": items, "type": "array", **LIMITS.get(path, {})}
        if get_origin(hint) is Literal:
            names = list(get_args(hint))
            choice = {"const": names[0]} if len(names) == 1 else {"enum": names}
            return {**choice, "type": "string"}
        if dataclasses.is_dataclass(hint) or issubclass(hint, Enum):
            title = TITLES.get(hint, hint.__name__)
            if title not in self.parts:
                whole = self.table if dataclasses.is_dataclass(hint) else _enumeration
                self.parts[title] = whole(hint)
            return {"$ref": f"#/$defs/{title}"}
        return SCALARS[hint] | LIMITS.get(path, {})

    def table(self, cls: Any) -> dict[str, Any]:
        """The schema of a dataclass: all its fields and no others."""
        hints, docs = get_type_hints(cls), dict(_docs(cls))
        conditions = rules().get(cls.__name__)
        return {
            **({"allOf": conditions} if conditions else {}),
            "additionalProperties": False,
            "description": inspect.getdoc(cls),
            "properties": {
                name: {
                    **_default(field),
                    "description": docs[field.name],
                    **self.shape(hints[field.name], f"{cls.__name__}.{field.name}"),
                    "title": name.replace("_", " ").title(),
                }
                for name, field in written_fields(cls).items()
            },
            "required": [
                name
                for name, field in written_fields(cls).items()
                if is_required(field) or cls in WRITTEN_WHOLE
            ],
            "title": TITLES.get(cls, cls.__name__),
            "type": "object",
        }


def _enumeration(cls: Any) -> dict[str, Any]:
    return {
        "description": inspect.getdoc(cls),
        "enum": [member.value for member in cls],
        "title": cls.__name__,
        "type": "string",
    }


def _default(field: "dataclasses.Field[Any]") -> dict[str, Any]:
    if field.default is dataclasses.MISSING:
        return {}
    is_word = isinstance(field.default, Enum)
    return {"default": field.default.value if is_word else field.default}


def _docs(cls: type) -> Iterator[tuple[str, str]]:
    """The docstring under each field, those of the classes beneath first."""
    for base in cls.__bases__:
        if dataclasses.is_dataclass(base):
            yield from _docs(base)
    (tree,) = ast.parse(inspect.getsource(cls)).body
    assert isinstance(tree, ast.ClassDef)
    for first, second in itertools.pairwise(tree.body):
        match first, second:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                # a word of Python's: a file has null
                yield name, re.sub(r"\bNone:", "null:", inspect.cleandoc(text))


def _one_of_the_facts(writer: Writer) -> dict[str, Any]:
    """A line is one flat object: what all have, and the fields of its kind."""
    head = writer.table(Fact)["properties"]
    del head["details"]
    for cls, kind in kinds_of_facts.KINDS.items():
        table = writer.table(cls)
        about_none = kind.value in ("intake", "referred")
        table["properties"] = {
            "fact": {"const": kind.value, "description": "The name of the fact."},
            **{
                name: head[name]
                for name in head
                if kind != "intake" or name != "case_id"
            },
            **table["properties"],
        }
        always = ["fact", "at", "by"] if about_none else ["fact", "case_id", "at", "by"]
        table["required"] = [*always, *table["required"]]
        writer.parts[cls.__name__] = table
    return {
        "description": inspect.getdoc(Fact),
        "oneOf": [{"$ref": f"#/$defs/{cls.__name__}"} for cls in kinds_of_facts.KINDS],
        "title": "Fact",
    }


def written(cls: Any, identity: str) -> str:
    """The text of a schema's file."""
    writer = Writer()
    table = _one_of_the_facts(writer) if cls is Fact else writer.table(cls)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": identity,
        "$defs": dict(sorted(writer.parts.items())),
        **table,
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


SCHEMAS = {
    "judgment": (Judgment, "urn:notices:judgment:1"),
    "notice": (NoticeDocument, "urn:notices:notice:2"),
    "notice-1": (NoticeDocument1, "urn:notices:notice:1"),
    "report": (ReportDocument, "urn:notices:report:1"),
    "fact": (Fact, "urn:notices:fact:1"),
}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, (cls, identity) in SCHEMAS.items():
        (FOLDER / f"{name}.json").write_text(written(cls, identity), encoding="utf-8")
