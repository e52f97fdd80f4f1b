"""Facts as people read them: each kind, field and word of a closed list.

What is no word of ours (ids, numbers, days, countries, free text) stands as it is.
The record, its lines and the API keep the words of `docs/formats.md`, 6.3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from notices.casework.words import (
    Answer,
    Before,
    Body,
    Direction,
    FactKind,
    How,
    LookOutcome,
    WhyNotRequested,
    WhyReturned,
)
from notices.judgment import Rung, Source
from notices.ledger import FactValue
from notices.messages import Text
from notices.notice import RequestKind

KINDS: Final[Mapping[str, str]] = {
    FactKind.INTAKE: Text("Reports of a month"),
    FactKind.ANALYSED: Text("Judged"),
    FactKind.POLICE_REPORTED: Text("Reported to the police"),
    FactKind.POLICE_HOLD: Text("Held for the police"),
    FactKind.POLICE_RELEASED: Text("Released by the police"),
    FactKind.GONE: Text("Gone before"),
    FactKind.NOT_REQUESTED: Text("Not requested"),
    FactKind.REQUESTED: Text("Requested"),
    FactKind.LOOKED: Text("Looked at"),
    FactKind.ANSWERED: Text("Answered"),
    FactKind.RETURNED: Text("Came back"),
    FactKind.REFERRED: Text("Referred"),
    FactKind.CLOSED: Text("Closed"),
    FactKind.REOPENED: Text("Reopened"),
    FactKind.KEPT: Text("Kept"),
    FactKind.DISPOSED: Text("Disposed of"),
    FactKind.RETRACTED: Text("Retracted"),
}
"""What happened."""

OUTCOMES: Final[Mapping[str, str]] = {
    LookOutcome.REMOVED: Text("Removed"),
    LookOutcome.BLOCKED_IN_JAPAN: Text("Blocked in Japan"),
    LookOutcome.ACCOUNT_GONE: Text("Account gone"),
    LookOutcome.SITE_GONE: Text("Site gone"),
    LookOutcome.MOVED: Text("Moved"),
    LookOutcome.CHANGED: Text("Changed"),
    LookOutcome.PARTLY: Text("Partly removed"),
    LookOutcome.STILL_THERE: Text("Still there"),
    LookOutcome.UNREACHABLE: Text("Unreachable"),
    LookOutcome.CANNOT_TELL: Text("Cannot be told"),
}
"""What was seen."""

REQUESTS: Final[Mapping[str, str]] = {
    RequestKind.REQUEST: Text("Request"),
    RequestKind.REMINDER: Text("Reminder"),
    RequestKind.CORRECTION: Text("Correction"),
    RequestKind.WITHDRAWAL: Text("Withdrawal"),
}
"""What a notice is to the ones before it."""

FIELDS: Final[Mapping[str, str]] = {
    "by": Text("By"),
    "month": Text("Month"),
    "received": Text("Reports received"),
    "out_of_scope": Text("Reports out of scope"),
    "source": Text("Reported by"),
    "hotline_country": Text("Country of the hotline"),
    "category": Text("Category"),
    "found_on": Text("Seen online on"),
    "provider_location": Text("Country of the provider"),
    "server_location": Text("Country of the server"),
    "edition": Text("Edition of the guideline"),
    "urls": Text("Number of addresses"),
    "reference": Text("Reference of the other side"),
    "reason": Text("Reason"),
    "before": Text("Gone before what"),
    "number": Text("Number"),
    "kind": Text("What was sent"),
    "rung": Text("Asked as"),
    "form": Text("Form"),
    "provider": Text("Entry in the directory"),
    "country": Text("Country"),
    "channel": Text("Way of sending"),
    "imported": Text("Told by another system"),
    "outcome": Text("What was seen"),
    "from": Text("Looked from"),
    "how": Text("Who or what looked"),
    "note": Text("Note"),
    "answer": Text("What the answer says"),
    "direction": Text("Which way"),
    "body": Text("To or from whom"),
    "rule": Text("Disposed of by"),
    "rows": Text("Rows removed"),
    "statement_sha256": Text("SHA-256 of the decision"),
    "approver": Text("Decided by"),
    "backups_until": Text("In backups until"),
    "of": Text("Fact taken back (SHA-256)"),
}
"""Each field of a line, by its name there."""

WORDS: Final[Mapping[tuple[str, FactValue], str]] = {
    ("source", Source.PUBLIC): Text("a person of the public"),
    ("source", Source.CYBER_PATROL_CENTER): Text("the cyber patrol centre"),
    ("source", Source.POLICE): Text("the police"),
    ("source", Source.FOREIGN_HOTLINE): Text("a hotline abroad"),
    ("source", Source.OWN_PATROL): Text("the centre's own patrol"),
    ("before", Before.POLICE_REPORT): Text("the report to the police"),
    ("before", Before.REQUEST): Text("the request"),
    ("reason", WhyNotRequested.NO_CONTACT): Text("no address is known"),
    ("reason", WhyNotRequested.DUPLICATE): Text("the same as another case"),
    ("reason", WhyNotRequested.POLICE_ASKED_NOT_TO): Text("the police asked not to"),
    ("reason", WhyNotRequested.ABROAD): Text("it is abroad"),
    ("reason", WhyNotRequested.JUDGED_AGAIN): Text("it was judged again"),
    ("reason", WhyNotRequested.OTHER): Text("another reason"),
    ("reason", WhyReturned.UNKNOWN_USER): Text("there is no such mailbox"),
    ("reason", WhyReturned.BLOCKED): Text("the mail was blocked"),
    **{("kind", kind): told for kind, told in REQUESTS.items()},
    ("rung", Rung.BOARD_ADMINISTRATOR): Text("administrator of the bulletin board"),
    ("rung", Rung.WEBSITE_ADMINISTRATOR): Text("administrator of the website"),
    ("rung", Rung.SERVER_ADMINISTRATOR): Text("administrator of the server"),
    ("rung", Rung.IP_ALLOCATION_HOLDER): Text("holder of the IP addresses"),
    ("form", "form1"): Text("form 1"),
    ("form", "form2"): Text("form 2"),
    ("form", "form2-2006"): Text("form 2 of 2006"),
    ("channel", "smtp"): Text("by mail"),
    ("channel", "webform"): Text("web form"),
    ("channel", "outbox"): Text("taken over by another system"),
    ("imported", True): Text("yes"),
    **{("outcome", outcome): told for outcome, told in OUTCOMES.items()},
    ("how", How.PERSON): Text("a person"),
    ("how", How.PROVIDER): Text("the provider"),
    ("how", How.PROBE): Text("a program"),
    ("answer", Answer.DONE): Text("done as asked"),
    ("answer", Answer.PARTLY): Text("done in part"),
    ("answer", Answer.DECLINED): Text("declined"),
    ("answer", Answer.NOT_OURS): Text("it is not theirs"),
    ("direction", Direction.OUT): Text("handed to them"),
    ("direction", Direction.IN): Text("handed to us"),
    ("body", Body.HOTLINE): Text("a hotline"),
    ("body", Body.AUTHORITY): Text("an authority"),
    ("body", Body.RIGHTS_HOLDER): Text("a holder of rights"),
    ("body", Body.FILTER_PROVIDER): Text("a provider of filters"),
}
"""Each word of a closed list, by the field that it stands in."""

FREE: Final = frozenset(
    {
        FactKind.POLICE_HOLD,
        FactKind.POLICE_RELEASED,
        FactKind.CLOSED,
        FactKind.REOPENED,
        FactKind.KEPT,
        FactKind.RETRACTED,
    }
)
"""Kinds whose reason is somebody's own words, also where it reads like one of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldField:
    """A particular of a fact."""

    name: str
    """What it is called, to be told in the reader's language."""
    value: FactValue
    """As it stands, or as it is called."""
    is_word: bool
    """True: the value is a text of ours. Else nobody translates it."""


def told_fields(line: Mapping[str, FactValue]) -> Iterator[ToldField]:
    """Each particular of a fact.

    line: as `plain_fact` gives it.
    """
    is_free = line["fact"] in FREE
    for name, value in line.items():
        if name in ("fact", "case_id", "at"):
            continue
        word = None if is_free and name == "reason" else WORDS.get((name, value))
        said = value if word is None else word
        yield ToldField(name=FIELDS[name], value=said, is_word=word is not None)
