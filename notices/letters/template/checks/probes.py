"""Notices that templates are tried with: every value differs from all wording."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from itertools import product
from operator import mul
from typing import Any, NamedTuple

from notices.judgment import Facility, Language, Locator, Rung, Target
from notices.letters.samples import CENTER, as_kind, sample_notice
from notices.letters.template.folders.kinds import FurtherKind
from notices.notice import (
    Citation,
    Classification,
    CorrectedPart,
    Followed,
    Following,
    Form,
    Managed,
    Notice,
    PassedOver,
    RequestKind,
)

_CENTER = replace(
    CENTER,
    name="試験Ab見本局",
    name_en="Probe Bureau",
    address="試験県Ab見本市一番地",
    address_en="1 Probe Street",
    phone="00-0000-1111",
    phone_international="+81-0-0000-1111",
    mailbox="probe@probe.example",
    verification_page="https://probe.example/Check",
)


class Probe(NamedTuple):
    """A letter to try a template with."""

    notice: Notice
    """What it says."""
    voluntary_note: bool = True
    """Whether the site wants the note below the form."""


class _Kind(NamedTuple):
    """What a template's conditions can ask of a letter."""

    managed: Managed
    language: Language
    group: str
    """Group of the categories since 2023, or the class of 2006; form 1: empty."""
    urls: int
    is_person: bool
    voluntary_note: bool
    mark: str
    """`draft`, `test` or nothing."""
    is_seen: bool
    """Whether a reminder tells the day on which it was seen to be there."""


_RUNGS = {
    Managed.BULLETIN_BOARD: Rung.BOARD_ADMINISTRATOR,
    Managed.WEBSITE: Rung.WEBSITE_ADMINISTRATOR,
    Managed.SERVER: Rung.SERVER_ADMINISTRATOR,
    Managed.IP_ALLOCATION: Rung.IP_ALLOCATION_HOLDER,
}
_GROUPS = {
    Form.FORM_1: ("",),
    Form.FORM_2: ("serious-crime", "suicide"),
    Form.FORM_2_2006: ("1", "2", "3"),
}


@lru_cache(maxsize=16)
def probes(
    form: Form,
    kind: RequestKind = RequestKind.REQUEST,
    further: FurtherKind | None = None,
) -> tuple[Probe, ...]:
    """Each two conditions that a template can name hold together in one of them.

    The first is a website's administrator with several URLs, in both languages.
    further: they are of this kind of notice.
    """
    chosen = dict.fromkeys((_FIRST[form], *_covering(form, kind)))
    return tuple(_as(_probe_of(form, kind, row), further) for row in chosen)


@lru_cache(maxsize=12)
def all_probes(
    form: Form,
    kind: RequestKind = RequestKind.REQUEST,
    further: FurtherKind | None = None,
) -> tuple[Probe, ...]:
    """Every letter that a template's conditions can tell apart.

    No condition can ask for the mark of a draft or a test, and three URLs are several.
    """
    return tuple(
        _as(_probe_of(form, kind, row), further)
        for row in map(_Kind._make, product(*_levels(form, kind)))
        if not row.mark and row.urls <= _SEVERAL
    )


def _as(probe: Probe, further: FurtherKind | None) -> Probe:
    return probe._replace(notice=as_kind(probe.notice, further)) if further else probe


def _covering(form: Form, kind: RequestKind) -> Iterator[_Kind]:
    """A covering array of strength 2 (a test holds it to that); 24 rows, no search.

    Reminders have each of them twice: seen to be there, and not looked at.
    """
    *levels, seen = _levels(form, kind)
    for row in range(_ROWS):
        digits = (row % 4, row // 4 % 3, row // 12)
        chosen = [
            level[sum(map(mul, shares, digits)) % len(level)]
            for level, shares in zip(levels, _SHARES, strict=True)
        ]
        for is_seen in seen:
            yield _Kind._make((*chosen, is_seen))


_ROWS = 24
_SHARES = (
    (1, 0, 0),
    (1, 1, 0),
    (3, 2, 1),
    (2, 1, 0),
    (1, 1, 1),
    (2, 2, 1),
    (2, 2, 0),
)


def _levels(form: Form, kind: RequestKind) -> tuple[Sequence[Any], ...]:
    """What each field of a kind can be."""
    return (
        tuple(Managed),
        tuple(Language),
        _GROUPS[form],
        (1, 2, 3),
        (False, True),
        (False, True),
        ("", "test", "draft"),
        (False, True) if kind is RequestKind.REMINDER else (False,),
    )


_SEVERAL = 2


_FIRST = {
    form: _Kind(
        managed=Managed.WEBSITE,
        language=Language.BILINGUAL,
        group=groups[0],
        urls=2,
        is_person=False,
        voluntary_note=True,
        mark="",
        is_seen=False,
    )
    for form, groups in _GROUPS.items()
}


def _probe_of(form: Form, which: RequestKind, kind: _Kind) -> Probe:
    notice = _probe(form)
    is_holder = kind.managed is Managed.IP_ALLOCATION
    target = replace(
        notice.judgment.target,
        facility=(
            Facility.WEBSITE
            if kind.managed is Managed.WEBSITE
            else Facility.BULLETIN_BOARD
        ),
        urls=tuple(f"https://probe.example/Ab{count}" for count in range(kind.urls)),
    )
    above = PassedOver(rung=Rung.SERVER_ADMINISTRATOR, no_action=False)
    made = replace(
        notice,
        judgment=replace(notice.judgment, target=target),
        recipient=replace(
            notice.recipient,
            rung=_RUNGS[kind.managed],
            language=kind.language,
            is_person=kind.is_person,
            is_abroad=is_holder,
        ),
        managed=kind.managed,
        passed_over=(above,) if is_holder else (),
        classification=_classification(notice.classification, kind.group),
        following=_following(which, is_seen=kind.is_seen),
        is_draft=kind.mark == "draft",
        is_test=kind.mark == "test",
    )
    return Probe(made, kind.voluntary_note)


def _following(kind: RequestKind, *, is_seen: bool) -> Following | None:
    if kind is RequestKind.REQUEST:
        return None
    return Following(
        kind=kind,
        follows=Followed(
            number="Before-0009",
            date=date(2025, 1, 9),
            kind=RequestKind.REQUEST,
            notice_sha256="5ec7e7" * 10 + "0123",
            message_id="<before@probe.example>",
        ),
        thread=("<before@probe.example>",),
        seen_on=date(2025, 2, 7) if is_seen else None,
        corrected=tuple(CorrectedPart) if kind is RequestKind.CORRECTION else (),
    )


def _classification(usual: Classification, group: str) -> Classification:
    if group.isdecimal():
        return replace(usual, class_2006=int(group))
    return replace(usual, group=group) if group else usual


@lru_cache(maxsize=4)
def _probe(form: Form) -> Notice:
    sample = sample_notice(form)
    judgment = sample.judgment
    target = Target(
        facility=judgment.target.facility,
        urls=("https://probe.example/Ab1", "https://probe.example/Ab2"),
        locator=Locator(board_name="甲乙Ab丙丁"),
        ip_addresses=("192.0.2.77",),
    )
    citation = Citation(
        law="probe",
        official="試験Ab法",
        short="試験Ab法",
        law_number="",
        article="第九条",
        english="Probe Act (Act No. 9 of 2009), Article 9",
    )
    return replace(
        sample,
        number="Probe-0001",
        center=_CENTER,
        recipient=replace(
            sample.recipient,
            rung=Rung.WEBSITE_ADMINISTRATOR,
            name="宛名Ab見本",
            name_en="Probe Addressee",
            language=Language.BILINGUAL,
            is_abroad=False,
        ),
        managed=Managed.WEBSITE,
        citations=(citation,) if form is Form.FORM_1 else (),
        judgment=replace(
            judgment,
            target=target,
            content="戊己Ab庚辛",
            content_en="Probe content.",
            reason="壬癸Ab子丑",
            reason_en="Probe grounds.",
            assessor=replace(judgment.assessor, name="寅Ab卯", name_en="PROBE One"),
            checker=replace(judgment.checker, name="辰Ab巳", name_en="PROBE Two"),
        ),
        is_draft=False,
    )
