"""The letters look as they did when someone last looked at them."""

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from notices.codec.package_data import load_catalogue
from notices.errors import ConfigError
from notices.judgment import Language
from notices.letters import Templates
from notices.letters.template.variables import provision
from notices.notice import Form, RequestKind
from tests.letters.category_samples import category_sample, enabled_categories
from tests.letters.conftest import final, letter_of

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
TODAY = date(2026, 11, 18)
CATEGORIES = [row.slug for row in enabled_categories(load_catalogue())]


def picture(name: str) -> Image.Image:
    with Image.open(PICTURES / name) as golden:
        return golden.convert("L")


def drawing():
    spec = importlib.util.spec_from_file_location("draw", PICTURES / "draw.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("form", list(Form))
def test_a_form_looks_as_in_its_picture(form: Form) -> None:
    """On a change that is meant: `python docs/pictures/draw.py`, and look."""
    drawn = drawing().form_picture(form)
    golden = picture(f"{form}.png")
    assert drawn.size == golden.size
    difference = ImageChops.difference(drawn, golden)
    assert ImageStat.Stat(difference).mean[0] < 2.0
    far = sum(difference.histogram()[80:])
    assert far < 0.001 * drawn.width * drawn.height


@pytest.mark.parametrize("kind", ["reminder", "withdrawal", "correction"])
def test_what_follows_looks_as_in_its_picture(kind: str) -> None:
    drawn = drawing().kind_picture(RequestKind(kind))
    golden = picture(f"{kind}.png")
    assert drawn.size == golden.size
    difference = ImageChops.difference(drawn, golden)
    assert ImageStat.Stat(difference).mean[0] < 2.0


@pytest.mark.parametrize("form", list(Form))
def test_every_rung_and_language_looks_as_in_its_picture(form: Form) -> None:
    drawn = drawing().rungs_picture(form)
    golden = picture(f"rungs-{form}.png")
    assert drawn.size == golden.size
    difference = ImageChops.difference(drawn, golden)
    assert ImageStat.Stat(difference).mean[0] < 2.0


def test_a_moved_line_would_be_seen() -> None:
    golden = picture("form1.png")
    moved = ImageChops.difference(golden, ImageChops.offset(golden, 0, 2))
    assert ImageStat.Stat(moved).mean[0] > 2.0


@pytest.mark.parametrize("slug", CATEGORIES)
def test_every_enabled_category_gives_a_letter(slug: str, templates) -> None:
    sample = category_sample(load_catalogue(), slug, latest=TODAY)
    letter = letter_of(sample, templates)
    assert letter.warnings == ()
    name = sample.classification.name
    assert name in letter.text
    assert (sample.form is Form.FORM_1) == ("違反する法令名等" in letter.text)
    assert all(provision(citation) in letter.text for citation in sample.citations)


def test_the_sheet_shows_every_enabled_category() -> None:
    sheet = picture("categories.png")
    columns = drawing().COLUMNS
    rows = -(-len(CATEGORIES) // columns)
    width, height = round(595.276 / 72 * 40), round(841.89 / 72 * 40)
    assert abs(sheet.width - columns * (width + 8)) < 20
    assert abs(sheet.height - rows * (height + 8)) < 20


def test_a_disabled_category_gives_none() -> None:
    with pytest.raises(ConfigError):
        category_sample(load_catalogue(), "gun-possession-incitement", latest=TODAY)


@pytest.mark.parametrize("form", [Form.FORM_2, Form.FORM_2_2006])
def test_the_class_rows_are_those_of_the_catalogue(
    form: Form, templates: Templates
) -> None:
    notice = final(form)
    at_home = replace(notice.recipient, language=Language.JAPANESE)
    text = letter_of(replace(notice, recipient=at_home), templates).text
    rows = load_catalogue().class_labels[form.value]
    assert len(rows) == (2 if form is Form.FORM_2 else 3)
    assert [text.count(f" {row.name}\n") for row in rows] == [1] * len(rows)
    assert text.count("■") == 1
