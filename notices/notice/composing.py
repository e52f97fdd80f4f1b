"""From a checked judgment to the notice for one of its recipients."""

import datetime as dt
from types import MappingProxyType

from notices import rules
from notices.catalogue import (
    Catalogue,
    Category,
    CheckedJudgment,
    ProvisionText,
    StandingReason,
    cited,
    met_elements,
)
from notices.judgment import Judgment, LadderStep, Language, Rung, Skip
from notices.notice.values import (
    Center,
    Citation,
    Classification,
    Following,
    Form,
    Managed,
    Notice,
    PassedOver,
    Recipient,
)
from notices.rules import Channel, Directory, RecipientEntry
from notices.signs import is_blank

_NO_DIRECTORY: Directory = MappingProxyType({})


def compose(
    judgment: CheckedJudgment,
    *,
    center: Center,
    number: str,
    date: dt.date,
    rung: Rung | None = None,
    rung_reason: str = "",
    ordinal: int = 1,
    again_reason: str = "",
    directory: Directory = _NO_DIRECTORY,
    following: Following | None = None,
    is_draft: bool = False,
) -> Notice:
    """Make the notice for the first rung that stands, or for the one that is named.

    `directory` has the entries of `recipients.toml` by name. A judgment on hold is
    composed like any other: who sends must ask `rules.is_on_hold`. InvalidJudgment
    if anything is wrong with the choice of the rung.
    """
    catalogue = judgment.catalogue
    index = rules.choose(judgment, rung, rung_reason)
    category = catalogue.categories[judgment.category]
    standing = catalogue.standing.get(category.slug)
    step, entry = rules.address(
        judgment,
        index,
        directory,
        asks_why_abroad=category.is_illegal and standing is None,
    )
    return Notice(
        number=number,
        date=date,
        form=_form(category),
        center=center,
        recipient=_recipient(judgment, step, entry, _form(category)),
        managed=_MANAGED[step.rung],
        judgment=judgment.plain,
        classification=_classification(judgment, category, catalogue),
        citations=_citations(judgment, catalogue),
        annex=_annex(judgment, catalogue) if entry and entry.provision_texts else (),
        elements=met_elements(judgment, catalogue),
        passed_over=_passed_over(judgment.ladder[:index]),
        ordinal=ordinal,
        again_reason=again_reason,
        rung_reason=rung_reason,
        standing_reason=_standing_reason(judgment, step, standing),
        following=following,
        is_draft=is_draft,
    )


def _standing_reason(
    judgment: Judgment, step: LadderStep, standing: StandingReason | None
) -> StandingReason | None:
    """The site's reason, where it is what lets form 1 go abroad."""
    is_own = not is_blank(step.abroad_reason)
    return None if is_own or not rules.is_abroad(judgment, step) else standing


_MANAGED = {
    Rung.BOARD_ADMINISTRATOR: Managed.BULLETIN_BOARD,
    Rung.WEBSITE_ADMINISTRATOR: Managed.WEBSITE,
    Rung.SERVER_ADMINISTRATOR: Managed.SERVER,
    Rung.IP_ALLOCATION_HOLDER: Managed.IP_ALLOCATION,
}


def _form(category: Category) -> Form:
    if category.is_illegal:
        return Form.FORM_1
    return Form.FORM_2 if category.class_2006 is None else Form.FORM_2_2006


def _recipient(
    judgment: Judgment, step: LadderStep, entry: RecipientEntry | None, form: Form
) -> Recipient:
    return Recipient(
        rung=step.rung,
        name=step.name,
        mailbox=step.mailbox,
        name_en=step.name_en,
        language=step.language or Language.JAPANESE,
        is_person=step.is_person,
        is_abroad=rules.is_abroad(judgment, step),
        attachments=entry.attachments if entry else (),
        provision_texts=bool(entry and entry.provision_texts),
        channel=entry.channel if entry else Channel.SMTP,
        form_url=entry.form_url if entry else "",
        template=entry.template_of(form.digit) if entry else "",
    )


def _classification(
    judgment: Judgment, category: Category, catalogue: Catalogue
) -> Classification:
    name = category.name_on(judgment.found_on)
    group = catalogue.groups[category.group]
    return Classification(
        slug=category.slug,
        name=name.ja,
        name_en=name.en,
        group=group.key,
        group_name=group.name,
        group_name_en=group.name_en,
        class_2006=category.class_2006,
    )


def _citations(judgment: Judgment, catalogue: Catalogue) -> tuple[Citation, ...]:
    rows = (
        catalogue.cite(row, judgment.found_on) for row in cited(judgment, catalogue)
    )
    return tuple(
        Citation(
            law=row.law.key,
            official=row.title.official,
            short=row.title.short,
            law_number=row.law.law_number,
            article=row.provision.article,
            english=row.english,
        )
        for row in rows
    )


def _annex(judgment: Judgment, catalogue: Catalogue) -> tuple[ProvisionText, ...]:
    """Each article once; one whose words of that day nobody has read is left out."""
    texts = (
        catalogue.text_of(row.law, row.article, judgment.found_on)
        for row in cited(judgment, catalogue)
    )
    return tuple(dict.fromkeys(text for text in texts if text))


def _passed_over(above: tuple[LadderStep, ...]) -> tuple[PassedOver, ...]:
    return tuple(
        PassedOver(
            rung=step.rung,
            no_action=step.skipped is Skip.NO_ACTION,
            earlier_number=step.earlier_number,
            rechecked_at=step.rechecked_at,
        )
        for step in above
        if not rules.stands(step)
    )
