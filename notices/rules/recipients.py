"""Who the request goes to: entries of the directory, and where a recipient is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from notices.errors import Fault
from notices.grammar import COUNTRIES
from notices.judgment import Judgment, LadderStep, Language, Rung
from notices.signs import is_blank

JAPAN = "JP"

HOSTS = frozenset({Rung.SERVER_ADMINISTRATOR, Rung.IP_ALLOCATION_HOLDER})
"""Rungs that stand where the server stands."""

Attachment = Literal["docx", "xarf"]
"""What may go along besides PDF and `notice.json`."""


class Channel(StrEnum):
    """How a recipient is reached."""

    SMTP = "smtp"
    """Mail through the relay."""
    WEBFORM = "webform"
    """A form on the recipient's site, filled in by an operator."""
    OUTBOX = "outbox"
    """Prepared here, taken over by another system."""


FormValue = Literal[
    "number",
    "date",
    "recipient",
    "urls",
    "content",
    "reason",
    "requested_action",
    "content_en",
    "reason_en",
    "requested_action_en",
    "reply_to",
]
"""What a field of a form can be filled with: the words of a hand-over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field of a recipient's web form, and what goes into it."""

    name: str
    """Its label in the form; the column of a hand-over."""
    value: FormValue
    """What it is filled with; several URLs stand one a line."""
    max_length: int | None = None
    """Characters that the form takes; None: any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientEntry:
    """A provider that the centre writes to often, from `recipients.toml`."""

    name: str
    """Whom the letter addresses."""
    name_en: str = ""
    """The same for the English part; empty: the name stands there, too."""
    mailboxes: tuple[str, ...]
    """Addresses, the one in use first."""
    role: Rung | None = None
    """The only rung that it may stand for; None: any."""
    language: Language | None = None
    """Language of its letters; None: Japanese."""
    channel: Channel = Channel.SMTP
    """How it is reached."""
    form_url: str = ""
    """Address of its form; for `webform` only."""
    fields: tuple[FormField, ...] = ()
    """The fields of its form, in their order; empty: all that there is to copy."""
    attachments: tuple[Attachment, ...] = ()
    """What it wants besides the PDF: `docx`, `xarf`."""
    provision_texts: bool = False
    """True: form 1 has what the cited articles say as an annex."""
    urls_per_notice: int | None = None
    """How many URLs it takes in one request; None: any number."""
    country: str | None = None
    """Where it is (ISO 3166-1 alpha-2); None: the target's location tells."""
    is_person: bool = False
    """True: a named person, 様 instead of 御中."""
    template_form1: str = ""
    """Folder of templates for its form 1, a further kind of notice; empty: form 1."""
    template_form2: str = ""
    """The same for form 2."""

    def template_of(self, digit: int) -> str:
        """The folder for form 1 or 2; empty: the form's own."""
        return self.template_form1 if digit == 1 else self.template_form2


Directory = Mapping[str, RecipientEntry]
"""Entries by the name that a ladder step calls them."""


def filled(step: LadderStep, entry: RecipientEntry) -> LadderStep:
    """Fill what the step leaves empty from its entry."""
    return replace(
        step,
        name=step.name or entry.name,
        # an entry's English name does not belong to another name of the judgment
        name_en=step.name_en or ("" if step.name else entry.name_en),
        mailbox=step.mailbox or entry.mailboxes[0],
        language=step.language or entry.language,
        country=step.country or entry.country,
        is_person=step.is_person or entry.is_person,
    )


def stands(step: LadderStep) -> bool:
    """Tell whether the rung may be asked."""
    return step.skipped is None


def is_abroad(judgment: Judgment, step: LadderStep) -> bool:
    """Tell whether the recipient is known to be outside Japan.

    Its own country decides; else the place of the provider for those who run a board
    or a site, of the server for those who run the server, each with the other as
    second best. A place that nobody knows is not abroad.
    """
    target = judgment.target
    places = [target.provider_location, target.server_location]
    if step.rung in HOSTS:
        places.reverse()
    known = [place for place in (step.country, *places) if place in COUNTRIES]
    return bool(known) and known[0] != JAPAN


def unreasoned_abroad(
    judgment: Judgment, index: int, step: LadderStep
) -> Iterator[Fault]:
    """Find a form 1 that goes abroad without a recorded reason."""
    # 第2の3: addressees are 原則として日本国内.
    if is_abroad(judgment, step) and is_blank(step.abroad_reason):
        yield Fault(
            f"ladder[{index}].abroad_reason",
            "is missing: form 1 goes abroad with a recorded reason only",
        )
