"""Hand-over in bulk: what waits for a recipient's form, and the references for it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from notices.errors import InputError, NoticesError
from notices.messages import Text
from notices.notice import RequestKind
from notices.rules import Channel, RecipientEntry
from notices.site.manual import SUBMISSION, ManualDesk
from notices.site.receipts import Receipt
from notices.site.web_forms.fields import filled_in, too_long
from notices.site.web_forms.references import Reference
from notices.store import Store

if TYPE_CHECKING:
    from notices.site.documents import SubmissionDocument

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that spreadsheets take for a formula, in Japan wide signs, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request that waits to be handed over."""

    case_id: str
    """The case system's id."""
    number: str
    """整理番号."""
    fields: Mapping[str, str]
    """The form's fields by their names, in the form's order."""
    faults: tuple[str, ...] = ()
    """What the form does not take."""

    def to_json(self) -> dict[str, object]:
        """The fields of `notices handover --format json`."""
        return {
            "case_id": self.case_id,
            "number": self.number,
            "fields": dict(self.fields),
            "faults": list(self.faults),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedLine:
    """What became of a line."""

    line: int
    """Where it begins in the file."""
    case_id: str = ""
    """The case; empty: the line does not name it, and its number is none of ours."""
    number: str = ""
    """整理番号; empty: the line does not name it."""
    receipt: Receipt | None = None
    """How the delivery stands; None: nothing was recorded."""
    error: NoticesError | None = None
    """Why nothing was recorded."""

    @property
    def name(self) -> str:
        """Its number, or its case."""
        return self.number or self.case_id


@dataclass(frozen=True, kw_only=True)
class BulkDesk:
    """Hands over many requests at once."""

    store: Store
    """The outbox."""
    manual: ManualDesk
    """Records one request as handed over."""
    directory: Mapping[str, RecipientEntry]
    """The entries of `recipients.toml`."""

    def waiting(
        self, recipient: str, kind: RequestKind = RequestKind.REQUEST
    ) -> list[Request]:
        """What waits for the form of an entry, the oldest first; of one kind alone.

        What may not go out now is left out, such as while the police ask to wait.
        InputError if there is no such entry, or it has no form.
        """
        entry = self.directory.get(recipient)
        if entry is None or entry.channel is not Channel.WEBFORM:
            forms = ", ".join(
                name
                for name, each in self.directory.items()
                if each.channel is Channel.WEBFORM
            )
            raise InputError(
                Text(
                    "recipients.toml has no entry `{recipient}` with a web form",
                    recipient=recipient,
                ),
                hint=Text("those with one: {forms}", forms=forms or "none"),
            )
        return list(self._waiting(entry, kind))

    def _waiting(self, entry: RecipientEntry, kind: RequestKind) -> Iterator[Request]:
        waiting = self.store.queries.by_hand(Channel.WEBFORM, SUBMISSION)
        for stored, document in waiting:
            if stored.key.request_kind is not kind:
                continue
            submission: SubmissionDocument = json.loads(document)
            if submission.get("form_url") != entry.form_url:
                continue
            fields = filled_in(submission, entry)
            faults = too_long(fields, entry)
            yield Request(
                case_id=stored.key.case_id,
                number=stored.number,
                fields=fields,
                faults=tuple(f"{each.path} {each.message}" for each in faults),
            )

    def record(self, references: list[Reference]) -> Iterator[RecordedLine]:
        """Record each line by itself: one that is refused holds up no other."""
        for reference in references:
            recorded = RecordedLine(
                line=reference.line,
                case_id=reference.case_id or self._case_of(reference.number),
                number=reference.number,
            )
            try:
                receipt = self._submitted(reference)
            except NoticesError as error:
                yield replace(recorded, error=error)
            else:
                yield replace(recorded, receipt=receipt)

    def _case_of(self, number: str) -> str:
        """The case of a notice; empty: there is none with this number."""
        try:
            return self.store.get(number).key.case_id if number else ""
        except InputError:
            return ""

    def _submitted(self, line: Reference) -> Receipt:
        if line.fault:
            raise InputError(line.fault)
        case_id = line.case_id or self.store.get(line.number).key.case_id
        return self.manual.submitted(
            case_id, reference=line.reference, at=line.at, number=line.number
        )


def as_csv(requests: list[Request]) -> str:
    """One line a request (RFC 4180), with an empty column for the reference.

    A spreadsheet takes what begins like a formula for one: before that stands an
    apostrophe.
    """
    names = list(dict.fromkeys(name for each in requests for name in each.fields))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["case_id", "number", *names, "reference"])
    for each in requests:
        cells = [each.fields.get(name, "") for name in names]
        writer.writerow([each.case_id, each.number, *map(_cell, cells), ""])
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
