"""A harmless sample for any category that is enabled: what its letter looks like."""

from dataclasses import replace
from datetime import date, datetime

from notices.catalogue import Catalogue, Category, check
from notices.errors import ConfigError
from notices.judgment import JST, Judgment, Statute
from notices.letters.samples import CENTER, sample_notice
from notices.notice import Form, Notice, compose

_FIRST_EDITION = "2006-04-04"


def enabled_categories(catalogue: Catalogue) -> tuple[Category, ...]:
    """Every category under which a notice may be written, in the catalogue's order."""
    return tuple(row for row in catalogue.categories.values() if row.enabled)


def category_sample(catalogue: Catalogue, slug: str, *, latest: date) -> Notice:
    """A draft under a category, found on the last day on which it surely held.

    `latest` bounds that day. Content and reason name the category and nothing else.
    ConfigError if there is no such category or it is disabled.
    """
    category = catalogue.category(slug)
    if category is None or not category.enabled:
        raise ConfigError(
            f"no letter can be written under {slug}", hint="see `notices catalogue`"
        )
    found_on = _day(category, latest)
    return compose(
        check(_judgment(catalogue, category, found_on), catalogue),
        center=CENTER,
        number=f"SAMPLE-{category.form}-000001",
        date=found_on,
        is_draft=True,
    )


def _day(category: Category, latest: date) -> date:
    last = category.period.last.earliest
    return max(min(last, latest), category.period.first.latest)


def _judgment(catalogue: Catalogue, category: Category, on: date) -> Judgment:
    name = category.name_on(on)
    form = Form.FORM_1 if category.is_illegal else Form.FORM_2
    sample = sample_notice(form).judgment
    at = datetime(on.year, on.month, on.day, 11, tzinfo=JST)
    substance = category.substances[0].name if category.substances else ""
    return replace(
        sample,
        case_id="SAMPLE-0001",
        category=category.slug,
        found_on=on,
        statutes=_statutes(catalogue, category, on, substance),
        substance=substance,
        sub_type=category.sub_types[0].name if category.sub_types else "",
        content=f"「{name.ja}」に当たる表現（見本のため省略）が掲載。",
        reason=f"「{name.ja}」に当たる表現が、不特定又は多数の者が閲覧できる場所に"
        "掲載されていると判断（見本）。",
        content_en=f"An expression of this kind: {name.en} (left out in this sample).",
        reason_en=f"We judged that the post is of this kind: {name.en} (sample).",
        target=replace(
            sample.target,
            ip_checked_at=at,
            locator=replace(sample.target.locator, posted_at=at.replace(hour=9)),
        ),
        judged_at=at,
        checked_at=at.replace(hour=15),
        edition=sample.edition if sample.edition <= str(on) else _FIRST_EDITION,
    )


def _statutes(
    catalogue: Catalogue, category: Category, on: date, substance: str
) -> tuple[Statute, ...] | None:
    held = catalogue.provisions(category, on, substance).possibly
    if not category.is_illegal or not held:
        return None
    return (Statute(law=held[0].law, article=held[0].article),)
