"""Notices that templates are tried with: every value differs from all wording."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from notices.judgment import Language, Locator, Rung, Target
from notices.letters.samples import CENTER, sample_notice
from notices.notice import Citation, Form, Managed, Notice, PassedOver

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


@lru_cache(maxsize=16)
def probes(form: Form) -> tuple[Probe, ...]:
    """Each condition that a template can name holds in one of them, not in another.

    A website's administrator with several URLs; a person who holds IP addresses, with
    one URL and without the note; the first in Japanese alone with one URL.
    """
    sample = _probe(form)
    target = sample.judgment.target
    one_url = replace(sample.judgment, target=replace(target, urls=target.urls[:1]))
    person = replace(sample.recipient, is_person=True)
    holder = replace(
        sample,
        judgment=one_url,
        recipient=replace(person, rung=Rung.IP_ALLOCATION_HOLDER, is_abroad=True),
        managed=Managed.IP_ALLOCATION,
        passed_over=(PassedOver(rung=Rung.SERVER_ADMINISTRATOR, no_action=False),),
    )
    at_home = replace(sample.recipient, language=Language.JAPANESE)
    plain = replace(sample, judgment=one_url, recipient=at_home)
    return (
        Probe(sample),
        Probe(holder, voluntary_note=False),
        Probe(plain, voluntary_note=False),
    )


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
    )
    return replace(
        sample,
        number="Probe-0001",
        center=_CENTER,
        recipient=replace(
            sample.recipient,
            rung=Rung.WEBSITE_ADMINISTRATOR,
            name="宛名Ab見本",
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
