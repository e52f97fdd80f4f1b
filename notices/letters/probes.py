"""Notices that templates are tried with: every value differs from all wording."""

from dataclasses import replace
from functools import lru_cache

from notices.judgment import Language, Locator, Rung, Target
from notices.letters.samples import CENTER, sample_notice
from notices.notice import Citation, Form, Managed, Notice, PassedOver

_CENTER = replace(
    CENTER,
    name="試験見本局",
    name_en="Probe Bureau",
    address="試験県見本市一番地",
    address_en="1 Probe Street",
    phone="00-0000-1111",
    phone_international="+81-0-0000-1111",
    mailbox="probe@probe.example",
    verification_page="https://probe.example/check",
)


@lru_cache(maxsize=16)
def probes(form: Form) -> tuple[Notice, ...]:
    """A website's administrator with several URLs, and a holder of IP addresses."""
    sample = _probe(form)
    person = replace(sample.recipient, is_person=True)
    holder = replace(
        sample,
        recipient=replace(person, rung=Rung.IP_ALLOCATION_HOLDER, is_abroad=True),
        managed=Managed.IP_ALLOCATION,
        passed_over=(PassedOver(rung=Rung.SERVER_ADMINISTRATOR, no_action=False),),
    )
    return (sample, holder)


def _probe(form: Form) -> Notice:
    sample = sample_notice(form)
    judgment = sample.judgment
    target = Target(
        facility=judgment.target.facility,
        urls=("https://probe.example/1", "https://probe.example/2"),
        locator=Locator(board_name="甲乙丙丁"),
        ip_addresses=("192.0.2.77",),
    )
    citation = Citation(
        law="probe", official="試験法", short="試験法", law_number="", article="第九条"
    )
    return replace(
        sample,
        number="PROBE-0001",
        center=_CENTER,
        recipient=replace(
            sample.recipient,
            rung=Rung.WEBSITE_ADMINISTRATOR,
            name="宛名見本",
            language=Language.BILINGUAL,
            is_abroad=False,
        ),
        managed=Managed.WEBSITE,
        citations=(citation,) if form is Form.FORM_1 else (),
        judgment=replace(
            judgment,
            target=target,
            content="戊己庚辛",
            content_en="Probe content.",
            reason="壬癸子丑",
            reason_en="Probe grounds.",
            assessor=replace(judgment.assessor, name="寅卯", name_en="PROBE One"),
            checker=replace(judgment.checker, name="辰巳", name_en="PROBE Two"),
        ),
        is_draft=False,
    )
