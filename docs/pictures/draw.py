"""Draws the letters in this folder: each form and kind, and all categories.

    python docs/pictures/draw.py

Run it after a change of a template or of the layout, and look at what changed.
"""

# ruff: noqa: INP001

import io
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from PIL import Image

from notices.codec.package_data import load_catalogue
from notices.judgment import Language, Rung
from notices.letters import (
    Templates,
    load_templates,
    preview_pages,
    sample_notice,
    write_letter,
)
from notices.notice import Form, Managed, Notice, RequestKind

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.letters.category_samples import (
    category_sample,
    enabled_categories,
)

HERE = Path(__file__).parent
TODAY = date(2026, 11, 18)
COLUMNS = 7
TEMPLATES = load_templates()
RUNGS = {
    Managed.BULLETIN_BOARD: Rung.BOARD_ADMINISTRATOR,
    Managed.WEBSITE: Rung.WEBSITE_ADMINISTRATOR,
    Managed.SERVER: Rung.SERVER_ADMINISTRATOR,
    Managed.IP_ALLOCATION: Rung.IP_ALLOCATION_HOLDER,
}
ENGLISH = {
    Form.FORM_1: (
        (
            'Post in Japanese: "I buy unused bank accounts. Passbook and cash '
            'card as a set, good price. Contact me by message on this board."'
        ),
        (
            "The post names passbooks and cash cards and offers to buy them for "
            "money. It stands on a board that anybody can read. We judged that "
            "it solicits others, without just cause and in a manner like an "
            "advertisement, to transfer them."
        ),
        "Mihon Board Office",
    ),
    Form.FORM_2_2006: (
        (
            'Post in Japanese: "Driving licences made. Payment in advance, sent '
            'by post. Contact: ..."'
        ),
        (
            "The post names an official document and offers to make it, with "
            "price, way of payment and delivery. We judged that it directly and "
            "explicitly offers the forgery of official documents."
        ),
        "Mihon Rental Server Co., Ltd.",
    ),
}
"""What is posted, the reasons, and the recipient, where a sample has no English."""


def pages(
    notice: Notice, templates: Templates, dots_per_inch: int
) -> list[Image.Image]:
    """The pages of a letter as grey pictures."""
    letter = write_letter(notice, templates=templates, notice_json_sha256="0" * 64)
    pictures = preview_pages(letter.pdf, dots_per_inch=dots_per_inch)
    return [Image.open(io.BytesIO(picture)).convert("L") for picture in pictures]


def sheet(pictures: list[Image.Image], columns: int, gap: int = 8) -> Image.Image:
    """The pictures side by side, row by row, on grey."""
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    size = (columns * (width + gap) + gap, rows * (height + gap) + gap)
    whole = Image.new("L", size, 200)
    for place, picture in enumerate(pictures):
        row, column = divmod(place, columns)
        whole.paste(picture, (gap + column * (width + gap), gap + row * (height + gap)))
    return whole


def save(picture: Image.Image, name: str) -> None:
    """Write a small PNG of 16 greys."""
    picture.quantize(16).save(HERE / name, optimize=True)


def form_picture(form: Form) -> Image.Image:
    """All pages of a form's sample."""
    found = pages(sample_notice(form), load_templates(), 72)
    return sheet(found, len(found))


def categories_picture() -> Image.Image:
    """The first page of a sample of every category that is enabled."""
    templates, catalogue = load_templates(), load_catalogue()
    samples = (
        category_sample(catalogue, row.slug, latest=TODAY)
        for row in enabled_categories(catalogue)
    )
    return sheet([pages(sample, templates, 40)[0] for sample in samples], COLUMNS)


def rungs_picture(form: Form) -> Image.Image:
    """All pages for each rung of the ladder, in Japanese and in both languages."""
    letters = [
        [
            pages(_asked(form, managed, rung, language), TEMPLATES, 40)
            for language in Language
        ]
        for managed, rung in RUNGS.items()
    ]
    most = [max(map(len, letter)) for letter in zip(*letters, strict=True)]
    found = [
        page
        for row in letters
        for letter, count in zip(row, most, strict=True)
        for page in _exactly(letter, count)
    ]
    return sheet(found, sum(most))


def _asked(form: Form, managed: Managed, rung: Rung, language: Language) -> Notice:
    notice = sample_notice(form)
    asked = replace(notice.recipient, rung=rung, language=language)
    return in_english(replace(notice, recipient=asked, managed=managed))


def in_english(notice: Notice) -> Notice:
    """The notice with English words for what its sample has in Japanese alone."""
    judgment, recipient = notice.judgment, notice.recipient
    content, reason, name = ENGLISH.get(notice.form, ("", "", ""))
    return replace(
        notice,
        recipient=replace(recipient, name_en=recipient.name_en or name),
        judgment=replace(
            judgment,
            content_en=judgment.content_en or content,
            reason_en=judgment.reason_en or reason,
            assessor=replace(judgment.assessor, name_en="MIHON Hanako"),
            checker=replace(judgment.checker, name_en="REIJI Taro"),
        ),
    )


def _exactly(found: list[Image.Image], count: int) -> list[Image.Image]:
    """So many pages: grey where there is none."""
    blank = Image.new("L", found[0].size, 200)
    return (found + [blank] * count)[:count]


def kind_picture(kind: RequestKind) -> Image.Image:
    """All pages of a kind of notice that follows another, in both languages.

    Form 1 above, form 2 below: a reminder and a withdrawal are nearly the same.
    """
    most = 4 if kind is RequestKind.CORRECTION else 2
    found: list[Image.Image] = []
    for form in (Form.FORM_1, Form.FORM_2):
        notice = sample_notice(form, kind=kind)
        asked = replace(notice.recipient, language=Language.BILINGUAL)
        told = in_english(replace(notice, recipient=asked))
        found += _exactly(pages(told, TEMPLATES, 72), most)
    return sheet(found, most)


def main() -> None:
    """Draw everything."""
    for kind in RequestKind:
        if kind is not RequestKind.REQUEST:
            save(kind_picture(kind), f"{kind}.png")
    for form in Form:
        save(rungs_picture(form), f"rungs-{form}.png")
    for form in Form:
        save(form_picture(form), f"{form}.png")
    save(categories_picture(), "categories.png")


if __name__ == "__main__":
    main()
